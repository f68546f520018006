import type { ExplainedRequest, Explanation, Reject } from '@why403/parsers';
import type { CauseInfo } from './engine.js';
import { type CardContext, renderCard, renderParagraph } from './explain-card.js';
import { type AlikeRequests, groupAlike, reasonKey, refusalKey } from './explain-groups.js';
import { renderSummary } from './explain-summary.js';
import { createPalette, type Palette, type Style } from './palette.js';
import { visible } from './visible.js';
import { hanging, wrap } from './wrap.js';

/** Up to here every request gets its own card; above, one card stands for all that are alike. */
const maxSingleCards = 12;
const maxCards = 12;
const maxParagraphs = 5;
const maxRejects = 5;
const maxWarnings = 5;

export interface TextOptions {
  readonly style: Style;
  readonly causes: readonly CauseInfo[];
  /** `line 7`, or `waf.json line 7` when several files were read. */
  where(line: number): string;
}

/** An explanation for people. Bounded, however many requests there are. */
export function renderExplanation(explanation: Explanation, { style, causes, where }: TextOptions): string {
  const titles = new Map(causes.map(({ cause, title }) => [cause, title]));
  const palette = createPalette(style.colors);
  const context: CardContext = {
    palette,
    width: style.width,
    title: (cause) => (cause === null ? 'Refused' : (titles.get(cause) ?? cause)),
    where,
  };
  const { requests } = explanation;
  const refused = requests.filter(({ verdict }) => verdict.outcome === 'refused');
  const others = requests.filter(({ verdict }) => verdict.outcome !== 'refused');
  const parts = (requests.length > maxSingleCards ? manyRequests : fewRequests)(refused, others, context);
  const notes = renderNotes(explanation, palette, style.width);
  return [...parts, ...(notes === '' ? [] : [notes])].join('\n');
}

function fewRequests(refused: readonly ExplainedRequest[], others: readonly ExplainedRequest[], context: CardContext) {
  return [
    ...refused.map((request) => renderCard(request, 0, context)),
    ...others.map((request) => renderParagraph(request, 0, context)),
  ];
}

function manyRequests(refused: readonly ExplainedRequest[], others: readonly ExplainedRequest[], context: CardContext) {
  return [
    renderSummary(refused, others, context),
    ...first(groupAlike(refused, refusalKey), maxCards, renderCard, 'kinds of refusal', context),
    ...first(groupAlike(others, reasonKey), maxParagraphs, renderParagraph, 'reasons why not', context),
  ];
}

function first(
  groups: readonly AlikeRequests[],
  limit: number,
  render: typeof renderCard,
  noun: string,
  context: CardContext,
): string[] {
  const left = groups.slice(limit);
  const requestsLeft = left.reduce((sum, { count }) => sum + count, 0);
  return [
    ...groups.slice(0, limit).map((group) => render(group.first, group.count - 1, context)),
    ...(left.length === 0
      ? []
      : [`${left.length} more ${noun} (${requestsLeft} requests) are not shown; --json gives every request.\n`]),
  ];
}

/** What could not be read, and warnings; '' when there is nothing to say. */
export function renderNotes(
  { rejected, warnings }: Pick<Explanation, 'rejected' | 'warnings'>,
  palette: Palette,
  width: number,
): string {
  const lines = [
    ...bounded(warnings, maxWarnings).flatMap((warning) => wrap(visible(warning), width, hanging('warning: '))),
    ...bounded(rejected.map(rejectSentence), maxRejects).flatMap((sentence) =>
      wrap(visible(sentence), width, hanging('not read: ')),
    ),
  ];
  return lines.map((line) => `${palette.warning(line)}\n`).join('');
}

const rejectSentence = ({ line, detail }: Reject): string => `line ${line}: ${detail}`;

function bounded(sentences: readonly string[], limit: number): string[] {
  const left = sentences.length - limit;
  return left <= 0 ? [...sentences] : [...sentences.slice(0, limit), `and ${left} more`];
}
