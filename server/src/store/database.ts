/**
 * A ClickHouse by URL: statements with `{name:Type}` placeholders, inserts of JSON rows. Fails with `StoreError`.
 * Each statement has a time and memory limit; a caller that gives up (`signal`) frees its place.
 */
export interface Database {
  /** For reading; it runs with `readonly=1`, so settings go into `settings` and not into the SQL. */
  query<Row>(sql: string, params?: QueryParams, options?: QueryOptions): Promise<Row[]>;
  /** One statement without a result (DDL, ALTER, DELETE). */
  command(sql: string, params?: QueryParams): Promise<void>;
  /** Stored whole or not at all per partition. Nothing is sent for no rows. Inserts never wait for queries. */
  insert(table: string, rows: readonly object[]): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
export type QueryParam = string | number | boolean | null | readonly string[] | readonly number[];
export type QueryParams = Readonly<Record<string, QueryParam>>;
export interface QueryOptions {
  /** Look-ups of ingest have places of their own: they never wait for what people ask. Default: `question`. */
  readonly lane?: 'question' | 'ingest';
  readonly maxExecutionSeconds?: number;
  readonly signal?: AbortSignal;
  /** The answer may be that of the same question a moment ago (store/shared-questions.ts). */
  readonly shared?: SharedQuestion;
  /** ClickHouse settings of this statement; values are numbers or short words of ours. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

export interface SharedQuestion {
  readonly forMs: number;
  /** What sets questions of the same SQL apart; without it, all parameters. */
  readonly key?: string;
  /** It is about rows of this day (`2026-01-31`) alone: writing to other days does not make its answer old. */
  readonly day?: string;
}
