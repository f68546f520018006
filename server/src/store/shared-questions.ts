import type { Database, QueryParams } from './database.js';

interface SharedAnswer {
  readonly rows: Promise<unknown[]>;
  readonly day: string | null;
  readonly untilMs: number;
}

/** Answers kept at once; a look at a quarter of a year needs two for each day. */
const mostAnswers = 1_000;

/**
 * What many questions begin with is asked once for all who ask while its answer is fresh. Whoever writes here ends that for the days
 * that he wrote to, so that nobody who was told "stored" gets what was there before; what other nodes write may show as much later as
 * an answer is kept.
 */
export function shareQuestions(database: Database, monotonicMs: () => number): Database {
  const answers = new Map<string, SharedAnswer>();

  function forget(isOld: (answer: SharedAnswer) => boolean): void {
    for (const [key, answer] of answers) if (isOld(answer)) answers.delete(key);
  }

  function keep(key: string, answer: SharedAnswer): void {
    forget(({ untilMs }) => untilMs <= monotonicMs());
    if (answers.size >= mostAnswers) answers.delete(answers.keys().next().value as string);
    answers.set(key, answer);
    // A failure is for those who asked together; the next one tries again.
    answer.rows.catch(() => {
      if (answers.get(key) === answer) answers.delete(key);
    });
  }

  return {
    ...database,
    async query<Row>(sql: string, params: QueryParams = {}, options: Parameters<Database['query']>[2] = {}) {
      const { shared } = options;
      if (shared === undefined) return database.query<Row>(sql, params, options);
      const key = JSON.stringify([sql, shared.key ?? params]);
      const known = answers.get(key);
      if (known !== undefined && known.untilMs > monotonicMs()) return known.rows as Promise<Row[]>;
      const rows = database.query<Row>(sql, params, options);
      keep(key, { rows, day: shared.day ?? null, untilMs: monotonicMs() + shared.forMs });
      return rows;
    },
    async command(sql, params) {
      try {
        await database.command(sql, params);
      } finally {
        answers.clear();
      }
    },
    async insert(table, rows) {
      try {
        await database.insert(table, rows);
      } finally {
        const days = new Set(rows.map(dayOfRow));
        forget(({ day }) => day === null || days.has(day));
      }
    },
  };
}

/** `2026-01-31`; undefined for rows of tables that are not about the requests of a day. */
function dayOfRow(row: object): string | undefined {
  const { day, minute, ts } = row as Readonly<Record<string, unknown>>;
  const time = day ?? minute ?? ts;
  return typeof time === 'string' ? time.slice(0, 10) : undefined;
}
