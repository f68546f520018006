import pino, { type Logger } from 'pino';
import { visible } from '../text/visible.js';
import { toldError } from './told-error.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type Log = Logger;

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: 'json' | 'pretty';
  /** Takes whole lines. */
  readonly write: (text: string) => void;
  readonly nowMs: () => number;
}

/** Only these fields are ever written, whatever a caller hands over. To add one: here, and it may hold no text of a log or secret. */
const allowedFields: ReadonlySet<string> = new Set([
  ...['event', 'error', 'where', 'problem', 'detail', 'reason', 'task', 'version', 'node'],
  ...['feed', 'kind', 'unit', 'source', 'lines', 'requests', 'refused', 'rejected', 'durationMs'],
  ...['operation', 'outcome', 'rows', 'pid', 'willRestart'],
  ...['method', 'route', 'status', 'tokenId', 'address', 'directory', 'signal'],
]);

const maxText = 500;

export function createLog({ level, format, write, nowMs }: LogOptions): Log {
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date(nowMs()).toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => allowed(fields),
      },
    },
    { write: format === 'json' ? write : (line) => write(prettyLine(line)) },
  );
}

/** What may be written of these fields: known names, numbers and short texts. */
export function allowed(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (allowedFields.has(name)) kept[name] = name === 'error' ? toldError(value) : plain(value);
  }
  return kept;
}

function plain(value: unknown): unknown {
  if (typeof value === 'string') return excerpt(value);
  if (typeof value === 'number') return Math.round(value * 10) / 10;
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object') return undefined;
  // Counts by reason.
  const counts = Object.entries(value).filter(([, count]) => typeof count === 'number');
  return Object.fromEntries(counts.map(([name, count]) => [excerpt(name), count]));
}

const excerpt = (text: string): string => visible(text.length > maxText ? `${text.slice(0, maxText)}…` : text);

/** {"level":"warn","time":"2024-05-01T10:00:04.355Z",…,"message":"…"} → `10:00:04 warning: …` */
function prettyLine(line: string): string {
  const { level, time, message, error } = JSON.parse(line) as Record<string, unknown>;
  const mark = level === 'warn' ? 'warning: ' : level === 'error' ? 'ERROR: ' : '';
  const { name, code, message: why, at } = (error ?? {}) as Record<string, unknown>;
  const cause = why ?? [name, code].filter((part) => part !== undefined).join(' ');
  const frames = Array.isArray(at) ? at.map((frame) => `           ${visible(String(frame))}\n`).join('') : '';
  return `${String(time).slice(11, 19)} ${mark}${visible(String(message))}${error === undefined ? '' : ` (${visible(String(cause))})`}\n${level === 'error' ? frames : ''}`;
}
