import type { UncertainIdsQuery } from '../event-store.js';
import { type Statement, timeSql } from './statement.js';

export interface UncertainIdRow {
  readonly id: string;
  /** How many there are without the limit. */
  readonly found: number | string;
}

/** A UUID, or the short form that only API Gateway makes. */
const idForm = '^([0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[A-Za-z0-9_-]{11,62}={1,2})$';

export function compileUncertainIds(query: UncertainIdsQuery): Statement {
  const { fromMs, toMs, stages, exceptCauses, limit } = query;
  return {
    sql: `
SELECT id, found
FROM (
  SELECT id, event_id, count() OVER () AS found, row_number() OVER (PARTITION BY kind ORDER BY event_id) AS place
  FROM (
    SELECT
      request_id AS id,
      any(refused.event_id) AS event_id,
      any((api_id, stage, route, cause, detail)) AS kind
    FROM refused FINAL
    WHERE cancelled = 0 AND ts >= ${timeSql('from')} AND ts < ${timeSql('to')}
      AND concat(api_id, '/', stage) IN {stages:Array(String)} AND match(request_id, {form:String})
    GROUP BY id
    HAVING count() = 1 AND any(confidence) != 'certain' AND any(cause) NOT IN {causes:Array(String)}
  )
)
ORDER BY place, event_id
LIMIT {limit:UInt32}`,
    params: {
      from: fromMs,
      to: toMs,
      // Neither part has a slash.
      stages: stages.map(({ apiId, stage }) => `${apiId}/${stage}`),
      form: idForm,
      causes: exceptCauses,
      limit,
    },
  };
}
