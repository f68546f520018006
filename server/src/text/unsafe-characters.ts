/**
 * Characters that can move the cursor, reorder, hide or split text on a terminal: C0 and C1 controls, format characters
 * (bidirectional marks and overrides, zero-width ones, tags), lone surrogates, line and paragraph separators, and
 * everything else that a terminal draws as nothing.
 */
export const unsafeCharacters = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** `\u202e`, one such escape for each UTF-16 unit: valid inside a JSON string and plain to a reader. */
export function unicodeEscape(character: string): string {
  let escaped = '';
  for (let i = 0; i < character.length; i++) {
    escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
