const blocks = '▁▂▃▄▅▆▇█';

/** `▁▁▂█▃▁`: one character a value, or for several values their sum when there are more than `width`. A blank stands for none. */
export function sparkline(values: readonly number[], width: number): string {
  const perColumn = Math.max(1, Math.ceil(values.length / width));
  const columns: number[] = [];
  for (let i = 0; i < values.length; i += perColumn) {
    columns.push(values.slice(i, i + perColumn).reduce((sum, value) => sum + value, 0));
  }
  const highest = Math.max(0, ...columns);
  return columns
    .map((value) =>
      value <= 0 ? ' ' : blocks[Math.min(blocks.length - 1, Math.floor((value / highest) * blocks.length))],
    )
    .join('');
}
