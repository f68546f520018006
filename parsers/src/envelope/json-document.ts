import type { Limits } from '../model/limits.js';
import type { JsonScanner } from './json-scanner.js';
import type { Origin } from './origin.js';

/** Documents of tools are as large as a payload; a log record over several lines is not. */
const wrappingHead = /^\s*\[|"(?:events|logEvents|records|Records|results|sessionResults|awslogs)"\s*:/;
const headLength = 4096;

/** A JSON value over several lines while it is gathered. */
export class JsonDocument {
  readonly origin: Origin;
  /** Set when it outgrew its limit: the rest of it is read over, nothing is kept. */
  overflow: 'record_too_large' | 'payload_too_large' | null = null;
  /** False as long as its last brace did not come. */
  complete = false;
  private readonly scanner: JsonScanner;
  private readonly limits: Limits;
  private lines: string[] = [];
  private length = 0;
  private head = '';

  constructor(scanner: JsonScanner, firstLine: string, origin: Origin, limits: Limits) {
    this.scanner = scanner;
    this.limits = limits;
    this.origin = origin;
    this.hold(firstLine);
  }

  get tooDeep(): boolean {
    return this.scanner.tooDeep;
  }

  /** False when a line that begins with this brace cannot belong to it: it was cut off, and another value begins. */
  admits(brace: number): boolean {
    return this.scanner.admits(brace);
  }

  /** Offset behind its end when this line ends it, else -1. */
  add(line: string): number {
    const end = this.scanner.feed(line);
    this.complete = end >= 0;
    this.hold(end < 0 ? line : line.slice(0, end));
    return end;
  }

  text(): string {
    return this.lines.join('\n');
  }

  private hold(line: string): void {
    if (this.overflow !== null) return;
    this.length += line.length + 1;
    if (this.head.length < headLength) this.head += `${line.slice(0, headLength)}\n`;
    this.lines.push(line);
    const { recordBytes, payloadBytes } = this.limits;
    if (this.length <= Math.min(recordBytes, payloadBytes)) return;
    if (this.length > payloadBytes) this.overflow = 'payload_too_large';
    else if (!wrappingHead.test(this.head)) this.overflow = 'record_too_large';
    if (this.overflow !== null) this.lines = [];
  }
}
