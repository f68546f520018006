import type { Cause, CauseGroup, Explanation, Outcome } from '@why403/parsers';
import { visible } from '../text/visible.js';
import type { CardContext } from './explain-card.js';

const maxTitle = 48;
const maxBar = 30;

type Counted = Pick<Explanation, 'requests' | 'unlisted'>;

/**
 * How many requests, and a bar for each cause; those that are not listed count as well:
 *
 *     312 requests: 280 refused, 32 not refused
 *
 *       API key not accepted     ████████████████████  200   71 %
 */
export function renderSummary(explanation: Counted, context: CardContext): string {
  const { palette, width } = context;
  const outcomes = countOutcomes(explanation);
  const refused = outcomes.get('refused') ?? 0;
  const all = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
  const counts = [
    `${refused} refused`,
    ...(['not_refused', 'undetermined'] as const).map((outcome) => {
      const count = outcomes.get(outcome) ?? 0;
      return count === 0 ? null : `${count} ${outcome.replace('_', ' ')}`;
    }),
  ].filter((part) => part !== null);
  const rows = countCauses(explanation).map(({ cause, group, count }) => ({
    title: visible(context.title(cause)).slice(0, maxTitle),
    paint: palette.group(group),
    count,
  }));
  const titleWidth = Math.max(0, ...rows.map(({ title }) => title.length));
  const countWidth = String(rows[0]?.count ?? 0).length;
  const barWidth = Math.max(5, Math.min(maxBar, width - titleWidth - countWidth - 14));
  const bars = rows.map(({ title, paint, count }) => {
    const length = Math.max(1, Math.round((count / (rows[0]?.count ?? count)) * barWidth));
    const bar = paint('█'.repeat(length)) + ' '.repeat(barWidth - length);
    return `  ${title.padEnd(titleWidth)}  ${bar}  ${String(count).padStart(countWidth)}  ${share(count, refused)}`;
  });
  const head = palette.bold(`${all} requests: ${counts.join(', ')}`);
  return `${[head, ...(bars.length > 0 ? ['', ...bars] : [])].join('\n')}\n`;
}

function countOutcomes({ requests, unlisted }: Counted): ReadonlyMap<Outcome, number> {
  const counts = new Map<Outcome, number>();
  const add = (outcome: Outcome, count: number) => counts.set(outcome, (counts.get(outcome) ?? 0) + count);
  for (const { verdict } of requests) add(verdict.outcome, 1);
  for (const { outcome, count } of unlisted) add(outcome, count);
  return counts;
}

interface CauseCount {
  readonly cause: Cause | null;
  /** null when no request of the cause is listed. */
  readonly group: CauseGroup | null;
  count: number;
}

/** Causes of what was refused, most frequent first, ties in input order. */
function countCauses({ requests, unlisted }: Counted): readonly CauseCount[] {
  const counts = new Map<Cause | null, CauseCount>();
  const add = (cause: Cause | null, group: CauseGroup | null, count: number) => {
    const known = counts.get(cause);
    if (known === undefined) counts.set(cause, { cause, group, count });
    else known.count += count;
  };
  for (const { verdict } of requests) if (verdict.outcome === 'refused') add(verdict.cause, verdict.group, 1);
  for (const { outcome, cause, count } of unlisted) if (outcome === 'refused') add(cause, null, count);
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

function share(count: number, all: number): string {
  const percent = (count / all) * 100;
  return `${percent < 1 ? '<1' : Math.round(percent)} %`.padStart(5);
}
