/** Is `word` the wanted one, or one letter too many, too few or different? For words that were typed off by hand. */
export function isWithinOneEdit(word: string, wanted: string): boolean {
  const difference = word.length - wanted.length;
  if (difference > 1 || difference < -1) return false;
  let at = 0;
  while (at < word.length && word[at] === wanted[at]) at++;
  const rest = word.slice(difference < 0 ? at : at + 1);
  return rest === wanted.slice(difference > 0 ? at : at + 1);
}
