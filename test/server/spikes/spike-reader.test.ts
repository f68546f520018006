import { describe, expect, it } from 'vitest';
import { createSpikeReader, type SpikeEvaluation, type SpikeQuery } from '../../../server/src/spikes/spike-reader.js';
import type { CountedTraffic } from '../../spikes-judge/counted-traffic.js';
import { at, madeTraffic, msOf, type Rate, raised } from './made-traffic.js';
import { recordingStore } from './recording-store.js';
import { readThriftily } from './thrifty-store.js';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

interface Asked extends Partial<SpikeQuery> {
  readonly from: number;
  readonly to: number;
}

function evaluate(
  traffic: CountedTraffic,
  { from, to, ...more }: Asked,
  completeUntilMs?: number,
): Promise<SpikeEvaluation> {
  const reader = createSpikeReader({ store: recordingStore(traffic, completeUntilMs) });
  const range = { fromMs: msOf(from), toMs: msOf(to), stepMs: minuteMs, nowMs: traffic.toMs };
  return reader.evaluate({ ...range, filter: {}, leastShare: null, limit: 100, ...more });
}
const only = ({ series }: SpikeEvaluation) => {
  expect(series).toHaveLength(1);
  return series[0] as SpikeEvaluation['series'][number];
};

/** Eight quiet days, then five minutes of 4 more refused requests a minute at 10:00. */
const quiet = { requests: (): number => 100, refused: { api_key_invalid: raised(1, 9, at(8, 10), at(8, 10, 20)) } };
const incident = madeTraffic(9, quiet);

describe('a cause that rises', () => {
  it('is a spike from the minute on in which it rose, with what was expected', async () => {
    const { labels, baseline, spikes } = only(await evaluate(incident, { from: at(8, 9), to: at(8, 12) }));
    expect(labels).toMatchObject({
      api_id: 'orders',
      stage: 'prod',
      cause: 'api_key_invalid',
      group: 'group of api_key_invalid',
    });
    expect(baseline).toBe('time_of_day');
    expect(spikes).toEqual([
      {
        beganMs: msOf(at(8, 10)),
        endedMs: msOf(at(8, 10, 20)),
        peakAtMs: msOf(at(8, 10, 5)),
        peakScore: expect.closeTo(2.5, 1),
        peakRequests: 50,
        expected: 5,
        expectedUpper: expect.closeTo(22.8, 0),
        share: 0.1,
        refused: 200,
        baseline: 'time_of_day',
      },
    ]);
  });

  it('has its values minute by minute, and above 1 is where the spike is', async () => {
    const { times, series } = await evaluate(incident, { from: at(8, 9, 58), to: at(8, 10, 6) });
    expect(times).toEqual(Array.from({ length: 8 }, (_, i) => msOf(at(8, 9, 58 + i))));
    expect(series[0]?.values.count).toEqual([5, 5, 14, 23, 32, 41, 50, 50]);
    expect(series[0]?.values.score.map((score) => (score ?? 0) > 1)).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(series[0]?.values.expected).toEqual(Array(8).fill(5));
  });

  it('a bucket has the values of its worst minute', async () => {
    const { values } = only(await evaluate(incident, { from: at(8, 9), to: at(8, 12), stepMs: 30 * minuteMs }));
    expect(values.count).toEqual([5, 5, 50, 5, 5, 5]);
  });

  it('is told whole, from wherever one looks at it', async () => {
    const long = madeTraffic(9, { ...quiet, refused: { api_key_invalid: raised(1, 9, at(8, 4), at(8, 14)) } });
    const { spikes } = only(await evaluate(long, { from: at(8, 9), to: at(8, 9, 10) }));
    expect(spikes).toMatchObject([{ beganMs: msOf(at(8, 4)), endedMs: msOf(at(8, 14)) }]);
    expect(only(await evaluate(long, { from: at(8, 1), to: at(8, 23) })).spikes).toEqual(spikes);
  });

  it('goes on as long as it is not known to have ended', async () => {
    const until = msOf(at(8, 10, 12));
    const { spikes } = only(await evaluate(incident, { from: at(8, 9), to: at(8, 11) }, until));
    expect(spikes).toMatchObject([{ beganMs: msOf(at(8, 10)), endedMs: null, refused: 120 }]);
  });

  it('over weeks is judged every five minutes, and found as well', async () => {
    const { spikes, values } = only(await evaluate(incident, { from: at(1, 0), to: at(9, 0), stepMs: 60 * minuteMs }));
    expect(spikes).toMatchObject([{ beganMs: msOf(at(8, 10)), endedMs: msOf(at(8, 10, 20)), refused: 200 }]);
    expect(values.count[7 * 24 + 10]).toBe(50);
    expect(values.score.filter((score) => (score ?? 0) > 1)).toHaveLength(1);
  });
});

describe('without a day of history', () => {
  const young = (more: number): CountedTraffic =>
    madeTraffic(1, { ...quiet, refused: { waf_blocked: raised(1, more, at(0, 10), at(0, 10, 20)) } });

  it('a spike is more than twenty requests and more than a tenth of all', async () => {
    const { baseline, spikes } = only(await evaluate(young(11), { from: at(0, 9), to: at(0, 12) }));
    expect(baseline).toBe('none');
    expect(spikes).toMatchObject([
      { expected: null, expectedUpper: 20, baseline: 'none', peakScore: expect.closeTo(1.2) },
    ]);
    expect(only(await evaluate(young(8), { from: at(0, 9), to: at(0, 12) })).spikes).toEqual([]);
  });
});

describe('series', () => {
  const two = madeTraffic(
    9,
    {
      api: 'orders',
      requests: (m) => (m < at(8, 5) ? 100 : 0),
      refused: { waf_blocked: (m) => (m === at(8, 3) ? 2 : 0) },
    },
    { api: 'media', requests: () => 100, refused: { waf_blocked: () => 1, iam_denied: (m) => (m < at(6, 0) ? 1 : 0) } },
  );

  it('stand for all that was refused in the last day, zeros for those that are silent now', async () => {
    const { series } = await evaluate(two, { from: at(8, 20), to: at(8, 20, 10) });
    expect(series.map(({ labels }) => labels.api_id).sort()).toEqual(['media', 'orders']);
    const orders = series.find(({ labels }) => labels.api_id === 'orders');
    expect(orders?.values.score).toEqual(Array(10).fill(0));
    expect(orders?.completeUntilMs).toBe(two.toMs);
  });

  it('are gone a day after the last refused request', async () => {
    const { series } = await evaluate(two, { from: at(7, 12), to: at(7, 12, 10) });
    expect(series.map(({ labels }) => labels.cause)).toEqual(['waf_blocked']);
  });

  it('are numbers up to the watermark, and null after it', async () => {
    const until = msOf(at(8, 2, 5));
    const evaluation = await evaluate(two, { from: at(8, 2), to: at(8, 2, 10) }, until);
    expect(evaluation.completeUntilMs).toBe(until);
    const { values } = evaluation.series[0] as SpikeEvaluation['series'][number];
    for (const told of Object.values(values)) {
      expect(told.map((value: number | null) => value === null)).toEqual([
        ...Array(5).fill(false),
        ...Array(5).fill(true),
      ]);
    }
  });

  it('of a bucket that the watermark cuts are null', async () => {
    const { series } = await evaluate(two, { from: at(8, 0), to: at(8, 4), stepMs: 60 * minuteMs }, msOf(at(8, 2, 59)));
    expect(series[0]?.values.score.map((score) => score === null)).toEqual([false, false, true, true]);
  });

  it('highest peak first, and beyond the limit they are counted', async () => {
    const busy = madeTraffic(9, {
      ...quiet,
      refused: { ...quiet.refused, iam_denied: () => 1, waf_blocked: (m) => (m % 9 === 0 ? 1 : 0) },
    });
    const { series, omittedSeries } = await evaluate(busy, { from: at(8, 9), to: at(8, 11), limit: 1 });
    expect(series.map(({ labels }) => labels.cause)).toEqual(['api_key_invalid']);
    expect(omittedSeries).toBe(2);
  });

  it('are chosen by the filter, in and not in', async () => {
    const causes = async (filter: SpikeQuery['filter']): Promise<string[]> =>
      (await evaluate(two, { from: at(8, 0), to: at(8, 4), filter })).series.map(
        ({ labels: { api_id, cause } }) => `${api_id} ${cause}`,
      );
    expect(await causes({ api_id: { in: ['orders'] } })).toEqual(['orders waf_blocked']);
    expect(await causes({ api_id: { notIn: ['orders'] } })).toEqual(['media waf_blocked']);
    expect(await causes({ cause: { notIn: ['waf_blocked'] } })).toEqual([]);
    expect(await causes({ group: { in: ['group of waf_blocked'] } })).toHaveLength(2);
  });

  it('of a range in the future are none, and of a range without traffic', async () => {
    expect((await evaluate(two, { from: at(20, 0), to: at(20, 1) })).series).toEqual([]);
    expect(await evaluate(two, { from: at(-3, 0), to: at(-2, 0) })).toMatchObject({
      series: [],
      completeUntilMs: null,
    });
  });
});

describe('the share', () => {
  const scanned = madeTraffic(9, {
    requests: () => 100,
    refused: { route_not_found: raised(0, 15, at(8, 10), at(8, 10, 20)) },
  });

  it('can be asked for besides: 15 of 100 requests are a spike, and not one of a fifth', async () => {
    const peak = async (leastShare: number | null): Promise<number> =>
      Math.max(
        ...only(await evaluate(scanned, { from: at(8, 9), to: at(8, 12), leastShare })).values.score.map(
          (score) => score ?? 0,
        ),
      );
    expect(await peak(null)).toBeGreaterThan(5);
    expect(await peak(0.1)).toBeCloseTo(1.5);
    expect(await peak(0.2)).toBeCloseTo(0.75);
  });

  it('is not known of a feed that brings refusals only: the count decides', async () => {
    const rate: Rate = raised(1, 19, at(8, 10), at(8, 10, 20));
    const refusals = madeTraffic(9, { requests: rate, refused: { waf_blocked: rate } });
    const { values, spikes } = only(await evaluate(refusals, { from: at(8, 9), to: at(8, 12), leastShare: 0.2 }));
    expect(new Set(values.share)).toEqual(new Set([null]));
    expect(spikes).toMatchObject([{ beganMs: msOf(at(8, 10)), share: null }]);
  });

  it('of all requests stays as it is when only some causes are asked for', async () => {
    const both = madeTraffic(9, { requests: () => 100, refused: { waf_blocked: () => 5, iam_denied: () => 20 } });
    const asked = { from: at(8, 9), to: at(8, 9, 30), filter: { cause: { in: ['waf_blocked'] } } };
    expect(only(await evaluate(both, asked)).values.share).toEqual(Array(30).fill(0.05));
  });
});

it('a rise of all traffic is none of refused requests', async () => {
  const surge =
    (rate: number): Rate =>
    (minute) =>
      (minute >= at(8, 10) && minute < at(8, 11) ? 4 : 1) * rate;
  const campaign = madeTraffic(9, { requests: surge(500), refused: { jwt_scope_missing: surge(10) } });
  const { spikes, values } = only(await evaluate(campaign, { from: at(8, 9), to: at(8, 12) }));
  expect(spikes).toEqual([]);
  expect(Math.max(...values.count.map((count) => count ?? 0))).toBe(200);
  expect(Math.max(...values.expected.map((count) => count ?? 0))).toBeGreaterThan(190);
});

it('an evaluation with a warm history reads the newest minutes only', async () => {
  const store = recordingStore(incident);
  const reader = createSpikeReader({ store });
  const query = { stepMs: minuteMs, filter: {}, leastShare: null, limit: 100 };
  const evaluateAt = (minute: number) =>
    reader.evaluate({ ...query, fromMs: msOf(minute - 10), toMs: msOf(minute), nowMs: msOf(minute) });
  await evaluateAt(at(8, 15));
  expect(store.asked().some(({ fromMs }) => fromMs < msOf(at(2, 0)))).toBe(true);
  await evaluateAt(at(8, 15, 1));
  const again = store.asked();
  expect(again.length).toBeLessThanOrEqual(4);
  for (const { fromMs, toMs } of again) expect(toMs - fromMs).toBeLessThan(dayMs / 10);
});

describe('where only refusals were read', () => {
  const evaluateThriftily = (isThrifty: (ms: number) => boolean, more: Partial<SpikeQuery> = {}) =>
    createSpikeReader({ store: readThriftily(recordingStore(incident), isThrifty) }).evaluate({
      fromMs: msOf(at(8, 9)),
      toMs: msOf(at(8, 12)),
      stepMs: minuteMs,
      nowMs: incident.toMs,
      filter: {},
      leastShare: null,
      limit: 100,
      ...more,
    });

  it.each<[string, (ms: number) => boolean]>([
    ['since before it rose', (ms) => ms >= msOf(at(8, 9, 50))],
    ['always', () => true],
  ])('a cause that rises is the same spike; its share is not known: %s', async (_, isThrifty) => {
    const { spikes } = only(await evaluate(incident, { from: at(8, 9), to: at(8, 12) }));
    const thrifty = only(await evaluateThriftily(isThrifty));
    expect(thrifty.spikes).toEqual(spikes.map((spike) => ({ ...spike, share: null })));
  });

  it('the count decides, though a share is asked for', async () => {
    expect(only(await evaluateThriftily(() => false, { leastShare: 0.2 })).spikes).toEqual([]);
    expect(only(await evaluateThriftily(() => true, { leastShare: 0.2 })).spikes).toHaveLength(1);
  });

  it('only windows that such minutes are in have no share', async () => {
    const isThrifty = (ms: number) => ms >= msOf(at(8, 9, 10)) && ms < msOf(at(8, 9, 12));
    const { values } = only(await evaluateThriftily(isThrifty, { toMs: msOf(at(8, 9, 20)) }));
    expect(values.share.flatMap((share, i) => (share === null ? [i] : []))).toEqual([10, 11, 12, 13, 14, 15]);
    expect(values.count).not.toContain(null);
  });
});
