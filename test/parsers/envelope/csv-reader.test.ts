import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvReader } from '../../../parsers/src/envelope/csv-reader.js';
import { csvLayoutOf } from '../../../parsers/src/envelope/csv-table.js';

function rows(text: string, separator: ',' | ';' | '\t' = ',', limit = 1000): unknown[] {
  const reader = new CsvReader(separator, limit);
  return text
    .split('\n')
    .map((line, i) => reader.feed(line, i + 1))
    .filter((row) => row !== null)
    .map((row) => (row === 'too large' ? row : [row.line, ...row.fields]));
}

describe('CSV rows', () => {
  it.each([
    ['bare fields', 'a,b,c', [[1, 'a', 'b', 'c']]],
    ['empty fields', ',,', [[1, '', '', '']]],
    ['an empty line', '', [[1, '']]],
    ['quoted fields', '"a","b, c",""', [[1, 'a', 'b, c', '']]],
    ['doubled quotes', '"say ""no""",x', [[1, 'say "no"', 'x']]],
    [
      'a field over lines',
      '"a\nb\n",c\nd,e',
      [
        [1, 'a\nb\n', 'c'],
        [4, 'd', 'e'],
      ],
    ],
    ['a quote inside a bare field', 'a"b,c', [[1, 'a"b', 'c']]],
    ['dirt behind a closing quote', '"a"x,b', [[1, 'a', 'b']]],
  ])('%s', (_name, text, expected) => {
    expect(rows(text)).toEqual(expected);
  });

  it('takes other separators', () => {
    expect(rows('a;"b;c"', ';')).toEqual([[1, 'a', 'b;c']]);
    expect(rows('a,b\tc', '\t')).toEqual([[1, 'a,b', 'c']]);
  });

  it('gives up a field that outgrows its limit and reads on', () => {
    expect(rows('"xxxx\nxxxx\nxxxx\na,b', ',', 12)).toEqual(['too large', [4, 'a', 'b']]);
  });

  it('reads back any fields', () => {
    const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;
    const fields = fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ') }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(fields, (values) => {
        expect(rows(values.map(quoted).join(','))).toEqual([[1, ...values]]);
      }),
      { seed: 403, numRuns: 1000 },
    );
  });
});

describe('CSV headers', () => {
  it.each([
    'timestamp,message',
    '"timestamp","message"',
    '@timestamp,@message',
    '@message,@logStream',
    '@timestamp;status',
    'time,message,level',
    '@timestamp,requestId,error.message',
  ])('%s', (line) => {
    expect(csvLayoutOf(line)?.names.length).toBeGreaterThan(1);
  });

  it.each([
    'timestamp',
    'message, please',
    'time,flies',
    'a,b',
    '@mention, hello there!',
    'timestamp,"message',
    '',
    '@timestamp',
  ])('not %s', (line) => {
    expect(csvLayoutOf(line)).toBeNull();
  });
});
