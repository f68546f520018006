import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandOutput,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type {
  CountQuestion,
  CountRequests,
  Dimensions,
  MinuteCounts,
} from '../sources/metric-totals/count-requests.js';
import { pauseAfter } from '../time/pause.js';
import { AwsError, awsErrorOf } from './aws-error.js';
import type { Wait } from './rate-budget.js';
import type { RateBudgets } from './rate-budgets.js';

export interface CountRequestsOptions {
  /** An SDK client for the account and region, made with `maxAttempts: 1`: repeating is ours, through the budget. */
  readonly clientOf: (account: string, region: string) => CloudWatchClient;
  readonly budgets: RateBudgets;
  readonly wait: Wait;
}

const action = 'cloudwatch:GetMetricData';
const minuteSeconds = 60;
const attempts = 4;
/** A question is made so that one answer holds all of it. */
const mostPages = 20;

/** GetMetricData of CloudWatch. Needs docs/aws/iam-policy-metrics.json. */
export function createCountRequests({ clientOf, budgets, wait }: CountRequestsOptions): CountRequests {
  /** One page, asked for again when what kept it from coming passes. */
  async function readPage(
    question: CountQuestion,
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<GetMetricDataCommandOutput> {
    const { account, region } = question;
    const budget = budgets.of(account, region, action);
    for (let failures = 1; ; failures++) {
      await budget.take('metrics', signal);
      try {
        const command = commandOf(question, token);
        return await clientOf(account, region).send(command, { abortSignal: signal });
      } catch (thrown) {
        signal.throwIfAborted();
        const error = errorOf(thrown, question);
        if (error.kind === 'throttled') budget.throttled(error.retryAfterMs);
        const passes = error.kind === 'throttled' || error.kind === 'unreachable';
        if (!passes || failures === attempts) throw error;
        await wait(pauseAfter(failures), signal).catch(() => {});
        signal.throwIfAborted();
      }
    }
  }

  return async (question, signal) => {
    const found = question.metrics.map(() => ({ requests: new Map<number, number>(), status: '' }));
    let token: string | undefined;
    let isAll = false;
    for (let pages = 0; pages < mostPages; pages++) {
      const page = await readPage(question, token, signal);
      for (const result of page.MetricDataResults ?? []) {
        if (result.StatusCode === 'Forbidden') throw errorOf(null, question, 'denied');
        const of = found[indexOf(result)];
        if (of === undefined) continue;
        of.status = result.StatusCode ?? '';
        for (const [minuteMs, requests] of pointsOf(result)) of.requests.set(minuteMs, requests);
      }
      isAll = !page.NextToken;
      // The same token again leads nowhere.
      if (isAll || page.NextToken === token) break;
      token = page.NextToken;
    }
    return found.map(({ requests, status }): MinuteCounts => ({ requests, isWhole: isAll && status === 'Complete' }));
  };
}

function commandOf({ fromMs, toMs, metrics }: CountQuestion, token: string | undefined): GetMetricDataCommand {
  return new GetMetricDataCommand({
    StartTime: new Date(fromMs),
    EndTime: new Date(toMs),
    ScanBy: 'TimestampAscending',
    MetricDataQueries: metrics.map(queryOf),
    ...(token === undefined ? {} : { NextToken: token }),
  });
}

const queryOf = (dimensions: Dimensions, index: number): MetricDataQuery => ({
  Id: `m${index}`,
  MetricStat: {
    Metric: {
      Namespace: 'AWS/ApiGateway',
      MetricName: 'Count',
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: minuteSeconds,
    // AWS documents this one as the number of requests.
    Stat: 'SampleCount',
  },
});

const indexOf = ({ Id = '' }: MetricDataResult): number => Number(/^m(\d{1,4})$/.exec(Id)?.[1] ?? -1);

/** After an internal error nothing is believed. */
function* pointsOf({ StatusCode, Timestamps = [], Values = [] }: MetricDataResult): Iterable<[number, number]> {
  if (StatusCode !== 'Complete' && StatusCode !== 'PartialData') return;
  for (const [i, at] of Timestamps.entries()) {
    const value = Values[i];
    if (value === undefined || !(value >= 0) || value > Number.MAX_SAFE_INTEGER) {
      throw new AwsError('broken', `CloudWatch gave ${value ?? 'nothing'} where a number of requests was expected.`);
    }
    yield [Math.floor(at.getTime() / 60_000) * 60_000, Math.round(value)];
  }
}

/** CloudWatch says AccessDenied where others say AccessDeniedException; elsewhere it is a role that may not be assumed. */
function errorOf(thrown: unknown, { account, region }: CountQuestion, kind?: 'denied'): AwsError {
  const call = { action, on: `metrics (${account}, ${region})` };
  const isDenied = kind === 'denied' || (thrown as { readonly name?: unknown } | null)?.name === 'AccessDenied';
  return isDenied ? awsErrorOf(thrown, call, 'denied') : awsErrorOf(thrown, call);
}
