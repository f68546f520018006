/** A smaller text of which the same holds: pieces are left out, ever smaller ones, while it does. */
export function shrink(text: string, holds: (text: string) => boolean): string {
  let small = text;
  for (let size = Math.ceil(small.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < small.length; ) {
      const without = small.slice(0, at) + small.slice(at + size);
      if (holds(without)) small = without;
      else at += size;
    }
  }
  return small;
}
