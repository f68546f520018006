import { createLogReader, type LogReaderOptions, type RecordStart } from '../../../parsers/src/envelope/index.js';
import { defaultLimits, type Limits } from '../../../parsers/src/model/limits.js';
import type { LogEntry } from '../../../parsers/src/model/log-entry.js';
import type { Reject } from '../../../parsers/src/model/result.js';
import type { JsonObject } from '../../../parsers/src/text/lenient-json.js';

const executionLine =
  /^(?:\([\w=-]{1,64}\) |Execution log for request|[A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} [\d:]{8} UTC \d{4} : |Starting execution|Verifying Usage Plan|HTTP Method: |Method (?:completed|request|response) |Endpoint |Gateway response )/;
const commonLogLine = /^\S{1,64} \S{1,64} \S{1,64} \[[^\]]{1,40}\] "[^"]{0,200}" \d{3} /;
const exchangeLine = /^(?:[<>*] |\$ curl |HTTP\/[\d.]{1,3} \d{3})/;

/** Stand-ins for the formats, which have tests of their own: enough to tell the kinds of lines apart. */
export function recordStart(line: string): RecordStart {
  if (executionLine.test(line)) return 'execution';
  if (commonLogLine.test(line)) return 'access';
  return exchangeLine.test(line.trim()) ? 'exchange' : null;
}

export const jsonRecord = (value: JsonObject): boolean =>
  ('requestId' in value && 'status' in value) || 'webaclId' in value;

export interface ReadResult {
  readonly entries: LogEntry[];
  readonly rejects: Reject[];
}

export interface ReadOptions {
  readonly limits?: Partial<Limits>;
  /** Sizes of the pieces, used in turn; one piece when left out. */
  readonly chunks?: readonly number[];
}

export function read(input: string | Uint8Array, options: ReadOptions = {}): ReadResult {
  const result: ReadResult = { entries: [], rejects: [] };
  const reader = createLogReader(readerOptions(result, options.limits));
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const chunks = options.chunks ?? [Math.max(1, bytes.length)];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, chunks[turn % chunks.length] ?? 1);
    // A fresh copy that is overwritten afterwards: the reader must not keep what it was given.
    const piece = new Uint8Array(bytes.subarray(at, at + size));
    reader.push(piece);
    piece.fill(0x21);
    at += size;
  }
  reader.end();
  return result;
}

export function readerOptions(result: ReadResult, limits: Partial<Limits> = {}): LogReaderOptions {
  return {
    limits: { ...defaultLimits, ...limits },
    isRecordStart: recordStart,
    isJsonRecord: jsonRecord,
    onEntry: (entry) => result.entries.push(entry),
    onReject: (reject) => result.rejects.push(reject),
  };
}

export const texts = (result: ReadResult): string[] => result.entries.map((entry) => entry.text);
export const reasons = (result: ReadResult): string[] => result.rejects.map((reject) => reject.reason);
