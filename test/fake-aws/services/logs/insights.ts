import type { GetQueryResultsRequest, StartQueryRequest, StopQueryRequest } from '@aws-sdk/client-cloudwatch-logs';
import { AwsFailure, invalidParameter } from '../../aws-failure.js';
import type { CallContext, Operation } from '../../aws-service.js';
import { pageNumberOf, pageOfList } from '../../page-token.js';
import type { FakeLogGroup } from '../../world.js';
import { compareEvents, type EventReader, type StoredEvent } from './event-reader.js';
import { fieldOf, malformed } from './insights-filter.js';
import { type CountBy, type InsightsQuery, parseInsightsQuery } from './insights-query.js';
import { groupByIdentifier, groupOf, groupSubject, nameOfIdentifier } from './log-groups.js';

interface Column {
  readonly field: string;
  readonly value: string;
}

interface RunningQuery {
  readonly query: InsightsQuery;
  readonly groups: readonly FakeLogGroup[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly doneAtMs: number;
  readonly account: string;
  isStopped: boolean;
  found: Found | null;
}

interface Found {
  readonly rows: readonly (readonly Column[])[];
  readonly scanned: number;
  readonly matched: number;
}

const maxConcurrent = 100;
const rowsPerPage = 10_000;

/** `2026-03-01 12:00:00.000` */
const insightsTime = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

function rowOf(event: StoredEvent, fields: readonly string[]): readonly Column[] {
  const columns = fields.flatMap((field): Column[] => {
    const value = fieldOf(event, field);
    if (value === undefined) return [];
    const isTime = field === '@timestamp' || field === '@ingestionTime';
    return [{ field, value: isTime ? insightsTime(Number(value)) : String(value) }];
  });
  return [...columns, { field: '@ptr', value: Buffer.from(event.eventId).toString('base64') }];
}

/** Nothing counted is no row, not a row with 0. */
function countRows(
  events: readonly StoredEvent[],
  { name, bin }: CountBy,
  isAscending: boolean,
): readonly (readonly Column[])[] {
  if (!bin) return events.length === 0 ? [] : [[{ field: name, value: String(events.length) }]];
  const counts = new Map<number, number>();
  for (const { timestamp } of events) {
    const start = Math.floor(timestamp / bin.ms) * bin.ms;
    counts.set(start, (counts.get(start) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a], [b]) => (isAscending ? a - b : b - a));
  return sorted.map(([start, count]) => [
    { field: bin.name, value: insightsTime(start) },
    { field: name, value: String(count) },
  ]);
}

function run(reader: EventReader, running: RunningQuery): Found {
  const { query, groups, fromMs, toMs, doneAtMs } = running;
  let scanned = 0;
  const matching: StoredEvent[] = [];
  for (const group of groups) {
    for (const event of reader.read(group, fromMs, toMs, doneAtMs)) {
      scanned += 1;
      if (query.tests.every((test) => test(event))) matching.push(event);
    }
  }
  matching.sort((a, b) => (query.isAscending ? compareEvents(a, b) : compareEvents(b, a)));
  const rows = query.count
    ? countRows(matching, query.count, query.isAscending)
    : matching.slice(0, query.limit).map((event) => rowOf(event, query.fields));
  return { rows: rows.slice(0, query.limit), scanned, matched: matching.length };
}

function groupsOf(input: StartQueryRequest, call: CallContext): readonly FakeLogGroup[] {
  const given = [input.logGroupName, input.logGroupNames, input.logGroupIdentifiers].filter(
    (naming) => naming !== undefined,
  );
  if (given.length !== 1)
    throw invalidParameter('Exactly one of logGroupName, logGroupNames and logGroupIdentifiers is needed');
  const names = input.logGroupNames ?? (input.logGroupName === undefined ? [] : [input.logGroupName]);
  const groups = [
    ...names.map((logGroupName) => groupOf({ logGroupName }, call)),
    ...(input.logGroupIdentifiers ?? []).map((identifier) => groupByIdentifier(identifier, call)),
  ];
  if (groups.length > 50) throw invalidParameter('At most 50 log groups can be queried');
  return groups;
}

/** Times are epoch seconds, and the whole last second belongs to the range. */
function rangeOf(input: StartQueryRequest): { fromMs: number; toMs: number } {
  const { startTime = 0, endTime = 0 } = input;
  if (endTime > 100_000_000_000) throw malformed('times are in seconds');
  if (startTime > endTime) throw invalidParameter('Start time should not be after end time');
  return { fromMs: startTime * 1_000, toMs: endTime * 1_000 + 999 };
}

export function createInsightsOperations(
  reader: EventReader,
  queryMs: number,
): Readonly<Record<string, Operation<object>>> {
  const queries = new Map<string, RunningQuery>();

  const queryOf = (id: string | undefined, call: CallContext): RunningQuery => {
    const found = queries.get(id ?? '');
    if (found?.account !== call.account)
      throw new AwsFailure('ResourceNotFoundException', `Query ${id} does not exist`);
    return found;
  };

  const startQuery: Operation<StartQueryRequest> = {
    iamAction: 'logs:StartQuery',
    subject: (input, place) => {
      const names = [input.logGroupName, ...(input.logGroupNames ?? []), ...(input.logGroupIdentifiers ?? [])];
      const given = names.filter((name) => name !== undefined).map(nameOfIdentifier);
      return { ...groupSubject(place, given[0] ?? ''), key: given.join() };
    },
    answer: (input, call) => {
      const groups = groupsOf(input, call);
      const running = [...queries.values()].filter((query) => query.doneAtMs > call.nowMs && !query.isStopped);
      if (running.length >= maxConcurrent) {
        throw new AwsFailure('LimitExceededException', 'Account maximum query concurrency limit of [100] reached.');
      }
      if ((input.queryString ?? '').length > 10_000)
        throw invalidParameter('queryString is longer than 10,000 characters');
      const parsed = parseInsightsQuery(input.queryString ?? '');
      const queryId = `00000000-0000-4000-8000-${String(queries.size + 1).padStart(12, '0')}`;
      queries.set(queryId, {
        query: input.limit === undefined ? parsed : { ...parsed, limit: input.limit },
        groups,
        ...rangeOf(input),
        doneAtMs: call.nowMs + queryMs,
        account: call.account,
        isStopped: false,
        found: null,
      });
      return { queryId };
    },
  };

  const getQueryResults: Operation<GetQueryResultsRequest> = {
    iamAction: 'logs:GetQueryResults',
    subject: (input, place) => ({
      ...groupSubject(place, '', pageNumberOf(input.nextToken)),
      key: input.queryId ?? '',
    }),
    answer: (input, call) => {
      const running = queryOf(input.queryId, call);
      if (running.isStopped) return { status: 'Cancelled', results: [], queryLanguage: 'CWLI' };
      if (call.nowMs < running.doneAtMs) return { status: 'Running', results: [], queryLanguage: 'CWLI' };
      running.found ??= run(reader, running);
      const { rows, scanned, matched } = running.found;
      const page = pageOfList(rows, input.maxItems ?? rowsPerPage, input.nextToken, `query ${input.queryId}`);
      if (!page) throw invalidParameter('The specified nextToken is invalid.');
      return {
        status: 'Complete',
        queryLanguage: 'CWLI',
        results: page.items,
        statistics: { recordsMatched: matched, recordsScanned: scanned, bytesScanned: 0 },
        nextToken: page.next,
      };
    },
  };

  const stopQuery: Operation<StopQueryRequest> = {
    iamAction: 'logs:StopQuery',
    subject: (input, place) => ({ ...groupSubject(place, ''), key: input.queryId ?? '' }),
    answer: (input, call) => {
      const running = queryOf(input.queryId, call);
      const isRunning = call.nowMs < running.doneAtMs && !running.isStopped;
      running.isStopped ||= isRunning;
      return { success: isRunning };
    },
  };

  return { StartQuery: startQuery, GetQueryResults: getQueryResults, StopQuery: stopQuery };
}
