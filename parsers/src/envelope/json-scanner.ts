/** Deeper than any log record nests. */
export const deepest = 200;

/**
 * Finds where a JSON value that goes over several lines ends, in one pass: the state is kept between lines, nothing is
 * looked at twice. A string never goes over a line's end in JSON, so a quote that a logger forgot to escape harms one
 * line only.
 */
export class JsonScanner {
  /** True when braces were nested deeper than any log record nests. */
  tooDeep = false;
  private depth = 0;
  /** By depth: 1 for an array, 0 for an object. */
  private readonly arrays = new Uint8Array(deepest + 1);
  /** Last character outside strings that is no blank; `"` for a whole string. */
  private last = 0;

  /**
   * May a line begin with this brace here, or has the value been cut off and another one begins? In an object, a brace
   * follows a colon only.
   */
  admits(brace: number): boolean {
    if (this.depth === 0) return true;
    if (brace !== 0x7b && brace !== 0x5b) return true;
    return this.last === 0x3a || (this.arrays[this.depth] === 1 && (this.last === 0x5b || this.last === 0x2c));
  }

  /** Offset just after the value's last character, or -1 when the value goes on behind this line. */
  feed(line: string, from = 0): number {
    for (let i = from; i < line.length; i++) {
      const c = line.charCodeAt(i);
      if (c === 0x22) {
        i = stringEnd(line, i);
        this.last = c;
      } else if (c === 0x7b || c === 0x5b) {
        if (this.depth === deepest) {
          this.tooDeep = true;
          return -1;
        }
        this.arrays[++this.depth] = c === 0x5b ? 1 : 0;
        this.last = c;
      } else if (c === 0x7d || c === 0x5d) {
        this.last = c;
        if (--this.depth <= 0) return i + 1;
      } else if (c !== 0x20 && c !== 0x09) this.last = c;
    }
    return -1;
  }
}

/** Offset of the quote that ends the string which begins at `quote`, or the line's length when none does. */
export function stringEnd(line: string, quote: number): number {
  let i = quote + 1;
  for (; i < line.length; i++) {
    const c = line.charCodeAt(i);
    if (c === 0x5c) i++;
    else if (c === 0x22) break;
  }
  return Math.min(i, line.length);
}
