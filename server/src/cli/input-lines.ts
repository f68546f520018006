const newline = 0x0a;

/** Which file a line of the whole input stands in, when several were read one after the other. */
export class InputLines {
  readonly #starts: { readonly name: string; readonly firstLine: number }[] = [];
  #lines = 0;
  #endsWithNewline = true;

  /** A new input begins. Returns true when the one before did not end its last line, and a newline has to be put in. */
  begin(name: string): boolean {
    const unended = !this.#endsWithNewline;
    if (unended) this.#lines++;
    this.#endsWithNewline = true;
    this.#starts.push({ name, firstLine: this.#lines + 1 });
    return unended;
  }

  count(bytes: Uint8Array): void {
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) this.#lines++;
    if (bytes.length > 0) this.#endsWithNewline = bytes[bytes.length - 1] === newline;
  }

  /** The line of the whole input that is being read. */
  get last(): number {
    return Math.max(1, this.#endsWithNewline ? this.#lines : this.#lines + 1, this.#starts.at(-1)?.firstLine ?? 1);
  }

  /** The file and the line in it; null with a single input, which needs no name. */
  locate(line: number): { readonly name: string; readonly line: number } | null {
    if (this.#starts.length < 2) return null;
    const start = this.#starts.findLast(({ firstLine }) => firstLine <= line) ?? this.#starts[0];
    return start === undefined ? null : { name: start.name, line: line - start.firstLine + 1 };
  }
}
