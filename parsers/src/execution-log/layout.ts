import { parseIsoTime, parseJavaDate, parseRequestTime } from '../text/time.js';
import { findLineKind } from './line-kinds.js';
import { isPlaceholder, looksLikeRequestId } from './read-request-id.js';

/** An execution-log line without what shippers, consoles and people put in front of it. */
export interface Layout {
  readonly timeMs: number | null;
  readonly requestId: string | null;
  readonly text: string;
}

/** What stood in front, and how sure it makes that this is an execution-log line. */
export interface Prefix {
  readonly timeMs: number | null;
  readonly requestId: string | null;
  /** Offset of the line's own text. */
  readonly end: number;
  /** `API-Gateway-Execution-Logs_…` when a shipper wrote the group's name. */
  readonly logGroup: string | null;
  /** API Gateway's own mark stood there: `(request id) ` or test invoke's `date : `. */
  readonly marked: boolean;
  /** Anything that only a log has in front: a mark, a time, a stream. */
  readonly wrapped: boolean;
}

/** Longest prefix that is looked through, and most parts that it may have: both keep the work bounded. */
const maxPrefix = 600;
const maxParts = 24;

const isoTime =
  '\\d{4}[-/]\\d{2}[-/]\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}(?:[.,]\\d{1,9})?(?: ?(?:Z|UTC|GMT|[+-]\\d{2}:?\\d{2}))?';
const javaDate = '[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\\d{1,2} \\d{2}:\\d{2}:\\d{2} [A-Z]{1,5} \\d{4}';

type PartKind = 'id' | 'time' | 'test_time' | 'mask' | 'stream' | 'group' | 'log_noise' | 'noise';

interface PartPattern {
  readonly kind: PartKind;
  readonly pattern: RegExp;
}

/**
 * Parts of a prefix, tried in this order at one place after the other. Group 1 is the part's value.
 * To add one: a line here with an example above it, a row in layout.test.ts. Patterns are sticky and bounded.
 */
const partPatterns: readonly PartPattern[] = [
  // (8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10) …   (PDx1PEC4oAMFpyA=) …   (<request-id>) …
  { kind: 'id', pattern: /\(([A-Za-z0-9_<>*.…=+/-]{3,80})\)\s{0,40}/y },
  // Tue Jun 23 05:58:07 UTC 2020 : …
  { kind: 'test_time', pattern: new RegExp(`(${javaDate})\\s{0,4}:(?:\\s{1,40}|$)`, 'y') },
  // *** : …   a console that masks what it takes for secret
  { kind: 'mask', pattern: /\*{2,64}\s{0,4}:(?:\s{1,40}|$)/y },
  // 2017-06-05T13:57:47.369Z …   [2026/07/02 11:54:48,684] …   2026-07-02T11:54:48.684000+00:00 …
  { kind: 'time', pattern: new RegExp(`[[(]?(${isoTime})[\\])]?(?:[\\s,;|:]{1,40}|$)`, 'y') },
  { kind: 'time', pattern: new RegExp(`\\[?(${javaDate})\\]?[\\s,;|]{1,40}`, 'y') },
  // [27/Oct/2023:13:40:57 +0000] …
  { kind: 'time', pattern: /\[?(\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\]?(?:\s{1,40}|$)/y },
  // 1496671067369 …   epoch milliseconds
  { kind: 'time', pattern: /\[?(1\d{12})\]?(?:[\s,;|:]{1,40}|$)/y },
  // 13:57:47.369 …   a time of day says too little for timeMs
  { kind: 'log_noise', pattern: /\[?\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?[AP]M)?\]?[\s,|:-]{1,40}/y },
  // Jun 23 05:58:07 ship-1 forwarder[81]: …   <134>Jun 23 …
  {
    kind: 'log_noise',
    pattern:
      /(?:<\d{1,3}>)?[A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2}\s{1,4}(?:[\w.-]{1,64}\s[\w./-]{1,64}(?:\[\d{1,10}\])?:\s{1,4})?/y,
  },
  // b1946ac92492d2347c6235b4d2611184 …   the log stream
  { kind: 'stream', pattern: /\[?([0-9a-f]{32})\]?[\s:|]{1,40}/y },
  // API-Gateway-Execution-Logs_a1b2c3d4e5/prod …
  { kind: 'group', pattern: /\[?(API-Gateway-Execution-Logs[_/][^\s\]"']{1,200})\]?[\s:|]{1,40}/y },
  // > …   - …   ▶ …   `…   "…
  { kind: 'noise', pattern: /\s{1,200}|[>*+•▶▼►|#-]{1,6}\s{1,40}|[`"'*]{1,3}|>/y },
  // INFO …   [WARN] …   stdout F …
  {
    kind: 'log_noise',
    pattern: /\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR)\]?[\s:|-]{1,40}|std(?:out|err) [FP] /y,
  },
  // 12: …   12| …   12.  …   a line number
  { kind: 'noise', pattern: /\d{1,7}(?:[:|.)]\s{0,40}|\s{1,40})/y },
  // [anything short in brackets] …
  { kind: 'log_noise', pattern: /\[([^\][\n"{}]{1,120})\][\s:|]{1,40}/y },
  // my-forwarder/host-3 …   EVENTS⇥…   a shipper's word: it holds a digit, a slash, an underscore or ends at a tab
  {
    kind: 'log_noise',
    pattern: /(?=[^\s"'{}]{0,128}[\d_/#])[^\s"'{}]{1,200}\s{1,40}|[^\s"'{}]{1,200}\t{1,40}|[\w./-]{1,64}\s?\|\s{1,4}/y,
  },
];

/** After the mark comes the message: its own words must not be taken for a shipper's. */
const kindsAfterMark: ReadonlySet<PartKind> = new Set(['id', 'time', 'test_time', 'mask']);
/** Parts that stay stripped even when no known line follows them. */
const firmKinds: ReadonlySet<PartKind> = new Set(['id', 'time', 'test_time', 'mask', 'stream', 'group']);

function parsePartTime(value: string): number | null {
  if (/^1\d{12}$/.test(value)) return Number(value);
  const iso = value.replace(/^(\d{4})\/(\d{2})\/(\d{2})/, '$1-$2-$3').replace(/ ?(?:UTC|GMT)$/, 'Z');
  return (
    parseIsoTime(iso.replace(/ ([+-]\d{2}:?\d{2})$/, '$1')) ??
    parseRequestTime(value) ??
    parseJavaDate(value.replace(/ {2}/g, ' '))
  );
}

const begins = (text: string, at: number): boolean => findLineKind(text, at) !== null;

/** Reads what stands before the line's own text. Bounded work whatever the length of the line. */
export function readPrefix(line: string): Prefix {
  const head = line.length > maxPrefix ? line.slice(0, maxPrefix) : line;
  let at = 0;
  let firmEnd = 0;
  let timeMs: number | null = null;
  let requestId: string | null = null;
  let logGroup: string | null = null;
  let marked = false;
  let wrapped = false;
  let noise = false;

  for (let part = 0; part < maxParts && at < head.length; part++) {
    if (begins(head, at)) {
      return { timeMs, requestId, end: at, logGroup, marked, wrapped: wrapped || noise };
    }
    let found: RegExpExecArray | null = null;
    let kind: PartKind = 'noise';
    for (const candidate of partPatterns) {
      if (marked && !kindsAfterMark.has(candidate.kind)) continue;
      candidate.pattern.lastIndex = at;
      found = candidate.pattern.exec(head);
      if (found && found[0].length > 0) {
        kind = candidate.kind;
        break;
      }
      found = null;
    }
    if (!found) break;
    at += found[0].length;
    const value = found[1] ?? '';
    if (kind === 'id') {
      if (looksLikeRequestId(value)) {
        requestId ??= value;
        marked = true;
      } else if (!isPlaceholder(value)) {
        kind = 'noise';
      }
    } else if (kind === 'test_time') {
      marked = true;
    } else if (kind === 'group') {
      logGroup ??= value;
    }
    if (kind === 'time' || kind === 'test_time') timeMs ??= parsePartTime(value);
    if (kind === 'log_noise') noise = true;
    if (firmKinds.has(kind)) {
      firmEnd = at;
      wrapped = true;
    }
  }
  // No known line follows: what may as well be the text's own words is given back.
  const known = begins(head, at);
  return { timeMs, requestId, end: known ? at : firmEnd, logGroup, marked, wrapped: wrapped || (known && noise) };
}

/**
 * Strips every wrapping in front of an execution-log line; null when nothing is left.
 *
 * `2026-07-02T11:54:48.684000+00:00 b1946ac92492d2347c6235b4d2611184 (8d3c1f02-…) Unauthorized request: 8d3c1f02-…`
 * → time, `8d3c1f02-…`, `Unauthorized request: 8d3c1f02-…`
 */
export function readLayout(line: string): Layout | null {
  const { timeMs, requestId, end } = readPrefix(line);
  const text = end === 0 ? line : line.slice(end);
  return text.trim() === '' ? null : { timeMs, requestId, text };
}
