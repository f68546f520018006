const minuteMs = 60_000;

/** Counts over time in a bounded number of steps: the more time there is, the wider they are. */
export class Timeline {
  stepMs = minuteMs;
  private readonly maxSteps: number;
  private readonly series = new Map<string, Map<number, number>>();
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;

  constructor(maxSteps: number) {
    this.maxSteps = maxSteps;
  }

  add(name: string, timeMs: number, count: number): void {
    const step = Math.floor(timeMs / this.stepMs);
    this.first = Math.min(this.first, step);
    this.last = Math.max(this.last, step);
    const steps = this.series.get(name) ?? new Map<number, number>();
    this.series.set(name, steps);
    steps.set(step, (steps.get(step) ?? 0) + count);
    while (this.last - this.first >= this.maxSteps) this.widen();
  }

  /** Start of the first step; null when nothing was added. */
  get startMs(): number | null {
    return Number.isFinite(this.first) ? this.first * this.stepMs : null;
  }

  /** A number for each step from the first to the last, of all these series together. */
  valuesOf(names: Iterable<string>): number[] {
    if (!Number.isFinite(this.first)) return [];
    const values = new Array<number>(this.last - this.first + 1).fill(0);
    for (const name of names) {
      for (const [step, count] of this.series.get(name) ?? [])
        values[step - this.first] = (values[step - this.first] ?? 0) + count;
    }
    return values;
  }

  private widen(): void {
    this.stepMs *= 2;
    this.first = Math.floor(this.first / 2);
    this.last = Math.floor(this.last / 2);
    for (const [name, steps] of this.series) {
      const wider = new Map<number, number>();
      for (const [step, count] of steps) {
        const at = Math.floor(step / 2);
        wider.set(at, (wider.get(at) ?? 0) + count);
      }
      this.series.set(name, wider);
    }
  }
}
