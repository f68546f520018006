import type { CountingKinds } from '../../query/counting-kinds.js';
import { denominatedBy } from '../../query/denominators.js';
import { type EventFilter, type TimeRange, totalLabelNames } from '../../query/query.js';
import { countingTotals } from '../counting-totals.js';
import { type ColumnName, quoteColumn } from './column.js';
import { allOf, compileCondition } from './condition.js';
import { firstKinds, hourSql, kindCondition, kindSql, minuteMsSql, stageKey, tsMsSql } from './counted-kinds.js';
import { filterColumns } from './stage-columns.js';
import { type Statement, timeSql } from './statement.js';
import type { HeldDay } from './stored-days.js';

export interface CountedQuery {
  readonly range: TimeRange;
  /** Width of a bucket; null: one bucket for the whole range. */
  readonly stepMs: number | null;
  /** For requests: labels of totals only. */
  readonly by: readonly ColumnName[];
  /** Of requests, the part about labels of totals is used. */
  readonly filter: EventFilter;
  /** Only these sets of labels, each in the order of `by`. */
  readonly only?: readonly (readonly string[])[];
  /** Largest sets first. */
  readonly limit: number;
  /** Totals marked later are not looked at. */
  readonly nowMs: number;
  /** What the days of the range hold, if that is known: less is looked up then. */
  readonly held?: HeldDay;
  /** Whether minutes have totals of metrics that are without denominator for one kind of log only, if that is known. */
  readonly metersKinds?: boolean;
  readonly kinds: CountingKinds;
}

/** A set of labels with its counts; buckets without any are left out. Numbers of 64 bits may come as text. */
export interface CountedRow {
  /** In the order of `by`. */
  readonly labels: readonly string[];
  /** Numbers of buckets, counted in steps since the epoch. */
  readonly buckets: readonly (number | string)[];
  readonly counts: readonly (number | string)[];
  readonly total: number | string;
  /** Of the whole answer, limit or not. */
  readonly sets: number | string;
  readonly sum: number | string;
}

/** Refused requests per set of labels and bucket. */
export function compileRefused(query: CountedQuery): Statement {
  const condition = compileCondition(query.filter, filterColumns);
  const only = compileOnly(query);
  return compileCounted(query, {
    ms: tsMsSql,
    count: 'count()',
    source: 'refused FINAL',
    condition: allOf(`cancelled = 0 AND ts >= ${timeSql('from')} AND ts < ${timeSql('to')}`, condition.sql, only.sql),
    params: { ...condition.params, ...only.params, from: query.range.fromMs, to: query.range.toMs },
  });
}

/** All requests per set of labels and bucket: of the minutes that begin in the range. */
export function compileRequests(query: CountedQuery): Statement {
  const condition = compileCondition(query.filter, totalLabelNames);
  const only = compileOnly(query);
  const { range, nowMs, held } = query;
  const totals = countingTotals({ ...range, nowMs, ...(held === undefined ? {} : { held }) });
  // The subqueries of one statement share their parameters, and the look for kinds takes whole hours: so the range is said once more.
  const asked = allOf(`${minuteMsSql} >= {from:Int64} AND ${minuteMsSql} < {to:Int64}`, condition.sql, only.sql);
  const params = { ...totals.params, ...condition.params, ...only.params, from: range.fromMs, to: range.toMs };
  const counted = { ms: minuteMsSql, count: 'sum(requests)' };
  if (!doMetricsStandIn(query))
    return compileCounted(query, { ...counted, source: totals.sql, condition: asked, params });
  const kind = kindCondition(query.kinds, query, minuteMsSql);
  const metrics = meteredMinutes(query);
  const minuteOfStage = `${stageKey}, minute`;
  // A minute of a stage is counted from one or the other, never from both.
  const source = `(
  SELECT ${minuteOfStage}, if(max(is_metric) = 1, sumIf(n, is_metric = 1), sum(n)) AS requests
  FROM (
    SELECT ${minuteOfStage}, requests AS n, 0 AS is_metric
    FROM ${totals.sql}
    WHERE ${allOf(asked, kind.sql)}
    UNION ALL
    SELECT ${minuteOfStage}, requests AS n, 1 AS is_metric
    FROM metric_totals FINAL
    WHERE ${allOf(asked, metrics.sql)}
  )
  GROUP BY ${minuteOfStage}
)`;
  return compileCounted(
    { ...query, kinds: 'any' },
    { ...counted, source, condition: '1', params: { ...params, ...kind.params, ...metrics.params } },
  );
}

/** Metrics are of whole stages, and looked for where the days hold any. */
const doMetricsStandIn = ({ by, filter, held }: CountedQuery): boolean =>
  denominatedBy(by, filter) === 'stages' && (held === undefined || (held.metrics && held.refusalsOnly));

/** What lets only minutes of stages through that are counted from refusals only, as query/denominators.ts has it. */
function meteredMinutes({ range, filter, nowMs, metersKinds = true }: CountedQuery): Statement {
  const first = metersKinds ? firstKinds({ range, filter, nowMs }) : null;
  const isCounted = `(${stageKey}, ${hourSql(minuteMsSql)}, ${kindSql})`;
  const inRange = `minute >= ${timeSql('metrics_from')} AND minute < ${timeSql('metrics_to')}`;
  const sql = `${inRange} AND (${stageKey}, minute) IN (
      SELECT ${stageKey}, minute
      FROM refusals_only
      WHERE ${inRange} AND (counted_from = ''${first === null ? '' : ` OR ${isCounted} IN (${first.sql})`}))`;
  return { sql, params: { ...first?.params, metrics_from: range.fromMs, metrics_to: range.toMs } };
}

/** by [route, method], only [['/a', 'GET']] → `` (`route`, `method`) IN arrayZip({only_route:Array(String)}, {only_method:Array(String)}) `` */
function compileOnly({ by, only }: CountedQuery): Statement {
  if (only === undefined || by.length === 0) return { sql: '1', params: {} };
  const lists = by.map((name) => `{only_${name}:Array(String)}`).join(', ');
  return {
    sql:
      by.length === 1
        ? `${by.map(quoteColumn)} IN ${lists}`
        : `(${by.map(quoteColumn).join(', ')}) IN arrayZip(${lists})`,
    params: Object.fromEntries(by.map((name, index) => [`only_${name}`, only.map((labels) => labels[index] ?? '')])),
  };
}

interface Counted extends Pick<Statement, 'params'> {
  /** The event time, ms. */
  readonly ms: string;
  readonly count: string;
  readonly source: string;
  readonly condition: string;
}

/** Rows → counts per labels and bucket → one row for each set of labels, with its total over the buckets. */
function compileCounted(query: CountedQuery, { ms, count, source, condition, params }: Counted): Statement {
  // Rows are grouped by the columns as they are stored; only the groups' labels become text.
  const columns = query.by.map((name) => `${quoteColumn(name)}, `).join('');
  const labels = query.by.map((name) => `toString(${quoteColumn(name)})`).join(', ');
  const kind = kindCondition(query.kinds, query, ms);
  const sql = `
SELECT labels, groupArray(bucket) AS buckets, groupArray(n) AS counts, sum(n) AS total,
  count() OVER () AS sets, sum(total) OVER () AS sum
FROM (
  SELECT ${labels === '' ? 'emptyArrayString()' : `[${labels}]`} AS labels, bucket, n
  FROM (
    SELECT ${columns}${query.stepMs === null ? '0' : `intDiv(${ms}, {step:Int64})`} AS bucket, ${count} AS n
    FROM ${source}
    WHERE ${allOf(condition, kind.sql)}
    GROUP BY ${columns}bucket
  )
)
GROUP BY labels
ORDER BY total DESC, labels
LIMIT {limit:UInt32}`;
  return {
    sql,
    params: {
      ...params,
      ...kind.params,
      ...(query.stepMs === null ? {} : { step: query.stepMs }),
      limit: query.limit,
    },
  };
}
