import type { CountingUnit, UnitReceipt, UnitSink } from '../../../server/src/pipeline/counting-unit.js';
import type { StoredUnit } from '../../../server/src/store/event-store.js';

/** Keeps what it is given; fails as often as it is told to. */
export class FakeSink implements UnitSink {
  readonly units = new Map<string, { readonly unit: CountingUnit; readonly text: string }>();
  /** Ids in the order they were accepted in, repetitions too. */
  readonly accepted: string[] = [];
  readonly progress = new Map<string, number[]>();
  failures = 0;
  onAccept: () => void = () => {};
  private underWay = 0;
  mostUnderWay = 0;

  async accept(unit: CountingUnit): Promise<UnitReceipt> {
    this.underWay++;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    try {
      let text = '';
      for await (const bytes of unit.content) text += new TextDecoder().decode(bytes);
      if (this.failures > 0) {
        this.failures--;
        throw new Error('the store is away');
      }
      this.accepted.push(unit.id);
      const isNew = !this.units.has(unit.id);
      this.units.set(unit.id, { unit, text });
      this.onAccept();
      return { unit: storedUnit(unit.id, unit.feed), isNew, refused: 0 };
    } finally {
      this.underWay--;
    }
  }

  async readUnitsOf(prefix: string): Promise<readonly StoredUnit[]> {
    return [...this.units.values()]
      .filter(({ unit }) => unit.id.startsWith(prefix))
      .map(({ unit }) => storedUnit(unit.id, unit.feed));
  }

  async readRefusalsOnly(): Promise<readonly number[]> {
    return [];
  }

  async reportProgress(feed: string, _: string, completeUntilMs: number): Promise<void> {
    this.progress.set(feed, [...(this.progress.get(feed) ?? []), completeUntilMs]);
  }

  /** All lines of a feed, in order of time. */
  textOf(feed: string): string {
    return [...this.units.values()]
      .filter(({ unit }) => unit.feed === feed)
      .sort((a, b) => (a.unit.id < b.unit.id ? -1 : 1))
      .map(({ text }) => text)
      .join('');
  }
}

const storedUnit = (unit: string, feed: string): StoredUnit => ({
  unit,
  generation: { rank: 1, version: 1, name: 'n' },
  feed,
  firstMs: 0,
  newestMs: 0,
  lines: 0,
  requests: 0,
  bytes: 0,
  rejected: {},
});
