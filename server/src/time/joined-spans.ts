/** Of time, ms: [fromMs, toMs). */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The same time, in order: those that touch or overlap as one. */
export function joinedSpans(spans: readonly Span[]): Span[] {
  const joined: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const before = joined.at(-1);
    if (before !== undefined && fromMs <= before.toMs) before.toMs = Math.max(before.toMs, toMs);
    else joined.push({ fromMs, toMs });
  }
  return joined;
}
