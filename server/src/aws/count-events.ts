import {
  type CloudWatchLogsClient,
  GetQueryResultsCommand,
  type GetQueryResultsCommandOutput,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { CountEvents, LogGroup } from '../sources/cloudwatch/log-events-client.js';
import { AwsError, awsErrorOf } from './aws-error.js';
import type { LimitedAction } from './quotas.js';
import type { Wait } from './rate-budget.js';
import type { RateBudgets } from './rate-budgets.js';

export interface CountEventsOptions {
  /** An SDK client for the account and region, made with `maxAttempts: 1`: repeating is ours, through the budget. */
  readonly clientOf: (account: string, region: string) => CloudWatchLogsClient;
  readonly budgets: RateBudgets;
  readonly nowMs: () => number;
  readonly wait: Wait;
}

/** From the first look at a query's results to the next, growing. */
const firstLookMs = 500;
const longestLookMs = 4_000;
/** A count that takes longer saves nothing: the reading goes on instead. */
const patienceMs = 60_000;
const stopWithinMs = 2_000;

/**
 * Counts with CloudWatch Logs Insights. AWS takes seconds, and its end is inclusive; whether the rest of that last second is in it, AWS
 * does not say: hence the filter by the millisecond. What was ingested late counts by its event time, as FilterLogEvents shows it.
 * Needs docs/aws/iam-policy-insights.json. Throws `AwsError`, or the signal's reason; a query that is given up is stopped.
 */
export function createCountEvents({ clientOf, budgets, nowMs, wait }: CountEventsOptions): CountEvents {
  /** One call, when the budget allows it. */
  async function ask<T>(
    action: LimitedAction,
    group: LogGroup,
    signal: AbortSignal,
    send: (client: CloudWatchLogsClient) => Promise<T>,
  ): Promise<T> {
    const { account, region, name } = group;
    const budget = budgets.of(account, region, action);
    await budget.take(name, signal, 'sweep');
    try {
      return await send(clientOf(account, region));
    } catch (error) {
      signal.throwIfAborted();
      const failure = awsErrorOf(error, { action, on: `log group ${name} (${account}, ${region})` });
      if (failure.kind === 'throttled') budget.throttled(failure.retryAfterMs);
      throw failure;
    }
  }

  async function resultOf(queryId: string, group: LogGroup, signal: AbortSignal): Promise<number> {
    const untilMs = nowMs() + patienceMs;
    for (let pauseMs = firstLookMs; nowMs() < untilMs; pauseMs = Math.min(pauseMs * 2, longestLookMs)) {
      await wait(pauseMs, signal).catch(() => {});
      signal.throwIfAborted();
      const command = new GetQueryResultsCommand({ queryId });
      const answer = await ask('logs:GetQueryResults', group, signal, (client) =>
        client.send(command, { abortSignal: signal }),
      );
      const count = countOf(answer);
      if (count !== null) return count;
    }
    throw new AwsError('unreachable', `CloudWatch Insights did not count ${group.name} within a minute.`);
  }

  return async (group, fromMs, toMs, signal) => {
    const command = new StartQueryCommand({
      logGroupName: group.name,
      startTime: Math.floor(fromMs / 1000),
      endTime: Math.ceil(toMs / 1000),
      queryString: `filter @timestamp >= ${fromMs} and @timestamp < ${toMs} | stats count(*) as events`,
    });
    // Not cut off by the signal: without its id it could not be stopped.
    const { queryId } = await ask('logs:StartQuery', group, signal, (client) => client.send(command));
    if (queryId === undefined) throw new AwsError('broken', 'AWS started a query and did not say its id.');
    try {
      return await resultOf(queryId, group, signal);
    } catch (error) {
      // Queries of an account are limited and paid for; one that ended by itself takes no notice.
      await clientOf(group.account, group.region)
        .send(new StopQueryCommand({ queryId }), { abortSignal: AbortSignal.timeout(stopWithinMs) })
        .catch(() => {});
      throw error;
    }
  };
}

/** null while the query runs. */
function countOf({ status, results = [] }: GetQueryResultsCommandOutput): number | null {
  if (status === 'Scheduled' || status === 'Running') return null;
  if (status !== 'Complete') throw new AwsError('broken', `CloudWatch Insights ended a count with ${status}.`);
  // Nothing counted is no row.
  if (results.length === 0) return 0;
  const value = results[0]?.find(({ field }) => field === 'events')?.value;
  if (value === undefined || !/^\d{1,15}$/.test(value)) {
    throw new AwsError(
      'broken',
      `CloudWatch Insights gave ${JSON.stringify(value ?? null)} where a count was expected.`,
    );
  }
  return Number(value);
}
