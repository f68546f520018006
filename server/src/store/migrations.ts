import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Database } from './database.js';
import { StoreError } from './store-error.js';
import { dateTime64 } from './stored-values.js';

export interface Migration {
  readonly number: number;
  /** File name. */
  readonly name: string;
  readonly statements: readonly string[];
  /** Of the statements: comments and line breaks may change. */
  readonly checksum: string;
}

/** Stored beside this file, in dist too (server/copy-assets.mjs). */
const folder = new URL('./migrations/', import.meta.url);

/** The numbered .sql files. To add one: the next number, and never change those that a release has. */
export async function loadMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(names.map(async (name) => parseMigration(name, await readFile(new URL(name, folder), 'utf8'))));
}

/** `0002-add-feed.sql` and its text. Each statement must be able to run twice: a migration that stopped half-way is run again. */
export function parseMigration(name: string, sql: string): Migration {
  const number = Number(/^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1]);
  if (!(number > 0)) throw new Error(`A migration is called 0001-what-it-does.sql, not ${name}.`);
  const statements = sql
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n')
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
  const text = statements.map((statement) => statement.replace(/\s+/g, ' ')).join(';\n');
  return { number, name, statements, checksum: createHash('sha256').update(text).digest('hex') };
}

/** Applies, in order, what the database does not have yet. */
export async function applyMigrations(
  database: Database,
  migrations: readonly Migration[],
  nowMs: () => number,
): Promise<void> {
  await database.command(
    `CREATE TABLE IF NOT EXISTS migration (
      number UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC')
    ) ENGINE = ReplacingMergeTree ORDER BY number`,
  );
  const applied = await database.query<{ number: number; checksum: string }>(
    'SELECT number, checksum FROM migration ORDER BY number, applied_at LIMIT 1 BY number',
  );
  refuseNewerSchema(applied, migrations);
  const checksums = new Map(applied.map(({ number, checksum }) => [number, checksum]));
  for (const { number, name, statements, checksum } of migrations) {
    const before = checksums.get(number);
    if (before === checksum) continue;
    if (before !== undefined) {
      throw new StoreError(
        'broken',
        `The database was made with another ${name} than this program has. Run the version of why403 that made it, or give it an empty database.`,
      );
    }
    for (const statement of statements) await database.command(statement);
    await database.insert('migration', [{ number, name, checksum, applied_at: dateTime64(nowMs()) }]);
  }
}

function refuseNewerSchema(applied: readonly { number: number }[], migrations: readonly Migration[]): void {
  const newest = migrations.at(-1)?.number ?? 0;
  const found = applied.at(-1)?.number ?? 0;
  if (found <= newest) return;
  throw new StoreError(
    'broken',
    `The database has schema ${found}; this version of why403 knows up to ${newest}. It was written by a newer version: run that one.`,
  );
}
