import {
  Z_BUF_ERROR,
  Z_OK,
  Z_STREAM_END,
  Z_SYNC_FLUSH,
  ZStream,
  zlibInflate,
  zlibInflateInit2,
  zlibInflateReset,
} from 'pako';

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

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;

export function createGunzip(options: GunzipOptions): Gunzip {
  return new GzipStream(options);
}

/** zlib's windowBits for the largest window and a gzip header. */
const gzipWindowBits = 15 + 16;
const outputBytes = 64 * 1024;

const cutOff = 'Expected a whole gzip stream, it is cut off; what stands before the cut was read: copy the file again.';
const damagedData = 'Expected gzip data, it is damaged; what stands before the damage was read: copy the file again.';
const otherBytes = 'Expected a further gzip member or the end, other bytes follow; what stands before them was read.';
const afterPadding = 'Expected the end of the gzip stream, other bytes follow its padding; they were left out.';
const wrongChecksum =
  'Expected the checksum of the gzip stream, its text has another: parts of it may be wrong: copy the file again.';

/**
 * zlib's own loop over a fixed output buffer: a small piece of input that expands to gigabytes is handed on in pieces of
 * 64 KiB, and the receiver can stop between any two.
 */
class GzipStream implements Gunzip {
  private readonly options: GunzipOptions;
  private readonly stream = new ZStream();
  private readonly output = new Uint8Array(outputBytes);
  private members = 0;
  private padded = false;
  private damaged = false;
  private over = false;
  /** Bytes of a member's trailer still to be passed over after its checksum was wrong. */
  private skip = 0;

  constructor(options: GunzipOptions) {
    this.options = options;
    zlibInflateInit2(this.stream, gzipWindowBits);
  }

  push(bytes: Uint8Array): void {
    const { stream } = this;
    stream.input = bytes;
    stream.next_in = 0;
    stream.avail_in = bytes.length;
    while (!this.over && (stream.avail_in > 0 || stream.avail_out === 0)) {
      if (this.isBetweenMembers && !this.findMember()) return;
      if (!this.inflate()) return;
    }
  }

  end(): void {
    if (this.over || (this.members > 0 && this.isBetweenMembers)) return;
    this.damage(cutOff);
  }

  private get isBetweenMembers(): boolean {
    return this.members > 0 && this.stream.total_in === 0;
  }

  /** Passes over what may stand between members; false when the input is used up or ends here. */
  private findMember(): boolean {
    const { stream } = this;
    while (stream.avail_in > 0 && (this.skip > 0 || stream.input[stream.next_in] === 0)) {
      if (this.skip > 0) this.skip--;
      else this.padded = true;
      stream.next_in++;
      stream.avail_in--;
    }
    if (stream.avail_in === 0) {
      stream.avail_out = outputBytes;
      return false;
    }
    if (!this.padded && stream.input[stream.next_in] === 0x1f) return true;
    this.damage(this.padded ? afterPadding : otherBytes);
    return false;
  }

  /** One turn of the output buffer; false when more input is needed or nothing may follow. */
  private inflate(): boolean {
    const { stream, output } = this;
    stream.output = output;
    stream.next_out = 0;
    stream.avail_out = outputBytes;
    const result = zlibInflate(stream, Z_SYNC_FLUSH);
    if (stream.next_out > 0 && !this.options.onData(output.subarray(0, stream.next_out))) {
      this.over = true;
      return false;
    }
    if (result === Z_STREAM_END) {
      this.startMember();
      return true;
    }
    if (result === Z_OK || result === Z_BUF_ERROR) return stream.avail_in > 0 || stream.avail_out === 0;
    // The text is there all the same, and so are the members behind it.
    if (stream.msg === 'incorrect data check' || stream.msg === 'incorrect length check') {
      this.complain(wrongChecksum);
      this.skip = stream.msg === 'incorrect data check' ? 4 : 0;
      this.startMember();
      return true;
    }
    this.damage(this.members > 0 && stream.msg === 'incorrect header check' ? otherBytes : damagedData);
    return false;
  }

  private startMember(): void {
    this.members++;
    zlibInflateReset(this.stream);
  }

  private damage(detail: string): void {
    this.over = true;
    this.complain(detail);
  }

  private complain(detail: string): void {
    if (!this.damaged) this.options.onDamage(detail);
    this.damaged = true;
  }
}
