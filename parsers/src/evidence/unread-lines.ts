import type { Reject, RejectReason } from '../model/index.js';
import { shapeOfLine } from './line-shape.js';

/** Lines of one reason that are kept one by one; the rest is counted. */
const maxKept = 100;

/** A line that was not read: `shape` is its text with every letter as `a` and every digit as `9`, but for words of AWS. */
export interface UnreadLine extends Reject {
  readonly shape: string;
}

/** Gathers what a unit holds and nobody reads. */
export class UnreadLines {
  private readonly kept: UnreadLine[] = [];
  private readonly counts = new Map<RejectReason, number>();

  /** `text` is the line where there is one to show; only its shape is kept. */
  add({ line, reason, detail }: Reject, text = ''): void {
    const count = (this.counts.get(reason) ?? 0) + 1;
    this.counts.set(reason, count);
    if (count <= maxKept) this.kept.push({ line, reason, detail, shape: shapeOfLine(text) });
  }

  /** Each line of a text of several, blank ones left out. They count as one line where they came inside one. */
  addLines(reject: Reject, text: string, isPlain: boolean): void {
    let line = reject.line;
    let from = 0;
    while (from <= text.length) {
      const end = text.indexOf('\n', from);
      const stop = end === -1 ? text.length : end;
      // No more than the shape shows: a line may be very long.
      const head = text.slice(from, Math.min(stop, from + 1024));
      if (head.trim() !== '') this.add({ ...reject, line }, head);
      if (isPlain) line++;
      from = stop + 1;
    }
  }

  get list(): readonly UnreadLine[] {
    return this.kept.toSorted((a, b) => a.line - b.line);
  }

  get rejected(): Readonly<Partial<Record<RejectReason, number>>> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
