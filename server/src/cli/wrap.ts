/** `[start, end)` of each line when `text` is broken at blanks. A word longer than `width` stays whole: ARNs are copied. */
export function lineRanges(text: string, width: number): [number, number][] {
  const ranges: [number, number][] = [];
  let start = 0;
  while (text.length - start > width) {
    let end = text.lastIndexOf(' ', start + width);
    if (end <= start) end = text.indexOf(' ', start + width);
    if (end === -1) break;
    ranges.push([start, end]);
    start = end + 1;
  }
  ranges.push([start, text.length]);
  return ranges;
}

export interface Indent {
  readonly first: string;
  readonly rest: string;
}

/** Lines of at most `width` columns, indentation included. */
export function wrap(text: string, width: number, indent: Indent): string[] {
  return lineRanges(text, width - indent.rest.length).map(
    ([start, end], i) => (i === 0 ? indent.first : indent.rest) + text.slice(start, end),
  );
}

export const indented = (indent: string): Indent => ({ first: indent, rest: indent });
/** `  1. ` before the first line, as many blanks before the others. */
export const hanging = (first: string): Indent => ({ first, rest: ' '.repeat(first.length) });

/** Parts joined by ` · `; lines break between parts where that is enough. */
export function wrapParts(parts: readonly string[], width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line} · ${part}`;
    if (line === '' || indent.length + longer.length <= width) {
      line = longer;
    } else {
      lines.push(indent + line);
      line = part;
    }
  }
  return line === '' ? lines : [...lines, indent + line];
}
