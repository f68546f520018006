/** Keys in alphabetical order all the way down: what is equal reads the same. `undefined` for what JSON cannot say. */
export const canonicalJson = (value: unknown): string | undefined => JSON.stringify(inOrder(value));

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, of]) => of !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, of]) => [key, inOrder(of)]));
}
