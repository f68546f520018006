/** A sorted set of text positions as intervals `[from, to, from, to, …]`, both ends included, not touching. */
export type PositionSet = number[];

/** Adds an interval that begins no earlier than the last one did. */
export function addInterval(set: PositionSet, from: number, to: number): void {
  if (to < from) return;
  const last = set.length - 1;
  if (last > 0 && from <= (set[last] as number) + 1) {
    if (to > (set[last] as number)) set[last] = to;
    return;
  }
  set.push(from, to);
}

/** Smallest member that is at least `at`; -1 when there is none. */
export function firstFrom(set: PositionSet, at: number): number {
  let low = 0;
  let high = set.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((set[2 * middle + 1] as number) < at) low = middle + 1;
    else high = middle;
  }
  return 2 * low < set.length ? Math.max(at, set[2 * low] as number) : -1;
}

export const hasPosition = (set: PositionSet, at: number): boolean => firstFrom(set, at) === at;

/** The only member, or -1 when there are several or none. */
export const onlyPosition = (set: PositionSet): number =>
  set.length === 2 && set[0] === set[1] ? (set[0] as number) : -1;

/** Members that both sets have. */
export function intersect(a: PositionSet, b: PositionSet): PositionSet {
  const both: PositionSet = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const from = Math.max(a[i] as number, b[j] as number);
    const to = Math.min(a[i + 1] as number, b[j + 1] as number);
    if (from <= to) both.push(from, to);
    if ((a[i + 1] as number) < (b[j + 1] as number)) i += 2;
    else j += 2;
  }
  return both;
}
