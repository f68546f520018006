import { visible } from '../text/visible.js';
import type { Palette } from './palette.js';
import type { SourcesAnswer } from './sources-answer.js';
import { count, rest, tail, widest } from './status-row.js';

/** Lines of one feed that were not read. */
export interface RejectedLines {
  readonly feed: string;
  /** Lines by reason. */
  readonly reasons: ReadonlyMap<string, number>;
  /** There may be more of them. */
  readonly isLeast: boolean;
}

const dayMs = 86_400_000;
const mostFeeds = 20;

/**
 * Of the last 24 hours, most lines first. A feed none of whose lines tells a time has no watermark and is not among the feeds: of
 * it only the newest rejects are known.
 */
export function rejectedLines(
  { feeds, rejects }: Pick<SourcesAnswer, 'feeds' | 'rejects'>,
  nowMs: number,
): readonly RejectedLines[] {
  const counted = feeds.map(({ feed, rejected }) => ({
    feed,
    reasons: new Map(Object.entries(rejected).filter(([, lines]) => lines > 0)),
    isLeast: false,
  }));
  const known = new Set(feeds.map(({ feed }) => feed));
  const others = new Map<string, Map<string, number>>();
  for (const { feed, reason, seenAt } of rejects) {
    if (known.has(feed) || seenAt < nowMs - dayMs) continue;
    const reasons = others.get(feed) ?? new Map<string, number>();
    others.set(feed, reasons.set(reason, (reasons.get(reason) ?? 0) + 1));
  }
  const listed = [...others].map(([feed, reasons]) => ({ feed, reasons, isLeast: true }));
  return [...counted, ...listed].filter(({ reasons }) => reasons.size > 0).toSorted((a, b) => linesOf(b) - linesOf(a));
}

const linesOf = ({ reasons }: RejectedLines): number => [...reasons.values()].reduce((sum, lines) => sum + lines, 0);

/** `shownName`: of a feed. */
export function rejectedRows(
  rejected: readonly RejectedLines[],
  shownName: (feed: string) => string,
  palette: Palette,
): string[] {
  if (rejected.length === 0) return [];
  const shown = rejected.slice(0, mostFeeds);
  const names = shown.map(({ feed }) => tail(visible(shownName(feed))));
  const column = widest(names);
  return [
    palette.bold('Rejected lines of the last 24 hours'),
    ...shown.map(
      (lines, i) =>
        `  ${palette.warning('!')} ${(names[i] ?? '').padEnd(column)}  ${palette.dim(visible(reasonsText(lines)))}`,
    ),
    ...rest(rejected.length - shown.length),
  ];
}

function reasonsText({ reasons, isLeast }: RejectedLines): string {
  const parts = [...reasons].toSorted(([, a], [, b]) => b - a).map(([reason, lines]) => `${count(lines)} ${reason}`);
  return `${isLeast ? 'at least ' : ''}${parts.join(' · ')}`;
}

/** What to do about them. */
export const rejectedAdvice =
  'Rejected lines were not read. --json has the newest under `rejects`: where each stands, what was expected, what came and what to do.';
