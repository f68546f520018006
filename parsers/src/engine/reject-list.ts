import type { Reject, RejectReason } from '../model/index.js';

/** Rejects that are kept one by one; the rest is counted. */
export const maxRejects = 1000;

/** Gathers what was not read: runs of unrecognised lines as one reject, and no more than `maxRejects` of all kinds. */
export class RejectList {
  private readonly kept: Reject[] = [];
  private overflow: { readonly line: number; count: number } | null = null;
  private run: { readonly line: number; lines: number } | null = null;

  add(line: number, reason: RejectReason, detail: string): void {
    this.endRun();
    this.keep({ line, reason, detail });
  }

  /** `text` begins at `line` and no format knows it. */
  addUnrecognised(line: number, text: string): void {
    const lines = countLines(text);
    if (lines === 0) return;
    if (this.run === null) this.run = { line, lines };
    else this.run.lines += lines;
  }

  /** Something in between was understood. */
  endRun(): void {
    if (this.run === null) return;
    const { line, lines } = this.run;
    this.run = null;
    this.keep({ line, reason: 'unrecognised', detail: unrecognised(lines) });
  }

  end(): readonly Reject[] {
    this.endRun();
    const rejects = this.kept.sort((a, b) => a.line - b.line);
    if (this.overflow !== null) {
      const { line, count } = this.overflow;
      const detail = `${count} further rejects are not listed, the first at line ${line}: read smaller parts of the input to see them.`;
      rejects.push({ line, reason: 'unrecognised', detail });
    }
    return rejects;
  }

  private keep(reject: Reject): void {
    if (this.kept.length < maxRejects) this.kept.push(reject);
    else if (this.overflow === null) this.overflow = { line: reject.line, count: 1 };
    else this.overflow.count++;
  }
}

const unrecognised = (lines: number): string =>
  `Expected an API Gateway access-log or execution-log line, a WAF record or an HTTP response; ${lines === 1 ? 'this line is' : `these ${lines} lines are`} none of them. If it is an access log, give the stage's format.`;

function countLines(text: string): number {
  let lines = 0;
  let from = 0;
  while (from <= text.length) {
    const end = text.indexOf('\n', from);
    const stop = end === -1 ? text.length : end;
    if (/\S/.test(text.slice(from, stop))) lines++;
    from = stop + 1;
  }
  return lines;
}
