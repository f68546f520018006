import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readDeliveryParts } from '../../../../server/src/api/firehose/delivery-parts.js';
import { accessLine, accessPayload, control, eventId, payload, wafRecord } from './payloads.js';

const limits = { recordBytes: 1_000_000, textBytes: 10_000_000 };
const base64 = (record: string | Uint8Array): string => Buffer.from(record).toString('base64');
const atMs = Date.UTC(2026, 2, 1, 12);

/** What becomes of records, given as their `data`. */
async function read(datas: readonly string[], most = limits) {
  const body = JSON.stringify({ requestId: 'r', timestamp: 1, records: datas.map((data) => ({ data })) });
  const units: [string, string][] = [];
  const unread: string[] = [];
  let text = '';
  async function* pieces() {
    yield Buffer.from(body);
  }
  for await (const part of readDeliveryParts(pieces(), 'r', most, async () => false)) {
    if (part.kind === 'bytes') text += Buffer.from(part.bytes).toString();
    else if (part.kind === 'unit') units.push([part.id, Buffer.from(part.bytes).toString()]);
    else unread.push(`${part.unread.line} ${part.unread.reason}`);
  }
  return { text, units, unread };
}

const [one, two] = [accessLine(1, atMs), accessLine(2, atMs)];
const sent = accessPayload(1, 3, atMs);
const other = accessPayload(3, 4, atMs);

describe('a record of lines', () => {
  it.each([
    ['with a newline', [`${one}\n`, `${two}\n`]],
    ['without', [one, two]],
    ['with some of both', [`${one}\n`, two]],
    ['several in one record', [`${one}\n${two}\n`]],
    ['nothing between them', [`${one}${two}`]],
    ['blanks between them', [`${one} \n ${two}`]],
    ['empty ones between them', ['', one, '', two]],
    ['packed, as other producers do', [gzipSync(`${one}\n`), gzipSync(two)]],
  ])('is lines of the request: %s', async (_name, records) => {
    const { text, units, unread } = await read(records.map(base64));
    expect(
      text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    ).toEqual([one, two]);
    expect([units, unread]).toEqual([[], []]);
  });

  it('of WAF is one too', async () => {
    expect(await read([base64(wafRecord(1, atMs)), base64(wafRecord(2, atMs))])).toEqual({
      text: `${wafRecord(1, atMs)}\n${wafRecord(2, atMs)}\n`,
      units: [],
      unread: [],
    });
  });

  it.each([
    'no JSON }{ at all',
    '{"not closed }{ "x": 1',
    `{"a":"}{"} and more`,
    `${one} 203.0.113.9`,
    '{"messageType":"DATA_MESSAGE","logEvents":[{"message":"no id"}]}',
    '"messageType"',
  ])('that looks like several is left as it is when it is not: %s', async (text) => {
    expect(await read([base64(text)])).toEqual({ text: `${text}\n`, units: [], unread: [] });
  });
});

describe('a payload of CloudWatch Logs', () => {
  it.each([
    ['packed', [gzipSync(sent), gzipSync(other)]],
    ['unpacked by the stream', [sent, other]],
    ['unpacked and joined', [`${sent}${other}`]],
    ['unpacked and joined by newlines', [`${sent}\n${other}\n`]],
    ['packed together', [gzipSync(`${sent}\n${other}`)]],
    ['of several gzip members', [Buffer.concat([gzipSync(sent), gzipSync(other)])]],
  ])('is a unit of its own: %s', async (_name, records) => {
    const { text, units, unread } = await read(records.map(base64));
    expect(units.map(([, json]) => json)).toEqual([sent, other]);
    expect(new Set(units.map(([id]) => id)).size).toBe(2);
    expect([text, unread]).toEqual(['', []]);
  });

  it('has one name wherever it comes, packed or not, by any filter', async () => {
    const events = [{ id: eventId(7), timestamp: atMs, message: one }];
    const spellings = [
      payload(events),
      JSON.stringify(JSON.parse(payload(events)), null, 1),
      payload(events, { subscriptionFilters: ['second'], policyLevel: 'ACCOUNT_LEVEL_POLICY' }),
    ];
    const { units } = await read([...spellings.map(base64), base64(gzipSync(spellings[0] as string))]);
    expect(units).toHaveLength(4);
    expect(new Set(units.map(([id]) => id)).size).toBe(1);
  });

  it.each([
    ['other events', { id: eventId(8), timestamp: atMs, message: one }, {}],
    ['another group', { id: eventId(7), timestamp: atMs, message: one }, { logGroup: 'other' }],
    ['another stream', { id: eventId(7), timestamp: atMs, message: one }, { logStream: 'other' }],
    ['another account', { id: eventId(7), timestamp: atMs, message: one }, { owner: '444455556666' }],
  ])('has another name with %s', async (_name, event, more) => {
    const first = payload([{ id: eventId(7), timestamp: atMs, message: one }]);
    const { units } = await read([base64(first), base64(payload([event], more))]);
    expect(new Set(units.map(([id]) => id)).size).toBe(2);
  });

  it('of very many events is one unit: a record of a few MB unpacks to hundreds of thousands', async () => {
    const many = payload(Array.from({ length: 300_000 }, (_, n) => ({ id: `${n}`, timestamp: atMs + n, message: '' })));
    const { units, unread } = await read([base64(gzipSync(many))], { recordBytes: 1e8, textBytes: 1e8 });
    expect([units.length, unread]).toEqual([1, []]);
  });

  it('that only asks whether someone listens is nothing, packed or not', async () => {
    const records = [gzipSync(control), control, `${control}${control}`];
    expect(await read(records.map(base64))).toEqual({ text: '', units: [], unread: [] });
  });

  it('among lines leaves them lines', async () => {
    const { text, units } = await read([one, gzipSync(sent), control, two].map(base64));
    expect(text).toBe(`${one}\n${two}\n`);
    expect(units).toHaveLength(1);
  });
});

describe('a poison record is named and fails nothing', () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  it.each([
    ['other characters', 'QQ==!', 'corrupt_base64'],
    ['blanks', 'QU JD', 'corrupt_base64'],
    ['a cut-off end', 'QUJDR', 'corrupt_base64'],
    ['padding inside', 'QQ==QUJD', 'corrupt_base64'],
    ['gzip that ends early', base64(gzipSync(sent).subarray(0, -20)), 'corrupt_gzip'],
    ['gzip with damage', base64(gzipSync(sent).fill(0xff, 20, 40)), 'corrupt_gzip'],
    ['a zip bomb', base64(bomb), 'payload_too_large'],
    ['too much text', base64('x'.repeat(1_000_001)), 'payload_too_large'],
    ['too long base64', 'A'.repeat(4 * 1024 * 1024 + 4), 'payload_too_large'],
  ])('%s', async (_name, poison, reason) => {
    const { text, unread } = await read([base64(one), poison, base64(two)]);
    expect(text).toBe(`${one}\n${two}\n`);
    expect(unread).toEqual([`2 ${reason}`]);
  });

  it('bombs that each stay below the limit: no more than the request may hold is unpacked', async () => {
    const large = base64(gzipSync('x'.repeat(900_000)));
    const { text, unread } = await read(Array(20).fill(large), { recordBytes: 1_000_000, textBytes: 3_000_000 });
    expect(text.length).toBeLessThanOrEqual(3_000_000);
    expect(unread).toHaveLength(17);
    expect(new Set(unread.map((line) => line.split(' ')[1]))).toEqual(new Set(['input_too_large']));
  });

  it('base64 of other alphabets and without padding is read', async () => {
    expect((await read(['Pz8_', 'QQ'])).text).toBe('???\nA\n');
  });
});
