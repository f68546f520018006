import { parseIsoTime } from '../text/time.js';
import type { Origin } from './origin.js';

export interface PrefixedLine {
  readonly rest: string;
  readonly told: Partial<Origin>;
}

// `2026-06-15T05:12:46.233000+00:00`, `2017-06-05T13:57:47.369Z`, `2026-06-15 05:12:46.233`, `2026-06-15T05:12:46`
const isoTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?(?=$|[\s|])/;
// `1782993288684` (milliseconds), alone or in the first column of a copied table
const epochMs = /^1\d{12}(?=$|[\s|])/;
// `(UTC+02:00)`, `(UTC)`: the console's note on its time column
const zoneNote = /^\(UTC[^)\s]{0,8}\)/;

/** The time in front of a line: `aws logs tail`, export files, the console's time column. */
export function splitTime(line: string): { readonly timeMs: number; readonly rest: string } | null {
  const head = line.slice(0, 48);
  const match = isoTime.exec(head)?.[0] ?? epochMs.exec(head)?.[0];
  if (match === undefined) return null;
  const timeMs = match.length === 13 ? Number(match) : parseIsoTime(match);
  if (timeMs === null || Number.isNaN(timeMs)) return null;
  return { timeMs, rest: skipColumn(line, match.length) };
}

/** Only lines that begin like this are looked at closely. */
const mayHavePrefix =
  /^\[?(?:\d{4}-\d\d-|1\d{12}|[0-9a-f]{32}[\]\s|]|API-Gateway-Execution-Logs_|aws-waf-logs-|\/aws\/)/;

/**
 * What tools put before a message: a time, a log group, a log stream, in any order. A stream can have any name; a word
 * is taken for one only when a record `begins` behind it. null when the line has no such prefix.
 *
 * e.g. `2026-06-15T05:12:46.233000+00:00 92c02ceb545bea4a4168cb5696970e73 {"requestId":…`
 */
export function splitPrefix(line: string, begins: (rest: string) => boolean): PrefixedLine | null {
  if (!mayHavePrefix.test(line.slice(0, 64))) return null;
  let rest = line;
  let told: Partial<Origin> = {};
  for (let count = 0; count < 3; count++) {
    const time = told.timeMs === undefined ? splitTime(rest) : null;
    const source = time === null ? splitSource(rest) : null;
    if (time !== null) {
      rest = time.rest;
      told = { ...told, timeMs: time.timeMs };
    } else if (source !== null && isCertain(source.told)) {
      rest = source.rest;
      told = { ...told, ...source.told };
    } else break;
  }
  if (rest === '') return told.timeMs === undefined ? null : { rest, told };
  const source = /^[({[]/.test(rest) ? null : splitSource(rest);
  // A message's own mark behind a word makes the word a stream, even if the formats would look past it.
  const marked = source !== null && /^[({]/.test(source.rest);
  if (!marked && begins(rest)) return { rest, told };
  if (source !== null && begins(source.rest)) return { rest: source.rest, told: { ...told, ...source.told } };
  if (marked && begins(rest)) return { rest, told };
  return told.timeMs === undefined ? null : { rest, told };
}

/**
 * A log group or log stream in front of a message.
 * e.g. `92c02ceb545bea4a4168cb5696970e73 {"requestId":…`, `API-Gateway-Execution-Logs_a1b2c3d4e5/prod 92c0… (id) …`,
 * `[92c02ceb545bea4a4168cb5696970e73] …`, `us-east-1_shop-acl_0 {"timestamp":…`
 */
function splitSource(line: string): PrefixedLine | null {
  const head = /^\[?([\w$/.:[\]#-]{1,512}?)\]?(?=[\s|])/.exec(line.slice(0, 520));
  if (!head) return null;
  const name = head[1] as string;
  const rest = skipColumn(line, head[0].length);
  if (/^(?:API-Gateway-Execution-Logs_|aws-waf-logs-|\/aws\/)/.test(name)) return { rest, told: { logGroup: name } };
  return { rest, told: { logStream: name } };
}

/** A log group's own prefix or API Gateway's kind of stream: certain enough to be taken off without asking what follows. */
const isCertain = (told: Partial<Origin>): boolean =>
  told.logGroup != null || /^[0-9a-f]{32}$/.test(told.logStream ?? '');

function skipColumn(line: string, from: number): string {
  let i = from;
  for (;;) {
    while (i < line.length && isBlank(line.charCodeAt(i))) i++;
    // `|` between the columns of tables and of compose logs
    if (line.charCodeAt(i) === 0x7c) i++;
    else {
      const note = i < from + 8 ? zoneNote.exec(line.slice(i, i + 16)) : null;
      if (!note) return line.slice(i);
      i += note[0].length;
    }
  }
}

const isBlank = (c: number): boolean => c === 0x20 || c === 0x09;

/** Colours of terminals, e.g. `\x1b[32m`; other control sequences stay and harm nothing. */
export function stripColours(line: string): string {
  return line.includes('\x1b[') ? line.replace(colour, '') : line;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const colour = /\x1b\[[0-9;]{0,16}[A-Za-z]/g;
