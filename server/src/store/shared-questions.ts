import type { Database, QueryParams } from './database.js';

/** So long an answer may serve those who ask the same: the panels of one dashboard ask within it. */
const sharedForMs = 1_000;

interface SharedAnswer {
  readonly rows: Promise<unknown[]>;
  readonly atMs: number;
}

/**
 * Statements with `shared` that are alike, parameters included, are asked once for all who ask within a second. Whoever writes here
 * ends that, so that nobody who was told "stored" gets an older answer; what other nodes write may show a second late.
 */
export function shareQuestions(database: Database, monotonicMs: () => number): Database {
  const answers = new Map<string, SharedAnswer>();

  function forgetOld(): void {
    const oldestMs = monotonicMs() - sharedForMs;
    for (const [key, { atMs }] of answers) {
      if (atMs > oldestMs) return;
      answers.delete(key);
    }
  }

  async function written<Result>(write: Promise<Result>): Promise<Result> {
    try {
      return await write;
    } finally {
      answers.clear();
    }
  }

  return {
    ...database,
    async query<Row>(sql: string, params: QueryParams = {}, options: Parameters<Database['query']>[2] = {}) {
      if (options.shared !== true) return database.query<Row>(sql, params, options);
      forgetOld();
      const key = JSON.stringify([sql, params]);
      const known = answers.get(key);
      if (known !== undefined) return known.rows as Promise<Row[]>;
      const rows = database.query<Row>(sql, params, options);
      answers.set(key, { rows, atMs: monotonicMs() });
      // A failure is for those who asked together; the next one tries again.
      rows.catch(() => {
        if (answers.get(key)?.rows === rows) answers.delete(key);
      });
      return rows;
    },
    command: (sql, params) => written(database.command(sql, params)),
    insert: (table, rows) => written(database.insert(table, rows)),
  };
}
