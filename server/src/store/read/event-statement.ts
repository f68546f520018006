import type { EventQuery, TimeRange } from '../../query/query.js';
import type { NewEventsQuery } from '../event-store.js';
import { type RefusedColumns, refusedColumnsSql } from '../refused-row.js';
import { dayOf } from '../stored-values.js';
import { compileCondition } from './condition.js';
import { filterColumns } from './stage-columns.js';
import { type Statement, timeSql } from './statement.js';

/** Which event; numbers of 64 bits may come as text. */
export interface EventKeyRow {
  readonly event_id: string;
  readonly ts_ms: number | string;
}

export interface NewEventKeyRow extends EventKeyRow {
  readonly written_at_ms: number | string;
}

/** A page of keys: in the order asked for, behind the cursor. Only the columns that decide are read of all rows. */
export function compileEventKeys(
  range: TimeRange,
  { filter, cursor, order = 'newest' }: Pick<EventQuery, 'filter' | 'cursor' | 'order'>,
  limit: number,
): Statement {
  const condition = compileCondition(filter, filterColumns);
  const [direction, isBehind] = order === 'newest' ? ['DESC', '<'] : ['ASC', '>'];
  const behind = cursor === null ? '' : ` AND (ts, event_id) ${isBehind} (${timeSql('cursor_ts')}, {cursor_id:String})`;
  return {
    sql: `
SELECT event_id, toUnixTimestamp64Milli(ts) AS ts_ms
FROM refused FINAL
WHERE cancelled = 0 AND ts >= ${timeSql('from')} AND ts < ${timeSql('to')} AND ${condition.sql}${behind}
ORDER BY ts ${direction}, event_id ${direction}
LIMIT {limit:UInt32}`,
    params: {
      ...condition.params,
      from: range.fromMs,
      to: range.toMs,
      ...(cursor === null ? {} : { cursor_ts: cursor.tsMs, cursor_id: cursor.eventId }),
      limit,
    },
  };
}

/**
 * Of any version, standing or not: the rows that stand are read by their keys afterwards. One SELECT for each column, so that
 * each has its index.
 */
export function compileKeysById(id: string, limit: number): Statement {
  const found = ['event_id', 'request_id', 'extended_request_id'].map(
    (column) => `
  SELECT event_id, toUnixTimestamp64Milli(ts) AS ts_ms
  FROM refused
  WHERE ${column} = {id:String}
  ORDER BY ts DESC, event_id DESC
  LIMIT 1 BY event_id, ts
  LIMIT {limit:UInt32}`,
  );
  return {
    sql: `
SELECT DISTINCT event_id, ts_ms
FROM (${found.map((select) => `(${select}\n)`).join(' UNION ALL ')})
ORDER BY ts_ms DESC, event_id DESC
LIMIT {limit:UInt32}`,
    params: { id: id, limit },
  };
}

/** Keys of the events whose standing version was written after the cursor, in the order of writing, then by id. */
export function compileNewEventKeys({ afterMs, afterEventId, filter, limit }: NewEventsQuery): Statement {
  const condition = compileCondition(filter, filterColumns);
  const after = timeSql('after');
  const isAfter =
    afterEventId === undefined ? `written_at > ${after}` : `(written_at, event_id) > (${after}, {after_id:String})`;
  // Which events and days: a look at all versions with the index on the time of writing. Which stand: a look at these only.
  const touched = (column: string): string =>
    `SELECT ${column} FROM refused WHERE written_at >= ${after} AND ${isAfter}`;
  return {
    sql: `
SELECT event_id, toUnixTimestamp64Milli(ts) AS ts_ms, toUnixTimestamp64Milli(written_at) AS written_at_ms
FROM refused FINAL
WHERE cancelled = 0 AND ${isAfter} AND ${condition.sql}
  AND toDate(ts) IN (${touched('toDate(ts)')})
  AND event_id IN (${touched('event_id')})
ORDER BY written_at, event_id
LIMIT {limit:UInt32}`,
    params: {
      ...condition.params,
      after: afterMs,
      ...(afterEventId === undefined ? {} : { after_id: afterEventId }),
      limit,
    },
  };
}

/** The rows that stand, of these events. `keys` must not be empty. */
export function compileEvents(keys: readonly EventKeyRow[]): Statement {
  return {
    sql: `
SELECT ${refusedColumnsSql}, toUnixTimestamp64Milli(written_at) AS written_at_ms
FROM refused FINAL
PREWHERE event_id IN {ids:Array(String)}
WHERE cancelled = 0 AND ts >= ${timeSql('from')} AND ts <= ${timeSql('to')} AND ${onTheirDays}
ORDER BY ts DESC, event_id DESC`,
    params: { ...spanOf(keys), ...daysOf(keys), ids: keys.map((key) => key.event_id) },
  };
}

/** Samples of these events, whatever their version. `keys` must not be empty. */
export function compileSamples(keys: readonly EventKeyRow[]): Statement {
  return {
    sql: `
SELECT event_id, toString(version) AS version, body
FROM sample FINAL
PREWHERE event_id IN {ids:Array(String)}
WHERE ${onTheirDays}`,
    params: { ...daysOf(keys), ids: keys.map((key) => key.event_id) },
  };
}

/** A few events of a long range lie on a few of its days. */
const onTheirDays = 'toDate(ts) IN {days:Array(Date)}';

const daysOf = (keys: readonly EventKeyRow[]): { readonly days: readonly string[] } => ({
  days: [...new Set(keys.map((key) => dayOf(Number(key.ts_ms))))],
});

function spanOf(keys: readonly EventKeyRow[]): { readonly from: number; readonly to: number } {
  const times = keys.map((key) => Number(key.ts_ms));
  return { from: Math.min(...times), to: Math.max(...times) };
}

export interface EventColumns extends RefusedColumns {
  readonly written_at_ms: number | string;
}

export interface SampleTextRow {
  readonly event_id: string;
  readonly version: string;
  readonly body: string;
}
