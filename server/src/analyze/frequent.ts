/** How often something was seen. */
export interface Frequent {
  readonly value: string;
  /** At least so often. */
  readonly count: number;
  /** At most so often; the same as `count` as long as nothing had to be forgotten. */
  readonly atMost: number;
}

interface Entry {
  count: number;
  /** How often it may have been seen before it was forgotten. */
  readonly missed: number;
}

/**
 * The most frequent values of a stream of any length, in memory for `capacity` of them. Above it the rarest half is
 * forgotten; what comes back may have been seen as often as the most frequent of the forgotten, which is told.
 */
export class FrequentValues {
  private readonly capacity: number;
  private readonly entries = new Map<string, Entry>();
  private forgotten = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  add(value: string, count = 1): void {
    const known = this.entries.get(value);
    if (known !== undefined) known.count += count;
    else {
      this.entries.set(value, { count, missed: this.forgotten });
      if (this.entries.size > this.capacity) this.forgetHalf();
    }
  }

  /** Most frequent first, ties by value. */
  top(limit: number): readonly Frequent[] {
    return [...this.entries]
      .map(([value, { count, missed }]) => ({ value, count, atMost: count + missed }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, limit);
  }

  /** What another part of the stream saw. */
  merge(other: FrequentValues): void {
    const missedThere = other.forgotten;
    for (const [value, { count, missed }] of other.entries) {
      const known = this.entries.get(value);
      this.entries.set(value, {
        count: (known?.count ?? 0) + count,
        missed: (known?.missed ?? this.forgotten) + missed,
      });
    }
    for (const [value, entry] of this.entries) {
      if (!other.entries.has(value))
        this.entries.set(value, { count: entry.count, missed: entry.missed + missedThere });
    }
    this.forgotten += missedThere;
    if (this.entries.size > this.capacity) this.forgetHalf();
  }

  private forgetHalf(): void {
    const byCount = [...this.entries].sort(([, a], [, b]) => b.count + b.missed - (a.count + a.missed));
    for (const [value, { count, missed }] of byCount.slice(this.capacity >> 1)) {
      this.forgotten = Math.max(this.forgotten, count + missed);
      this.entries.delete(value);
    }
  }
}
