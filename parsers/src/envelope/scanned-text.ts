import type { LeftLines, LineScanner, Session } from './session.js';
import type { TextLineSplitter } from './text-line-splitter.js';
import type { TextReader } from './text-reader.js';

/** Text whose lines a scanner sees first; those that it leaves are read as any other. */
export class ScannedText {
  private readonly session: Session;
  private readonly splitter: TextLineSplitter;
  private readonly reader: TextReader;
  private readonly scanner: LineScanner;
  /** The line that would follow the one that was left last. */
  private next = 1;

  constructor(
    session: Session,
    splitter: TextLineSplitter,
    reader: TextReader,
    openScanner: (left: LeftLines) => LineScanner,
  ) {
    this.session = session;
    this.splitter = splitter;
    this.reader = reader;
    this.scanner = openScanner({
      goesOn: (firstByte) => reader.goesOn(firstByte),
      leave: (bytes, line, ends) => this.leave(bytes, line, ends),
    });
  }

  push(bytes: Uint8Array): void {
    if (this.session.exhausted) return;
    const count = this.session.takeUpTo(bytes.length);
    this.scanner.scan(count === bytes.length ? bytes : bytes.subarray(0, count));
  }

  end(): void {
    // A line that the limit cut in two says something else than the whole.
    if (!this.session.exhausted) this.scanner.end();
    this.splitter.end();
    this.reader.end();
  }

  private leave(bytes: Uint8Array, line: number, ends: boolean): void {
    // What the scanner took in between ends what stood open.
    if (line !== this.next) this.reader.interrupt();
    this.next = ends ? line + 1 : line;
    this.session.line = line;
    this.splitter.pushPart(bytes, ends);
  }
}
