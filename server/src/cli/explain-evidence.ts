import type { Evidence, EvidenceSource } from '@why403/parsers';
import { visible, visibleExcerpt } from '../text/visible.js';
import { decidingWords } from './deciding-words.js';
import type { Palette } from './palette.js';
import { lineRanges } from './wrap.js';

const sourceNames: Readonly<Record<EvidenceSource, string>> = {
  access: 'access log',
  execution: 'execution log',
  waf: 'WAF log',
  config: 'configuration',
  response: 'response',
};
const sourceWidth = Math.max(...Object.values(sourceNames).map((name) => name.length));
const maxValueLength = 900;

/**
 * One piece of proof, its deciding words marked:
 *
 *     access log     error.responseType: »INVALID_API_KEY«
 */
export function evidenceLines(evidence: Evidence, width: number, palette: Palette, indent: string): string[] {
  const value = visibleExcerpt(evidence.value, maxValueLength);
  const label = `${visible(evidence.field)}: `;
  const words = decidingWords(value);
  const hang = `${indent}${' '.repeat(sourceWidth)}  `;
  const source = `${indent}${palette.dim(sourceNames[evidence.from].padEnd(sourceWidth))}  `;
  const [text, marked] = markedText(label, value, words, palette.colors);
  return lineRanges(text, width - hang.length).map(([start, end], i) => {
    const line = paintRange(text, start, end, marked, palette);
    return (i === 0 ? source : hang) + line;
  });
}

/** Text of the line and the range in it to paint; without colours the marks stand in the text and nothing is painted. */
function markedText(
  label: string,
  value: string,
  words: readonly [number, number] | null,
  colors: boolean,
): [string, readonly [number, number]] {
  if (words === null) return [label + value, [0, 0]];
  const [start, end] = words;
  if (colors) return [label + value, [label.length + start, label.length + end]];
  return [`${label}${value.slice(0, start)}»${value.slice(start, end)}«${value.slice(end)}`, [0, 0]];
}

function paintRange(
  text: string,
  start: number,
  end: number,
  [from, to]: readonly [number, number],
  palette: Palette,
): string {
  const a = Math.min(Math.max(from, start), end);
  const b = Math.min(Math.max(to, a), end);
  return text.slice(start, a) + (b > a ? palette.mark(text.slice(a, b)) : '') + text.slice(b, end);
}
