/**
 * JSON as people paste it and as API Gateway wrote it before 2024: cut off in the middle, with unescaped quotes inside
 * values, `""doubled""` quotes around messageString, bare `-` where a number was meant, bare `...`, `<masked>` words and
 * trailing commas. Reads what can be read, in linear time.
 */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

export interface LenientJson {
  readonly value: JsonValue;
  /** False when the text ended before the value did. */
  readonly complete: boolean;
  /** True when JSON.parse accepted it. */
  readonly strict: boolean;
  /** Offset just after the value. */
  readonly end: number;
  /**
   * Where a string or bare word begins that runs into the end of the text, so that its last characters may be missing;
   * null when there is none. Reading `text.slice(0, cutValueAt)` again gives the value without it.
   */
  readonly cutValueAt: number | null;
}

const maxDepth = 64;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value that begins at `start` (after blanks), or null when no `{`, `[` or `"` stands there. */
export function parseLenientJson(text: string, start = 0): LenientJson | null {
  const reader = new LenientReader(text, start);
  reader.skipBlanks();
  const first = text.charCodeAt(reader.at);
  if (first !== 0x7b && first !== 0x5b && first !== 0x22) return null;
  if (start === 0) {
    try {
      const value = JSON.parse(text) as JsonValue;
      return { value, complete: true, strict: true, end: text.length, cutValueAt: null };
    } catch {
      // not strict JSON, or JSON followed by other text: read it leniently
    }
  }
  const value = reader.value(0);
  return {
    value: value ?? null,
    complete: !reader.cut,
    strict: false,
    end: Math.min(reader.at, text.length),
    cutValueAt: reader.cut ? reader.cutValueAt : null,
  };
}

class LenientReader {
  at: number;
  cut = false;
  cutValueAt: number | null = null;
  private readonly text: string;

  constructor(text: string, start: number) {
    this.text = text;
    this.at = start;
  }

  skipBlanks(): void {
    while (this.at < this.text.length) {
      const c = this.text.charCodeAt(this.at);
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return;
      this.at++;
    }
  }

  value(depth: number): JsonValue | undefined {
    this.skipBlanks();
    if (this.at >= this.text.length || depth > maxDepth) {
      this.cut = true;
      this.at = this.text.length;
      return undefined;
    }
    const c = this.text[this.at];
    if (c === '{') return this.object(depth);
    if (c === '[') return this.array(depth);
    if (c === '"') return this.string();
    return this.bare();
  }

  private object(depth: number): JsonObject {
    const object: JsonObject = Object.create(null) as JsonObject;
    this.at++;
    for (;;) {
      this.skipBlanks();
      if (this.at >= this.text.length) {
        this.cut = true;
        return object;
      }
      const c = this.text[this.at];
      if (c === '}') {
        this.at++;
        return object;
      }
      if (c === ']') return object; // a bracket of the array around this object, whose brace is missing
      if (c !== '"') {
        this.at++; // comma, or dirt between the members
        continue;
      }
      const key = this.string();
      this.skipBlanks();
      if (this.text[this.at] !== ':') continue; // a word that is no key
      this.at++;
      const value = this.value(depth + 1);
      // the first of two equal keys: the second is another object's, whose brace was lost
      if (value !== undefined) {
        if (!Object.hasOwn(object, key)) object[key] = value;
      } else if (this.cut) return object;
    }
  }

  private array(depth: number): JsonValue[] {
    const array: JsonValue[] = [];
    this.at++;
    for (;;) {
      this.skipBlanks();
      if (this.at >= this.text.length) {
        this.cut = true;
        return array;
      }
      const c = this.text[this.at];
      if (c === ']') {
        this.at++;
        return array;
      }
      if (c === '}') return array;
      if (c === ',') {
        this.at++;
        continue;
      }
      const value = this.value(depth + 1);
      if (value !== undefined) array.push(value);
      else if (this.cut) return array;
    }
  }

  /** A quote ends the string only where JSON could go on: before `:`, `,`, `}`, `]` or the end of the text. */
  private string(): string {
    const { text } = this;
    const start = this.at;
    this.at++;
    // ""…"": messageString inside the template's own quotes.
    const doubled = text[this.at] === '"' && !this.closes(this.at + 1);
    if (doubled) this.at++;
    let out = '';
    let from = this.at;
    while (this.at < text.length) {
      const c = text.charCodeAt(this.at);
      if (c === 0x5c) {
        out += text.slice(from, this.at) + this.escape();
        from = this.at;
        continue;
      }
      if (c === 0x22) {
        if (doubled && text[this.at + 1] === '"' && this.closes(this.at + 2)) {
          out += text.slice(from, this.at);
          this.at += 2;
          return out;
        }
        if (this.closes(this.at + 1)) {
          out += text.slice(from, this.at);
          this.at++;
          return out;
        }
      }
      this.at++;
    }
    this.cut = true;
    this.cutValueAt = start;
    return out + text.slice(from, this.at);
  }

  private closes(at: number): boolean {
    const { text } = this;
    let i = at;
    const limit = Math.min(text.length, at + 256); // blanks before the next mark; bounded so that time stays linear
    while (i < limit && /\s/.test(text[i] as string)) i++;
    if (i >= text.length) return true;
    const c = text[i];
    if (c === '}' || c === ']' || c === ':') return true;
    if (c !== ',') return false;
    // a comma inside a value is followed by words, one between members by a quote, a brace or a newline
    i++;
    const stop = Math.min(text.length, i + 256);
    while (i < stop && /\s/.test(text[i] as string)) i++;
    if (i >= text.length || /["{[\]}0-9-]/.test(text[i] as string)) return true;
    return text.startsWith('true', i) || text.startsWith('false', i) || text.startsWith('null', i);
  }

  private escape(): string {
    const next = this.text[this.at + 1];
    this.at += 2;
    switch (next) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'u': {
        const hex = this.text.slice(this.at, this.at + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) return '\\u';
        this.at += 4;
        return String.fromCharCode(Number.parseInt(hex, 16));
      }
      case undefined:
        this.cut = true;
        return '';
      default:
        return next;
    }
  }

  /** A number, true, false, null, or a bare word such as `-`, `...`, `<id>`, which reads as its text. */
  private bare(): JsonValue {
    const { text } = this;
    const from = this.at;
    while (this.at < text.length) {
      const c = text[this.at] as string;
      if (c === ',' || c === '}' || c === ']' || c === '\n') break;
      this.at++;
    }
    // An empty word before `,` `}` `]` is left standing: the object or array around it goes on there.
    if (this.at >= text.length) this.cutValueAt = from;
    const word = text.slice(from, this.at).trim();
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return null;
    if (/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word)) return Number(word);
    return word;
  }
}
