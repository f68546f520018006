import { describe, expect, it } from 'vitest';
import { countingTotals } from '../../../../server/src/store/counting-totals.js';
import { compileCondition } from '../../../../server/src/store/read/condition.js';
import {
  type CountedQuery,
  compileRefused,
  compileRequests,
} from '../../../../server/src/store/read/counted-statement.js';
import { compileDoubts, compileStageRefused } from '../../../../server/src/store/read/coverage-statement.js';
import {
  compileEventKeys,
  compileEvents,
  compileKeysById,
  compileNewEventKeys,
} from '../../../../server/src/store/read/event-statement.js';
import { compileDelivered } from '../../../../server/src/store/read/feed-statement.js';
import {
  compileKnownSince,
  compileNewestSeen,
  compileSeen,
} from '../../../../server/src/store/read/first-seen-statement.js';
import { compileLabelValues } from '../../../../server/src/store/read/label-statement.js';
import { filterColumns } from '../../../../server/src/store/read/stage-columns.js';
import { compileDayKinds } from '../../../../server/src/store/read/stage-days.js';
import type { Statement } from '../../../../server/src/store/read/statement.js';
import { hourMs, minuteMs, noonMs } from './world.js';

const line = (sql: string): string => sql.replace(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(' )', ')').trim();
const totals = (range: Parameters<typeof countingTotals>[0]) => countingTotals(range);

/** The subquery of totals is not ours to state. */
function expectStatement(statement: Statement, sql: string, params: Statement['params'], subquery?: Statement): void {
  const said = subquery === undefined ? statement.sql : statement.sql.replaceAll(subquery.sql, '(totals)');
  expect(line(said)).toBe(line(sql));
  expect(statement.params).toEqual({ ...subquery?.params, ...params });
}

const counted = (more: Partial<CountedQuery> = {}): CountedQuery => ({
  range: { fromMs: noonMs + minuteMs, toMs: noonMs + 5 * minuteMs },
  stepMs: minuteMs,
  by: [],
  filter: {},
  limit: 10,
  nowMs: noonMs + hourMs,
  held: { compacted: true, units: true, refusalsOnly: false, metrics: false },
  kinds: 'any',
  ...more,
});
const range = { from: noonMs + minuteMs, to: noonMs + 5 * minuteMs };

describe('conditions', () => {
  it.each<[string, Parameters<typeof compileCondition>, string, Statement['params']]>([
    ['nothing asked', [{}, filterColumns], '1', {}],
    [
      'one of',
      [{ stage: { in: ['prod', 'test'] } }, filterColumns],
      '`stage` IN {stage_in:Array(String)}',
      { stage_in: ['prod', 'test'] },
    ],
    [
      'none of',
      [{ group: { notIn: ['waf'] } }, filterColumns],
      '`group` NOT IN {group_not_in:Array(String)}',
      { group_not_in: ['waf'] },
    ],
    [
      'several, in the order of the columns',
      [{ path: { in: ['/a'], notIn: [] }, api_id: { in: ['x'] } }, filterColumns],
      '`api_id` IN {api_id_in:Array(String)} AND `path` IN {path_in:Array(String)} AND `path` NOT IN {path_not_in:Array(String)}',
      { api_id_in: ['x'], path_in: ['/a'], path_not_in: [] },
    ],
    ['a column that is not asked for', [{ path: { in: ['/a'] } }, ['stage']], '1', {}],
    ['neither in nor not in', [{ path: {} }, filterColumns], '1', {}],
    ['a name that is no column', [{ 'ts) OR (1': { in: ['x'] } } as never, filterColumns], '1', {}],
    ['an inherited name', [Object.create({ stage: { in: ['x'] } }), filterColumns], '1', {}],
  ])('%s', (_, args, sql, params) => {
    expect(compileCondition(...args)).toEqual({ sql, params });
  });
});

describe('counts', () => {
  it('refused requests by label', () => {
    expectStatement(
      compileRefused(counted({ by: ['group', 'stage'], filter: { cause: { in: ['waf_blocked'] } } })),
      `SELECT labels, groupArray(bucket) AS buckets, groupArray(n) AS counts, sum(n) AS total,
        count() OVER () AS sets, sum(total) OVER () AS sum
      FROM (
        SELECT [toString(\`group\`), toString(\`stage\`)] AS labels, bucket, n
        FROM (
          SELECT \`group\`, \`stage\`, intDiv(toUnixTimestamp64Milli(ts), {step:Int64}) AS bucket, count() AS n
          FROM refused FINAL
          WHERE cancelled = 0 AND ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
            AND \`cause\` IN {cause_in:Array(String)}
          GROUP BY \`group\`, \`stage\`, bucket
        )
      )
      GROUP BY labels
      ORDER BY total DESC, labels
      LIMIT {limit:UInt32}`,
      { ...range, step: minuteMs, limit: 10, cause_in: ['waf_blocked'] },
    );
  });

  it('refused requests of the first kind in each hour; kinds are looked for in whole hours, under the filter for stages only', () => {
    const filter = { cause: { in: ['waf_blocked'] }, stage: { notIn: ['test'] } } as const;
    expectStatement(
      compileRefused(counted({ by: ['path'], stepMs: null, kinds: 'first_of_hour', filter })),
      `SELECT labels, groupArray(bucket) AS buckets, groupArray(n) AS counts, sum(n) AS total,
        count() OVER () AS sets, sum(total) OVER () AS sum
      FROM (
        SELECT [toString(\`path\`)] AS labels, bucket, n
        FROM (
        SELECT \`path\`, 0 AS bucket, count() AS n
        FROM refused FINAL
        WHERE cancelled = 0 AND ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
          AND \`stage\` NOT IN {stage_not_in:Array(String)} AND \`cause\` IN {cause_in:Array(String)}
          AND (account, region, api_id, stage, intDiv(toUnixTimestamp64Milli(ts), 3600000),
            indexOf(['access', 'execution', 'waf'], toString(counted_from))) IN (
            SELECT account, region, api_id, stage, hour, min(first) FROM (
              SELECT account, region, api_id, stage, intDiv(toUnixTimestamp64Milli(ts), 3600000) AS hour,
                min(indexOf(['access', 'execution', 'waf'], toString(counted_from))) AS first
              FROM refused FINAL
              WHERE cancelled = 0 AND ts >= fromUnixTimestamp64Milli({hours_from:Int64}, 'UTC')
                AND ts < fromUnixTimestamp64Milli({hours_to:Int64}, 'UTC') AND \`stage\` NOT IN {stage_not_in:Array(String)}
              GROUP BY account, region, api_id, stage, hour
              UNION ALL
              SELECT account, region, api_id, stage, intDiv(toInt64(toUnixTimestamp(minute)) * 1000, 3600000) AS hour,
                min(indexOf(['access', 'execution', 'waf'], toString(counted_from))) AS first
              FROM (totals)
              WHERE \`stage\` NOT IN {stage_not_in:Array(String)}
              GROUP BY account, region, api_id, stage, hour
            ) GROUP BY account, region, api_id, stage, hour)
        GROUP BY \`path\`, bucket
        )
      )
      GROUP BY labels
      ORDER BY total DESC, labels
      LIMIT {limit:UInt32}`,
      {
        ...range,
        limit: 10,
        cause_in: ['waf_blocked'],
        stage_not_in: ['test'],
        hours_from: noonMs,
        hours_to: noonMs + hourMs,
      },
      totals({ fromMs: noonMs, toMs: noonMs + hourMs, nowMs: noonMs + hourMs }),
    );
  });

  it('all requests, without what totals cannot tell', () => {
    expectStatement(
      compileRequests(counted({ filter: { cause: { in: ['waf_blocked'] }, route: { in: ['/a'] } } })),
      `SELECT labels, groupArray(bucket) AS buckets, groupArray(n) AS counts, sum(n) AS total,
        count() OVER () AS sets, sum(total) OVER () AS sum
      FROM (
        SELECT emptyArrayString() AS labels, bucket, n
        FROM (
          SELECT intDiv(toInt64(toUnixTimestamp(minute)) * 1000, {step:Int64}) AS bucket, sum(requests) AS n
          FROM (totals)
          WHERE toInt64(toUnixTimestamp(minute)) * 1000 >= {from:Int64} AND toInt64(toUnixTimestamp(minute)) * 1000 < {to:Int64}
            AND \`route\` IN {route_in:Array(String)}
          GROUP BY bucket
        )
      )
      GROUP BY labels
      ORDER BY total DESC, labels
      LIMIT {limit:UInt32}`,
      { ...range, step: minuteMs, limit: 10, route_in: ['/a'] },
      totals({ fromMs: range.from, toMs: range.to, nowMs: noonMs + hourMs }),
    );
  });

  it.each<[string, Partial<CountedQuery>, string, Statement['params']]>([
    [
      'one label',
      { by: ['stage'], only: [['prod'], ['test']] },
      '`stage` IN {only_stage:Array(String)}',
      { only_stage: ['prod', 'test'] },
    ],
    [
      'several',
      {
        by: ['stage', 'route'],
        only: [
          ['prod', '/a'],
          ['test', '/b'],
        ],
      },
      '(`stage`, `route`) IN arrayZip({only_stage:Array(String)}, {only_route:Array(String)})',
      { only_stage: ['prod', 'test'], only_route: ['/a', '/b'] },
    ],
    ['none', { by: [], only: [[]] }, '1', {}],
  ])('only some sets of labels: %s', (_, query, sql, params) => {
    const statement = compileRequests(counted(query));
    expect(line(statement.sql)).toContain(`${sql === '1' ? '' : ` AND ${sql}`} GROUP BY `);
    expect(statement.params).toMatchObject(params);
  });

  it('kinds of evidence of a day, as bits of its hours', () => {
    const dayMs = 24 * hourMs;
    const midnightMs = Math.floor(noonMs / dayMs) * dayMs;
    const key = 'account, region, api_id, stage, counted_from';
    expectStatement(
      compileDayKinds(new Date(noonMs).toISOString().slice(0, 10), noonMs),
      `SELECT ${key}, groupBitOr(bits) AS hours
      FROM (
        SELECT ${key}, groupBitOr(bitShiftLeft(1::UInt32, toHour(ts))) AS bits
        FROM refused FINAL
        WHERE cancelled = 0 AND ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
        GROUP BY ${key}
        UNION ALL
        SELECT ${key}, groupBitOr(bitShiftLeft(1::UInt32, toHour(minute))) AS bits
        FROM (totals)
        GROUP BY ${key}
      )
      GROUP BY ${key}`,
      { from: midnightMs, to: midnightMs + dayMs },
      totals({ fromMs: midnightMs, toMs: midnightMs + dayMs, nowMs: noonMs }),
    );
  });

  it.each([
    ['the range', noonMs + hourMs - 1, noonMs + 9 * hourMs],
    ['the clock', noonMs + 9 * hourMs, noonMs + hourMs - 59_999],
  ])('deliveries of the day before the end of %s', (_, toMs, nowMs) => {
    expectStatement(
      compileDelivered({ fromMs: noonMs, toMs }, { stage: { in: ['a'] } }, nowMs),
      `SELECT account, region, api_id, stage, feed, counted_from, max(\`stage\` IN {stage_in:Array(String)}) AS is_selected,
        sum(requests) AS day_requests, sumIf(requests, status_class != '403') AS day_others,
        feed IN (SELECT feed FROM refusals_only WHERE minute >= toDateTime({from:UInt32}, 'UTC') AND minute < toDateTime({to:UInt32}, 'UTC'))
          AS is_declared
      FROM totals
      WHERE minute >= toDateTime({from:UInt32}, 'UTC') AND minute < toDateTime({to:UInt32}, 'UTC')
      GROUP BY account, region, api_id, stage, feed, counted_from`,
      { stage_in: ['a'], from: (noonMs - 23 * hourMs) / 1000, to: (noonMs + hourMs) / 1000 },
    );
  });
});

describe('events', () => {
  const day = { fromMs: noonMs, toMs: noonMs + 24 * hourMs };

  const page = { filter: { source_ip: { notIn: ['203.0.113.1'] } }, cursor: { tsMs: noonMs + 5, eventId: 'abc' } };
  it.each<['newest' | 'oldest' | undefined, string, string]>([
    ['newest', 'DESC', '<'],
    [undefined, 'DESC', '<'],
    ['oldest', 'ASC', '>'],
  ])('a page of keys behind a cursor, %s first', (order, direction, behind) => {
    expectStatement(
      compileEventKeys(day, order === undefined ? page : { ...page, order }, 11),
      `SELECT event_id, toUnixTimestamp64Milli(ts) AS ts_ms
      FROM refused FINAL
      WHERE cancelled = 0 AND ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
        AND \`source_ip\` NOT IN {source_ip_not_in:Array(String)}
        AND (ts, event_id) ${behind} (fromUnixTimestamp64Milli({cursor_ts:Int64}, 'UTC'), {cursor_id:String})
      ORDER BY ts ${direction}, event_id ${direction}
      LIMIT {limit:UInt32}`,
      {
        from: noonMs,
        to: noonMs + 24 * hourMs,
        source_ip_not_in: ['203.0.113.1'],
        cursor_ts: noonMs + 5,
        cursor_id: 'abc',
        limit: 11,
      },
    );
  });

  it('keys by any id', () => {
    const one = (column: string) => `( SELECT event_id, toUnixTimestamp64Milli(ts) AS ts_ms FROM refused
      WHERE ${column} = {id:String} ORDER BY ts DESC, event_id DESC LIMIT 1 BY event_id, ts LIMIT {limit:UInt32} )`;
    expectStatement(
      compileKeysById(`' OR 1`, 100),
      `SELECT DISTINCT event_id, ts_ms
      FROM (${one('event_id')} UNION ALL ${one('request_id')} UNION ALL ${one('extended_request_id')})
      ORDER BY ts_ms DESC, event_id DESC
      LIMIT {limit:UInt32}`,
      { id: `' OR 1`, limit: 100 },
    );
  });

  it('keys of new events', () => {
    const after = `(written_at, event_id) > (fromUnixTimestamp64Milli({after:Int64}, 'UTC'), {after_id:String})`;
    const touched = `FROM refused WHERE written_at >= fromUnixTimestamp64Milli({after:Int64}, 'UTC') AND ${after}`;
    expectStatement(
      compileNewEventKeys({ afterMs: noonMs, afterEventId: 'abc', filter: {}, limit: 5 }),
      `SELECT event_id, toUnixTimestamp64Milli(ts) AS ts_ms, toUnixTimestamp64Milli(written_at) AS written_at_ms
      FROM refused FINAL
      WHERE cancelled = 0 AND ${after} AND 1
        AND toDate(ts) IN (SELECT toDate(ts) ${touched}) AND event_id IN (SELECT event_id ${touched})
      ORDER BY written_at, event_id
      LIMIT {limit:UInt32}`,
      { after: noonMs, after_id: 'abc', limit: 5 },
    );
  });

  it('rows by their keys', () => {
    const { sql, params } = compileEvents([
      { event_id: 'b', ts_ms: noonMs + 9 },
      { event_id: 'a', ts_ms: String(noonMs) },
    ]);
    expect(line(sql)).toContain(
      'FROM refused FINAL PREWHERE event_id IN {ids:Array(String)} WHERE cancelled = 0 AND ts >= ',
    );
    expect(params).toEqual({ ids: ['b', 'a'], days: ['2061-06-01'], from: noonMs, to: noonMs + 9 });
  });
});

describe('label values', () => {
  const query = { fromMs: noonMs + 1, toMs: noonMs + minuteMs, filter: {}, limit: 10 };
  const params = { from: noonMs + 1, to: noonMs + minuteMs, limit: 11 };
  const refused = (column: string) => `SELECT toString(\`${column}\`) AS value FROM refused FINAL
    WHERE cancelled = 0 AND ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC') AND 1
    GROUP BY value`;

  it('of a label of all requests', () => {
    expectStatement(
      compileLabelValues('route', query),
      `SELECT DISTINCT value FROM ( ${refused('route')}
        UNION ALL SELECT toString(\`route\`) AS value FROM (totals) WHERE 1 GROUP BY value )
      ORDER BY value LIMIT {limit:UInt32}`,
      params,
      totals({ fromMs: noonMs, toMs: noonMs + minuteMs }),
    );
  });

  it('of a label of refused requests', () => {
    expectStatement(
      compileLabelValues('group', query),
      `SELECT DISTINCT value FROM ( ${refused('group')} ) ORDER BY value LIMIT {limit:UInt32}`,
      params,
    );
  });
});

describe('causes first seen', () => {
  const key = '`account`, `region`, `api_id`, `stage`, `route`, `cause`, `group`';
  const seen = { range: counted().range, filter: { cause: { in: ['iam_denied'] } }, least: 3, limit: 9, nowMs: noonMs };
  const params = { ...range, cause_in: ['iam_denied'], least: 3, limit: 9 };

  it('causes on routes that were refused in the range', () => {
    expectStatement(
      compileSeen({ ...seen, kinds: 'any', versions: 'standing' }),
      `SELECT ${key}, count() AS refused, min(toUnixTimestamp64Milli(ts)) AS first_ms, max(toUnixTimestamp64Milli(ts)) AS last_ms
      FROM refused FINAL
      WHERE cancelled = 0 AND ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
        AND \`cause\` IN {cause_in:Array(String)}
      GROUP BY ${key}
      HAVING refused >= {least:UInt32}
      ORDER BY first_ms DESC, ${key}
      LIMIT {limit:UInt32}`,
      params,
    );
  });

  it('of the first kind in each hour', () => {
    const { sql } = compileSeen({ ...seen, kinds: 'first_of_hour', versions: 'standing' });
    expect(line(sql)).toContain(
      "AND (account, region, api_id, stage, intDiv(toUnixTimestamp64Milli(ts), 3600000), indexOf(['access', 'execution', 'waf'], toString(counted_from))) IN (SELECT account, region, api_id, stage, hour, min(first)",
    );
  });

  it('in any version', () => {
    const { sql } = compileSeen({ ...seen, kinds: 'any', versions: 'any' });
    expect(line(sql)).toContain(' FROM refused WHERE cancelled = 0 AND ');
  });

  it('causes whose newest row stands: only those rows are merged', () => {
    expectStatement(
      compileNewestSeen(seen),
      `SELECT ${key}, max(toUnixTimestamp64Milli(ts)) AS last_ms
      FROM refused FINAL
      WHERE cancelled = 0 AND ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
        AND (ts, event_id, ${key}) IN (
          SELECT newest.1, newest.2, ${key}
          FROM (
            SELECT argMax((ts, event_id), ts) AS newest, ${key}
            FROM refused
            WHERE cancelled = 0 AND ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
              AND \`cause\` IN {cause_in:Array(String)}
            GROUP BY ${key}))
      GROUP BY ${key}`,
      { ...range, cause_in: ['iam_denied'] },
    );
  });

  it('since when stages had requests', () => {
    expectStatement(
      compileKnownSince(
        { fromMs: noonMs, toMs: noonMs + hourMs },
        { stage: { in: ['a'] }, cause: { in: ['x'] } },
        noonMs,
      ),
      `SELECT account, region, api_id, stage, min(since_ms) AS known_since_ms
      FROM (
        SELECT account, region, api_id, stage, min(toInt64(toUnixTimestamp(minute)) * 1000) AS since_ms
        FROM (totals)
        WHERE \`stage\` IN {stage_in:Array(String)}
        GROUP BY account, region, api_id, stage
        UNION ALL
        SELECT account, region, api_id, stage, min(toInt64(toUnixTimestamp(minute)) * 1000) AS since_ms
        FROM refusals_only
        WHERE minute >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND minute < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
          AND counted_from = '' AND (account, region, api_id, stage) != ('', '', '', '') AND \`stage\` IN {stage_in:Array(String)}
        GROUP BY account, region, api_id, stage
      )
      GROUP BY account, region, api_id, stage`,
      { stage_in: ['a'], from: noonMs, to: noonMs + hourMs },
      totals({ fromMs: noonMs, toMs: noonMs + hourMs, nowMs: noonMs }),
    );
  });
});

describe('coverage', () => {
  const query = { fromMs: range.from, toMs: range.to, filter: { stage: { in: ['a'] } }, nowMs: noonMs } as const;
  const params = { ...range, stage_in: ['a'], counted_from: 'access' };
  const rows = `FROM refused FINAL
    WHERE cancelled = 0 AND ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      AND \`stage\` IN {stage_in:Array(String)} AND counted_from = {counted_from:String}`;

  it('what is known of what each stage refused', () => {
    expectStatement(
      compileStageRefused({ ...query, kinds: 'access' }),
      `SELECT account, region, api_id, stage,
        count() AS refused, countIf(cause = 'unknown') AS unknown, countIf(confidence = 'certain') AS certain
      ${rows}
      GROUP BY account, region, api_id, stage`,
      params,
    );
  });

  it('refusals that are not certain, with the ids that are sampled first', () => {
    expectStatement(
      compileDoubts({ ...query, kinds: 'access', limit: 7 }),
      `SELECT account, region, api_id, stage, cause, count() AS refused,
        groupArraySorted(5)((event_id, toUnixTimestamp64Milli(ts))) AS lowest, count() OVER () AS groups
      ${rows} AND confidence != 'certain'
      GROUP BY account, region, api_id, stage, cause
      ORDER BY refused DESC, account, region, api_id, stage, cause
      LIMIT {limit:UInt32}`,
      { ...params, limit: 7 },
    );
  });
});
