/** Half of a surrogate pair is no text: U+FFFD takes its place, as the database would have it. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');
