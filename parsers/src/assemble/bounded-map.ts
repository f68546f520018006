/** A map that forgets its oldest entries: what it holds never grows past `capacity`. */
export class BoundedMap<K, V> {
  private readonly entries = new Map<K, V>();
  /**
   * Stands before the oldest entry at all times: what it passes is forgotten at once, what is added comes behind. A fresh
   * iterator for each entry would walk over all holes that forgotten entries leave at the front.
   */
  private readonly oldest = this.entries.keys();
  private readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  has(key: K): boolean {
    return this.entries.has(key);
  }

  set(key: K, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size <= this.capacity) return;
    const oldest = this.oldest.next();
    if (!oldest.done) this.entries.delete(oldest.value);
  }
}
