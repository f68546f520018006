import { beforeAll, describe, expect, it } from 'vitest';
import type { EventFilter, TimeRange } from '../../../../server/src/query/query.js';
import type { Database } from '../../../../server/src/store/database.js';
import type { EventReader } from '../../../../server/src/store/event-store.js';
import { shareQuestions } from '../../../../server/src/store/shared-questions.js';
import { createUnitStore } from '../../../../server/src/store/units.js';
import { counted, daysOf, generation, refusedRow, storedUnit } from '../../../conformance/store-rows.js';
import { useTestDatabase } from '../../../support/test-database.js';
import { at, hourMs, noonMs, openWorld, type World } from './world.js';

const embedded = useTestDatabase();
let database: Database;
beforeAll(async () => {
  database = await embedded.freshDatabase();
});

/** 4.6 days from noon of the first: three whole days in the middle, two that are cut. */
const range: TimeRange = { fromMs: noonMs, toMs: noonMs + 110 * hourMs };
const nowMs = range.toMs;
const halves: readonly TimeRange[] = [...Array(10).keys()].map((i) => ({
  fromMs: noonMs + i * 12 * hourMs,
  toMs: Math.min(range.toMs, noonMs + (i + 1) * 12 * hourMs),
}));

const causes = ['waf_blocked', 'api_key_missing', 'unknown'] as const;
const hours = [...Array(110).keys()];
const week: World = {
  refused: hours.map((hour) => ({
    minute: hour * 60 + ((hour * 17) % 60),
    times: 1 + (hour % 4),
    cause: causes[hour % 3] ?? 'unknown',
    confidence: hour % 3 === 2 ? 'possible' : 'certain',
    stage: hour % 5 === 0 ? 'test' : 'prod',
    sourceIp: `203.0.113.${hour % 7}`,
  })),
  totals: hours
    .filter((hour) => hour % 9 === 0)
    .flatMap((hour) => [
      { minute: hour * 60 + 7, requests: 10 + hour, stage: 'prod' },
      { minute: hour * 60 + 7, requests: 3, stage: 'test' },
    ]),
  progress: { 'file:access': 110 * 60 },
};

/** A service that remembers. Its clock moves when it is told to. */
async function open(world: World) {
  let passedMs = 0;
  const remembering = shareQuestions(database, () => passedMs);
  const pass = (ms: number): void => {
    passedMs += ms;
  };
  return { ...(await openWorld(remembering, world)), pass };
}

const limit = 100;
const filters: readonly EventFilter[] = [{}, { stage: { in: ['prod'] } }];

describe.each(filters)('a range of several days is told as its parts are, of %j', (filter) => {
  let reader: EventReader;
  beforeAll(async () => {
    ({ reader } = await open(week));
  });

  it('series', async () => {
    for (const [metric, by] of [
      ['count', ['cause', 'stage']],
      ['requests', ['stage']],
      ['share', ['stage']],
    ] as const) {
      const ask = (part: TimeRange) =>
        reader.readSeries({ ...part, metric, by: [...by], stepMs: hourMs, filter, limit, nowMs });
      const valuesOf = async (part: TimeRange) => {
        const { frame } = await ask(part);
        const times = frame.columns[0]?.values ?? [];
        return frame.columns
          .slice(1)
          .flatMap((column) =>
            'labels' in column
              ? column.values.flatMap((value, i) =>
                  value === 0 || value === null
                    ? []
                    : [`${times[i]} ${Object.values(column.labels).join(' ')} ${value}`],
                )
              : [],
          );
      };
      const parts = (await Promise.all(halves.map(valuesOf))).flat();
      expect(parts.length).toBeGreaterThan(5);
      expect((await valuesOf(range)).sort()).toEqual(parts.sort());
    }
  });

  it('top', async () => {
    const countsOf = async (part: TimeRange) => {
      const { frame } = await reader.readTop({ ...part, by: 'source_ip', filter, limit, nowMs });
      const [names, refused] = frame.columns.map(({ values }) => values);
      return (names ?? []).map((name, i) => [String(name), Number(refused?.[i])] as const);
    };
    const sums = new Map<string, number>();
    for (const part of halves)
      for (const [name, refused] of await countsOf(part)) sums.set(name, (sums.get(name) ?? 0) + refused);
    expect(new Map(await countsOf(range))).toEqual(sums);
  });

  it('stages and what is doubtful about them', async () => {
    const sums = new Map<string, number>();
    const add = (key: string, count: number) => sums.set(key, (sums.get(key) ?? 0) + count);
    const tell = async (part: TimeRange, say: (key: string, count: number) => void) => {
      const { stages } = await reader.readStages({ ...part, filter, limit, nowMs });
      for (const { labels, requests, refused, unknown, certain } of stages)
        for (const [name, count] of Object.entries({ requests: requests ?? Number.NaN, refused, unknown, certain }))
          say(`${labels.stage} ${name}`, count);
      const { doubts } = await reader.readDoubts({ ...part, filter, limit, nowMs });
      for (const { labels, refused } of doubts) say(`${labels.stage} doubts of ${labels.cause}`, refused);
    };
    for (const part of halves) await tell(part, add);
    const whole = new Map<string, number>();
    await tell(range, (key, count) => whole.set(key, count));
    expect(whole).toEqual(sums);
  });
});

const count = async (reader: EventReader, more: object = {}) => {
  const answer = await reader.readTop({ ...range, by: 'cause', filter: {}, limit, nowMs, ...more });
  return answer.frame.columns[1]?.values.reduce((sum: number, value) => sum + Number(value), 0);
};
const requests = async (reader: EventReader, now = nowMs) => {
  const { stages } = await reader.readStages({ ...range, filter: {}, limit, nowMs: now });
  return stages.reduce((sum, stage) => sum + (stage.requests ?? Number.NaN), 0);
};

describe('what is remembered of a day', () => {
  it('is told again as it was, without a look at its rows', async () => {
    const { reader, database: shared } = await open(week);
    const before = await count(reader);
    // Nobody writes like that: it shows that the rows are not looked at.
    await database.command("DELETE FROM refused WHERE toDate(ts) = '2061-06-03' SETTINGS mutations_sync = 2");
    expect(await count(reader)).toBe(before);
    await shared.command('OPTIMIZE TABLE refused');
    expect(await count(reader)).toBeLessThan(before ?? 0);
  });

  it('holds what was written late, as soon as that is stored', async () => {
    const { reader, add, insertRefused } = await open(week);
    const [before, all] = [(await count(reader)) ?? 0, await requests(reader)];
    await insertRefused([refusedRow('late', { tsMs: at(40 * 60) })]);
    expect(await count(reader)).toBe(before + 1);
    await add({ totals: [{ minute: 40 * 60, requests: 1_000 }] });
    expect(await requests(reader)).toBe(all + 1_000);
  });

  it('holds what another node wrote, as soon as it marked its unit and told how far it is', async () => {
    const { reader, pass } = await open(week);
    const all = await requests(reader);
    const other = createUnitStore(database);
    const counts = [counted(at(40 * 60), 500)];
    await other.insertTotals('other', generation(1), 'file:other', counts);
    await other.insertMarker(storedUnit('other', generation(1), { feed: 'file:other' }), daysOf(counts), nowMs);
    await other.reportProgress('file:other', 'file', range.toMs, nowMs + 1);
    pass(1_000);
    expect(await requests(reader, nowMs + 1)).toBe(all + 500);
  });

  it('is not used where a day has more sets of labels than are remembered: the answer is as exact', async () => {
    const { reader, insertRefused } = await open({});
    const callers = 5_001;
    await insertRefused(
      [...Array(callers).keys()].map((i) => refusedRow(`caller-${i}`, { tsMs: at(30 * 60) + i, sourceIp: `ip-${i}` })),
    );
    const answer = await reader.readTop({ ...range, by: 'source_ip', filter: {}, limit: 1, nowMs });
    expect(answer.frame.columns[2]?.values).toEqual([1 / callers]);
  });
});
