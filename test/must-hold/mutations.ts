import type { Random } from './random.js';

const marks = [
  '"',
  '""',
  "'",
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  '<',
  '>',
  ',',
  ':',
  '=',
  '\\',
  '\\"',
  '\\n',
  '\n',
  '\r\n',
  '\t',
  '-',
  '`',
  '$',
  '&',
  '*',
  '?',
  '#',
  '|',
] as const;
const strange = [
  '\0',
  '\u202e',
  '\u2066',
  '\u2028',
  '\u0085',
  '\ufeff',
  '\ud800',
  '\udc00',
  '\u{1f600}',
  'é',
  '＂',
  '\u001b[31m',
  '\u007f',
  '__proto__',
  'constructor',
  'toString',
  '"__proto__":{"status":200},',
  '%00',
  '%0a',
  '$(id)',
  '`id`',
  "'; id; '",
] as const;
const words = [
  '403',
  '200',
  '-',
  'null',
  'Forbidden',
  'ACCESS_DENIED',
  'INVALID_API_KEY',
  'User: ',
  'is not authorized to perform: ',
  'HTTP/1.1 403 Forbidden',
  'Method completed with status: 403',
  '{"message":"Forbidden"}',
  'H4sI',
  '1e999',
  '-0',
  '99999999999999999999',
  'true',
  '{}',
  '[]',
  '""',
] as const;
const runs = [
  'a',
  '"',
  '{',
  '[',
  '\\',
  ' ',
  ',',
  '9',
  '\0',
  '\u202e',
  '<',
  '(',
  '=',
  '\\"',
  '":',
  '{"a":',
  'x-',
] as const;

const insert = (text: string, at: number, piece: string): string => text.slice(0, at) + piece + text.slice(at);

/** One change. `other` is a second text to take pieces of. To add a kind of damage: a case here and its number. */
function mutateOnce(text: string, other: string, random: Random): string {
  const at = random.below(text.length + 1);
  const end = Math.min(text.length, at + 1 + random.below(40));
  switch (random.below(13)) {
    case 0: // a bit flips
      return at < text.length
        ? text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << random.below(8))) + text.slice(at + 1)
        : text;
    case 1: // another character stands there
      return (
        text.slice(0, at) +
        String.fromCharCode(random.below(random.below(8) === 0 ? 0x10000 : 0x100)) +
        text.slice(at + 1)
      );
    case 2:
      return text.slice(0, at);
    case 3:
      return text.slice(at);
    case 4:
      return text.slice(0, at) + text.slice(end);
    case 5: // a piece stands twice
      return insert(text, at, text.slice(at, end));
    case 6:
      return insert(text, at, random.pick(marks));
    case 7:
      return insert(text, at, random.pick(strange));
    case 8:
      return insert(text, at, random.pick(words));
    case 9: // the beginning of one, the end of the other
      return text.slice(0, at) + other.slice(random.below(other.length + 1));
    case 10: {
      const from = random.below(other.length + 1);
      return insert(text, at, other.slice(from, from + random.below(200)));
    }
    case 11: {
      const length = random.below(50) === 0 ? random.below(20_000) : random.below(300);
      return insert(text, at, random.pick(runs).repeat(length));
    }
    default: // one mark becomes another
      return text.replace(/["{}[\]:,()]/g, (mark) => (random.below(12) === 0 ? random.pick(marks) : mark));
  }
}

/** One to four changes. A newline may come in, as it does when people paste. */
export function mutateLine(text: string, other: string, random: Random): string {
  let mutated = text;
  for (let i = 1 + random.below(4); i > 0; i--) mutated = mutateOnce(mutated, other, random);
  return mutated;
}
