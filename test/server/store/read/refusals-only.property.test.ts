import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CountedFrom, countedFromKinds } from '../../../../parsers/src/index.js';
import type { Basis } from '../../../../server/src/query/completeness.js';
import { groupBy } from '../../../../server/src/query/group-by.js';
import type { EventFilter, LabelName, NumberColumn, SeriesQuery } from '../../../../server/src/query/query.js';
import { compactDay, dropCompacted, readCompaction } from '../../../../server/src/store/compaction.js';
import type { Database } from '../../../../server/src/store/database.js';
import type { EventReader, RefusedRow } from '../../../../server/src/store/event-store.js';
import { createDenominatorStore } from '../../../../server/src/store/metric-totals.js';
import { createEventReader } from '../../../../server/src/store/read/event-reader.js';
import { shareQuestions } from '../../../../server/src/store/shared-questions.js';
import { createUnitStore } from '../../../../server/src/store/units.js';
import { counted, daysOf, generation, refusedRow, storedUnit } from '../../../conformance/store-rows.js';
import { useTestDatabase } from '../../../support/test-database.js';
import { at, hourMs, minuteMs, noonMs, openWorld } from './world.js';

const embedded = useTestDatabase();
let database: Database;
beforeAll(async () => {
  database = await embedded.freshDatabase();
});

/** What happened, in minutes after noon. Each list holds a stage and minute as often as it likes. */
interface Happened {
  readonly totals: readonly Total[];
  readonly refused: readonly Refusal[];
  readonly marks: readonly Mark[];
  readonly metrics: readonly Metric[];
}
interface Place {
  readonly minute: number;
  readonly stage: 'prod' | 'test';
}
interface Counted extends Place {
  readonly countedFrom: CountedFrom;
  readonly route: string;
}
interface Total extends Counted {
  readonly requests: number;
}
interface Refusal extends Counted {
  readonly cause: RefusedRow['cause'];
}
interface Mark extends Place {
  readonly countedFrom: CountedFrom | null;
}
interface Metric extends Place {
  readonly requests: number;
}

const stages = ['prod', 'test'] as const;
const routes = ['/a', '/b'] as const;
/** Around noon, midnight, and noon again; the edges of half-hours. */
const minute = fc
  .tuple(fc.constantFrom(0, 1, 11, 12, 29, 35, 36), fc.constantFrom(0, 1, 4, 29, 30, 58, 59))
  .map(([hour, minute]) => hour * 60 + minute);
const kind = fc.constantFrom<CountedFrom>('access', 'access', 'execution');
const counts = { countedFrom: kind, route: fc.constantFrom(...routes) };
/** What happens of a stage in a minute, so that much of it meets. */
const moment = fc.record({
  place: fc.record({ minute, stage: fc.constantFrom(...stages) }),
  totals: fc.array(fc.record({ ...counts, requests: fc.integer({ min: 1, max: 9 }) }), { maxLength: 2 }),
  refused: fc.array(fc.record({ ...counts, cause: fc.constantFrom<RefusedRow['cause']>('waf_blocked', 'unknown') }), {
    maxLength: 2,
  }),
  marks: fc.array(fc.constantFrom<CountedFrom | null>(null, 'access', 'execution'), { maxLength: 2 }),
  metrics: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 2 }),
});
const happened: fc.Arbitrary<Happened> = fc.array(moment, { minLength: 5, maxLength: 25 }).map((moments) => ({
  totals: moments.flatMap(({ place, totals }) => totals.map((total) => ({ ...place, ...total }))),
  refused: moments.flatMap(({ place, refused }) => refused.map((refusal) => ({ ...place, ...refusal }))),
  marks: moments.flatMap(({ place, marks }) => marks.map((countedFrom) => ({ ...place, countedFrom }))),
  metrics: moments.flatMap(({ place, metrics }) => metrics.map((requests) => ({ ...place, requests }))),
}));

/** Each stage is there every day: a stage that nobody knows has no watermark, which is not what this is about. */
const always: readonly Total[] = [6, 30].flatMap((hour) =>
  stages.map((stage) => ({ minute: hour * 60, stage, countedFrom: 'access' as const, route: '/a', requests: 3 })),
);
const ranges = [
  [0, 48],
  [5, 31],
  [0, 12],
  [29, 37],
] as const;
const nowMs = at(48 * 60);

const asked = fc.record({
  hours: fc.constantFrom(...ranges),
  stepMs: fc.constantFrom(minuteMs, 5 * minuteMs, hourMs),
  by: fc.constantFrom<readonly LabelName[]>(
    [],
    ['stage'],
    ['cause'],
    ['stage', 'cause'],
    ['route'],
    ['stage', 'route'],
  ),
  filter: fc.constantFrom<EventFilter>(
    {},
    { stage: { in: ['prod'] } },
    { stage: { notIn: ['prod'] }, cause: { in: ['unknown'] } },
    { route: { in: ['/a'] } },
  ),
});
type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

/** What the words of the decision say, minute by minute, and nothing cleverer. */
class Model {
  private readonly totals: ReadonlyMap<string, readonly Total[]>;
  private readonly refusals: ReadonlyMap<string, readonly Refusal[]>;
  private readonly marks: ReadonlyMap<string, readonly Mark[]>;
  private readonly metrics: ReadonlyMap<string, readonly Metric[]>;
  private readonly hours: ReadonlyMap<string, readonly Counted[]>;

  constructor({ totals, refused, marks, metrics }: Happened) {
    this.totals = groupBy(totals, cellOf);
    this.refusals = groupBy(refused, cellOf);
    this.marks = groupBy(marks, cellOf);
    this.metrics = groupBy(metrics, cellOf);
    this.hours = groupBy<string, Counted>([...totals, ...refused], hourOf);
  }

  private countsFrom(at: Place): CountedFrom | undefined {
    const rows = this.hours.get(hourOf(at)) ?? [];
    return countedFromKinds.find((kind) => rows.some((row) => row.countedFrom === kind));
  }

  private ofCountedKind<Row extends Counted>(rows: ReadonlyMap<string, readonly Row[]>, at: Place): readonly Row[] {
    return (rows.get(cellOf(at)) ?? []).filter((row) => row.countedFrom === this.countsFrom(at));
  }

  refused = (at: Place): readonly Refusal[] => this.ofCountedKind(this.refusals, at);
  logged = (at: Place): readonly Total[] => this.ofCountedKind(this.totals, at);
  metric = (at: Place): number | undefined => this.metrics.get(cellOf(at))?.at(-1)?.requests;
  hasDenominator = (at: Place): boolean =>
    !this.marks.get(cellOf(at))?.some(({ countedFrom }) => countedFrom === null || countedFrom === this.countsFrom(at));
}

const cellOf = ({ stage, minute }: Place): string => `${stage} ${minute}`;
const hourOf = ({ stage, minute }: Place): string => `${stage} ${Math.floor(minute / 60)}`;

const isLetThrough = (filter: EventFilter, name: LabelName, value: string): boolean =>
  (filter[name]?.in?.includes(value) ?? true) && !(filter[name]?.notIn?.includes(value) ?? false);

interface Expected {
  readonly basis: Basis;
  /** Labels → values. */
  readonly series: Record<string, (number | null)[]>;
}

function expected(model: Model, { hours, stepMs, by, filter }: Asked, metric: 'share' | 'requests'): Expected {
  const ofParts = by.includes('route') || filter.route !== undefined;
  const minutes = Array.from({ length: (hours[1] - hours[0]) * 60 }, (_, i) => hours[0] * 60 + i);
  const chosen = stages.filter((stage) => isLetThrough(filter, 'stage', stage));
  const cells = chosen.flatMap((stage) => minutes.map((minute) => ({ stage, minute })));

  const sets = new Map<string, Partial<Record<LabelName, string>>>();
  const found = (row: Place & Partial<Record<LabelName, string>>): void => {
    const labels = Object.fromEntries(by.map((name) => [name, row[name]])) as Partial<Record<LabelName, string>>;
    sets.set(JSON.stringify(labels), labels);
  };
  if (by.length === 0) sets.set('{}', {});
  for (const cell of cells) {
    const isUntold = !model.hasDenominator(cell);
    const stoodIn = isUntold && !ofParts && model.metric(cell) !== undefined;
    if (metric === 'share') {
      const rows = model.refused(cell);
      for (const row of rows.filter(
        (row) => isLetThrough(filter, 'route', row.route) && isLetThrough(filter, 'cause', row.cause),
      ))
        found(row);
    } else if (stoodIn) found(cell);
    else for (const row of model.logged(cell).filter((row) => isLetThrough(filter, 'route', row.route))) found(row);
  }

  const bases = new Set<Basis>();
  const series: Expected['series'] = {};
  for (const [key, labels] of sets) {
    const buckets = new Map<number, { refused: number; requests: number; unknown: boolean; metered: boolean }>();
    for (const cell of cells) {
      if (labels.stage !== undefined && labels.stage !== cell.stage) continue;
      const start = Math.floor(at(cell.minute) / stepMs);
      const bucket = buckets.get(start) ?? { refused: 0, requests: 0, unknown: false, metered: false };
      buckets.set(start, bucket);
      const isOfSeries = (row: Counted & { readonly cause?: string }) =>
        isLetThrough(filter, 'route', row.route) &&
        (row.cause === undefined || isLetThrough(filter, 'cause', row.cause)) &&
        (labels.route === undefined || labels.route === row.route) &&
        (labels.cause === undefined || row.cause === undefined || labels.cause === row.cause);
      bucket.refused += model.refused(cell).filter(isOfSeries).length;
      const fromMetrics = ofParts ? undefined : model.metric(cell);
      if (model.hasDenominator(cell)) {
        for (const row of model.logged(cell).filter(isOfSeries)) bucket.requests += row.requests;
      } else if (fromMetrics === undefined) bucket.unknown = true;
      else {
        bucket.metered = true;
        bucket.requests += fromMetrics;
      }
    }
    series[key] = [...buckets.values()].map(({ refused, requests, unknown, metered }) => {
      bases.add(unknown ? 'none' : metered ? 'metric' : 'logs');
      if (unknown) return null;
      if (metric === 'requests') return requests;
      return requests === 0 ? null : refused / requests;
    });
  }
  const basis = bases.has('metric') ? 'metric' : bases.has('logs') || bases.size === 0 ? 'logs' : 'none';
  return { basis: sets.size === 0 ? basisOfNothing(model, cells, ofParts, stepMs) : basis, series };
}

/** Without a series the answer tells of all stages together. */
function basisOfNothing(model: Model, cells: readonly Place[], ofParts: boolean, stepMs: number): Basis {
  const buckets = new Map<number, Set<Basis>>();
  for (const cell of cells) {
    const start = Math.floor(at(cell.minute) / stepMs);
    const of = model.hasDenominator(cell) ? 'logs' : ofParts || model.metric(cell) === undefined ? 'none' : 'metric';
    buckets.set(start, (buckets.get(start) ?? new Set()).add(of));
  }
  const bases = new Set(
    [...buckets.values()].map((of) => (of.has('none') ? 'none' : of.has('metric') ? 'metric' : 'logs')),
  );
  return bases.has('metric') ? 'metric' : bases.has('logs') ? 'logs' : 'none';
}

const queryOf = ({ hours, stepMs, by, filter }: Asked, metric: SeriesQuery['metric']): SeriesQuery => ({
  fromMs: at(hours[0] * 60),
  toMs: at(hours[1] * 60),
  metric,
  stepMs,
  by,
  filter,
  limit: 100,
  nowMs,
});

async function answerOf(reader: EventReader, query: SeriesQuery): Promise<Expected> {
  const { frame, basis } = await reader.readSeries(query);
  const columns = frame.columns.filter((column): column is NumberColumn => column.type === 'number');
  return {
    basis,
    series: Object.fromEntries(columns.map(({ labels, values }) => [JSON.stringify(labels), [...values]])),
  };
}

/** All that is asked of a world, as one value to compare. */
async function answersOf(reader: EventReader, asked: Asked) {
  const canAskRequests = !asked.by.includes('cause') && asked.filter.cause === undefined;
  const { hours, filter, stepMs } = asked;
  const range = { fromMs: at(hours[0] * 60), toMs: at(hours[1] * 60), limit: 100, nowMs };
  const stageFilter = filter.stage === undefined ? {} : { stage: filter.stage };
  const [count, share, requests, cells, { stages }] = await Promise.all([
    answerOf(reader, queryOf(asked, 'count')),
    answerOf(reader, queryOf(asked, 'share')),
    canAskRequests ? answerOf(reader, queryOf(asked, 'requests')) : null,
    reader.readCells({ ...range, stepMs, metric: 'requests', by: ['stage'], filter: stageFilter }),
    reader.readStages({ ...range, filter: stageFilter }),
  ]);
  return { count: count.series, share, requests, cells, stages };
}

async function insertCounted({ totals, refused }: Happened): Promise<void> {
  const world = await openWorld(database);
  for (const table of ['compacted', 'compacted_unit', 'compaction']) await database.command(`TRUNCATE TABLE ${table}`);
  const units = createUnitStore(database);
  for (const [index, countedFrom] of countedFromKinds.entries()) {
    const rows = totals.filter((row) => row.countedFrom === countedFrom);
    const sums = new Map<string, ReturnType<typeof counted>>();
    for (const { minute, stage, route, requests } of rows) {
      const key = JSON.stringify([minute, stage, route]);
      const sum = (sums.get(key)?.requests ?? 0) + requests;
      sums.set(key, counted(at(minute), sum, { stage, route, countedFrom }));
    }
    const counts = [...sums.values()];
    if (counts.length === 0) continue;
    await units.insertTotals(`unit-${index}`, generation(1), countedFrom, counts);
    await units.insertMarker(storedUnit(`unit-${index}`, generation(1), { feed: countedFrom }), daysOf(counts), noonMs);
  }
  for (const feed of countedFromKinds) await units.reportProgress(feed, 'file', nowMs, noonMs);
  await world.insertRefused(
    refused.map(({ minute, ...row }, i) => refusedRow(`event-${i}`, { ...row, tsMs: at(minute) + i })),
  );
}

type Said = Pick<Happened, 'marks' | 'metrics'>;
function halvesOf({ marks, metrics }: Said): readonly Said[] {
  const parts = [marks.length, metrics.length].map((length) => Math.ceil(length / 2));
  return [
    { marks: marks.slice(0, parts[0]), metrics: metrics.slice(0, parts[1]) },
    { marks: marks.slice(parts[0]), metrics: metrics.slice(parts[1]) },
  ];
}

let written = 0;
async function insertSaid({ marks, metrics }: Said): Promise<void> {
  const of = { account: '111122223333', region: 'eu-west-1', apiId: 'orders' };
  const minutes = marks.map(({ minute, ...mark }) => ({ ...of, ...mark, minuteMs: at(minute), inReading: true }));
  if (minutes.length > 0) await createUnitStore(database).insertRefusalsOnly('access', minutes);
  // One after the other where one minute has two: the later one counts.
  const rest = [...metrics];
  while (rest.length > 0) {
    const seen = new Set<string>();
    const batch = rest.filter((metric) => !seen.has(cellOf(metric)) && seen.add(cellOf(metric)));
    for (const each of batch) rest.splice(rest.indexOf(each), 1);
    written += 1;
    const totals = batch.map(({ minute, ...metric }) => ({ ...of, ...metric, minuteMs: at(minute) }));
    await createDenominatorStore(database).insertRequestTotals(totals, noonMs + written);
  }
}

async function rebuildDays(): Promise<void> {
  for (const day of ['2061-06-01', '2061-06-02', '2061-06-03']) {
    await compactDay(database, day, () => noonMs);
    const compaction = await readCompaction(database, day);
    if (compaction !== null) await dropCompacted(database, day, compaction.name);
  }
}

const untoldMinutes = (model: Model): string[] =>
  stages.flatMap((stage) =>
    Array.from({ length: 48 * 60 }, (_, minute) => ({ stage, minute }))
      .filter((cell) => !model.hasDenominator(cell) && model.metric(cell) === undefined)
      .map(cellOf),
  );

async function stretches(): Promise<string[]> {
  const range = { fromMs: at(0), toMs: nowMs };
  const found = await createDenominatorStore(database).readStretchesWithoutDenominator({ ...range, nowMs });
  return found.flatMap(({ labels, fromMs, toMs }) =>
    Array.from({ length: (toMs - fromMs) / minuteMs }, (_, i) => `${labels.stage} ${(fromMs - noonMs) / minuteMs + i}`),
  );
}

describe('minutes that were read as refusals only', () => {
  it('have a denominator of metrics or none; nothing else changes, whether days are rebuilt or remembered', async () => {
    let passedMs = 0;
    await fc.assert(
      fc.asyncProperty(happened, asked, async (given, question) => {
        const world = { ...given, totals: [...given.totals, ...always] };
        await insertCounted(world);
        const remembering = createEventReader(shareQuestions(database, () => passedMs));
        const before = await answerOf(remembering, queryOf(question, 'count'));
        // Another node says it, some now and some later: what this one remembers of these days is old at once.
        for (const half of halvesOf(world)) {
          await insertSaid(half);
          passedMs += 1_001;
          await answersOf(remembering, question);
        }
        passedMs += 1_001;

        const model = new Model(world);
        const after = await answersOf(remembering, question);
        expect(after.count).toEqual(before.series);
        expect(after.share).toEqual(expected(model, question, 'share'));
        if (after.requests !== null) expect(after.requests).toEqual(expected(model, question, 'requests'));
        expect(await stretches()).toEqual(untoldMinutes(model));

        await rebuildDays();
        passedMs += 1_001;
        expect(await answersOf(remembering, question)).toEqual(after);
        expect(await answersOf(createEventReader(database), question)).toEqual(after);
      }),
      { seed: 403, numRuns: 12 },
    );
  }, 280_000);
});
