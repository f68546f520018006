import type { EventFilter, TimeRange } from '../../query/query.js';
import { type ChangeEvent, changeEventOf } from '../change-event.js';
import { compileWide } from './compile-wide.js';
import { dayMs } from './range.js';
import { type Statement, timeSql } from './statement.js';

/** Before a sight lies so much that decides whether it is a change: it is the same one for whatever range is asked for. */
const lookBackMs = 30 * dayMs;
const hourMs = 3_600_000;
const most = 1_000;

/**
 * Deployments that a stage's access log shows for the first time, or again after at least a whole hour of others only. No change is
 * the first sight of a stage, or of one that was silent for 30 days; a deployment that discovery told of (nobody knows its time better);
 * and one that comes again on the same day, so that two at once, as of a canary, are two marks and not a hundred.
 */
export function compileLoggedDeployments({
  fromMs,
  toMs,
  filter,
}: TimeRange & { readonly filter: EventFilter }): Statement {
  const stages = compileWide(filter);
  const conditions = [`hour >= toDateTime(${timeSql('first')})`, `hour < ${timeSql('to')}`, ...stages.conditions];
  const ofStage = 'PARTITION BY account, region, api_id, stage';
  const startOfDayMs = Math.floor(fromMs / dayMs) * dayMs;
  return {
    sql: `
SELECT account, region, api_id, stage, deployment_id, before, toUnixTimestamp64Milli(first) AS at_ms
FROM (
  SELECT *
  FROM (
    SELECT *, lagInFrame(n) OVER own AS own_n, lagInFrame(hour) OVER own AS own_hour
    FROM (
      SELECT *, row_number() OVER whole AS n, lagInFrame(deployment_id) OVER whole AS before, lagInFrame(first) OVER whole AS before_at
      FROM (
        SELECT account, region, api_id, stage, deployment_id, hour, min(at) AS first
        FROM deployment_seen
        WHERE ${conditions.join(' AND ')}
        GROUP BY account, region, api_id, stage, deployment_id, hour
      )
      WINDOW whole AS (${ofStage} ORDER BY first, deployment_id)
    )
    WINDOW own AS (${ofStage}, deployment_id ORDER BY n)
  )
  WHERE n > 1 AND first >= ${timeSql('day')} AND before_at >= first - toIntervalDay(30)
    AND (own_n = 0 OR own_hour < first - toIntervalDay(30) OR (own_hour <= hour - toIntervalHour(2) AND n - own_n > 2))
  ORDER BY first, deployment_id
  LIMIT 1 BY account, region, api_id, stage, deployment_id, toDate(first)
) AS logged
LEFT JOIN (
  SELECT api_id, stage, what, groupArray(at) AS told
  FROM change_event FINAL
  WHERE kind IN ('deployment', 'canary')
  GROUP BY api_id, stage, what
) AS discovered ON logged.api_id = discovered.api_id AND logged.stage = discovered.stage AND logged.deployment_id = discovered.what
WHERE first >= ${timeSql('from')} AND first < ${timeSql('to')}
  AND NOT arrayExists(at -> at > if(own_n = 0, first - toIntervalDay(30), own_hour) AND at <= first + toIntervalHour(1), told)
ORDER BY first DESC, deployment_id
LIMIT ${most}`,
    params: {
      ...stages.params,
      from: fromMs,
      to: toMs,
      day: startOfDayMs,
      first: Math.max(0, startOfDayMs - lookBackMs - hourMs),
    },
  };
}

export interface LoggedRow {
  readonly account: string;
  readonly region: string;
  readonly api_id: string;
  readonly stage: string;
  readonly deployment_id: string;
  readonly before: string;
  readonly at_ms: number | string;
}

export function loggedDeployment(row: LoggedRow): ChangeEvent {
  const { account, region, api_id, stage, deployment_id, before } = row;
  const seenMs = Number(row.at_ms);
  return changeEventOf({
    account,
    region,
    apiId: api_id,
    stage,
    kind: 'deployment',
    what: deployment_id,
    summary: `Deployment ${deployment_id} answers requests to the stage ${stage} of ${api_id}, where ${before} did before, as its access log says.`,
    seenMs,
    // A request that becomes visible late may move the time; the day stays.
    tookEffectMs: null,
    before,
    after: `${deployment_id} ${Math.floor(seenMs / dayMs)}`,
  });
}
