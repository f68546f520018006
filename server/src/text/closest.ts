/** The known word that `word` was probably meant to be, or null: at most two letters differ, or it begins one of them. */
export function closest(word: string, known: readonly string[]): string | null {
  if (word.length === 0 || word.length > 64) return null;
  let best: string | null = null;
  let bestDistance = Math.min(3, word.length);
  for (const candidate of known) {
    const distance = word.length >= 3 && candidate.startsWith(word) ? 1 : editDistance(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Letters to insert, delete or replace. Words are short: `closest` sees to it. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] as number) + 1, (current[j - 1] as number) + 1));
    }
    previous = current;
  }
  return previous[b.length] as number;
}
