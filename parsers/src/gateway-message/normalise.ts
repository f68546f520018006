/** What a message may be at most, in UTF-16 units; no sentence of API Gateway is nearly as long. */
const maxLength = 8192;

const htmlEntity: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&apos;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&nbsp;': ' ',
};

const jsonEscape: Readonly<Record<string, string>> = {
  n: ' ',
  r: ' ',
  t: ' ',
  '/': '/',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

function unescapeJson(whole: string, short: string, hex: string | undefined): string {
  if (hex === undefined) return jsonEscape[short] ?? whole;
  return String.fromCharCode(Number.parseInt(hex, 16));
}

/**
 * One line of plain words: escapes of JSON and HTML undone, typographic quotes made straight, white space collapsed, so
 * that a sentence wrapped over two lines reads as one.
 *
 * `{\"Message\":\"User: anonymous…` → `{"Message":"User: anonymous…`; `doesn’t` → `doesn't`
 */
export function normaliseMessage(text: string): string {
  let out = text.length > maxLength ? text.slice(0, maxLength) : text;
  // JSON inside JSON inside JSON: each round takes one level of backslashes
  for (let round = 0; round < 3 && out.includes('\\'); round++) {
    out = out.replace(/\\(u([0-9a-fA-F]{4})|[nrt/"'\\])/g, unescapeJson);
  }
  if (out.includes('&'))
    out = out.replace(/&(?:quot|apos|lt|gt|amp|nbsp|#34|#39|#x27);/gi, (e) => htmlEntity[e.toLowerCase()] ?? e);
  return out
    .replace(/[\u2018\u2019\u201b\u02bc\u2032]/g, "'")
    .replace(/[\u201c\u201d\u201f]/g, '"')
    .replace(/\s+/g, ' ')
    .trim();
}
