import {
  accept,
  type EntryFormat,
  type ExecutionFacts,
  type Facts,
  type LogEntry,
  noPlace,
  type ParseResult,
  type RequestPlace,
  refuse,
} from '../model/index.js';
import { placeOfLogGroup } from './execution-place.js';
import { type Prefix, readPrefix } from './layout.js';
import type { ReadLine } from './line-kind.js';
import { findLineKind, readExecutionLine } from './line-kinds.js';
import { findTestInvokeLog, splitTestInvokeLog } from './test-invoke.js';

/** A line as it begins: its prefix and what it says. */
interface BegunLine {
  readonly prefix: Prefix;
  readonly read: ReadLine;
}

/** What the envelope already told of where a line stood. */
interface Surroundings {
  readonly marked: boolean;
  readonly wrapped: boolean;
}

const nowhere: Surroundings = { marked: false, wrapped: false };

/** An envelope takes times, streams and groups off; they count as if they still stood in front of the line. */
const surroundingsOf = (entry: LogEntry): Surroundings => ({
  marked: entry.logGroup?.includes('API-Gateway-Execution-Logs') ?? false,
  wrapped: entry.timeMs !== null || entry.logStream !== null,
});

function beginLine(text: string, { marked, wrapped }: Surroundings): BegunLine | null {
  const found = readPrefix(text);
  const rest = found.end === 0 ? text : text.slice(found.end);
  if (rest.trim() === '') return null;
  const prefix = { ...found, marked: found.marked || marked, wrapped: found.wrapped || wrapped || marked };
  const read = readExecutionLine(rest, prefix);
  return read && { prefix, read };
}

/**
 * True when a new execution-log line begins here: API Gateway's mark stands in front, or the whole wording is a known
 * line's. Prose, JSON, HTTP headers and the continuation of a printed body are none.
 */
export function startsExecutionLine(line: string): boolean {
  const first = line.charCodeAt(0);
  // { [ < open bodies; a quoted text is somebody's value
  if (first === 0x7b || first === 0x3c || (first === 0x22 && !line.startsWith('"('))) return false;
  const { end, marked, wrapped } = readPrefix(line);
  if (marked) return true;
  if (findLineKind(line, end) === null) return false;
  return readExecutionLine(line.slice(end, end + 8192), { marked, wrapped }) !== null;
}

function mergePlace(parts: readonly (Partial<RequestPlace> | undefined)[]): RequestPlace {
  const place: { -readonly [Key in keyof RequestPlace]: RequestPlace[Key] } = { ...noPlace };
  for (const part of parts) {
    place.account ??= part?.account ?? null;
    place.region ??= part?.region ?? null;
    place.apiId ??= part?.apiId ?? null;
    place.stage ??= part?.stage ?? null;
  }
  return place;
}

function toFacts({ prefix, read }: BegunLine, entry: LogEntry): ExecutionFacts {
  const { line } = read;
  return {
    kind: 'execution',
    ids: {
      requestId: prefix.requestId ?? read.requestId ?? null,
      extendedRequestId:
        line.kind === 'extended_request_id' && line.extendedRequestId !== '' ? line.extendedRequestId : null,
      traceId: line.kind === 'trace_id' ? line.traceId : null,
    },
    place: mergePlace([
      { account: entry.account, region: entry.region },
      // The log group is the gateway's word, the line may quote the caller's.
      placeOfLogGroup(entry.logGroup),
      placeOfLogGroup(prefix.logGroup),
      read.place,
    ]),
    timeMs: prefix.timeMs ?? entry.timeMs,
    line,
  };
}

/** The entry's line; a time on a line of its own above it is its time. */
function beginEntry(entry: LogEntry): BegunLine | null {
  const surroundings = surroundingsOf(entry);
  const newline = entry.text.indexOf('\n');
  if (newline !== -1 && newline <= 80) {
    const { timeMs, marked, end } = readPrefix(entry.text.slice(0, newline).trimEnd());
    if (timeMs !== null && !marked && entry.text.slice(end, newline).trim() === '') {
      const begun = beginLine(entry.text.slice(newline + 1), { ...surroundings, wrapped: true });
      return begun && { ...begun, prefix: { ...begun.prefix, timeMs } };
    }
  }
  return beginLine(entry.text, surroundings);
}

function parseTestInvokeLog(log: string, entry: LogEntry): readonly Facts[] {
  const begun: BegunLine[] = [];
  for (const line of splitTestInvokeLog(log, startsExecutionLine)) {
    const found = beginLine(line, nowhere);
    if (found) begun.push(found);
  }
  // One log, one request: the id of its first line holds for all.
  const requestId = begun.find(({ read }) => read.requestId)?.read.requestId ?? null;
  return begun.map((line) => {
    const facts = toFacts(line, entry);
    return facts.ids.requestId === null ? { ...facts, ids: { ...facts.ids, requestId } } : facts;
  });
}

/** REST and WebSocket execution logs, in CloudWatch's form, as test invoke prints them, and as people paste them. */
export const executionLogFormat: EntryFormat = {
  name: 'execution-log',

  claims(entry) {
    if (findTestInvokeLog(entry.text) !== null) return true;
    // The reader's work on a body is for parse; here the head tells.
    return beginEntry({ ...entry, text: entry.text.slice(0, 8192) }) !== null;
  },

  parse(entry): ParseResult<readonly Facts[]> {
    const log = findTestInvokeLog(entry.text);
    if (log !== null) {
      const facts = parseTestInvokeLog(log, entry);
      if (facts.length > 0) return accept(facts);
    }
    const begun = beginEntry(entry);
    if (!begun) {
      return refuse(
        'unrecognised',
        'Expected an execution-log line such as "(<request id>) Method completed with status: 403"; its wording is not known. Paste the lines as CloudWatch shows them.',
      );
    }
    return accept([toFacts(begun, entry)]);
  },
};
