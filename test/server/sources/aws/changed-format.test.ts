import { describe, expect, it } from 'vitest';
import {
  compileAccessLogFormat,
  createUnitReader,
  defaultLimits,
  judge,
  noPlace,
} from '../../../../parsers/src/index.js';
import { encodeEvents } from '../../../../server/src/sources/cloudwatch/encode-events.js';
import { createClickHouseEventStore } from '../../../../server/src/store/clickhouse-event-store.js';
import type { EventStore } from '../../../../server/src/store/event-store.js';
import { silentTelemetry } from '../../../../server/src/telemetry/telemetry.js';
import type { FakeAws } from '../../../fake-aws/fake-aws.js';
import { account, fakeFor, region, worldOf } from '../../../fake-aws/harness.js';
import type { FakeLogEvent, FakeLogGroup, FakeRegion } from '../../../fake-aws/world.js';
import { useTestDatabase } from '../../../support/test-database.js';
import { type Collector, startCollector } from './collector-bed.js';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
/** The fake's clock begins here. */
const startMs = Date.UTC(2026, 2, 1, 12);
const at = (minutes: number): number => startMs + minutes * minute;

const refreshMs = 15 * minute;
const rules = { windowMs: 5 * minute, sweepAgesMs: [15 * minute, hour], firstReadMs: 10 * minute };

const shared = '$context.requestId $context.extendedRequestId $context.requestTimeEpoch $context.httpMethod';
/** Each line of one is to the letter a line of the other, and says something else. */
const swapping = {
  before: `${shared} $context.resourcePath $context.path $context.status $context.integrationStatus`,
  after: `${shared} $context.path $context.resourcePath $context.integrationStatus $context.status`,
};
/** What people do: add what tells causes apart. The old format reads lines of the new one, and loses what is new. */
const json = (more: string): string =>
  `{"id":"$context.requestId","time":"$context.requestTimeEpoch","method":"$context.httpMethod","path":"$context.resourcePath","status":"$context.status","backend":"$context.integrationStatus","ua":"$context.identity.userAgent"${more}}`;
const growing = {
  before: json(''),
  after: json(',"xid":"$context.extendedRequestId","cause":"$context.error.responseType"'),
};

/** Status that the client saw, and that of the backend. */
const answers = [
  ['200', '200', '-'],
  ['403', '-', 'ACCESS_DENIED'],
  // Refused behind the gateway's back, and told to nobody.
  ['200', '403', '-'],
  ['403', '200', 'DEFAULT_4XX'],
  ['403', '403', '-'],
] as const;

interface Line {
  readonly event: FakeLogEvent & { readonly eventId: string };
  readonly format: string;
}

function lineOf(n: number, timeMs: number, format: string, lateMs = 2 * second): Line {
  const [status, integrationStatus, type] = answers[n % answers.length] as (typeof answers)[number];
  const values: Record<string, string> = {
    requestId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    extendedRequestId: `Xid${String(n).padStart(10, '0')}=`,
    requestTimeEpoch: String(timeMs),
    httpMethod: 'GET',
    resourcePath: '/orders/{id}',
    path: '/orders/7',
    status,
    integrationStatus,
    'error.responseType': type,
    'identity.userAgent': 'curl/8.5.0',
  };
  const message = format.replace(/\$context\.([\w.]+)/g, (_, name: string) => values[name] ?? '-');
  const eventId = String(n).padStart(56, '0');
  return { event: { timestamp: timeMs, message, eventId, visibleAt: timeMs + lateMs }, format };
}

/** A line each 20 seconds. */
const linesBetween = (fromMs: number, toMs: number, formatAt: (ms: number, n: number) => string): Line[] =>
  Array.from({ length: Math.floor((toMs - fromMs) / (20 * second)) }, (_, i) => {
    const timeMs = fromMs + i * 20 * second;
    const n = Math.floor((timeMs - startMs) / (20 * second)) + 10_000;
    return lineOf(n, timeMs, formatAt(timeMs, n));
  });

const group = { account, region, name: '/aws/apigateway/shop' };
const fallbackPlace = { ...noPlace, account, region, apiId: 'rest000001', stage: 'prod' };

interface Counted {
  readonly refused: readonly string[];
  readonly requests: readonly string[];
}

/** Each line by the format that made it. */
function truth(lines: readonly Line[]): Counted {
  const requests = new Map<string, number>();
  const refused: string[] = [];
  for (const { event, format } of lines) {
    const compiled = compileAccessLogFormat(format);
    if (!compiled.ok) throw new Error(compiled.detail);
    const reader = createUnitReader({ template: compiled.value, fallbackPlace, limits: defaultLimits });
    reader.push(encodeEvents(group, [{ ingestionTime: event.timestamp, logStreamName: 'stream', ...event }]));
    const { counts, facts } = reader.end();
    for (const { minuteMs, route, requests: count } of counts) {
      const key = `${minuteMs} ${route}`;
      requests.set(key, (requests.get(key) ?? 0) + count);
    }
    for (const { record, verdict } of judge(facts, () => null)) {
      if (verdict.outcome === 'refused') refused.push(`${record.eventId} ${record.timeMs} ${record.status}`);
    }
  }
  return { refused: refused.sort(), requests: [...requests].map(([key, count]) => `${key} ${count}`).sort() };
}

describe('a stage whose access-log format is changed', { timeout: 180_000 }, () => {
  const embedded = useTestDatabase();

  interface Shop {
    readonly aws: FakeAws;
    readonly store: EventStore;
    start(): Collector;
    write(lines: readonly Line[]): void;
    /** `updatedMs`: when AWS says that the stage was last changed. */
    configure(format: string | null, updatedMs: number): void;
    stored(): Promise<Counted>;
  }

  async function shopWith(format: string): Promise<Shop> {
    const events: FakeLogEvent[] = [];
    const logGroup: FakeLogGroup = { name: group.name, events };
    const stage = {
      stageName: 'prod',
      deploymentId: 'dep001',
      lastUpdatedDate: new Date(startMs - 24 * hour),
      accessLogSettings: {
        format,
        destinationArn: `arn:aws:logs:${region}:${account}:log-group:${group.name}`,
      },
    };
    const here: FakeRegion & { restApis: object[] } = {
      logGroups: [logGroup],
      restApis: [{ api: { id: 'rest000001', name: 'shop' }, stages: [stage] }],
    };
    const aws = await fakeFor(worldOf(here));
    const database = await embedded.freshDatabase();
    // A store answers the same question for a second with what it knows, and simulated minutes take less.
    const freshStore = () =>
      createClickHouseEventStore(database, { nowMs: aws.clock.nowMs, telemetry: silentTelemetry });
    const store = freshStore();
    await store.migrate({ rowsDays: 3000, evidenceDays: 1000, factsHours: 20_000 });
    return {
      aws,
      store,
      start: () => startCollector({ aws, database, rules, refreshMs }),
      write: (lines) => void events.push(...lines.map(({ event }) => event)),
      configure(changed, updatedMs) {
        if (changed === null) here.restApis.splice(0);
        else {
          const accessLogSettings = { ...stage.accessLogSettings, format: changed };
          Object.assign(stage, { accessLogSettings, lastUpdatedDate: new Date(updatedMs) });
        }
      },
      async stored() {
        const range = { fromMs: startMs - hour, toMs: startMs + 30 * hour };
        const nowMs = aws.clock.nowMs();
        const by = ['api_id', 'stage', 'route'] as const;
        const asked = { metric: 'requests', stepMs: minute, by, filter: {}, limit: 10, nowMs } as const;
        const reader = freshStore();
        const { sets } = await reader.readCells({ ...range, ...asked });
        const requests = sets.flatMap(({ labels, buckets }) => {
          expect(labels).toMatchObject({ api_id: 'rest000001', stage: 'prod' });
          return [...buckets].map(([i, count]) => `${i * minute} ${labels.route} ${count}`);
        });
        const { events: rows } = await reader.readEvents({ ...range, filter: {}, limit: 1_000, cursor: null });
        return {
          refused: rows.map((row) => `${row.eventId} ${row.tsMs} ${row.status}`).sort(),
          requests: requests.sort(),
        };
      },
    };
  }

  it('is read right from the moment on, as soon as the change is known: what was read wrongly is replaced', async () => {
    const shop = await shopWith(swapping.before);
    const lines = linesBetween(at(-5), at(45), (ms) => (ms < at(20) ? swapping.before : swapping.after));
    shop.write(lines);
    const collector = shop.start();
    await collector.runTo(at(18));
    shop.configure(swapping.after, at(20));
    await collector.runTo(at(29));
    // Nobody can know it yet.
    const early = lines.filter(({ event }) => event.timestamp < at(25));
    expect((await shop.stored()).refused).not.toEqual(truth(early).refused);
    await collector.runTo(at(32));
    const late = lines.filter(({ event }) => event.timestamp < at(30));
    expect(await shop.stored()).toEqual(truth(late));
    await collector.runTo(at(47));
    expect(await shop.stored()).toEqual(truth(lines));
    expect(collector.problems).toEqual([]);
    await collector.stop();
  });

  it('has lines of both formats while the change is carried everywhere: each is read by its own', async () => {
    const shop = await shopWith(growing.before);
    const changedMs = at(21) + 40 * second;
    const lines = linesBetween(at(-5), at(45), (ms, n) => {
      if (Math.abs(ms - changedMs) < 2 * minute) return n % 2 === 0 ? growing.before : growing.after;
      return ms < changedMs ? growing.before : growing.after;
    });
    shop.write(lines);
    const collector = shop.start();
    await collector.runTo(at(18));
    shop.configure(growing.after, changedMs);
    await collector.runTo(at(47));
    expect(await shop.stored()).toEqual(truth(lines));
    expect((await shop.store.readFeeds(at(47))).map(({ rejected }) => rejected)).toEqual([{}]);
    await collector.stop();
  });

  it.each([1, 4])('is read right when the process is killed again and again: seed %i', async (seed) => {
    const shop = await shopWith(swapping.before);
    const lines = linesBetween(at(-5), at(40), (ms) => (ms < at(20) ? swapping.before : swapping.after));
    shop.write(lines);
    let collector = shop.start();
    await collector.runTo(at(18));
    shop.configure(swapping.after, at(20));
    await collector.runTo(at(29));
    for (let steps = 3 + 7 * seed; steps < 400; steps = Math.ceil(steps * 1.8)) {
      collector.dieAfter(steps);
      await collector.runTo(Math.min(at(36), shop.aws.clock.nowMs() + 5 * minute));
      await collector.stop();
      collector = shop.start();
    }
    // Before sweeps have been there.
    await collector.runTo(at(42));
    expect(await shop.stored()).toEqual(truth(lines));
    await collector.stop();
  });

  it('and was changed while nobody looked: told, and read by what counted when', async () => {
    const shop = await shopWith(growing.before);
    const lines = linesBetween(at(-5), at(105), (ms) => (ms < at(40) ? growing.before : growing.after));
    shop.write(lines);
    const first = shop.start();
    await first.runTo(at(18));
    first.dieAfter(0);
    await first.stop();
    // Something else is changed later on: AWS tells of the last change only.
    shop.configure(growing.after, at(50));
    shop.aws.clock.set(at(100));
    const second = shop.start();
    await second.runTo(at(107));
    expect(await shop.stored()).toEqual(truth(lines));
    const range = { fromMs: startMs, toMs: at(200) };
    const { changes } = await shop.store.readChangeEvents({
      ...range,
      filter: {},
      causes: null,
      kinds: null,
      limit: 9,
    });
    expect(changes).toMatchObject([{ kind: 'access_log_format', stage: 'prod', atMs: at(50) }]);
    await second.stop();
  });

  it('is swept by what counted then, in a process that never saw the change', async () => {
    const shop = await shopWith(swapping.before);
    const lines = linesBetween(at(-5), at(60), (ms) => (ms < at(20) ? swapping.before : swapping.after));
    const late = [at(7) + 1, at(52) + 1].map((ms, i) =>
      lineOf(5 * i + 1, ms, ms < at(20) ? swapping.before : swapping.after, 60 * minute),
    );
    shop.write([...lines, ...late]);
    const first = shop.start();
    await first.runTo(at(18));
    shop.configure(swapping.after, at(20));
    await first.runTo(at(62));
    await first.stop();
    const second = shop.start();
    await second.runTo(at(123));
    expect(await shop.stored()).toEqual(truth([...lines, ...late]));
    await second.stop();
  });

  it('and is deleted: what it left is read after a restart too', async () => {
    const shop = await shopWith(swapping.before);
    const lines = linesBetween(at(-5), at(20), () => swapping.before);
    const late = [lineOf(1, at(7) + 1, swapping.before, 60 * minute)];
    shop.write([...lines, ...late]);
    const first = shop.start();
    await first.runTo(at(12));
    shop.configure(null, at(12));
    await first.runTo(at(17));
    first.dieAfter(0);
    await first.stop();
    shop.aws.clock.set(at(40));
    const second = shop.start();
    await second.runTo(at(123));
    expect(second.groups()).toEqual([group.name]);
    expect(await shop.stored()).toEqual(truth([...lines, ...late]));
    await second.stop();
  });
});
