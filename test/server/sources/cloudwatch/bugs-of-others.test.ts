import { expect, test } from 'vitest';
import { AwsError } from '../../../../server/src/aws/aws-error.js';
import type { UnitSink } from '../../../../server/src/pipeline/counting-unit.js';
import { encodeEvents } from '../../../../server/src/sources/cloudwatch/encode-events.js';
import type { EventsPage, LogEventsClient } from '../../../../server/src/sources/cloudwatch/log-events-client.js';
import { logGroupOfArn, windowOfUnit } from '../../../../server/src/sources/cloudwatch/unit-names.js';
import { type Bed, bed, event, hour, logGroup, minute, second, startMs } from './bed.js';

/**
 * Situations in which other log collectors lost or doubled events, by the issue that tells of it. Each ends in the same sentence:
 * nothing is lost and nothing is doubled.
 */

const shop = logGroup('/aws/apigateway/shop');
const rules = { sweepAgesMs: [15 * minute, 3 * hour] };
/** Each event of the hour that begins at the start, every `everyMs`. */
const traffic = (everyMs: number, lateMs = second, from = 0) =>
  Array.from({ length: Math.floor(hour / everyMs) }, (_, n) => event(from + n, startMs + n * everyMs, lateMs));

function expectExact(on: Bed): void {
  expect(on.store.counted()).toEqual(on.truth());
}

/** A client that answers by hand for a while. */
const answering = (on: Bed, answer: (call: number) => EventsPage | Error | null): LogEventsClient => {
  let calls = 0;
  return {
    async readPage(request, signal) {
      const given = answer(calls++);
      if (given instanceof Error) throw given;
      return given ?? on.aws.readPage(request, signal);
    },
  };
};

test('1: events that become visible 90 s after their time do not fall between two windows (elastic/beats#28133)', async () => {
  const on = bed([shop]);
  on.aws.write(shop, traffic(10 * second, 90 * second));
  on.start({ rules });
  await on.run(80 * minute);
  // The first sweep has them already: nothing waits for the last one.
  expect(on.store.counted()).toEqual(
    on.aws
      .eventsOf(shop)
      .filter(({ timestamp }) => timestamp < startMs + hour)
      .map(({ eventId }) => eventId),
  );
  expectExact(on);
  await on.stop();
});

test('2: an empty page after a full one, and a late event behind it (opentelemetry-collector-contrib#48577)', async () => {
  let calls = 0;
  const on = bed([shop], {
    pageEvents: 5,
    fault: ({ request }) => (request.token !== null && calls++ % 2 === 0 ? 'empty page' : null),
  });
  on.aws.write(shop, traffic(4 * second));
  on.aws.write(shop, [event(90_000, startMs + 30 * minute + 59_999, 5 * minute)]);
  on.start({ rules });
  await on.run(5 * hour);
  expect(calls).toBeGreaterThan(100);
  expectExact(on);
  await on.stop();
});

test('3: every window is empty when it is read first, and fills later (grafana/alloy#5854)', async () => {
  const on = bed([shop]);
  on.aws.write(shop, traffic(10 * second, 4 * minute));
  on.start({ rules });
  await on.run(14 * minute);
  expect(on.store.counted()).toEqual([]);
  await on.run(5 * hour);
  expectExact(on);
  await on.stop();
});

test('4: 2,000 events of one millisecond over many pages (logstash-input-cloudwatch-logs#47)', async () => {
  const on = bed([shop], { pageEvents: 300 });
  on.aws.write(
    shop,
    Array.from({ length: 2_000 }, (_, n) => event(n, startMs + 61_000)),
  );
  on.start({ rules });
  await on.run(3 * minute);
  expectExact(on);
  await on.stop();
});

test('5: an event of the same millisecond, but ingested behind the page that was read (falcosecurity/plugins#899)', async () => {
  const on = bed([shop], { pageEvents: 2, latencyMs: 500 });
  const atMs = startMs + 61_000;
  const readMs = startMs + 2 * minute + 30 * second;
  on.aws.write(shop, [
    ...[0, 1, 2, 3, 4, 5].map((n) => event(n, atMs)),
    // Between the first page of the window and the last, before and behind where reading is.
    event(10, atMs, readMs + 700 - atMs),
    { ...event(11, atMs, readMs + 700 - atMs), ingestionTime: atMs },
    event(12, atMs, readMs + minute - atMs),
  ]);
  on.start({ rules });
  await on.run(5 * hour);
  expectExact(on);
  await on.stop();
});

test('6: three groups, one with a backlog that takes longer than a window, one reader (elastic/beats#38918)', async () => {
  const groups = ['slow', 'b', 'c'].map((name) => logGroup(name));
  const on = bed(groups, { quota: 1, pageEvents: 20 });
  const [slow, b, c] = groups as [typeof shop, typeof shop, typeof shop];
  on.aws.write(
    slow,
    Array.from({ length: 3_000 }, (_, n) => event(n, startMs - 2 * hour + n * 2_400)),
  );
  on.aws.write(b, traffic(minute, second, 100_000));
  on.aws.write(c, traffic(minute, second, 200_000));
  on.start({ rules, windowsAtOnce: 1 });
  await on.run(8 * hour);
  expectExact(on);
  await on.stop();
});

test.each([
  { dies: 'before the store has the window', before: true },
  { dies: 'after the store has it, before the position is told', before: false },
])('7: the process dies $dies (elastic/beats#43251, #37620)', async ({ before }) => {
  const on = bed([shop]);
  on.aws.write(shop, traffic(5 * second));
  for (let deadly = 2; deadly < 40; deadly += 3) {
    let accepts = 0;
    const stored = on.store.sink();
    const sink: UnitSink = {
      ...stored,
      async accept(unit) {
        const isDeath = ++accepts === deadly;
        if (isDeath && before) return new Promise(() => {});
        const receipt = await stored.accept(unit);
        return isDeath ? new Promise(() => {}) : receipt;
      },
    };
    on.start({ rules, sink });
    await on.run(3 * minute);
  }
  on.start({ rules });
  await on.run(5 * hour);
  expectExact(on);
});

test('8: after a day at rest nothing rests on an old token, and one that is refused means: again by time (fluent-plugin-cloudwatch-ingest#3)', async () => {
  const on = bed([shop], { pageEvents: 3 });
  on.aws.write(shop, traffic(5 * second));
  let refusals = 0;
  const forgetful = answering(on, (call) => {
    if (call % 25 === 24) {
      refusals++;
      on.aws.forgetTokens();
    }
    return null;
  });
  on.start({ rules, client: forgetful });
  await on.run(20 * minute);
  await on.stop();
  await on.run(25 * hour);
  on.aws.forgetTokens();
  on.start({ rules, client: forgetful });
  await on.run(5 * hour);
  expect(refusals).toBeGreaterThan(5);
  expectExact(on);
  await on.stop();
});

test.each([
  { where: 'slices that need none are read instead', spreadMs: 10 * second, exact: true },
  { where: 'the group says that it fails, and no call is made in vain again and again', spreadMs: 0, exact: false },
])('8: every token is refused: $where', async ({ spreadMs, exact }) => {
  const on = bed([shop], {
    pageEvents: 2,
    fault: ({ request }) => (request.token === null ? null : new AwsError('token_rejected', 'refused')),
  });
  on.aws.write(
    shop,
    Array.from({ length: 6 }, (_, n) => event(n, startMs + minute + n * spreadMs)),
  );
  on.start({ rules });
  await on.run(20 * minute);
  if (exact) expectExact(on);
  else {
    expect(on.source.states()[0]).toMatchObject({
      state: 'failing',
      message: 'refused',
      watermarkMs: startMs + minute,
    });
    expect(on.watermark(shop)).toBe(startMs + minute);
  }
  expect(on.aws.calls.length / 20, 'calls a minute').toBeLessThan(30);
  await on.stop();
});

test.each([3, 500])('9: the same token %i times with empty pages, then data (boto/boto3#1584)', async (times) => {
  let repeats = 0;
  const on = bed([shop], {
    pageEvents: 10,
    fault: ({ request }) =>
      request.token !== null && request.fromMs === startMs + minute && repeats++ < times ? 'same token' : null,
  });
  on.aws.write(shop, traffic(2 * second));
  on.start({ rules });
  await on.run(5 * hour);
  expect(repeats).toBeGreaterThan(times);
  expectExact(on);
  await on.stop();
});

test('9: a token that never leads on is given up after a thousand pages, and the window is read by time again', async () => {
  let repeats = 0;
  const on = bed([shop], {
    fault: ({ request }) =>
      request.token !== null && request.fromMs === startMs + minute && ++repeats <= 1_000 ? 'same token' : null,
  });
  on.aws.write(shop, traffic(2 * second));
  on.start({ rules });
  await on.run(5 * hour);
  expect(repeats).toBeGreaterThan(1_000);
  expectExact(on);
  await on.stop();
});

test('10, 11: no stream is read by itself and no forward token is followed: reading is by group and time alone (aws-sdk-js-v3#3490, aws-sdk-cpp#1073)', async () => {
  const on = bed([shop], { pageEvents: 4 });
  // Out of order within a stream, behind what was read of it.
  const events = traffic(5 * second).map((each, n) => ({
    ...each,
    visibleAtMs: each.timestamp + (n % 5) * 40 * second,
  }));
  on.aws.write(shop, events);
  on.start({ rules });
  await on.run(5 * hour);
  expectExact(on);
  // The port has one operation: FilterLogEvents on a group and a range of time, which always ends.
  for (const { request } of on.aws.calls) {
    expect(Object.keys(request).sort()).toEqual(['filterPattern', 'fromMs', 'group', 'toMs', 'token']);
    expect(request.toMs).toBeGreaterThan(request.fromMs);
  }
  await on.stop();
});

test('12: 5,000 streams cost no more calls than one (fluent-plugin-cloudwatch-logs#246)', async () => {
  const callsWith = async (streams: number): Promise<number> => {
    const on = bed([shop], { quota: 5 });
    on.aws.write(
      shop,
      traffic(10 * second).map((each, n) => ({ ...each, logStreamName: `stream-${n % streams}` })),
    );
    on.start({ rules });
    await on.run(5 * hour);
    expectExact(on);
    expect(on.aws.overQuota).toBe(0);
    expect(on.source.states()[0]?.throttles).toBe(0);
    await on.stop();
    return on.aws.calls.length;
  };
  expect(await callsWith(5_000)).toBe(await callsWith(1));
});

test('13: a restart in mid-backlog goes on where it was, not at the beginning (logstash-input-cloudwatch-logs#24, #4)', async () => {
  const on = bed([shop], { quota: 1, pageEvents: 100 });
  const backlog = Array.from({ length: 20_000 }, (_, n) => ({
    ...event(n, startMs - 3 * hour + n * 540),
    logStreamName: `stream-${n}`,
  }));
  on.aws.write(shop, backlog);
  const positions: number[] = [];
  for (let i = 0; i < 8; i++) {
    on.start({ rules: { sweepAgesMs: [] } });
    await on.run(45 * second);
    await on.stop();
    positions.push(on.watermark(shop) ?? 0);
  }
  for (const [i, position] of positions.entries()) expect(position).toBeGreaterThan(positions[i - 1] ?? 0);
  const stored = on.store.accepted.map(({ unit }) => unit).filter((unit) => windowOfUnit(unit) !== null);
  expect(new Set(stored).size, 'no window was read twice').toBe(stored.length);
});

test('14: what AWS says of the newest event of a stream is never asked for: fresh events count though it is hours behind (awslogs#185)', async () => {
  const on = bed([shop]);
  // A stream that was at rest for long and begins again.
  on.aws.write(shop, [
    { ...event(1, startMs - 2 * hour), logStreamName: 'old' },
    { ...event(2, startMs + 10 * minute), logStreamName: 'old' },
  ]);
  on.start({ rules });
  await on.run(12 * minute);
  expectExact(on);
  await on.stop();
});

test('an empty token is none (fluent-plugin-cloudwatch-logs#116)', async () => {
  const on = bed([shop]);
  on.aws.write(shop, traffic(10 * second));
  const client: LogEventsClient = {
    async readPage(request, signal) {
      const page = await on.aws.readPage(request, signal);
      return { ...page, nextToken: page.nextToken ?? '' };
    },
  };
  on.start({ rules, client });
  await on.run(5 * hour);
  expectExact(on);
  await on.stop();
});

test.each([
  'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/apigateway/shop:*',
  'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/apigateway/shop',
  'arn:aws-us-gov:logs:eu-west-1:111122223333:log-group:/aws/apigateway/shop:*',
])('%s is the group, with and without what IAM wants behind it (elastic/beats#37636)', (arn) => {
  expect(logGroupOfArn(arn)).toEqual(shop);
});

test.each([
  '/aws/apigateway/shop',
  'arn:aws:firehose:eu-west-1:111122223333:deliverystream/amazon-apigateway-shop',
  'arn:aws:logs:eu-west-1:1:log-group:x',
  '',
])('"%s" is no ARN of a group, and is told so instead of reading nothing', (arn) => {
  expect(logGroupOfArn(arn)).toBeNull();
});

test('windows are cut in UTC, whatever the zone of the machine (serverless#2493, aws-sdk-pandas#3438)', async () => {
  const { TZ } = process.env;
  const unitsIn = async (zone: string): Promise<string[]> => {
    process.env['TZ'] = zone;
    const on = bed([shop]);
    on.aws.write(shop, traffic(10 * second));
    on.start({ rules: { ...rules, windowMs: hour } });
    await on.run(5 * hour);
    expectExact(on);
    await on.stop();
    return [...on.store.units.keys()];
  };
  try {
    expect(await unitsIn('Asia/Kathmandu')).toEqual(await unitsIn('America/St_Johns'));
  } finally {
    if (TZ === undefined) delete process.env['TZ'];
    else process.env['TZ'] = TZ;
  }
});

test('writers that cross midnight in streams named after the day (fluent-plugin-cloudwatch-logs#122)', async () => {
  const on = bed([shop]);
  const midnight = startMs + 14 * hour;
  on.aws.write(
    shop,
    Array.from({ length: 240 }, (_, n) => ({
      ...event(n, midnight - 20 * minute + n * 10 * second),
      // The name is that of the day on which the stream was begun.
      logStreamName: n % 2 === 0 ? '2026-06-15-a' : '2026-06-16-b',
    })),
  );
  on.start({ rules });
  await on.run(18 * hour);
  expectExact(on);
  await on.stop();
});

test('more than 50 groups, and more than 50 streams in each: none is left behind (fluent-plugin-cloudwatch-ingest#20)', async () => {
  const groups = Array.from({ length: 60 }, (_, i) => logGroup(`group-${i}`));
  const on = bed(groups);
  for (const [i, group] of groups.entries()) {
    on.aws.write(
      group,
      Array.from({ length: 60 }, (_, n) => ({
        ...event(i * 100 + n, startMs + n * minute),
        logStreamName: `stream-${n}`,
      })),
    );
  }
  on.start({ rules: { sweepAgesMs: [15 * minute] } });
  await on.run(2 * hour);
  expectExact(on);
  for (const group of groups) expect(on.watermark(group)).toBeGreaterThan(startMs + 2 * hour - 4 * minute);
  await on.stop();
});

test('a sparse group that answers with empty pages again and again (dstack#2501)', async () => {
  const on = bed([shop], { fault: ({ index }) => (index % 20 === 0 ? null : 'empty page') });
  on.aws.write(shop, traffic(10 * minute));
  on.start({ rules: { sweepAgesMs: [15 * minute], windowMs: 5 * minute } });
  await on.run(2 * hour);
  expectExact(on);
  await on.stop();
});

test('whole seconds are not missing where many small pages make a window (elastic/beats#26401)', async () => {
  const on = bed([shop], { pageEvents: 1, quota: 25 });
  on.aws.write(shop, traffic(6 * second));
  on.start({ rules: { ...rules, windowMs: 5 * minute } });
  await on.run(5 * hour);
  expectExact(on);
  await on.stop();
});

test('the same event on two pages counts once, and makes the reading no larger', async () => {
  const on = bed([shop]);
  on.aws.write(shop, traffic(10 * second));
  const doubling: LogEventsClient = {
    async readPage(request, signal) {
      const page = await on.aws.readPage(request, signal);
      return { ...page, events: [...page.events, ...page.events] };
    },
  };
  on.start({ rules, client: doubling });
  await on.run(5 * hour);
  expectExact(on);
  await on.stop();
});

test('an event outside of the range that was asked for is left to its own window', async () => {
  // Small pages: windows are read in slices, and events lie on their borders.
  const on = bed([shop], { pageEvents: 1, quota: 25 });
  on.aws.write(shop, traffic(10 * second));
  const generous: LogEventsClient = {
    // As AWS's inclusive end would have it.
    readPage: (request, signal) =>
      on.aws.readPage({ ...request, fromMs: request.fromMs - 1, toMs: request.toMs + 1 }, signal),
  };
  on.start({ rules, client: generous });
  await on.run(5 * hour);
  expectExact(on);
  await on.stop();
});

test('a reading that saw less on more pages does not outrank one that saw more', () => {
  const events = traffic(minute);
  const bytesOf = (list: typeof events): number => encodeEvents(shop, list).length;
  // What an event takes does not depend on the page it came on.
  expect(events.reduce((sum, each) => sum + bytesOf([each]), 0)).toBe(bytesOf(events));
});
