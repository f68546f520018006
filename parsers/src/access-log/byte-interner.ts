/** Longest value that is interned, most values held, most slots looked at for one: beyond, `intern` declines. */
const maxLength = 1024;
const maxValues = 1 << 15;
const maxProbes = 48;

/**
 * Numbers for byte sequences without making a string of them: equal bytes get equal numbers from 1. `clean` gives each
 * new value its label, once; undefined declines the value.
 */
export class ByteInterner {
  readonly labels: (string | null | undefined)[] = [null];
  private slots = new Int32Array(256);
  private arena = new Uint8Array(4096);
  private readonly ends: number[] = [0];
  private readonly hashes: number[] = [0];
  private readonly clean: (bytes: Uint8Array) => string | null | undefined;

  constructor(clean: (bytes: Uint8Array) => string | null | undefined) {
    this.clean = clean;
  }

  get isCrowded(): boolean {
    return this.labels.length > maxValues / 2;
  }

  /** Number of the bytes from…to; -1 when the table declines them (too long, too many, or made to collide). */
  intern(bytes: Uint8Array, from: number, to: number): number {
    if (to - from > maxLength) return -1;
    let hash = 0x811c9dc5;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
    hash ^= hash >>> 15;
    const mask = this.slots.length - 1;
    for (let probe = 0; probe < maxProbes; probe++) {
      const slot = (hash + probe) & mask;
      const id = this.slots[slot] as number;
      if (id === 0) return this.add(bytes, from, to, hash, slot);
      if (this.hashes[id] === hash && this.isSame(id, bytes, from, to)) return this.labels[id] === undefined ? -1 : id;
    }
    return -1;
  }

  private isSame(id: number, bytes: Uint8Array, from: number, to: number): boolean {
    let at = this.ends[id - 1] as number;
    if ((this.ends[id] as number) - at !== to - from) return false;
    for (let i = from; i < to; i++) if (this.arena[at++] !== bytes[i]) return false;
    return true;
  }

  private add(bytes: Uint8Array, from: number, to: number, hash: number, slot: number): number {
    if (this.labels.length > maxValues) return -1;
    const start = this.ends[this.ends.length - 1] as number;
    const end = start + to - from;
    if (end > this.arena.length) {
      const larger = new Uint8Array(Math.max(this.arena.length * 2, end));
      larger.set(this.arena);
      this.arena = larger;
    }
    this.arena.set(bytes.subarray(from, to), start);
    const id = this.labels.length;
    this.labels.push(this.clean(bytes.subarray(from, to)));
    this.ends.push(end);
    this.hashes.push(hash);
    this.slots[slot] = id;
    if (id * 2 > this.slots.length) this.grow();
    return this.labels[id] === undefined ? -1 : id;
  }

  private grow(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 1; id < this.hashes.length; id++) {
      let slot = (this.hashes[id] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.slots = slots;
  }
}
