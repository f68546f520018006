import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { RejectReason } from '@why403/parsers';

const unzip = promisify(gunzip);

/** What a record holds, or why it cannot be opened: that is ordinary, and the others are read all the same. */
export type OpenedRecord =
  | { readonly bytes: Buffer }
  | { readonly bytes: null; readonly reason: RejectReason; readonly detail: string };

/** Base64 to text. Only CloudWatch Logs compresses what it hands to Firehose, so each record is looked at. */
export async function openRecord(data: Uint8Array, maxBytes: number): Promise<OpenedRecord> {
  const bytes = decodeBase64(data);
  if (bytes === null) {
    const detail = 'Expected base64 as `data`, other characters or a cut-off end came; the record was left out.';
    return { bytes: null, reason: 'corrupt_base64', detail };
  }
  if (!isGzip(bytes)) return { bytes };
  try {
    return { bytes: await unzip(bytes, { maxOutputLength: maxBytes }) };
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(maxBytes);
    const detail = 'Expected whole gzip data in a record, it is damaged or cut off; the record was left out.';
    return { bytes: null, reason: 'corrupt_gzip', detail };
  }
}

export const tooLarge = (maxBytes: number): OpenedRecord => ({
  bytes: null,
  reason: 'payload_too_large',
  detail: `Expected a record of at most ${maxBytes} bytes, a larger one came; it was left out.`,
});

/** null when it is none. The platform's decoder passes over what it does not know: then fewer bytes come out. */
function decodeBase64(data: Uint8Array): Buffer | null {
  let { length } = data;
  while (length > 0 && length > data.length - 2 && data[length - 1] === 0x3d) length--;
  if (length % 4 === 1) return null;
  const text = Buffer.from(data.buffer, data.byteOffset, length).toString('latin1');
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === Math.floor((length * 3) / 4) ? bytes : null;
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
