import { EngineError } from './engine-error.js';
import { renderParameter } from './parameter-literal.js';
import { parseParameterType } from './parameter-type.js';

/** `{name:Type}`, read from where it stands. */
const placeholder = /\{\s*([A-Za-z_]\w{0,63})\s*:([^{}]{1,200})\}/y;

/**
 * Puts checked, typed literals in the place of `{name:Type}`; the binding's own parameters run one at a time per process.
 *
 *   SELECT {x:String}, '{x:String}'   with x = `it\'s`   →   SELECT 'it\'s', '{x:String}'
 *
 * Strings, quoted names and comments stay as they are. One statement only: a semicolon may stand at the end.
 */
export function bindPlaceholders(sql: string, parameters: ReadonlyMap<string, string>): string {
  const parts: string[] = [];
  let copied = 0;
  let at = 0;
  let ended = false;
  while (at < sql.length) {
    const character = sql[at] ?? '';
    const next = skipQuotedOrComment(sql, at);
    if (next > at) {
      if (ended && (character === "'" || character === '"' || character === '`')) throw severalStatements();
      at = next;
      continue;
    }
    if ((character === 'O' || character === 'o') && !/\w/.test(sql[at - 1] ?? ' ')) refuseOutfile(sql, at);
    if (character === ';') ended = true;
    else if (ended && !/\s/.test(character)) throw severalStatements();
    if (character === '{') {
      placeholder.lastIndex = at;
      const [whole, name, type] = placeholder.exec(sql) ?? [];
      if (whole !== undefined && name !== undefined && type !== undefined) {
        const value = parameters.get(name);
        if (value === undefined) {
          throw new EngineError(456, 'UNKNOWN_QUERY_PARAMETER', `Nothing was given for the placeholder ${name}.`);
        }
        parts.push(sql.slice(copied, at), renderParameter(name, parseParameterType(type), value));
        at += whole.length;
        copied = at;
        continue;
      }
    }
    at += 1;
  }
  parts.push(sql.slice(copied));
  return parts.join('');
}

/** `INTO OUTFILE` is the client's work elsewhere; this engine would do it, even for a reading. */
function refuseOutfile(sql: string, at: number): void {
  if (/^outfile$/i.test(sql.slice(at, at + 7)) && !/\w/.test(sql[at + 7] ?? ' ')) {
    throw new EngineError(344, 'SUPPORT_IS_DISABLED', 'INTO OUTFILE is not allowed.');
  }
}

/** Where the string, quoted name or comment that begins here ends; `at` itself if none begins. */
function skipQuotedOrComment(sql: string, at: number): number {
  const character = sql[at];
  if (character === "'" || character === '"' || character === '`') return skipQuoted(sql, at, character);
  if (character === '-' && sql[at + 1] === '-') return endOf(sql, '\n', at);
  if (character === '#' && (sql[at + 1] === ' ' || sql[at + 1] === '!')) return endOf(sql, '\n', at);
  if (character === '/' && sql[at + 1] === '*') return endOf(sql, '*/', at + 2);
  // A heredoc ($x$ … $x$) or a typographic quotation mark would begin text for ClickHouse and be SQL to us.
  if (character !== undefined && /[$\u2018\u2019\u201c\u201d]/.test(character)) {
    throw new EngineError(62, 'SYNTAX_ERROR', 'Dollar signs and typographic quotation marks may stand in quotes only.');
  }
  return at;
}

function skipQuoted(sql: string, at: number, quote: string): number {
  let end = at + 1;
  while (end < sql.length && sql[end] !== quote) end += sql[end] === '\\' ? 2 : 1;
  // A doubled quote begins the next quoted part at once, which comes to the same.
  return Math.min(end + 1, sql.length);
}

function endOf(sql: string, mark: string, from: number): number {
  const found = sql.indexOf(mark, from);
  return found === -1 ? sql.length : found + mark.length;
}

const severalStatements = () => new EngineError(62, 'SYNTAX_ERROR', 'One statement at a time is allowed.');
