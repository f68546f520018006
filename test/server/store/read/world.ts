import type { CountedRequests } from '../../../../parsers/src/index.js';
import type { NumberColumn, SeriesQuery } from '../../../../server/src/query/query.js';
import type { Database } from '../../../../server/src/store/database.js';
import type { MetricTotal, RefusalsOnlyMinute } from '../../../../server/src/store/denominator-store.js';
import type { EventReader, RefusedRow, SampleRow, SeriesAnswer } from '../../../../server/src/store/event-store.js';
import { createDenominatorStore } from '../../../../server/src/store/metric-totals.js';
import { applyMigrations, loadMigrations } from '../../../../server/src/store/migrations.js';
import { createEventReader } from '../../../../server/src/store/read/event-reader.js';
import { createUnitStore } from '../../../../server/src/store/units.js';
import { createVerdictStore } from '../../../../server/src/store/verdicts.js';
import { counted, daysOf, generation, refusedRow, storedUnit } from '../../../conformance/store-rows.js';

/** 12:00 of a day that no retention reaches. */
export const noonMs = Date.UTC(2061, 5, 1, 12);
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
/** Minutes after noon. */
export const at = (minute: number): number => noonMs + minute * minuteMs;

/** A small world in minutes after noon. */
export interface World {
  /** Each entry: that many refused requests of that minute, alike. */
  readonly refused?: readonly ({ readonly minute: number; readonly times?: number } & Partial<RefusedRow>)[];
  /** Each entry is a unit of its own. */
  readonly totals?: readonly ({
    readonly minute: number;
    readonly requests: number;
    readonly feed?: string;
  } & Partial<Omit<CountedRequests, 'requests'>>)[];
  /** Each entry: that minute of that stage was read as refusals only. */
  readonly refusalsOnly?: readonly ({
    readonly minute: number;
    readonly feed?: string;
  } & Partial<RefusalsOnlyMinute>)[];
  readonly metrics?: readonly ({ readonly minute: number; readonly requests: number } & Partial<MetricTotal>)[];
  /** Feed → minute up to which it is complete. */
  readonly progress?: Readonly<Record<string, number>>;
}

export interface OpenedWorld {
  readonly reader: EventReader;
  readonly database: Database;
  insertRefused(rows: readonly RefusedRow[], nowMs?: number): Promise<void>;
  insertSamples(rows: readonly SampleRow[]): Promise<void>;
  /** What else happens in it; units and events get names of their own. */
  add(world: World): Promise<void>;
}

const tables = ['refused', 'sample', 'totals', 'unit', 'refusals_only', 'metric_totals', 'reject', 'feed_progress'];
const stage = { account: '111122223333', region: 'eu-west-1', apiId: 'orders', stage: 'prod' };

/** Whatever the database held before is gone. */
export async function openWorld(database: Database, world: World = {}): Promise<OpenedWorld> {
  await applyMigrations(database, await loadMigrations(), () => noonMs);
  for (const table of tables) await database.command(`TRUNCATE TABLE ${table}`);
  const units = createUnitStore(database);
  const verdicts = createVerdictStore(database);
  const denominators = createDenominatorStore(database);
  let made = 0;
  const opened: OpenedWorld = {
    reader: createEventReader(database),
    database,
    insertRefused: (rows, nowMs = noonMs) => verdicts.insertRefused(rows, nowMs),
    insertSamples: (rows) => verdicts.insertSamples(rows, noonMs),
    async add({ refused = [], totals = [], refusalsOnly = [], metrics = [], progress = {} }) {
      const rows = refused.flatMap(({ minute, times = 1, ...more }) =>
        Array.from({ length: times }, () => {
          made += 1;
          return refusedRow(`event-${String(made).padStart(4, '0')}`, { tsMs: at(minute) + made, ...more });
        }),
      );
      await verdicts.insertRefused(rows, noonMs);
      for (const { minute, feed = 'file:access', ...more } of refusalsOnly) {
        const of = { ...stage, minuteMs: at(minute), countedFrom: null, inReading: true };
        await units.insertRefusalsOnly(feed, [{ ...of, ...more }]);
      }
      const counts = metrics.map(({ minute, ...more }) => ({ ...stage, minuteMs: at(minute), ...more }));
      await denominators.insertRequestTotals(counts, noonMs);
      for (const { minute, requests, feed = 'file:access', ...more } of totals) {
        made += 1;
        const counts = [counted(at(minute), requests, more)];
        await units.insertTotals(`unit-${made}`, generation(1), feed, counts);
        await units.insertMarker(storedUnit(`unit-${made}`, generation(1), { feed, requests }), daysOf(counts), noonMs);
      }
      for (const [feed, minute] of Object.entries(progress)) {
        await units.reportProgress(feed, 'file', at(minute), noonMs);
      }
    },
  };
  await opened.add(world);
  return opened;
}

/** Five minutes from noon, a value for each. */
export const seriesQuery = (more: Partial<SeriesQuery> = {}): SeriesQuery => ({
  fromMs: noonMs,
  toMs: at(5),
  metric: 'count',
  stepMs: minuteMs,
  by: [],
  filter: {},
  limit: 10,
  nowMs: at(60),
  ...more,
});

/** Series in short: `cause=waf_blocked stage=prod` → values. */
export function seriesOf(answer: SeriesAnswer): Record<string, readonly (number | null)[]> {
  const columns = answer.frame.columns.filter((column): column is NumberColumn => column.type === 'number');
  return Object.fromEntries(
    columns.map((column) => [
      Object.entries(column.labels)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
      column.values,
    ]),
  );
}
