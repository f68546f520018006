const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];

/** `{…}{…}`, with or without blanks and newlines between them, as one piece each; null when the text is anything else. */
export function splitValues(text: Uint8Array): readonly Uint8Array[] | null {
  const values: Uint8Array[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const end = text[at] === openBrace ? endOfValue(text, at) : -1;
    if (end < 0) return null;
    values.push(text.subarray(at, end));
    at = skipBlanks(text, end);
  }
  return values;
}

function skipBlanks(text: Uint8Array, from: number): number {
  let at = from;
  while (at < text.length && (text[at] as number) <= 0x20) at++;
  return at;
}

/** Offset behind the value's last brace, -1 when it has none. */
function endOfValue(text: Uint8Array, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const byte = text[at];
    if (byte === quote) at = endOfText(text, at);
    else if (byte === openBrace || byte === openBracket) depth++;
    else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) return at + 1;
  }
  return -1;
}

function endOfText(text: Uint8Array, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === backslash) at++;
    else if (text[at] === quote) return at;
  }
  return text.length;
}
