import type { ContextVariable } from '../model/context-variable.js';
import { accept, type ParseResult, refuse } from '../model/result.js';
import type { AccessValues } from './access-values.js';
import { type FormatPiece, splitFormat } from './format-pieces.js';
import { compileJsonLayout, type JsonLayout, readByPaths, readEscapedLayout, unescapeJson } from './json-layout.js';
import { addMatched, matchPieces } from './match-pieces.js';

/**
 * A stage's own access-log format, compiled.
 *
 * **JSON templates** are read by their layout first (each string ends at its first quote that is not escaped), then as
 * API Gateway wrote values in 2022 (unescaped, so quotes inside values are allowed), then by key paths (another order,
 * other blanks, several lines).
 *
 * **All other templates**, and JSON of 2022, are read by the literal text between the variables and by the shape of
 * each variable (a status is three digits, a request time 26 characters, an id has no blanks, `-` stands for any absent
 * value). They are ambiguous by nature when a variable of free text (user agent, messages, principal of an authorizer,
 * certificate names, claims, route key) or a path touches another variable that could take over some of its
 * characters: `$context.identity.userAgent $context.error.message` (one blank between two free texts),
 * `"$context.identity.userAgent" $context.status "$context.error.message"` (a caller may send the text `" 200 "`), or two
 * variables without anything between them. Where a line of such a template can be read in several ways:
 * - each variable whose place is the same in all of them has its value;
 * - user agent, certificate names and the authorizer's principal, which only describe, get the shortest reading from
 *   the left (each variable ends as early as it can);
 * - a backslash in a JSON line that is not escaped throughout is taken for an escape where it can be one;
 * - every other variable gets no value at all, so a status, an id or a message is never the caller's invention.
 */
export interface AccessLogTemplate {
  readonly kind: 'json' | 'text';
  /** Variables that API Gateway knows, each once, in order of appearance. */
  readonly variables: readonly ContextVariable[];
  readonly pieces: readonly FormatPiece[];
  /** The format string as it was given. */
  readonly source: string;
  /** null for `text`. */
  readonly layout: JsonLayout | null;
  /** Blanks at the ends of the format were left out, and are left out of lines. */
  readonly trimmed: boolean;
  /** Values of one line (without its newline); null when the line does not fit. Never throws; time is linear. */
  parse(line: string): AccessValues | null;
  /**
   * The same where the line is to the letter as this format makes it; null where it takes more to read it so. A line that a longer format
   * made often fits a shorter one in some way, hardly ever to the letter.
   */
  parseExact(line: string): AccessValues | null;
}

/** AWS allows 3 KB. */
const maxFormatLength = 16 * 1024;

export function compileAccessLogFormat(format: string): ParseResult<AccessLogTemplate> {
  if (format.length > maxFormatLength) {
    return refuse(
      'malformed',
      `expected an access log format of at most 3 KB (the limit of API Gateway), got ${format.length} characters; give the stage's accessLogSettings.format`,
    );
  }
  const plain = withoutShellQuoting(format);
  const body = plain.trim();
  if (body === '') {
    return refuse(
      'malformed',
      "expected an access log format such as '$context.requestId $context.status', got an empty one; copy accessLogSettings.format of the stage",
    );
  }
  const pieces = splitFormat(body);
  const variables = [
    ...new Set(
      pieces.flatMap((piece) => (piece.kind === 'variable' && piece.variable !== null ? [piece.variable] : [])),
    ),
  ];
  if (!/\$(?:context\.|\$?\{context\.)\w/.test(body)) {
    return refuse(
      'malformed',
      'expected at least one $context variable in the access log format, got none; if a shell expanded it, put the format into single quotes',
    );
  }
  // newlines at the end belong to the format as AWS allows it, other blanks at the ends are uncertain in copies
  const trimmed = plain.replace(/[\r\n]+$/, '') !== body;
  const layout = compileJsonLayout(pieces);
  const lineOf = trimmed ? (line: string) => line.trim() : withoutNewline;
  return accept({
    kind: layout === null ? 'text' : 'json',
    variables,
    pieces,
    source: format,
    layout,
    trimmed,
    parse: (line) => parseLine(pieces, layout, lineOf(line)),
    parseExact: (line) => parseExact(pieces, layout, lineOf(line)),
  });
}

function parseLine(pieces: readonly FormatPiece[], layout: JsonLayout | null, line: string): AccessValues | null {
  const values = parseExact(pieces, layout, line);
  return layout === null ? values : (values ?? readPieces(pieces, line, true) ?? readByPaths(layout, line));
}

const parseExact = (pieces: readonly FormatPiece[], layout: JsonLayout | null, line: string): AccessValues | null =>
  layout === null ? readPieces(pieces, line, false) : readEscapedLayout(layout, line);

function readPieces(pieces: readonly FormatPiece[], line: string, json: boolean): AccessValues | null {
  const matched = matchPieces(pieces, line);
  if (matched === null) return null;
  const values = new Map<ContextVariable, string>();
  addMatched(
    values,
    // a line with one broken value may have others that are escaped well
    json ? matched.map((match) => ({ ...match, value: unescapeJson(match.value) ?? match.value })) : matched,
  );
  return values;
}

function withoutNewline(line: string): string {
  let end = line.length;
  while (end > 0 && (line.charCodeAt(end - 1) === 0x0a || line.charCodeAt(end - 1) === 0x0d)) end--;
  return end === line.length ? line : line.slice(0, end);
}

/** `"{\"id\":\"$context.requestId\"}"`: the format as `aws apigateway get-stage` prints it, a JSON string. */
function withoutShellQuoting(format: string): string {
  const text = format.trim();
  const quoted = text.startsWith('{\\"') ? `"${text}"` : text;
  if (!quoted.startsWith('"') || !quoted.includes('\\"')) return format;
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : format;
  } catch {
    return format;
  }
}
