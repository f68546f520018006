import { Buffer } from 'node:buffer';
import type { DeliveryPart } from '../../pipeline/counting-unit.js';
import { createBodyScanner, type ScannedRecord } from './body-scanner.js';
import { type OpenedRecord, openRecord, tooLarge } from './open-record.js';
import { type NamedPayload, namePayload } from './payload-name.js';
import { splitValues } from './split-values.js';

/** Whether its events are counted by another way: then it is evidence only. */
export type IsCounted = (payload: NamedPayload) => Promise<boolean>;

export interface DeliveryLimits {
  /** Of one record, unpacked. */
  readonly recordBytes: number;
  /** Of all records, unpacked. */
  readonly textBytes: number;
}

/** Lines gather until there are so many bytes, so that small records cost no turn each. */
const gatheredBytes = 64 * 1024;
/** A record has at most 1,024,000 bytes; some more do no harm. */
const maxDataBytes = 4 * 1024 * 1024;
const newline = Buffer.from('\n');
const messageType = Buffer.from('"messageType"');

/**
 * What the body of a Firehose request holds: subscription payloads by their names, all other records as lines of the request's own unit.
 * One record is held at a time. Throws an ApiError when the body is none of Firehose's; a record that cannot be opened is an `unread` part.
 */
export async function* readDeliveryParts(
  body: AsyncIterable<Uint8Array>,
  requestId: string,
  limits: DeliveryLimits,
  isCounted: IsCounted,
): AsyncGenerator<DeliveryPart> {
  const scanner = createBodyScanner(requestId, maxDataBytes);
  const lines = new Lines();
  let record = 0;
  let textBytes = 0;
  for await (const chunk of body) {
    for (const data of scanner.push(chunk)) {
      record++;
      const opened = await open(data, textBytes, limits);
      if (opened.bytes === null) {
        const { reason, detail } = opened;
        yield { kind: 'unread', unread: { line: record, reason, detail: `Record ${record}: ${detail}`, shape: '' } };
        continue;
      }
      textBytes += opened.bytes.length;
      yield* partsOf(opened.bytes, lines, isCounted);
      if (lines.length >= gatheredBytes) yield { kind: 'bytes', bytes: lines.take() };
    }
  }
  scanner.end();
  if (lines.length > 0) yield { kind: 'bytes', bytes: lines.take() };
}

async function open(data: ScannedRecord, textBytes: number, limits: DeliveryLimits): Promise<OpenedRecord> {
  if (data === 'too large') return tooLarge(limits.recordBytes);
  if (data === 'no data') {
    return { bytes: null, reason: 'malformed', detail: 'Expected a text `data`, came none; the record was left out.' };
  }
  const left = Math.max(0, limits.textBytes - textBytes);
  const most = Math.min(limits.recordBytes, left);
  const opened = await openRecord(data, Math.max(1, most));
  const isTooLarge = opened.bytes === null ? opened.reason === 'payload_too_large' : opened.bytes.length > most;
  if (!isTooLarge) return opened;
  if (limits.recordBytes <= left) return tooLarge(limits.recordBytes);
  const detail = `Expected at most ${limits.textBytes} bytes of text in one request, more came; the record was left out: lower the stream's buffer size.`;
  return { bytes: null, reason: 'input_too_large', detail };
}

async function* partsOf(text: Buffer, lines: Lines, isCounted: IsCounted): AsyncGenerator<DeliveryPart> {
  const mayHoldPayloads = text.includes(messageType);
  // Nearly every record of a subscription is one payload.
  const whole = mayHoldPayloads ? namePayload(text.toString()) : null;
  if (whole !== null) {
    if (whole !== 'control') yield await unitOf(whole, withoutBlanks(text), isCounted);
    return;
  }
  // API Gateway writes a newline only where the format has one.
  const values = mayHoldPayloads || text.includes('}{') ? splitValues(text) : null;
  if (values === null) {
    lines.add(text);
    return;
  }
  for (const value of values) {
    const payload = mayHoldPayloads
      ? namePayload(Buffer.from(value.buffer, value.byteOffset, value.length).toString())
      : null;
    if (payload === null) lines.add(value);
    else if (payload !== 'control') yield await unitOf(payload, value, isCounted);
  }
}

const unitOf = async (payload: NamedPayload, bytes: Uint8Array, isCounted: IsCounted): Promise<DeliveryPart> => ({
  kind: 'unit',
  id: payload.id,
  bytes,
  evidenceOnly: await isCounted(payload),
});

/** The payload's own bytes, whatever a stream puts between records. */
function withoutBlanks(text: Buffer): Buffer {
  let [from, to] = [0, text.length];
  while (from < to && (text[from] as number) <= 0x20) from++;
  while (to > from && (text[to - 1] as number) <= 0x20) to--;
  return text.subarray(from, to);
}

/** Records as lines: each ends with a newline, wherever it had one. */
class Lines {
  length = 0;
  private parts: Uint8Array[] = [];

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.parts.push(bytes);
    this.length += bytes.length;
    if (bytes[bytes.length - 1] === 0x0a) return;
    this.parts.push(newline);
    this.length++;
  }

  take(): Uint8Array {
    const bytes = Buffer.concat(this.parts, this.length);
    this.parts = [];
    this.length = 0;
    return bytes;
  }
}
