import { isJsonObject, type JsonValue } from '../text/lenient-json.js';

// `"status":`; in a value that is escaped well the quotes have backslashes and do not match
const keyPattern = /"([\w.$-]{1,80})"\s{0,8}:/g;
const maxDepth = 16;

/**
 * Keys that stand in the text more often than in the value read from it. Where quotes were not escaped (2022), a user
 * agent `x","status":"200` adds such a key, and the reader cannot tell which one API Gateway wrote.
 */
export function repeatedKeys(text: string, value: JsonValue): ReadonlySet<string> {
  const inText = new Map<string, number>();
  let total = 0;
  for (const [, key] of text.matchAll(keyPattern)) {
    inText.set(key as string, (inText.get(key as string) ?? 0) + 1);
    total++;
  }
  const repeated = new Set<string>();
  if (inText.size === total) return repeated;
  const inValue = new Map<string, number>();
  countKeys(value, inValue, 0);
  for (const [key, count] of inText) if (count > 1 && count > (inValue.get(key) ?? 0)) repeated.add(key);
  return repeated;
}

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
