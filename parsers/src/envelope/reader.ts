import { ByteReader } from './byte-reader.js';
import { unknownOrigin } from './origin.js';
import { type LogReaderOptions, Session } from './session.js';

export interface LogReader {
  /** Any piece of the input; where it is cut does not matter. The array may be reused afterwards. */
  push(bytes: Uint8Array): void;
  /** The input has ended: hands out what was still held. */
  end(): void;
}

/**
 * From the bytes of one input to its log entries, in order: plain text, gzip, JSON of AWS and of log shippers, CSV
 * exports, base64, and any mixture and nesting of them. Holds no more than `options.limits` allow, whatever comes. What
 * cannot be read becomes a reject with one sentence, and reading goes on behind it.
 */
export function createLogReader(options: LogReaderOptions): LogReader {
  return new ByteReader(new Session(options), { level: 0, isPayload: false, origin: unknownOrigin });
}
