import { Inflater } from './inflate.js';

/** Gzip (RFC 1952), streaming: any number of members one after another, checksums verified, zero padding tolerated. */
export interface Gunzip {
  push(bytes: Uint8Array): void;
  end(): void;
}

export interface GunzipOptions {
  /** The array is reused afterwards. False stops the expansion for good, without a complaint. */
  onData(bytes: Uint8Array): boolean;
  /** Called at most once; what was readable before has been handed out. `detail` says what was expected and what came. */
  onDamage(detail: string): void;
}

type Stage = 'header' | 'extra-length' | 'extra' | 'name' | 'comment' | 'header-crc' | 'body' | 'trailer' | 'over';

const extraFlag = 4;
const nameFlag = 8;
const commentFlag = 16;
const headerCrcFlag = 2;

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;

export function createGunzip(options: GunzipOptions): Gunzip {
  return new GzipStream(options);
}

class GzipStream implements Gunzip {
  private readonly options: GunzipOptions;
  private stage: Stage = 'header';
  /** Bytes of a fixed-size part (header, trailer …) gathered so far. */
  private readonly part = new Uint8Array(10);
  private partLength = 0;
  private flags = 0;
  private extraLeft = 0;
  private members = 0;
  private padded = false;
  private damaged = false;
  private readonly inflater: Inflater;
  private crc = 0;
  private size = 0;

  constructor(options: GunzipOptions) {
    this.options = options;
    this.inflater = new Inflater((bytes) => {
      this.crc = updateCrc32(this.crc, bytes);
      this.size = (this.size + bytes.length) >>> 0;
      return options.onData(bytes);
    });
  }

  push(bytes: Uint8Array): void {
    let rest: Uint8Array = bytes;
    while (rest.length > 0 && this.stage !== 'over') rest = this.step(rest);
  }

  end(): void {
    if (this.stage === 'over') return;
    if (this.stage === 'header' && this.partLength === 0 && this.members > 0) return;
    if (this.stage === 'body') {
      // The last few bytes may have waited for more: a block header or symbol is begun only with enough at hand.
      const state = this.inflater.end();
      if (state === 'stopped') return;
      if (state === 'done') {
        this.go('trailer');
        this.push(this.inflater.rest());
        this.end();
        return;
      }
    }
    this.damage(
      'Expected a whole gzip stream, it is cut off; what stands before the cut was read: copy the file again.',
    );
  }

  /** Reads from the front and answers what is left. */
  private step(bytes: Uint8Array): Uint8Array {
    switch (this.stage) {
      case 'header':
        return this.readHeader(bytes);
      case 'extra-length': {
        const left = this.gather(bytes, 2);
        if (this.partLength < 2) return left;
        this.extraLeft = (this.part[0] as number) | ((this.part[1] as number) << 8);
        this.go('extra');
        return left;
      }
      case 'extra': {
        const count = Math.min(this.extraLeft, bytes.length);
        this.extraLeft -= count;
        if (this.extraLeft === 0) this.afterExtra();
        return bytes.subarray(count);
      }
      case 'name':
      case 'comment': {
        const end = bytes.indexOf(0);
        if (end < 0) return bytes.subarray(bytes.length);
        if (this.stage === 'name') this.afterName();
        else this.afterComment();
        return bytes.subarray(end + 1);
      }
      case 'header-crc': {
        const left = this.gather(bytes, 2);
        if (this.partLength === 2) this.startBody();
        return left;
      }
      case 'body':
        return this.readBody(bytes);
      case 'trailer':
        return this.readTrailer(bytes);
      case 'over':
        return bytes.subarray(bytes.length);
    }
  }

  private readHeader(bytes: Uint8Array): Uint8Array {
    if (this.members > 0 && this.partLength === 0 && (bytes[0] === 0 || this.padded)) {
      this.padded = true;
      let i = 0;
      while (i < bytes.length && bytes[i] === 0) i++;
      if (i === bytes.length) return bytes.subarray(i);
      this.damage('Expected the end of the gzip stream, other bytes follow its padding; they were left out.');
      return bytes;
    }
    const left = this.gather(bytes, 10);
    const { part, partLength } = this;
    const magic = [0x1f, 0x8b, 0x08];
    for (let i = 0; i < Math.min(3, partLength); i++) {
      if (part[i] === magic[i]) continue;
      this.damage('Expected a further gzip member or the end, other bytes follow; what stands before them was read.');
      return left;
    }
    if (partLength < 10) return left;
    this.flags = part[3] as number;
    if (this.flags & extraFlag) this.go('extra-length');
    else this.afterExtra();
    return left;
  }

  private afterExtra(): void {
    if (this.flags & nameFlag) this.go('name');
    else this.afterName();
  }

  private afterName(): void {
    if (this.flags & commentFlag) this.go('comment');
    else this.afterComment();
  }

  private afterComment(): void {
    if (this.flags & headerCrcFlag) this.go('header-crc');
    else this.startBody();
  }

  private startBody(): void {
    this.crc = -1;
    this.size = 0;
    this.inflater.reset();
    this.go('body');
  }

  private readBody(bytes: Uint8Array): Uint8Array {
    const { inflater } = this;
    const nothing = bytes.subarray(bytes.length);
    const state = inflater.push(bytes);
    if (state === 'more') return nothing;
    if (state === 'done') {
      this.go('trailer');
      return inflater.rest();
    }
    if (state === 'stopped') this.stage = 'over';
    else {
      this.damage('Expected gzip data, it is damaged; what stands before the damage was read: copy the file again.');
    }
    return nothing;
  }

  private readTrailer(bytes: Uint8Array): Uint8Array {
    const left = this.gather(bytes, 8);
    if (this.partLength < 8) return left;
    const crc = uint32(this.part, 0);
    const size = uint32(this.part, 4);
    this.members++;
    this.go('header');
    if (crc !== ~this.crc >>> 0 || size !== this.size) {
      const detail =
        'Expected the checksum of the gzip stream, its text has another: parts of it may be wrong: copy the file again.';
      if (!this.damaged) this.options.onDamage(detail);
      this.damaged = true; // the text is there all the same, and so are the members behind it
    }
    return left;
  }

  private gather(bytes: Uint8Array, size: number): Uint8Array {
    const count = Math.min(size - this.partLength, bytes.length);
    this.part.set(bytes.subarray(0, count), this.partLength);
    this.partLength += count;
    return bytes.subarray(count);
  }

  private go(stage: Stage): void {
    this.stage = stage;
    this.partLength = 0;
  }

  private damage(detail: string): void {
    this.stage = 'over';
    if (!this.damaged) this.options.onDamage(detail);
    this.damaged = true;
  }
}

const crcTable = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function updateCrc32(crc: number, bytes: Uint8Array): number {
  let c = crc;
  for (let i = 0; i < bytes.length; i++) c = (crcTable[(c ^ (bytes[i] as number)) & 255] as number) ^ (c >>> 8);
  return c;
}

function uint32(bytes: Uint8Array, at: number): number {
  const [a, b, c, d] = bytes.subarray(at, at + 4);
  return ((a as number) | ((b as number) << 8) | ((c as number) << 16) | ((d as number) << 24)) >>> 0;
}
