/** Numbers that make up a cell's key. */
export const cellWidth = 9;

/** Counts per tuple of small integers, without an object or string for each count. */
export class CellCounter {
  size = 0;
  private slots = new Int32Array(1024);
  private keys = new Int32Array(512 * cellWidth);
  private counts = new Float64Array(512);
  private lastCell = -1;

  /** Adds one to the cell of the first `cellWidth` numbers of `key`. */
  add(key: Int32Array): void {
    // lines of one minute and route come together
    if (this.lastCell >= 0 && this.isSame(this.lastCell, key)) {
      (this.counts[this.lastCell] as number)++;
      return;
    }
    let hash = 0x811c9dc5;
    for (let i = 0; i < cellWidth; i++) hash = Math.imul(hash ^ (key[i] as number), 0x01000193);
    hash ^= hash >>> 13;
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let id = this.slots[slot] as number; id !== 0; id = this.slots[slot] as number) {
      if (this.isSame(id - 1, key)) {
        (this.counts[id - 1] as number)++;
        this.lastCell = id - 1;
        return;
      }
      slot = (slot + 1) & mask;
    }
    this.slots[slot] = this.append(key) + 1;
    if (this.size * 2 > this.slots.length) this.rehash();
  }

  /** Hands each cell's key and count to `visit` and empties the table. */
  drain(visit: (keys: Int32Array, at: number, count: number) => void): void {
    for (let cell = 0; cell < this.size; cell++) visit(this.keys, cell * cellWidth, this.counts[cell] as number);
    this.slots.fill(0);
    this.size = 0;
    this.lastCell = -1;
  }

  private isSame(cell: number, key: Int32Array): boolean {
    const at = cell * cellWidth;
    for (let i = 0; i < cellWidth; i++) if (this.keys[at + i] !== key[i]) return false;
    return true;
  }

  private append(key: Int32Array): number {
    const cell = this.size++;
    if (cell >= this.counts.length) {
      const keys = new Int32Array(this.keys.length * 2);
      keys.set(this.keys);
      this.keys = keys;
      const counts = new Float64Array(this.counts.length * 2);
      counts.set(this.counts);
      this.counts = counts;
    }
    this.keys.set(key.subarray(0, cellWidth), cell * cellWidth);
    this.counts[cell] = 1;
    this.lastCell = cell;
    return cell;
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let cell = 0; cell < this.size; cell++) {
      let hash = 0x811c9dc5;
      for (let i = 0; i < cellWidth; i++)
        hash = Math.imul(hash ^ (this.keys[cell * cellWidth + i] as number), 0x01000193);
      hash ^= hash >>> 13;
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = cell + 1;
    }
    this.slots = slots;
  }
}
