import type { Database, QueryParams, SharedQuestion } from '../database.js';

/** What the compiler makes: SQL of ours alone; every value that came from outside is a parameter. */
export interface Statement {
  readonly sql: string;
  readonly params: QueryParams;
}

/** `{name:Int64}` ms since the epoch as the type of `ts`, `written_at`, `seen_at`. */
export const timeSql = (name: string): string => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;

/**
 * The sort keys hold the time that a partition is made of, so versions of a row never lie in two: `FINAL` need not look across them,
 * and a partition that was merged into one part is read as it is.
 */
const settings = { do_not_merge_across_partitions_select_final: 1 };

export const runStatement = <Row>(database: Database, { sql, params }: Statement): Promise<Row[]> =>
  database.query<Row>(sql, params, { settings });

/** For what many questions begin with; rows are not to be changed. */
export const runSharedStatement = <Row>(
  database: Database,
  { sql, params }: Statement,
  shared: SharedQuestion,
): Promise<readonly Row[]> => database.query<Row>(sql, params, { settings, shared });
