import { invalidPattern } from './line-test.js';

/** Reads a pattern from left to right. */
export class PatternScanner {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  skipSpace(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  get rest(): string {
    return this.text.slice(this.at);
  }

  /** Takes a literal when it comes next. */
  take(literal: string): boolean {
    if (!this.text.startsWith(literal, this.at)) return false;
    this.at += literal.length;
    return true;
  }

  /** Takes what a sticky expression finds here. */
  match(expression: RegExp): string | null {
    const sticky = new RegExp(expression.source, `${expression.flags.replace('y', '')}y`);
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text);
    if (!found) return null;
    this.at = sticky.lastIndex;
    return found[0];
  }

  expect(literal: string): void {
    if (!this.take(literal)) throw invalidPattern(`expected '${literal}' at '${this.rest}'`);
  }

  /** `"…"` with `\"` and `\\` inside; null when none begins here. */
  quoted(): string | null {
    if (!this.text.startsWith('"', this.at)) return null;
    const raw = this.match(/"(?:[^"\\]|\\[\s\S])*"/);
    if (raw === null) throw invalidPattern('a quotation mark is not closed');
    return raw.slice(1, -1).replace(/\\(["\\])/g, '$1');
  }

  /** `%…%`; null when none begins here. */
  regex(): string | null {
    if (!this.text.startsWith('%', this.at)) return null;
    const raw = this.match(/%[^%]+%/);
    if (raw === null) throw invalidPattern('a percent sign is not closed');
    return raw.slice(1, -1);
  }
}
