/** Looked up by words from logs: a Map, so that `constructor` is no entry. */
export const wordTable = <T>(entries: Readonly<Record<string, T>>): ReadonlyMap<string, T> =>
  new Map(Object.entries(entries));
