import type { JsonObject } from '../text/lenient-json.js';
import { loggedTime, parseIsoTime } from '../text/time.js';
import { CsvReader } from './csv-reader.js';
import { type Origin, originOfLogGroup } from './origin.js';
import type { WrappingSink } from './wrapping.js';

export interface CsvLayout {
  readonly separator: ',' | ';' | '\t';
  readonly names: readonly string[];
}

/**
 * The header of a CSV export: the console's `timestamp,message`, or what a Logs Insights query selected, e.g.
 * `@timestamp,@message,@logStream,@log` or `@timestamp,requestId,status,errorMessage`.
 */
export function csvLayoutOf(line: string): CsvLayout | null {
  if (line.length > 4096 || !/^"?(?:@\w|(?:time|timestamp|message)"?[,;\t])/i.test(line)) return null;
  for (const separator of [',', ';', '\t'] as const) {
    const row = new CsvReader(separator, 4096).feed(line, 1);
    if (row === null || row === 'too large' || row.fields.length < 2) continue;
    const names = row.fields.map((name) => name.trim());
    if (!names.every((name) => /^[@\w$][\w$.@ -]{0,120}$/.test(name))) continue;
    if (names.some((name) => name.startsWith('@')) || (column(names, 'message') >= 0 && timeColumn(names) >= 0)) {
      return { separator, names };
    }
  }
  return null;
}

/** Rows of a CSV export to events. A row without `@message` is the record itself, its columns the fields. */
export class CsvTable {
  private readonly reader: CsvReader;
  private readonly names: readonly string[];
  private readonly message: number;
  private readonly time: number;

  constructor(layout: CsvLayout, maxLength: number) {
    this.reader = new CsvReader(layout.separator, maxLength);
    this.names = layout.names;
    this.message = Math.max(column(layout.names, '@message'), column(layout.names, 'message'));
    this.time = timeColumn(layout.names);
  }

  /** Is a quoted field open over the line's end? */
  get pending(): boolean {
    return this.reader.pending;
  }

  /** Where the row begins that is being read. */
  get rowLine(): number {
    return this.reader.rowLine;
  }

  /** False when the line is no row: the table is over and the line something else. */
  add(text: string, line: number, sink: WrappingSink): boolean {
    const row = this.reader.feed(text, line);
    if (row === null) return true;
    if (row === 'too large') {
      sink.reject(
        'record_too_large',
        'Expected the end of a quoted CSV field, none came within the record limit; the row was left out.',
      );
      return true;
    }
    const { fields } = row;
    if (fields.length === 1 && fields[0] === '') return true;
    if (fields.length !== this.names.length) return false;
    const told: Partial<Origin> = {
      line: row.line,
      timeMs: timeOf(fields[this.time]),
      ...originOfLogGroup(this.field(fields, '@log') ?? this.field(fields, 'logGroup')),
      logStream: this.field(fields, '@logStream') ?? this.field(fields, 'logStreamName') ?? null,
    };
    if (this.message >= 0) sink.event(fields[this.message] as string, told);
    else sink.json(this.record(fields), told);
    return true;
  }

  private field(fields: readonly string[], name: string): string | undefined {
    const at = column(this.names, name);
    return at >= 0 ? fields[at] || undefined : undefined;
  }

  private record(fields: readonly string[]): JsonObject {
    const record: JsonObject = Object.create(null) as JsonObject;
    for (const [i, name] of this.names.entries()) {
      const value = fields[i];
      if (value !== undefined && value !== '' && !name.startsWith('@')) record[name] = value;
    }
    return record;
  }
}

const column = (names: readonly string[], name: string): number => names.indexOf(name);

function timeColumn(names: readonly string[]): number {
  return names.findIndex((name) => /^(?:@?timestamp|time)$/i.test(name));
}

/** Event time as exports write it: milliseconds, or `2024-02-01 06:47:49.000` in UTC. */
export function timeOf(value: unknown): number | null {
  if (typeof value === 'number') {
    return value > 0 ? loggedTime(value < 1e11 ? value * 1000 : value) : null;
  }
  if (typeof value !== 'string' || value.length > 48) return null;
  if (/^\d{10}(?:\.\d{1,9})?$/.test(value) || /^\d{13}$/.test(value)) return timeOf(Number(value));
  return parseIsoTime(value);
}
