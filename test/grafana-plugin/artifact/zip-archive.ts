import { inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  /** Permissions as Unix has them, 0 where the archive does not tell. */
  readonly mode: number;
  readonly bytes: Buffer;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const endLength = 22;

/** Entries of a zip without comment, encryption or parts beyond 4 GB: what our own packer writes. */
export function readZip(archive: Buffer): readonly ZipEntry[] {
  const end = archive.length - endLength;
  if (archive.readUInt32LE(end) !== endSignature) throw new Error('not a zip, or one with a comment');
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(at) !== entrySignature) throw new Error(`no entry at ${at}`);
    const method = archive.readUInt16LE(at + 10);
    const size = archive.readUInt32LE(at + 20);
    const nameLength = archive.readUInt16LE(at + 28);
    const begin = archive.readUInt32LE(at + 42);
    const dataAt = begin + 30 + archive.readUInt16LE(begin + 26) + archive.readUInt16LE(begin + 28);
    const data = archive.subarray(dataAt, dataAt + size);
    entries.push({
      name: archive.toString('utf8', at + 46, at + 46 + nameLength),
      mode: (archive.readUInt32LE(at + 38) >>> 16) & 0o777,
      bytes: method === 0 ? data : inflateRawSync(data),
    });
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}
