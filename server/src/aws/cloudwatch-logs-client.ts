import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
  type FilterLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { EventsPage, EventsRequest, LogEvent, LogEventsClient } from '../sources/cloudwatch/log-events-client.js';
import { AwsError, awsErrorOf } from './aws-error.js';

export interface LogEventsClientOptions {
  /** An SDK client for the account and region, made with `maxAttempts: 1`: repeating is ours, through the budget. */
  readonly clientOf: (account: string, region: string) => CloudWatchLogsClient;
}

/** FilterLogEvents, one page a call. */
export function createLogEventsClient({ clientOf }: LogEventsClientOptions): LogEventsClient {
  return {
    async readPage(request, signal) {
      const { account, region, name } = request.group;
      try {
        const client = clientOf(account, region);
        return pageOf(await client.send(commandOf(request), { abortSignal: signal }));
      } catch (error) {
        signal.throwIfAborted();
        const call = { action: 'logs:FilterLogEvents', on: `log group ${name} (${account}, ${region})` };
        const isTokenRefused = request.token !== null && nameOf(error) === 'InvalidParameterException';
        throw isTokenRefused ? awsErrorOf(error, call, 'token_rejected') : awsErrorOf(error, call);
      }
    },
  };
}

const commandOf = ({ group, fromMs, toMs, filterPattern, token }: EventsRequest): FilterLogEventsCommand =>
  new FilterLogEventsCommand({
    logGroupName: group.name,
    // AWS refuses times before 1970, and its end is inclusive.
    startTime: Math.max(0, fromMs),
    endTime: Math.max(0, toMs - 1),
    ...(filterPattern === null ? {} : { filterPattern }),
    ...(token === null ? {} : { nextToken: token }),
  });

const pageOf = ({ events = [], nextToken }: FilterLogEventsCommandOutput): EventsPage => ({
  events: events.map(eventOf),
  nextToken: nextToken ?? null,
});

function eventOf({ eventId, logStreamName, timestamp, ingestionTime, message }: FilteredLogEvent): LogEvent {
  if (eventId === undefined || timestamp === undefined) {
    throw new AwsError('broken', 'AWS gave an event without eventId or timestamp: it cannot be counted exactly once.');
  }
  return {
    eventId,
    logStreamName: logStreamName ?? '',
    timestamp,
    ingestionTime: ingestionTime ?? timestamp,
    message: message ?? '',
  };
}

const nameOf = (error: unknown): unknown => (error as { readonly name?: unknown } | null)?.name;
