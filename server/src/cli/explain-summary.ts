import type { ExplainedRequest } from '@why403/parsers';
import type { CardContext } from './explain-card.js';
import { groupAlike } from './explain-groups.js';
import { visible } from './visible.js';

const maxTitle = 48;
const maxBar = 30;

/**
 * How many requests, and a bar for each cause:
 *
 *     312 requests: 280 refused, 32 not refused
 *
 *       API key not accepted     ████████████████████  200   71 %
 */
export function renderSummary(
  refused: readonly ExplainedRequest[],
  others: readonly ExplainedRequest[],
  context: CardContext,
): string {
  const { palette, width } = context;
  const counts = [
    `${refused.length} refused`,
    ...(['not_refused', 'undetermined'] as const).map((outcome) => {
      const count = others.filter(({ verdict }) => verdict.outcome === outcome).length;
      return count === 0 ? null : `${count} ${outcome.replace('_', ' ')}`;
    }),
  ].filter((part) => part !== null);
  const rows = groupAlike(refused, ({ verdict }) => String(verdict.cause)).map(({ first, count }) => ({
    title: visible(context.title(first.verdict.cause)).slice(0, maxTitle),
    paint: palette.group(first.verdict.group),
    count,
  }));
  const titleWidth = Math.max(0, ...rows.map(({ title }) => title.length));
  const countWidth = String(rows[0]?.count ?? 0).length;
  const barWidth = Math.max(5, Math.min(maxBar, width - titleWidth - countWidth - 14));
  const bars = rows.map(({ title, paint, count }) => {
    const length = Math.max(1, Math.round((count / (rows[0]?.count ?? count)) * barWidth));
    const bar = paint('█'.repeat(length)) + ' '.repeat(barWidth - length);
    return `  ${title.padEnd(titleWidth)}  ${bar}  ${String(count).padStart(countWidth)}  ${share(count, refused.length)}`;
  });
  const head = palette.bold(`${refused.length + others.length} requests: ${counts.join(', ')}`);
  return `${[head, ...(bars.length > 0 ? ['', ...bars] : [])].join('\n')}\n`;
}

function share(count: number, all: number): string {
  const percent = (count / all) * 100;
  return `${percent < 1 ? '<1' : Math.round(percent)} %`.padStart(5);
}
