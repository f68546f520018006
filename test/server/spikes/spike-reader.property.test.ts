import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSpikeReader, type SpikeQuery, type SpikeSeries } from '../../../server/src/spikes/spike-reader.js';
import { Chance } from '../../spikes-judge/chance.js';
import { nameOf } from '../../spikes-judge/counted-traffic.js';
import { storeOf } from '../../spikes-judge/traffic-store.js';
import { at, madeTraffic, msOf, raised } from './made-traffic.js';

const minuteMs = 60_000;
const days = 9;
const chance = new Chance(1, 'property');

/** Two stages with noise, habits and an incident each; one is young, one has gaps. */
const traffic = madeTraffic(
  days,
  {
    api: 'orders',
    requests: (minute) => (minute % 1440 < 90 ? 0 : chance.poisson(40)),
    refused: {
      authorizer_denied: (minute) => chance.poisson(raised(0.6, 5, at(8, 10), at(8, 11))(minute)),
      waf_blocked: (minute) => (minute % 700 < 3 ? chance.poisson(9) : 0),
    },
  },
  {
    api: 'media',
    requests: (minute) => (minute < at(7, 3) ? 0 : chance.poisson(20)),
    refused: {
      api_key_invalid: (minute) =>
        minute < at(7, 3) ? 0 : chance.poisson(raised(0.3, 6, at(8, 15), at(8, 19))(minute)),
    },
  },
);

const whole = createSpikeReader({ store: storeOf(traffic) }).evaluate({
  fromMs: msOf(at(8, 0)),
  toMs: msOf(at(9, 0)),
  stepMs: minuteMs,
  filter: {},
  leastShare: null,
  limit: 100,
  nowMs: traffic.toMs,
});

const named = (series: readonly SpikeSeries[]): ReadonlyMap<string, SpikeSeries> =>
  new Map(series.map((each) => [nameOf(each.labels), each]));

/** Of the whole day, minute by minute. */
async function valueAt(name: string, ms: number): Promise<Record<string, number | null>> {
  const { series, times } = await whole;
  const { values } = named(series).get(name) as SpikeSeries;
  const i = times.indexOf(ms);
  return Object.fromEntries(
    Object.entries(values).map(([measure, told]) => [measure, (told as (number | null)[])[i] ?? null]),
  );
}

const question = fc.record({
  from: fc.integer({ min: at(8, 0), max: at(8, 23) }),
  length: fc.integer({ min: 1, max: 900 }),
  step: fc.constantFrom(1, 2, 5, 30),
  api: fc.constantFrom(undefined, 'orders', 'media'),
  cause: fc.constantFrom(undefined, 'waf_blocked', 'authorizer_denied', 'api_key_invalid'),
  late: fc.integer({ min: 0, max: 3000 }),
});

const queryOf = ({
  from,
  length,
  step,
  api,
  cause,
  late,
}: typeof question extends fc.Arbitrary<infer T> ? T : never): SpikeQuery => {
  const to = Math.min(from + length, at(9, 0));
  return {
    fromMs: msOf(from),
    toMs: msOf(to),
    stepMs: step * minuteMs,
    filter: {
      ...(api === undefined ? {} : { api_id: { in: [api] } }),
      ...(cause === undefined ? {} : { cause: { in: [cause] } }),
    },
    leastShare: null,
    limit: 100,
    nowMs: traffic.toMs + late * minuteMs,
  };
};

it('what is said of a minute does not depend on range, step, filter and the moment of the question', async () => {
  const shared = createSpikeReader({ store: storeOf(traffic) });
  await fc.assert(
    fc.asyncProperty(question, fc.boolean(), async (asked, isFresh) => {
      const query = queryOf(asked);
      const reader = isFresh ? createSpikeReader({ store: storeOf(traffic) }) : shared;
      const { times, series } = await reader.evaluate(query);
      for (const { labels, values } of series) {
        for (const [i, time] of times.entries()) {
          if (time + query.stepMs > traffic.toMs) continue;
          const minutes = await Promise.all(
            Array.from({ length: query.stepMs / minuteMs }, (_, minute) => time + minute * minuteMs)
              .filter((ms) => ms >= msOf(at(8, 0)))
              .map((ms) => valueAt(nameOf(labels), ms)),
          );
          const told = Object.fromEntries(Object.entries(values).map(([measure, all]) => [measure, all[i]]));
          expect(minutes).toContainEqual(told);
          expect(told['score']).toBe(Math.max(...minutes.map(({ score }) => score ?? 0)));
        }
      }
    }),
    { numRuns: 60, seed: 403 },
  );
});

it('a spike is the same wherever the range lies that it overlaps', async () => {
  const spikesOf = new Map([...named((await whole).series)].map(([name, { spikes }]) => [name, spikes]));
  expect([...spikesOf.values()].flat().length).toBeGreaterThan(1);
  await fc.assert(
    fc.asyncProperty(question, async (asked) => {
      const query = queryOf(asked);
      const { series } = await createSpikeReader({ store: storeOf(traffic) }).evaluate(query);
      const fromMs = Math.floor(query.fromMs / query.stepMs) * query.stepMs;
      const toMs = Math.ceil(query.toMs / query.stepMs) * query.stepMs;
      for (const { labels, spikes } of series) {
        const overlapping = spikesOf
          .get(nameOf(labels))
          ?.filter(({ beganMs, endedMs }) => beganMs < toMs && (endedMs ?? Infinity) > fromMs);
        expect(spikes).toEqual(overlapping);
      }
    }),
    { numRuns: 60, seed: 404 },
  );
});
