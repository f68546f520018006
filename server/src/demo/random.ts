/** Numbers that look random and are the same for the same seed on every machine. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** Each `part` opens a stream of its own: (seed, minute), (seed, kind, slot). */
  constructor(seed: number, ...parts: readonly number[]) {
    this.a = seed | 0;
    // minutes since the epoch differ in few bits, days in still fewer: 32 bits of a part go into one word, the rest into another
    this.b = 0x2545f491;
    this.c = 0x6c078965;
    for (const part of parts) {
      this.b = Math.imul(this.b ^ part, 0x9e3779b1);
      this.c = Math.imul(this.c ^ Math.floor(part / 4294967296) ^ (this.b >>> 15), 0x85ebca6b);
    }
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** sfc32: 128 bits of state, so that streams do not run into each other. */
  uint32(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return sum >>> 0;
  }

  /** From 0 up to, but not including, 1. */
  unit(): number {
    return this.uint32() / 4294967296;
  }

  /** A whole number from 0 up to, but not including, `end`. */
  below(end: number): number {
    return Math.floor(this.unit() * end);
  }

  between(from: number, to: number): number {
    return from + this.unit() * (to - from);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** How many independent things happen when `mean` are expected. */
  poisson(mean: number): number {
    if (mean > 40) {
      const normal = Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
    }
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.unit(); product > limit; product *= this.unit()) count++;
    return count;
  }
}

/** Things with weights; `pick` takes one number from 0 to 1. */
export class Weighted<T> {
  private readonly items: readonly T[];
  private readonly ends: readonly number[];

  constructor(weighted: readonly (readonly [T, number])[]) {
    const total = weighted.reduce((all, [, weight]) => all + weight, 0);
    let sum = 0;
    this.items = weighted.map(([item]) => item);
    this.ends = weighted.map(([, weight]) => {
      sum += weight;
      return sum / total;
    });
  }

  pick(unit: number): T {
    let i = 0;
    while (i < this.ends.length - 1 && unit >= (this.ends[i] as number)) i++;
    return this.items[i] as T;
  }
}
