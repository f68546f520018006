/** Turns go round among the keys; within a key, first come, first served. */
export class FairQueue<Item> {
  /** The first key is the next: a Map keeps the order in which keys were set. */
  private readonly items = new Map<string, Item[]>();

  get isEmpty(): boolean {
    return this.items.size === 0;
  }

  add(key: string, item: Item): void {
    const own = this.items.get(key);
    if (own === undefined) this.items.set(key, [item]);
    else own.push(item);
  }

  remove(key: string, item: Item): void {
    const own = this.items.get(key);
    const at = own?.indexOf(item) ?? -1;
    if (own === undefined || at < 0) return;
    own.splice(at, 1);
    if (own.length === 0) this.items.delete(key);
  }

  take(): Item | undefined {
    for (const [key, own] of this.items) {
      const item = own.shift();
      this.items.delete(key);
      if (own.length > 0) this.items.set(key, own);
      return item;
    }
    return undefined;
  }
}
