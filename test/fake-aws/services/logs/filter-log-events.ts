import type { FilterLogEventsRequest } from '@aws-sdk/client-cloudwatch-logs';
import { AwsFailure, invalidParameter } from '../../aws-failure.js';
import type { CallContext, Operation } from '../../aws-service.js';
import { compileFilterPattern, type LineTest } from '../../filter-pattern/compile-filter-pattern.js';
import { decodeToken, encodeToken, type PageToken, pageNumberOf } from '../../page-token.js';
import { type EventPosition, type EventReader, positionOf, type StoredEvent } from './event-reader.js';
import { classOf, groupOf, groupSubject, nameOfIdentifier } from './log-groups.js';

const maxEvents = 10_000;
const maxPageBytes = 1_048_576;
/** What AWS counts beside a message's bytes where it says so (PutLogEvents). */
const eventOverheadBytes = 26;
const tokenLifeMs = 86_400_000;
/** AWS takes events up to 2 h ahead. */
const aheadMs = 7_200_000;

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

function windowOf(input: FilterLogEventsRequest, nowMs: number): Window {
  for (const name of ['startTime', 'endTime'] as const) {
    const value = input[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0)) {
      throw invalidParameter(
        `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value greater than or equal to 0`,
      );
    }
  }
  const fromMs = input.startTime ?? 0;
  const toMs = input.endTime ?? nowMs + aheadMs;
  if (toMs < fromMs) throw invalidParameter('End time should not be less than start time.');
  return { fromMs, toMs: Math.min(toMs, nowMs + aheadMs) };
}

function limitOf(input: FilterLogEventsRequest): number {
  const limit = input.limit ?? maxEvents;
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxEvents) return limit;
  throw invalidParameter(
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must be between 1 and ${maxEvents}`,
  );
}

function streamTestOf(input: FilterLogEventsRequest): LineTest {
  const { logStreamNames: names, logStreamNamePrefix: prefix } = input;
  if (names && prefix !== undefined) {
    throw invalidParameter('logStreamNames and logStreamNamePrefix can not both be specified');
  }
  if (names && names.length > 100) throw invalidParameter('At most 100 logStreamNames can be specified');
  if (names) return (stream) => names.includes(stream);
  return prefix === undefined ? () => true : (stream) => stream.startsWith(prefix);
}

/** Whatever two calls of one listing must have in common. */
const scopeOf = (input: FilterLogEventsRequest): string =>
  JSON.stringify([
    input.logGroupName ?? input.logGroupIdentifier,
    input.startTime,
    input.endTime,
    input.filterPattern,
    input.logStreamNames,
    input.logStreamNamePrefix,
  ]);

function tokenOf(input: FilterLogEventsRequest, scope: string, call: CallContext): PageToken | null {
  if (input.nextToken === undefined) return null;
  const token = decodeToken(input.nextToken);
  const isGood = token?.scope === scope && call.nowMs - token.issuedAtMs <= tokenLifeMs;
  if (!isGood || call.pageEffect?.kind === 'reject_token')
    throw invalidParameter('The specified nextToken is invalid.');
  return token;
}

interface Scanned {
  readonly events: readonly StoredEvent[];
  /** Where the scan stopped before its end; null when all was seen. */
  readonly stoppedAt: EventPosition | null;
}

/** Stops at the limit, at 1 MB or when it has looked at so many events: the last makes pages that are empty but not the end. */
function scan(
  events: Iterable<StoredEvent>,
  wanted: (event: StoredEvent) => boolean,
  limit: number,
  most: number,
): Scanned {
  const found: StoredEvent[] = [];
  let bytes = 0;
  let scanned = 0;
  let last: EventPosition | null = null;
  for (const event of events) {
    if (scanned >= most) return { events: found, stoppedAt: last };
    if (wanted(event)) {
      bytes += Buffer.byteLength(event.message) + eventOverheadBytes;
      if (bytes > maxPageBytes && found.length > 0) return { events: found, stoppedAt: last };
      found.push(event);
      // Even if nothing follows: the page after a full one may be empty.
      if (found.length >= limit) return { events: found, stoppedAt: positionOf(event) };
    }
    scanned += 1;
    last = positionOf(event);
  }
  return { events: found, stoppedAt: null };
}

export function createFilterLogEvents(reader: EventReader, scannedPerPage: number): Operation<FilterLogEventsRequest> {
  return {
    iamAction: 'logs:FilterLogEvents',
    subject: (input, place) =>
      groupSubject(
        place,
        nameOfIdentifier(input.logGroupName ?? input.logGroupIdentifier),
        pageNumberOf(input.nextToken),
      ),
    answer: (input, call) => {
      const group = groupOf(input, call);
      const window = windowOf(input, call.nowMs);
      const limit = limitOf(input);
      const matches = compileFilterPattern(input.filterPattern ?? '');
      const isWantedStream = streamTestOf(input);
      if (input.startFromHead === false) throw invalidParameter('the fake does not read from the tail');
      if (classOf(group) !== 'STANDARD') {
        throw new AwsFailure(
          'InvalidOperationException',
          `The log group ${group.name} is of log-group-class ${classOf(group)}. FilterLogEvents is not supported for this log class.`,
        );
      }
      const scope = scopeOf(input);
      const token = tokenOf(input, scope, call);
      const after = token && token.at.length > 0 ? (token.at as unknown as EventPosition) : undefined;
      const tokenAt = (at: readonly (string | number)[]): string =>
        encodeToken({ scope, page: (token?.page ?? 1) + 1, issuedAtMs: call.nowMs, at });

      const effect = call.pageEffect;
      if (effect?.kind === 'empty_page') return page([], tokenAt(after ?? []));
      if (effect?.kind === 'repeat_token') return page([], input.nextToken ?? tokenAt([]));
      const found = scan(
        reader.read(group, window.fromMs, window.toMs, call.nowMs, after),
        (event) => isWantedStream(event.logStreamName) && matches(event.message),
        effect?.kind === 'short_page' ? Math.min(limit, effect.events) : limit,
        scannedPerPage,
      );
      if (found.stoppedAt) return page(found.events, tokenAt(found.stoppedAt));
      return page(found.events, effect?.kind === 'empty_last_token' ? '' : undefined);
    },
  };
}

const page = (events: readonly StoredEvent[], nextToken: string | undefined): object => ({
  events: events.map(({ visibleAt: _, ...event }) => event),
  searchedLogStreams: [],
  nextToken,
});
