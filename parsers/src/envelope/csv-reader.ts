/** One row: its fields and the line where it begins. */
export interface CsvRow {
  readonly fields: readonly string[];
  readonly line: number;
}

/**
 * CSV (RFC 4180) line by line; a quoted field may go over lines. Every character is looked at once.
 */
export class CsvReader {
  private readonly separator: number;
  private readonly maxLength: number;
  private fields: string[] = [];
  /** Pieces of the quoted field that is open over a line's end. */
  private open: string[] | null = null;
  private length = 0;
  /** Line where the row begins that was read last or is being read. */
  rowLine = 0;

  constructor(separator: ',' | ';' | '\t', maxLength: number) {
    this.separator = separator.charCodeAt(0);
    this.maxLength = maxLength;
  }

  /** Is a quoted field open? */
  get pending(): boolean {
    return this.open !== null;
  }

  /** The row that ends with this line, null when a field goes on, `too large` when the row outgrew its limit. */
  feed(text: string, line: number): CsvRow | null | 'too large' {
    let at = 0;
    if (this.open === null) {
      this.rowLine = line;
      this.length = 0;
      this.fields = [];
    }
    this.length += text.length + 1;
    if (this.length > this.maxLength && this.open !== null) {
      this.open = null;
      return 'too large';
    }
    while (at <= text.length) {
      if (this.open === null && text.charCodeAt(at) === 0x22) {
        this.open = [];
        at++;
      }
      at = this.open === null ? this.bare(text, at) : this.quoted(text, at);
      if (this.open !== null) return null;
    }
    const row = { fields: this.fields, line: this.rowLine };
    this.fields = [];
    return row;
  }

  private bare(text: string, from: number): number {
    let at = from;
    while (at < text.length && text.charCodeAt(at) !== this.separator) at++;
    this.fields.push(text.slice(from, at));
    return at + 1;
  }

  private quoted(text: string, from: number): number {
    const pieces = this.open as string[];
    let at = from;
    for (;;) {
      const quote = text.indexOf('"', at);
      if (quote < 0) {
        pieces.push(text.slice(at), '\n');
        return text.length + 1;
      }
      pieces.push(text.slice(at, quote));
      if (text.charCodeAt(quote + 1) !== 0x22) {
        this.open = null;
        this.fields.push(pieces.join(''));
        // what stands between the quote and the separator is dirt
        let next = quote + 1;
        while (next < text.length && text.charCodeAt(next) !== this.separator) next++;
        return next + 1;
      }
      pieces.push('"');
      at = quote + 2;
    }
  }
}
