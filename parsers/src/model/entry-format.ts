import type { Facts } from './facts.js';
import type { LogEntry } from './log-entry.js';
import type { ParseResult } from './result.js';

/** Reads one kind of log entry. To add one: its folder, a line in `engine/formats.ts`, tests and fixtures, docs/adding-a-format.md. */
export interface EntryFormat {
  readonly name: string;
  /** Cheap look at the text. Several formats may claim an entry; the first in the registry that parses it wins. */
  claims(entry: LogEntry): boolean;
  /** Usually one fact; a test-invoke log gives one for each of its lines. */
  parse(entry: LogEntry): ParseResult<readonly Facts[]>;
}
