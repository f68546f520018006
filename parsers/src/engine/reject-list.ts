import type { Reject, RejectReason } from '../model/index.js';
import type { Inputs } from './inputs.js';

/** Rejects that are kept one by one; the rest is counted. */
export const maxRejects = 1000;

interface KeptReject extends Reject {
  /** Lines that it stands for. */
  readonly lines: number;
}

/** Gathers what was not read: runs of unrecognised lines as one reject, and no more than `maxRejects` of all kinds. */
export class RejectList {
  private readonly kept: KeptReject[] = [];
  private overflow: { readonly line: number; count: number } | null = null;
  private run: { readonly line: number; lines: number } | null = null;

  add(line: number, reason: RejectReason, detail: string): void {
    this.endRun();
    this.keep({ line, reason, detail, lines: 1 });
  }

  /** Kept however many there are. */
  addAlways(line: number, reason: RejectReason, detail: string): void {
    this.endRun();
    this.kept.push({ line, reason, detail, lines: 1 });
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
    this.keep({ line, reason: 'unrecognised', detail: unrecognised(lines), lines });
  }

  /** In the order of lines; of several inputs each names its own. */
  end(inputs: Inputs): readonly Reject[] {
    this.endRun();
    const rejects = withoutEchoes(this.kept).sort((a, b) => a.line - b.line);
    if (this.overflow !== null) {
      const { line, count } = this.overflow;
      const detail = `${count} further rejects are not listed, the first at line ${inputs.locate(line).line}: read smaller parts of the input to see them.`;
      rejects.push({ line, reason: 'unrecognised', detail, lines: count });
    }
    return rejects.map(({ line: counted, reason, detail }) => {
      const { input, line } = inputs.locate(counted);
      return { line, reason, detail: input === null ? detail : `${input}: ${detail}` };
    });
  }

  private keep(reject: KeptReject): void {
    if (this.kept.length < maxRejects) this.kept.push(reject);
    else if (this.overflow === null) this.overflow = { line: reject.line, count: 1 };
    else this.overflow.count++;
  }
}

/** What follows from a damage on the same line says nothing that the damage does not. */
const echoes: ReadonlySet<RejectReason> = new Set<RejectReason>(['unrecognised', 'malformed', 'line_too_long']);

/** Damage of single characters: the lines behind it may be unreadable for reasons of their own. */
const oneLine: ReadonlySet<RejectReason> = new Set<RejectReason>(['invalid_utf8', 'nul_bytes']);

function withoutEchoes(rejects: readonly KeptReject[]): KeptReject[] {
  const damages = rejects.filter(({ reason }) => !echoes.has(reason));
  const lineDamaged = new Set(damages.map(({ line }) => line));
  const recordDamaged = new Set(damages.filter(({ reason }) => !oneLine.has(reason)).map(({ line }) => line));
  const corrupt = new Set(damages.filter(({ reason }) => reason.startsWith('corrupt_')).map(({ line }) => line));
  return rejects.filter(({ line, reason, lines }) => {
    // Characters out of a damaged payload are its damage too.
    if (oneLine.has(reason)) return !corrupt.has(line);
    return !echoes.has(reason) || !(lines > 1 ? recordDamaged : lineDamaged).has(line);
  });
}

const unrecognised = (lines: number): string =>
  `Expected an API Gateway access-log or execution-log line, a WAF record or an HTTP response; ${lines === 1 ? 'this line is' : `these ${lines} lines are`} none of them. If it is an access log, give the stage's format.`;

/** Lines that are not blank. */
export function countLines(text: string): number {
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
