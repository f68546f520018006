import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  createExplainer,
  type ExplainOptions,
  type Explanation,
  explainText,
} from '../../parsers/src/engine/explain.js';

const megabyte = 1024 * 1024;

/** A refused request that is understood wherever it stands; `n` tells two of them apart. */
const known = (n: number): string =>
  `{"requestId":"0c5f8e1a-7b3d-4e92-8a64-d1f0b2c3a49${n}","status":"403","httpMethod":"GET","resourcePath":"/orders","ip":"203.0.113.9","errorResponseType":"INVALID_API_KEY","errorMessage":"Forbidden"}`;
const before = `${known(1)}\n`;
const after = `${known(2)}\n`;

interface Damaged {
  readonly explanation: Explanation;
  /** Last digits of the known requests that were explained. */
  readonly understood: string;
  readonly grownBytes: number;
  readonly full: boolean;
}

/** Reads an input piece by piece; what is not pulled is never made. */
function explainPieces(pieces: Iterable<string | Uint8Array>, options: ExplainOptions = {}): Damaged {
  const created = createExplainer(options);
  if (!created.ok) throw new Error(created.detail);
  const explainer = created.value;
  const encoder = new TextEncoder();
  const start = process.memoryUsage().rss;
  let peak = start;
  let count = 0;
  for (const piece of pieces) {
    explainer.push(typeof piece === 'string' ? encoder.encode(piece) : piece);
    if (count++ % 64 === 0) peak = Math.max(peak, process.memoryUsage().rss);
    if (explainer.full) break;
  }
  const explanation = explainer.end();
  return {
    explanation,
    understood: explanation.requests
      .filter(({ verdict }) => verdict.cause === 'api_key_missing' || verdict.cause === 'api_key_invalid')
      .map(({ record }) => record.requestId?.slice(-1))
      .join(''),
    grownBytes: Math.max(peak, process.memoryUsage().rss) - start,
    full: explainer.full,
  };
}

const reasonsOf = ({ explanation }: Damaged): readonly string[] => explanation.rejected.map(({ reason }) => reason);

const subscription = (...messages: readonly string[]): Uint8Array =>
  gzipSync(
    JSON.stringify({
      messageType: 'DATA_MESSAGE',
      owner: '111122223333',
      logGroup: 'API-Gateway-Access-Logs',
      logStream: 's',
      logEvents: messages.map((message, i) => ({ id: `3${i}`, timestamp: 1_778_751_012_345, message })),
    }),
  );

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function changed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const index = at < 0 ? copy.length + at : at;
  copy[index] = (copy[index] as number) ^ 0xff;
  return copy;
}

const gzipHeader = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
/** Deflate blocks that end on a byte, so that they can be put one behind the other. */
const block = (bytes: Uint8Array | string): Uint8Array =>
  deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH });
const zeros = block(new Uint8Array(megabyte));

function* bomb(megabytes: number, head: string): Generator<Uint8Array> {
  yield gzipHeader;
  yield block(head);
  for (let i = 0; i < megabytes; i++) yield zeros;
}

function* longLine(megabytes: number, head: string, tail: string): Generator<string | Uint8Array> {
  yield before;
  yield head;
  const piece = new Uint8Array(megabyte).fill(0x78);
  for (let i = 0; i < megabytes; i++) yield piece;
  yield tail;
  yield after;
}

/** To add a kind of damage: a line here. `reason` of its one reject; `understood`: the known requests around it. */
const damages: readonly {
  readonly name: string;
  readonly pieces: () => Iterable<string | Uint8Array>;
  readonly reason: string;
  readonly understood: string;
}[] = [
  {
    name: 'a gzip file with a wrong checksum',
    pieces: () => [changed(gzipSync(before + after), -6)],
    reason: 'corrupt_gzip',
    understood: '12',
  },
  {
    name: 'a gzip file that is cut off',
    pieces: () => [gzipHeader, block(before), block(after).subarray(0, 20)],
    reason: 'corrupt_gzip',
    understood: '1',
  },
  {
    name: 'a gzip file with a broken block',
    pieces: () => [gzipHeader, block(before), Uint8Array.of(7, 7, 7, 7, 7, 7, 7, 7)],
    reason: 'corrupt_gzip',
    understood: '1',
  },
  {
    name: 'a broken gzip file whose bytes are no text',
    pieces: () => [gzipHeader, block(Uint8Array.of(0xff, 0x80, 0xc3)), Uint8Array.of(7, 7, 7, 7, 7, 7, 7, 7)],
    reason: 'corrupt_gzip',
    understood: '',
  },
  {
    name: 'a gzip file with other bytes behind it',
    pieces: () => [gzipSync(before + after), 'not gzip any more'],
    reason: 'corrupt_gzip',
    understood: '12',
  },
  {
    name: 'a gzip file whose first part is broken',
    pieces: () => [changed(gzipSync(before), -6), gzipSync(after)],
    reason: 'corrupt_gzip',
    understood: '12',
  },
  {
    name: 'nothing but the head of a gzip file',
    pieces: () => [gzipHeader],
    reason: 'corrupt_gzip',
    understood: '',
  },
  {
    name: 'a payload with a wrong checksum between two lines',
    pieces: () => [before, `${base64(changed(subscription(known(3)), -6))}\n`, after],
    reason: 'corrupt_gzip',
    understood: '132',
  },
  {
    name: 'a payload that is cut off between two lines',
    pieces: () => [before, `${base64(subscription(known(3))).slice(0, 160)}\n`, after],
    reason: 'corrupt_gzip',
    understood: '12',
  },
  {
    name: 'a payload with characters that are no base64',
    pieces: () => [before, `${base64(subscription(known(3))).replace(/^(.{80})./, '$1!')}\n`, after],
    reason: 'corrupt_base64',
    understood: '12',
  },
  {
    name: 'an event whose data is no base64',
    pieces: () => [before, `${JSON.stringify({ awslogs: { data: 'H4sI!!!!' } })}\n`, after],
    reason: 'corrupt_base64',
    understood: '12',
  },
  {
    name: 'a Firehose request with one record that is no base64',
    pieces: () => [
      before,
      `${JSON.stringify({ requestId: 'x', records: [{ data: '!!!!' }, { data: base64(Buffer.from(known(3))) }] })}\n`,
      after,
    ],
    reason: 'corrupt_base64',
    understood: '132',
  },
  {
    name: 'a gzip file of 5 GB of zeros',
    pieces: () => bomb(5 * 1024, before),
    reason: 'input_too_large',
    understood: '1',
  },
  {
    name: 'a payload of 5 GB of zeros',
    pieces: () => [before, `${base64(gzipSync(Buffer.concat([...bomb(5 * 1024, '')])))}\n`, after],
    reason: 'payload_too_large',
    understood: '12',
  },
  {
    name: 'a payload of 1 GB of zeros over many lines of base64',
    pieces: () => [before, `${base64(Buffer.concat([...bomb(1024, '')])).replace(/.{76}/g, '$&\n')}\n`, after],
    reason: 'payload_too_large',
    understood: '12',
  },
  { name: 'a line of 100 MB', pieces: () => longLine(100, '', '\n'), reason: 'line_too_long', understood: '12' },
  {
    name: 'a JSON line of 100 MB',
    pieces: () => longLine(100, '{"requestId":"', '"}\n'),
    reason: 'line_too_long',
    understood: '12',
  },
  {
    name: 'a JSON object of 20 MB over many lines',
    pieces: () => [
      before,
      '{\n',
      ...Array.from({ length: 20 }, () => ' "a": "b",\n'.repeat(100_000)),
      '"c":1}\n',
      after,
    ],
    reason: 'record_too_large',
    understood: '12',
  },
  {
    name: 'bytes that are no UTF-8 inside a line',
    pieces: () => [before, known(3).slice(0, 120), Uint8Array.of(0xff, 0xc3, 0x28), `${known(3).slice(120)}\n`, after],
    reason: 'invalid_utf8',
    understood: '132',
  },
  {
    name: 'bytes that are no UTF-8 on a line of their own',
    pieces: () => [before, Uint8Array.of(0xe2, 0x82, 0xff, 0xfe, 0x0a), after],
    reason: 'invalid_utf8',
    understood: '12',
  },
  {
    name: 'NUL bytes inside lines',
    pieces: () => [before, `${known(3).slice(0, 120)}\0\0${known(3).slice(120)}\n`.repeat(2), after],
    reason: 'nul_bytes',
    understood: '1332',
  },
  {
    name: 'a line of NUL bytes',
    pieces: () => [before, `${'\0'.repeat(5000)}\n`, after],
    reason: 'nul_bytes',
    understood: '12',
  },
  {
    name: 'brackets inside brackets, 200,000 deep',
    pieces: () => [before, `${'['.repeat(200_000)}\n`, after],
    reason: 'nested_too_deep',
    understood: '12',
  },
  {
    name: 'objects inside objects, 100,000 deep',
    pieces: () => [before, `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}\n`, after],
    reason: 'nested_too_deep',
    understood: '12',
  },
  {
    name: 'brackets inside brackets over 200,000 lines',
    pieces: () => [before, '[\n'.repeat(100_000), ']\n'.repeat(100_000), after],
    reason: 'nested_too_deep',
    understood: '12',
  },
  {
    name: 'base64 of gzip, twenty times over',
    pieces: () => {
      let packed = known(3);
      for (let i = 0; i < 20; i++) packed = base64(gzipSync(packed));
      return [before, `${packed}\n`, after];
    },
    reason: 'nested_too_deep',
    understood: '12',
  },
  {
    name: 'gzip of gzip, twenty times over',
    pieces: () => {
      let packed: Uint8Array = Buffer.from(known(3));
      for (let i = 0; i < 20; i++) packed = gzipSync(packed);
      return [packed];
    },
    reason: 'nested_too_deep',
    understood: '',
  },
  {
    name: 'a CSV export whose last row does not end',
    pieces: () => [
      `timestamp,message\n1778751012345,"${known(1).replaceAll('"', '""')}"\n1778751012345,"never closed\n`,
    ],
    reason: 'truncated',
    understood: '1',
  },
  {
    name: 'a CSV row that does not end before other lines come',
    pieces: () => [
      'timestamp,message\n',
      `1778751012345,"${known(1).replaceAll('"', '""')}"\n`,
      '1778751012345,"never closed\n',
      after,
    ],
    reason: 'truncated',
    understood: '12',
  },
];

describe('damage costs one clear sentence and nothing else', () => {
  it.each(damages)('$name', ({ pieces, reason, understood }) => {
    const damaged = explainPieces(pieces());
    expect(damaged.understood).toBe(understood);
    expect(reasonsOf(damaged)).toEqual([reason]);
    expect(damaged.explanation.warnings).toEqual([]);
    expect(damaged.grownBytes).toBeLessThan(400 * megabyte);
    for (const { detail } of damaged.explanation.rejected) {
      expect(detail).toMatch(/^Expected .{20,300}\.$/);
    }
  });

  it('stops asking for more once the limit of the whole input is reached', () => {
    expect(explainPieces(bomb(5 * 1024, before)).full).toBe(true);
    expect(explainPieces([before, after]).full).toBe(false);
  });

  it('reads the same, however the bytes are cut', () => {
    for (const { pieces, reason, understood } of damages.filter(({ name }) =>
      /checksum|UTF-8|NUL|cut off/.test(name),
    )) {
      const whole = Buffer.concat([...pieces()].map((piece) => Buffer.from(piece)));
      for (const size of [1, 2, 7, 100]) {
        const count = Math.ceil(whole.length / size);
        const damaged = explainPieces(
          Array.from({ length: count }, (_, i) => whole.subarray(i * size, (i + 1) * size)),
        );
        expect(reasonsOf(damaged)).toEqual([reason]);
        expect(damaged.understood).toBe(understood);
      }
    }
  });
});

describe('an access-log format that the lines are not written in', () => {
  it.each([
    ['another JSON format', '{"a":"$context.requestId","b":"$context.status"}'],
    ['a text format', '$context.requestId $context.status'],
    ['a format of one free text', 'x $context.error.message y'],
  ])('%s: one warning, and every line explained', (_name, accessLogFormat) => {
    const damaged = explainPieces([before, after], { accessLogFormat });
    expect(damaged.understood).toBe('12');
    expect(reasonsOf(damaged)).toEqual([]);
    expect(damaged.explanation.warnings).toHaveLength(1);
    expect(damaged.explanation.warnings[0]).toMatch(
      /^The access-log format given does not fit 2 records, the first at line 1; /,
    );
  });

  it('is told once, with the first line, when it fits others', () => {
    const accessLogFormat = '$context.requestId $context.status $context.error.responseType';
    const fitting = '0c5f8e1a-7b3d-4e92-8a64-d1f0b2c3a494 403 INVALID_API_KEY\n';
    const damaged = explainPieces([fitting, before, fitting, after], { accessLogFormat });
    expect(damaged.understood).toBe('4142');
    expect(damaged.explanation.warnings).toHaveLength(1);
    expect(damaged.explanation.warnings[0]).toContain('2 records, the first at line 2');
  });

  it.each(['', 'no variable at all', '{"a":'])('that is none (%j) becomes one warning', (accessLogFormat) => {
    const { requests, rejected, warnings } = explainText(before + after, { accessLogFormat });
    expect(requests).toHaveLength(2);
    expect(rejected).toEqual([]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^The access-log format was not used: /);
  });
});
