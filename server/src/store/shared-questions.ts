import type { Database, QueryParams } from './database.js';

interface SharedAnswer {
  readonly rows: Promise<unknown[]>;
  readonly day: string | null;
  readonly untilMs: number;
  /** Values in it; 0 until it is there. */
  size: number;
}

/** Values of the answers kept at once, 8 to 16 bytes each; those that nobody asked for longest go first. */
const mostValues = 4_000_000;

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
    answers.set(key, answer);
    answer.rows.then(
      (rows) => {
        answer.size = sizeOf(rows);
        makeRoom();
      },
      // A failure is for those who asked together; the next one tries again.
      () => {
        if (answers.get(key) === answer) answers.delete(key);
      },
    );
  }

  function makeRoom(): void {
    let values = 0;
    for (const { size } of answers.values()) values += size;
    for (const [key, { size }] of answers) {
      if (values <= mostValues) return;
      answers.delete(key);
      values -= size;
    }
  }

  return {
    ...database,
    async query<Row>(sql: string, params: QueryParams = {}, options: Parameters<Database['query']>[2] = {}) {
      const { shared } = options;
      if (shared === undefined) return database.query<Row>(sql, params, options);
      const key = JSON.stringify([sql, shared.key ?? params]);
      const known = answers.get(key);
      answers.delete(key);
      if (known !== undefined && known.untilMs > monotonicMs()) {
        // The one that was asked for last.
        answers.set(key, known);
        return known.rows as Promise<Row[]>;
      }
      const rows = database.query<Row>(sql, params, options);
      keep(key, { rows, day: shared.day ?? null, untilMs: monotonicMs() + shared.forMs, size: 0 });
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

/** A row and each of its values count, and each value of a list. */
function sizeOf(rows: readonly unknown[]): number {
  let size = 0;
  for (const row of rows) {
    size += 1;
    for (const value of Object.values(row as object)) size += Array.isArray(value) ? 1 + value.length : 1;
  }
  return size;
}

/** `2026-01-31`; undefined for rows of tables that are not about the requests of a day. */
function dayOfRow(row: object): string | undefined {
  const { day, minute, ts } = row as Readonly<Record<string, unknown>>;
  const time = day ?? minute ?? ts;
  return typeof time === 'string' ? time.slice(0, 10) : undefined;
}
