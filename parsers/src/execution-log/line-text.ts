import { isJsonObject, type JsonObject, parseLenientJson } from '../text/lenient-json.js';
import { maskSecret } from '../text/mask.js';

/** What a single-line kind gets to see; API Gateway cuts events at 1024 bytes, exports may join more. */
const maxLineLength = 4096;

// [TRUNCATED] is API Gateway's own; the others are people's.
const cutMarks = ['[TRUNCATED]', '[truncated]', '[cut]', '[...]', '[…]', '…', '...'] as const;

/** Text and whether a mark at its end says that it was cut. */
export interface TrimmedText {
  readonly text: string;
  readonly cut: boolean;
}

/** Strips blanks and a truncation mark from the end: `Method request path: {} [TRUNCATED]` → `Method request path: {}`. */
export function trimCutMark(text: string): TrimmedText {
  const trimmed = text.trimEnd();
  for (const mark of cutMarks) {
    if (trimmed.endsWith(mark)) return { text: trimmed.slice(0, -mark.length).trimEnd(), cut: true };
  }
  return { text: trimmed, cut: false };
}

/** What copying leaves after a line: quotes, backticks, commas, the blots of a masking console ` *** : `. */
const isTrailing = (c: string): boolean =>
  c === ' ' || c === '\t' || c === '\r' || c === '`' || c === '"' || c === "'" || c === ',' || c === '|';

/** First physical line, bounded, without what copying left behind it. */
export function firstLineOf(text: string): string {
  const newline = text.indexOf('\n');
  let end = newline === -1 ? text.length : newline;
  if (end > maxLineLength) end = maxLineLength;
  while (end > 0 && isTrailing(text[end - 1] as string)) end--;
  let line = trimCutMark(text.slice(0, end)).text;
  // Starting authorizer: z4nj0a for request: 93a7… *** :
  if (line.endsWith(' :')) {
    line = line.slice(0, -2).trimEnd();
    let start = line.length;
    while (start > 0 && line[start - 1] === '*') start--;
    if (start < line.length && line[start - 1] === ' ') line = line.slice(0, start).trimEnd();
  }
  // …⇥1496671067369: the event time behind the message in tab-separated CLI output
  return line.replace(/\t1\d{12}$/, '');
}

/** An API key as shown: AWS's own masking stays, anything else is masked; null when none was printed. */
export function shownKey(value: string | undefined): string | null {
  const key = value?.trim() ?? '';
  if (key === '' || key === '-' || key === 'null') return null;
  return /^\*+[^*]{0,6}$/.test(key) ? key.slice(-256) : maskSecret(key);
}

/** A host and path without user, query or fragment. `https://u:p@host/a?k=v` → `https://host/a` */
export function shownUri(value: string): string {
  const uri = /^[^\s?#;"'<>]{0,1024}/.exec(value.trim())?.[0] ?? '';
  const userEnd = uri.indexOf('@');
  const authorityEnd = uri.indexOf('/', uri.indexOf('//') + 2);
  if (userEnd === -1 || (authorityEnd !== -1 && userEnd > authorityEnd)) return uri || '…';
  return `${uri.slice(0, uri.indexOf('//') + 2)}${uri.slice(userEnd + 1)}`;
}

// …/functions/arn:aws:lambda:eu-west-1:111122223333:function:orders-authorizer:live/invocations
export const functionNameOf = (uri: string): string | null =>
  /:function:([A-Za-z0-9_-]{1,140})/.exec(uri.slice(0, 1024))?.[1] ?? null;

/** The JSON object that a body is; null for anything else. A body cut by the log is read as far as it goes. */
export function bodyObject(body: string): { readonly value: JsonObject; readonly complete: boolean } | null {
  const text = body.trimStart();
  if (!text.startsWith('{')) return null;
  const whole = parseLenientJson(text);
  if (whole === null || !isJsonObject(whole.value)) return null;
  if (whole.cutValueAt === null) return { value: whole.value, complete: whole.complete };
  // The value that the cut runs through is dropped: half an ARN or half a number is a wrong one.
  const rest = parseLenientJson(text.slice(0, whole.cutValueAt));
  return rest !== null && isJsonObject(rest.value) ? { value: rest.value, complete: false } : null;
}
