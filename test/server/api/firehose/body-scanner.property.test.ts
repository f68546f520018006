import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../../server/src/api/errors/api-error.js';
import { createBodyScanner, type ScannedRecord } from '../../../../server/src/api/firehose/body-scanner.js';

const id = 'r-1';

/** Records of a body that comes in these pieces, or the sentence that refuses it. */
function scan(pieces: readonly Uint8Array[], maxDataBytes = 1000): readonly string[] | string {
  const scanner = createBodyScanner(id, maxDataBytes);
  const records: string[] = [];
  const told = (record: ScannedRecord) => (typeof record === 'string' ? `(${record})` : Buffer.from(record).toString());
  try {
    for (const piece of pieces) for (const record of scanner.push(piece)) records.push(told(record));
    scanner.end();
    return records;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'body_invalid') return error.message;
    throw error;
  }
}

function cut(text: string, at: readonly number[]): Uint8Array[] {
  const whole = Buffer.from(text);
  const places = [...new Set(at.map((place) => place % (whole.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, i) => whole.subarray(from, places[i] ?? whole.length));
}

/** `/` may be written as `\/`, any character as `\uXXXX`. */
const spelled = (text: string, how: number): string =>
  how % 3 === 0
    ? JSON.stringify(text)
    : how % 3 === 1
      ? JSON.stringify(text).replaceAll('/', '\\/')
      : `"${[...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;

const data = fc.string({ unit: fc.constantFrom(...'AZaz09+/='), maxLength: 20 });
const cuts = fc.array(fc.nat(500), { maxLength: 8 });
const blanks = fc.constantFrom('', ' ', '\n', '\r\n\t');

describe('the body of a Firehose request', () => {
  it('gives its records, wherever it is cut and however it is written', () => {
    fc.assert(
      fc.property(
        fc.array(data, { maxLength: 6 }),
        cuts,
        fc.nat(2),
        blanks,
        fc.json(),
        (all, at, how, blank, other) => {
          const records = all.map((text) => `{${blank}"data"${blank}:${spelled(text, how)},"other":${other}}`);
          const members = [
            `"records":[${blank}${records.join(`${blank},`)}]`,
            `"requestId":"${id}"`,
            `"more":${other}`,
          ];
          const ordered = how === 0 ? members : members.reverse();
          expect(scan(cut(`${blank}{${ordered.join(`,${blank}`)}${blank}}${blank}`, at))).toEqual(all);
        },
      ),
      { seed: 403, numRuns: 500 },
    );
  });

  it('is refused whenever it is no JSON, and never misread', () => {
    const good = `{"requestId":"${id}","timestamp":1,"records":[{"data":"QUJD"},{"data":"REVG"}]}`;
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', 'x', '\\'),
        cuts,
        (at, mark, places) => {
          const damaged = `${good.slice(0, at)}${mark}${good.slice(at + 1)}`;
          let isJson = true;
          try {
            JSON.parse(damaged);
          } catch {
            isJson = false;
          }
          if (!isJson) expect(typeof scan(cut(damaged, places)), damaged).toBe('string');
        },
      ),
      { seed: 403, numRuns: 2000 },
    );
  });

  it.each([
    ['nothing', '', 'the body ended early'],
    ['a text', '"x"', 'came another value'],
    ['a list', '[]', 'came another value'],
    ['no records', `{"requestId":"${id}"}`, 'came no `records`'],
    ['records of another kind', `{"requestId":"${id}","records":{}}`, '`records` is no list'],
    ['a record of another kind', `{"requestId":"${id}","records":["QQ=="]}`, 'one of `records` is no object'],
    ['no id', '{"records":[]}', 'came no `requestId`'],
    ['another id', '{"requestId":"r-2","records":[]}', '`requestId` differs'],
    ['an end that is missing', `{"requestId":"${id}","records":[{"data":"QQ=="}`, 'the body ended early'],
    ['more behind it', `{"requestId":"${id}","records":[]}{}`, 'came something else'],
    ['a thousand brackets', `{"requestId":"${id}","records":[{"x":${'['.repeat(1000)}`, 'deeper nesting'],
    ['a number without end', `{"requestId":"${id}","records":[],"x":${'1'.repeat(1000)}`, 'many digits'],
  ])('%s is refused in a sentence', (_name, text, sentence) => {
    expect(scan([Buffer.from(text)])).toContain(sentence);
  });

  it('with a record that is none says so of this one alone', () => {
    const records = '{"data":"QQ=="},{},{"data":null},{"data":5},{"data":["QQ=="]},{"data":"QQ=="}';
    expect(scan([Buffer.from(`{"requestId":"${id}","records":[${records}]}`)])).toEqual([
      'QQ==',
      '(no data)',
      '(no data)',
      '(no data)',
      '(no data)',
      'QQ==',
    ]);
  });

  it('with a record over the limit holds none of it and reads the next', () => {
    const body = Buffer.from(`{"requestId":"${id}","records":[{"data":"${'A'.repeat(5000)}"},{"data":"QQ=="}]}`);
    const pieces = Array.from({ length: Math.ceil(body.length / 100) }, (_, i) =>
      body.subarray(i * 100, i * 100 + 100),
    );
    expect(scan(pieces)).toEqual(['(too large)', 'QQ==']);
  });
});
