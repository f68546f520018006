/** Names and their numbers, so that an hour is arrays of numbers. */
export class Numbering<T> {
  private readonly numbers = new Map<string, number>();
  readonly items: T[] = [];

  /** The number of the item with this name; a new one is made by `create`. */
  of(name: string, create: () => T): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const number = this.items.length;
    this.numbers.set(name, number);
    this.items.push(create());
    return number;
  }

  find(name: string): number | undefined {
    return this.numbers.get(name);
  }
}

/** What is kept of an hour that is over, by the numbers of keys and stages. Those that came later had nothing in it. */
export class PastHour {
  /** Of two readings of an hour the later has the higher number. */
  readonly reading: number;
  readonly levels: Float32Array;
  readonly lasting: Float32Array;
  readonly bursts: Float32Array;
  readonly requests: Float32Array;
  readonly accepted: Float32Array;

  constructor(reading: number, keys: number, stages: number) {
    this.reading = reading;
    this.levels = new Float32Array(keys);
    this.lasting = new Float32Array(keys);
    this.bursts = new Float32Array(keys);
    this.requests = new Float32Array(stages);
    this.accepted = new Float32Array(stages);
  }

  /** Numbers that are held, to bound them. */
  get size(): number {
    return 3 * this.levels.length + 2 * this.requests.length;
  }

  levelOf(key: number): number {
    return this.levels[key] ?? 0;
  }
  lastingOf(key: number): number {
    return this.lasting[key] ?? 0;
  }
  burstOf(key: number): number {
    return this.bursts[key] ?? 0;
  }
  /** Above 0 where the stage had requests, or may have had. */
  requestsOf(stage: number): number {
    return this.requests[stage] ?? 0;
  }
  /** Requests that were not refused; NaN where nobody knows. */
  acceptedOf(stage: number): number {
    return this.accepted[stage] ?? 0;
  }
}
