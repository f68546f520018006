import { ByteReader } from './byte-reader.js';
import { unknownOrigin } from './origin.js';
import { type LogReaderOptions, Session } from './session.js';

export interface LogReader {
  /** Any piece of the input; where it is cut does not matter. The array may be reused afterwards. */
  push(bytes: Uint8Array): void;
  /**
   * The input has ended and another one follows: hands out what was still held and starts afresh (gzip or not, encoding,
   * open records, what is said only once); `limits.totalBytes` are those of all inputs. Lines are counted on, so that a
   * number names one line of one input: returns that of the next input's first line.
   */
  nextInput(): number;
  /** The last input has ended: hands out what was still held. */
  end(): void;
}

/**
 * From the bytes of one or several inputs to their log entries, in order: plain text, gzip, JSON of AWS and of log shippers, CSV
 * exports, base64, and any mixture and nesting of them. Holds no more than `options.limits` allow, whatever comes. What
 * cannot be read becomes a reject with one sentence, and reading goes on behind it.
 */
export function createLogReader(options: LogReaderOptions): LogReader {
  const session = new Session(options);
  const open = () =>
    new ByteReader(session, { level: 0, isPayload: false, origin: { ...unknownOrigin, line: session.line } });
  let input = open();
  return {
    push: (bytes) => input.push(bytes),
    nextInput() {
      input.end();
      session.nextInput();
      input = open();
      return session.line;
    },
    end: () => input.end(),
  };
}
