import { isJsonObject, type JsonValue } from '../text/lenient-json.js';

const maxDepth = 16;
const maxKey = 80;
const quote = 0x22;

/**
 * Keys that stand in the text more often than in the value read from it. Where quotes were not escaped (2022), a user
 * agent `x","status":"200` adds such a key, and the reader cannot tell which one API Gateway wrote.
 */
export function repeatedKeys(text: string, value: JsonValue): ReadonlySet<string> {
  const repeated = new Set<string>();
  if (!hasRepeatedKey(text)) return repeated;
  const inText = new Map<string, number>();
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    const key = keyBefore(text, colon);
    if (key !== null) inText.set(key, (inText.get(key) ?? 0) + 1);
  }
  const inValue = new Map<string, number>();
  countKeys(value, inValue, 0);
  for (const [key, count] of inText) if (count > 1 && count > (inValue.get(key) ?? 0)) repeated.add(key);
  return repeated;
}

/** Nearly no line has one, and this is asked of every line. */
function hasRepeatedKey(text: string): boolean {
  const seen = new Set<string>();
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    const key = keyBefore(text, colon);
    if (key === null) continue;
    if (seen.has(key)) return true;
    seen.add(key);
  }
  return false;
}

/**
 * `status` of `"status":`, at most 80 characters; null when the colon follows something else. In a value that is escaped
 * well the quotes have backslashes and do not match.
 */
function keyBefore(text: string, colon: number): string | null {
  let end = colon - 1;
  while (end > colon - 9 && isBlank(text.charCodeAt(end))) end--;
  if (text.charCodeAt(end) !== quote) return null;
  let start = end;
  while (end - start <= maxKey && isKeyCharacter(text.charCodeAt(start - 1))) start--;
  return start < end && end - start <= maxKey && text.charCodeAt(start - 1) === quote ? text.slice(start, end) : null;
}

const isBlank = (c: number): boolean => c === 0x20 || (c >= 0x09 && c <= 0x0d);

/** Letters, digits and `_ . $ -`. */
const isKeyCharacter = (c: number): boolean =>
  (c >= 0x61 && c <= 0x7a) ||
  (c >= 0x41 && c <= 0x5a) ||
  (c >= 0x30 && c <= 0x39) ||
  c === 0x5f ||
  c === 0x2e ||
  c === 0x24 ||
  c === 0x2d;

function countKeys(value: JsonValue, counts: Map<string, number>, depth: number): void {
  if (depth > maxDepth) return;
  if (Array.isArray(value)) {
    for (const member of value) countKeys(member, counts, depth + 1);
  } else if (isJsonObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      countKeys(member, counts, depth + 1);
    }
  }
}
