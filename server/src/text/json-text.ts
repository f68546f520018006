import { unicodeEscape, unsafeCharacters } from './unsafe-characters.js';

/**
 * JSON that is safe to print: `JSON.stringify` leaves C1 controls, bidirectional marks and the like as they are; they
 * can only stand inside strings, where `\uXXXX` means the same.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(unsafeCharacters, unicodeEscape);
}
