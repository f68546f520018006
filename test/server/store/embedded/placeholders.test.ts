import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../../server/src/store/embedded/engine-error.js';
import { bindPlaceholders } from '../../../../server/src/store/embedded/placeholders.js';

const bind = (sql: string, parameters: Record<string, string> = {}) =>
  bindPlaceholders(sql, new Map(Object.entries(parameters)));

function codeOf(work: () => unknown): number {
  try {
    work();
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('a placeholder becomes a literal of its type', () => {
  it.each([
    ['a string', '{x:String}', 'abc', `'abc'`],
    ['a quote that the client escaped', '{x:String}', `it\\'s`, `'it\\'s'`],
    ['a quote as it is', '{x:String}', `' OR 1 --`, `'\\' OR 1 --'`],
    ['a backslash at the end', '{x:String}', 'a\\\\', `'a\\\\'`],
    ['a lone backslash at the end', '{x:String}', 'a\\', `'a\\\\'`],
    ['NUL, tab and line end', '{x:String}', '\0\\t\n', `'\\x00\\x09\\x0a'`],
    ['half a surrogate pair', '{x:String}', 'a\ud800', `'a\ufffd'`],
    ['an emoji', '{x:String}', '🙂', `'🙂'`],
    ['the words of an escaped N', '{x:String}', '\\\\N', `'\\\\N'`],
    ['no value', '{x:Nullable(String)}', '\\N', `CAST(NULL, 'Nullable(String)')`],
    ['a number', '{x:UInt32}', '7', `CAST(7, 'UInt32')`],
    ['the largest', '{x:UInt64}', '18446744073709551615', `CAST(18446744073709551615, 'UInt64')`],
    ['beyond 64 bits', '{x:Int128}', '-5', `CAST('-5', 'Int128')`],
    ['a fraction', '{x:Float64}', '-1.5e-3', `CAST('-1.5e-3', 'Float64')`],
    ['truth', '{x:Bool}', '1', `CAST('1', 'Bool')`],
    ['a day', '{x:Date}', '2026-01-02', `CAST('2026-01-02', 'Date')`],
    [
      'a time as programs write it',
      `{x:DateTime64(3, 'UTC')}`,
      '2026-01-02T03:04:05.678Z',
      `CAST('2026-01-02 03:04:05.678', 'DateTime64(3, \\'UTC\\')')`,
    ],
    ['a time in seconds', '{x:DateTime64(3)}', '1.5', `CAST('0000000001.5', 'DateTime64(3)')`],
    ['a list', '{x:Array(String)}', `['a','b\\'c',  '']`, `CAST(['a','b\\'c',''], 'Array(String)')`],
    ['an empty list', '{x:Array(UInt8)}', '[]', `CAST([], 'Array(UInt8)')`],
    ['a list with a gap', '{x:Array(Nullable(String))}', `['a',NULL]`, `CAST(['a',NULL], 'Array(Nullable(String))')`],
    ['lists in a list', '{x:Array(Array(UInt8))}', '[[1,2],[]]', `CAST([[1,2],[]], 'Array(Array(UInt8))')`],
    ['a name', '{x:Identifier}', 'my.`table', '`my.\\`table`'],
    ['a type with spaces', '{ x : LowCardinality( String ) }', 'a', `CAST('a', 'LowCardinality(String)')`],
  ])('%s', (_name, sql, value, expected) => {
    expect(bind(`SELECT ${sql} + 1`, { x: value })).toBe(`SELECT ${expected} + 1`);
  });
});

describe('a value that does not fit its type is refused and not quoted', () => {
  it.each([
    ['words as a number', 'UInt8', '1 OR 1'],
    ['a number with a comment', 'UInt8', '1--'],
    ['a hexadecimal number', 'UInt8', '0x10'],
    ['a number out of range', 'UInt8', '256'],
    ['a negative number without sign', 'UInt64', '-1'],
    ['a call as a fraction', 'Float64', 'sleep(3)'],
    ['a fraction as an integer', 'Int32', '1.5'],
    ['no value for a type without one', 'String', '\\N'],
    ['words as a day', 'Date', "2026-01-02' --"],
    ['a time of another zone', `DateTime('Asia/Tokyo')`, '2026-01-02T03:04:05Z'],
    ['words as an address', 'IPv4', "1.1.1.1'"],
    ['words as a UUID', 'UUID', 'not-a-uuid'],
    ['bare words in a list of strings', 'Array(String)', '[a]'],
    ['a call in a list', 'Array(UInt8)', '[sleep(3)]'],
    ['a list that does not end', 'Array(String)', `['a'`],
    ['a string that does not end', 'Array(String)', `['a]`],
    ['more after the list', 'Array(String)', `['a'] OR 1`],
    ['no list', 'Array(String)', 'a'],
    ['two commas', 'Array(UInt8)', '[1,,2]'],
  ])('%s', (_name, type, value) => {
    expect(codeOf(() => bind(`SELECT {x:${type}}`, { x: value }))).toBe(457);
    expect(() => bind(`SELECT {x:${type}}`, { x: value })).toThrow(/^The placeholder x is /);
  });
});

describe('a type is one of those that can be given', () => {
  it.each([
    'Tuple(String)',
    'String(3)',
    "Enum8('a' = 1)",
    "String'), (SELECT 1",
    "DateTime('UTC'), sleep(1)",
    'Array',
    'Array(Array(Array(Array(Array(Array(Array(Array(UInt8))))))))',
    'Decimal(9, 2)',
    'UInt9',
  ])('%s is not', (type) => {
    expect(codeOf(() => bind(`SELECT {x:${type}}`, { x: '1' }))).toBe(50);
  });
});

describe('what is no placeholder stays', () => {
  it.each([
    ['in a string', `SELECT '{x:String}'`],
    ['in a string after an escaped quote', `SELECT 'it\\'s {x:String}'`],
    ['in a string after a doubled quote', `SELECT 'it''s {x:String}'`],
    ['in a quoted name', 'SELECT "{x:String}", `{x:String}`'],
    ['in a comment to the end of the line', 'SELECT 1 -- {x:String}\n, 2'],
    ['in a comment', 'SELECT 1 /* {x:String} */'],
    ['in a comment that does not end', 'SELECT 1 /* {x:String}'],
    ['a map', `SELECT {'a': 1}`],
    ['braces alone', 'SELECT {}'],
  ])('%s', (_name, sql) => {
    expect(bind(sql, { x: 'never' })).toBe(sql);
  });
});

it('takes a value as often as it is named, and asks for one that is missing', () => {
  expect(bind('{a:String}{b:String}{a:String}', { a: '1', b: '2' })).toBe(`'1''2''1'`);
  expect(codeOf(() => bind('SELECT {a:String}', { b: '1' }))).toBe(456);
  expect(codeOf(() => bind('SELECT {toString:String}'))).toBe(456);
});

describe('one statement at a time', () => {
  it.each(['SELECT 1; SELECT 2', `SELECT 1; 'a'`, 'SELECT 1;;SELECT 2', 'SELECT 1 ;/**/ DROP TABLE t'])('%s', (sql) => {
    expect(codeOf(() => bind(sql))).toBe(62);
  });
  it.each(['SELECT 1;', 'SELECT 1 ; \n', "SELECT ';' ; -- done; really", 'SELECT 1; /* ; */'])('%s is one', (sql) => {
    expect(bind(sql)).toBe(sql);
  });
  it.each(['SELECT $$a$$', 'SELECT $x$ {x:String} $x$', 'SELECT ‘a’'])(
    '%s begins a text that we do not read',
    (sql) => {
      expect(codeOf(() => bind(sql))).toBe(62);
    },
  );
});

describe('no statement writes a file', () => {
  it.each(["SELECT 1 INTO OUTFILE '/tmp/x'", "SELECT 1 into/**/outfile'/tmp/x'"])('%s', (sql) => {
    expect(codeOf(() => bind(sql))).toBe(344);
  });
  it.each(["SELECT 'OUTFILE'", 'SELECT outfiles, `outfile`, my_outfile FROM t'])('%s writes none', (sql) => {
    expect(bind(sql)).toBe(sql);
  });
});
