import { unicodeEscape, unsafeCharacters } from './unsafe-characters.js';

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text from outside, fit for a terminal: unsafe characters become escapes that a reader sees (`\x1b`, `\u202e`, `\n`).
 * Whatever came from input passes here, so that the only newlines and colours on the terminal are ours.
 */
export function visible(text: string): string {
  return text.replace(unsafeCharacters, (character) => {
    const code = character.charCodeAt(0);
    return named[character] ?? (code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : unicodeEscape(character));
  });
}

/** As `visible`, at most `maxLength` characters of it; says how much was left out. */
export function visibleExcerpt(text: string, maxLength: number): string {
  // Cut before escaping too: a value of megabytes is not worth the work.
  const shown = visible(text.slice(0, maxLength));
  if (shown.length <= maxLength && text.length <= maxLength) return shown;
  const cut = shown.slice(0, maxLength);
  return `${cut}… (${text.length} characters in all)`;
}
