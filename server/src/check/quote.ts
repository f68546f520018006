// A text as a literal of another language: whoever reads it there gets this text, and nothing of it is code. What a terminal would not show
// as it is (control characters, bidirectional marks) is an escape.
import { unicodeEscape, unsafeCharacters } from '../text/unsafe-characters.js';

/** One word of a POSIX shell, in which there are no escapes: for JSON put it through `jsonText` first. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** `${` and `%{` begin templates in HCL: doubled they do not. How `$$${` is read differs, so that several are written as escapes. */
export const hclString = (text: string): string =>
  `"${text
    .replace(/["\\]/g, '\\$&')
    .replace(/[$%]+(?=\{)/g, (signs) => (signs.length === 1 ? signs + signs : signs.replace(/./g, unicodeEscape)))
    .replace(unsafeCharacters, longEscape)}"`;

export const typeScriptString = (text: string): string =>
  `'${text.replace(/['\\]/g, '\\$&').replace(unsafeCharacters, unicodeEscape)}'`;

/** Single quotes, which know no escapes, where none is needed. */
export const yamlString = (text: string): string =>
  text.search(unsafeCharacters) < 0
    ? `'${text.replaceAll("'", "''")}'`
    : `"${text.replace(/["\\]/g, '\\$&').replace(unsafeCharacters, longEscape)}"`;

/** Code points beyond 16 bits as one escape, since HCL and YAML know no pairs. */
function longEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : unicodeEscape(character);
}
