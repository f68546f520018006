/** Where a line stands, for people and programs. */
export interface InputLine {
  /** null when there is a single input, which needs no name. */
  readonly input: string | null;
  /** 1-based, in its input. */
  readonly line: number;
}

/** The inputs of one explanation; tells lines, which are counted on over all of them, apart. */
export class Inputs {
  private readonly begun: { readonly name: string; readonly firstLine: number }[] = [];

  get none(): boolean {
    return this.begun.length === 0;
  }

  begin(name: string | undefined, firstLine: number): void {
    this.begun.push({ name: name ?? `input ${this.begun.length + 1}`, firstLine });
  }

  locate(line: number): InputLine {
    if (this.begun.length < 2) return { input: null, line };
    let low = 0;
    let high = this.begun.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.begun[middle]?.firstLine ?? 0) <= line) low = middle;
      else high = middle - 1;
    }
    const { name, firstLine } = this.begun[low] as { name: string; firstLine: number };
    return { input: name, line: line - firstLine + 1 };
  }

  /** `line 7`, or `waf.json line 7` when there are several inputs. */
  describe(line: number): string {
    const place = this.locate(line);
    return place.input === null ? `line ${place.line}` : `${place.input} line ${place.line}`;
  }
}
