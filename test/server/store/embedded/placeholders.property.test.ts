import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostile } from '../../../support/hostile-values.js';
import { useTestDatabase } from '../../../support/test-database.js';

const testDatabase = useTestDatabase();

const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, '\ufffd');

/** What quoting goes wrong on, among anything else. */
const text = fc.oneof(
  { weight: 3, arbitrary: hostile('api-1') },
  {
    weight: 2,
    arbitrary: fc.string({
      unit: fc.constantFrom(
        "'",
        '\\',
        '`',
        '"',
        '{x:String}',
        'N',
        '\0',
        '\n',
        '\ud800',
        ';',
        '--',
        '/*',
        '\u{1f642}',
        '$$',
        'x41',
        '\x7f',
        '\x80',
      ),
    }),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
);

describe('what was sent comes back', () => {
  it('strings, and nothing of them is read as SQL', async () => {
    const database = await testDatabase.freshDatabase();
    await fc.assert(
      fc.asyncProperty(text, text, async (one, other) => {
        const rows = await database.query(
          `SELECT {one:String} AS one, '{one:String}' AS words, {other:String} AS other, length({one:String}) AS bytes, 'end' AS end`,
          { one, other },
        );
        expect(rows).toEqual([
          {
            one: wellFormed(one),
            words: '{one:String}',
            other: wellFormed(other),
            bytes: Buffer.byteLength(wellFormed(one)),
            end: 'end',
          },
        ]);
      }),
      { seed: 403, numRuns: 300 },
    );
  });

  it('lists of strings, also as the right side of IN', async () => {
    const database = await testDatabase.freshDatabase();
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 20 }), text, async (list, one) => {
        const rows = await database.query<{ list: string[]; found: number }>(
          'SELECT {list:Array(String)} AS list, {one:String} IN {list:Array(String)} AS found',
          { list, one },
        );
        expect(rows).toEqual([
          { list: list.map(wellFormed), found: list.map(wellFormed).includes(wellFormed(one)) ? 1 : 0 },
        ]);
      }),
      { seed: 403, numRuns: 200 },
    );
  });

  it('numbers', async () => {
    const database = await testDatabase.freshDatabase();
    const whole = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
    const fraction = fc.double({ noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(
        whole,
        fc.array(whole, { maxLength: 20 }),
        fraction,
        fc.boolean(),
        async (one, list, part, truth) => {
          const rows = await database.query(
            'SELECT {one:Int64} AS one, {list:Array(Int64)} AS list, {part:Float64} AS part, {truth:Bool} AS truth',
            { one, list, part, truth },
          );
          // JSON has one zero.
          expect(rows).toEqual([{ one, list, part: part === 0 ? expect.closeTo(0) : part, truth }]);
        },
      ),
      { seed: 403, numRuns: 200 },
    );
  });

  it('any text as a number is that number or a refusal, never SQL', async () => {
    const database = await testDatabase.freshDatabase();
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const asked = database.query<{ n: number }>('SELECT {n:Int32} AS n', { n: value });
        if (/^-?\d{1,9}$/.test(value)) expect(await asked).toEqual([{ n: Number(value) }]);
        else await expect(asked).rejects.toMatchObject({ kind: 'broken', message: expect.stringMatching(/457|456/) });
      }),
      { seed: 403, numRuns: 100 },
    );
  });
});

it('stored rows come back as they were', async () => {
  const database = await testDatabase.freshDatabase();
  await database.command('CREATE TABLE t (n UInt32, s String) ENGINE = MergeTree ORDER BY n');
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 30 }), async (values) => {
      await database.command('TRUNCATE TABLE t');
      await database.insert(
        't',
        values.map((s, n) => ({ n, s })),
      );
      expect(await database.query('SELECT n, s FROM t ORDER BY n')).toEqual(
        values.map((s, n) => ({ n, s: wellFormed(s) })),
      );
    }),
    { seed: 403, numRuns: 40 },
  );
});
