import { describe, expect, it } from 'vitest';
import type { Database, SharedQuestion } from '../../../server/src/store/database.js';
import { shareQuestions } from '../../../server/src/store/shared-questions.js';

/** Answers each statement with how many were asked before it, when told to. */
function bed() {
  let nowMs = 0;
  const asked: { readonly sql: string; answer: () => void; fail: () => void }[] = [];
  const refuse = () => Promise.reject(new Error('not asked here'));
  const connection: Database = {
    query: <Row>(sql: string) => {
      const place = asked.length;
      return new Promise<Row[]>((resolve, reject) => {
        asked.push({ sql, answer: () => resolve([place as Row]), fail: () => reject(new Error('away')) });
      });
    },
    command: () => Promise.resolve(),
    insert: () => Promise.resolve(),
    ping: refuse,
    close: refuse,
  };
  const database = shareQuestions(connection, () => nowMs);
  return {
    asked,
    database,
    ask: (stage = 'prod', shared: SharedQuestion = { forMs: 1_000 }) =>
      database.query<number>('SELECT {stage:String}', { stage }, { shared }),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('questions that many ask', () => {
  it('are asked once while nobody has an answer, and as long after as was said', async () => {
    const { ask, asked, pass } = bed();
    const together = [ask(), ask()];
    asked[0]?.answer();
    pass(999);
    together.push(ask());
    expect(await Promise.all(together)).toEqual([[0], [0], [0]]);
    expect(asked).toHaveLength(1);
  });

  it('are asked again after that', async () => {
    const { ask, asked, pass } = bed();
    const first = ask();
    pass(1_000);
    const second = ask();
    for (const each of asked) each.answer();
    expect(await Promise.all([first, second])).toEqual([[0], [1]]);
  });

  it('are not shared with other parameters, nor by who did not say so', async () => {
    const { ask, asked, database } = bed();
    const answers = [ask('prod'), ask('test'), database.query('SELECT {stage:String}', { stage: 'prod' })];
    for (const each of asked) each.answer();
    expect(await Promise.all(answers)).toEqual([[0], [1], [2]]);
  });

  it.each([
    ['an insert', (database: Database) => database.insert('totals', [{}])],
    ['a command', (database: Database) => database.command('ALTER TABLE totals DROP PARTITION 1')],
  ])('are asked again after %s: nobody who was told "stored" gets what was there before', async (_, write) => {
    const { ask, asked, database } = bed();
    const before = ask();
    await write(database);
    const after = ask();
    for (const each of asked) each.answer();
    expect(await Promise.all([before, after])).toEqual([[0], [1]]);
  });

  it('fail for those who asked together; the next one tries again', async () => {
    const { ask, asked } = bed();
    const together = [ask(), ask()];
    asked[0]?.fail();
    await Promise.all(together.map((each) => expect(each).rejects.toThrow('away')));
    const next = ask();
    asked[1]?.answer();
    expect(await next).toEqual([1]);
  });

  it('are the same by their key alone, if they have one', async () => {
    const { ask, asked } = bed();
    const answers = [ask('prod', { forMs: 5, key: 'a' }), ask('test', { forMs: 5, key: 'a' })];
    asked[0]?.answer();
    expect(await Promise.all(answers)).toEqual([[0], [0]]);
  });

  it.each([
    ['rows of the day', 'totals', [{ minute: '2026-01-31 10:00:00' }], 2],
    ['a refused request of the day', 'refused', [{ ts: '2026-01-31 23:59:59.999' }], 2],
    ['a marker of the day', 'unit', [{ day: '2026-01-30' }, { day: '2026-01-31' }], 2],
    ['rows of another day', 'totals', [{ minute: '2026-01-30 23:59:00' }], 1],
    ['the progress of a feed', 'feed_progress', [{ feed: 'a' }], 1],
  ])('about a day, after %s were written', async (_, table, rows, times) => {
    const { ask, asked, database } = bed();
    const ofDay = { forMs: 60_000, day: '2026-01-31' };
    const before = ask('prod', ofDay);
    await database.insert(table, rows);
    const after = ask('prod', ofDay);
    for (const each of asked) each.answer();
    await Promise.all([before, after]);
    expect(asked).toHaveLength(times);
  });
});
