import type { ExplainedRequest, Explanation, Reject } from '@why403/parsers';
import { visible } from '../text/visible.js';
import type { CauseInfo } from './engine.js';
import { type CardContext, renderCard, renderParagraph } from './explain-card.js';
import { type AlikeRequests, groupAlike, reasonKey, refusalKey } from './explain-groups.js';
import { renderSummary } from './explain-summary.js';
import { createPalette, type Palette, type Style } from './palette.js';
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
}

/** An explanation for people. Bounded, however many requests there are. */
export function renderExplanation(explanation: Explanation, { style, causes }: TextOptions): string {
  const { requests, unlisted } = explanation;
  const titles = new Map(causes.map(({ cause, title }) => [cause, title]));
  const palette = createPalette(style.colors);
  const context: CardContext = {
    palette,
    width: style.width,
    title: (cause) => (cause === null ? 'Refused' : (titles.get(cause) ?? cause)),
    unlisted: (verdict) =>
      unlisted.find(({ outcome, cause }) => outcome === verdict.outcome && cause === verdict.cause)?.count ?? 0,
  };
  const refused = requests.filter(({ verdict }) => verdict.outcome === 'refused');
  const others = requests.filter(({ verdict }) => verdict.outcome !== 'refused');
  const parts =
    requests.length > maxSingleCards || unlisted.length > 0
      ? [renderSummary(explanation, context), ...groupedRequests(refused, others, unlisted.length > 0, context)]
      : singleRequests(refused, others, context);
  const notes = renderNotes(explanation, palette, style.width);
  return [...parts, ...(notes === '' ? [] : [notes])].join('\n');
}

function singleRequests(
  refused: readonly ExplainedRequest[],
  others: readonly ExplainedRequest[],
  context: CardContext,
): string[] {
  return [
    ...refused.map((request) => renderCard(request, 0, context)),
    ...others.map((request) => renderParagraph(request, 0, context)),
  ];
}

function groupedRequests(
  refused: readonly ExplainedRequest[],
  others: readonly ExplainedRequest[],
  areMore: boolean,
  context: CardContext,
): string[] {
  const left = (groups: readonly AlikeRequests[], noun: string): string[] => {
    if (groups.length === 0) return [];
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    const json = areMore ? '--json gives every request that is listed' : '--json gives every request';
    return [`${groups.length} more ${noun} (${count} requests) are not shown; ${json}.\n`];
  };
  const cards = groupAlike(refused, refusalKey);
  const paragraphs = groupAlike(others, reasonKey);
  return [
    ...cards.slice(0, maxCards).map(({ first, count }) => renderCard(first, count - 1, context)),
    ...left(cards.slice(maxCards), 'kinds of refusal'),
    ...paragraphs.slice(0, maxParagraphs).map(({ first, count }) => renderParagraph(first, count - 1, context)),
    ...left(paragraphs.slice(maxParagraphs), 'reasons why not'),
  ];
}

/** What could not be read, and warnings; '' when there is nothing to say. */
export function renderNotes(
  { rejected, warnings }: Pick<Explanation, 'rejected' | 'warnings'>,
  palette: Palette,
  width: number,
): string {
  const unlisted = rejected.filter(isUnlisted);
  const unread = rejected.filter((reject) => !isUnlisted(reject));
  const lines = [
    ...bounded(warnings, maxWarnings).flatMap((warning) => wrap(visible(warning), width, hanging('warning: '))),
    ...unlisted.flatMap(({ detail }) => wrap(visible(detail), width, hanging('not listed: '))),
    ...bounded(unread.map(rejectSentence), maxRejects).flatMap((sentence) =>
      wrap(visible(sentence), width, hanging('not read: ')),
    ),
  ];
  return lines.map((line) => `${palette.warning(line)}\n`).join('');
}

/** There is at most one. */
const isUnlisted = ({ reason }: Reject): boolean => reason === 'too_many_requests_held';

const rejectSentence = ({ line, detail }: Reject): string => `line ${line}: ${detail}`;

function bounded(sentences: readonly string[], limit: number): string[] {
  const left = sentences.length - limit;
  return left <= 0 ? [...sentences] : [...sentences.slice(0, limit), `and ${left} more`];
}
