import { isCommand } from './command.js';
import { cleanLine, cleanLines, type PasteLine } from './paste-lines.js';
import { findStatus } from './status.js';

/** One question and its answer within a paste, with the words around them. */
export interface Exchange {
  readonly lines: readonly PasteLine[];
}

type LineRole = 'command' | 'request' | 'status' | 'short_status' | 'body' | 'outcome' | 'words';

const maxExchanges = 20_000;

// GET /prod/pets HTTP/1.1   POST https://api.example.com/orders   --> GET https://…   Request URL: https://…
const request =
  /^(?:(?:-->\s|fetch\s)?(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE)\s+(?:\/|["'`]?(?:https?|wss?):\/\/)|request url\s*:?\s)/i;
// HTTP/2 403   <-- 403 https://…
const status = /^(?:HTTP\/\d(?:\.\d)?\s+\d{3}\b|<--\s+\d{3}\b)/;
// HTTP 403   403 {"message":"Forbidden"}   404: {"code":…
const shortStatus = /^(?:HTTP[ :]\s?[1-5]\d\d\b["'`)]{0,2}\s*$|[1-5]\d\d["'`)]{0,2}\s*[:–—-]?\s*["'`]?\{)/i;
const body = /^(?:["'`]?\{\s*(?:$|["'\\}])|\[\s*(?:$|\{)|<(?:!doctype html|html|\?xml|Error>|\w{1,60}Exception>))/i;

function roleOf({ text }: PasteLine): LineRole {
  if (text === '') return 'words';
  if (status.test(text)) return 'status';
  if (isCommand(text)) return 'command';
  if (request.test(text)) return 'request';
  if (shortStatus.test(text)) return 'short_status';
  return body.test(text) ? 'body' : 'words';
}

// HTTP/1.1 100 Continue, HTTP/1.1 200 Connection established, redirects that curl -L follows
const interim = /^HTTP\/\d(?:\.\d)?\s+(?:1\d\d\b|30[12378]\b|200 connection established)/i;
const wholeMessageBody = /^\{\s*"message"\s*:[^{}]*\}[,%]?$/i;

// `403`, `x-amzn-errortype: AccessDeniedException`   403 — Message: "…"   401 {"message":"Unauthorized"}
const saysWhy = /exception\b|errortype|\bmessage["'`*]{0,3}\s{0,4}[:=]|\{\\?["']/i;
// a member of a body or a frame of a stack over several lines
const partOfOne = /^(?:["'`][\w$.-]{1,80}["'`]\s{0,4}[:=]|at |caused by\b)/i;
const maxOutcomes = 200;

/**
 * Lines of a list or table that each tell the status and the words of another attempt, as the numbers of the lines.
 * None when all tell the same status: then they tell of one answer.
 */
function findOutcomes(lines: readonly PasteLine[]): ReadonlySet<number> {
  const found = new Set<number>();
  const statuses = new Set<number>();
  for (const [i, line] of lines.entries()) {
    const { text } = line;
    if (text.length < 8 || text.length > 1024 || line.mark === '*') continue;
    if (!/[1-5]\d\d/.test(text) || !saysWhy.test(text) || partOfOne.test(text) || roleOf(line) !== 'words') continue;
    const status = findStatus(text, () => false)?.status;
    if (status === undefined) continue;
    found.add(i);
    statuses.add(status);
    if (found.size === maxOutcomes) break;
  }
  return statuses.size > 1 ? found : new Set();
}

/**
 * Splits a paste: each command, request line or status line begins an exchange unless it continues the one before it
 * (a request line after its command, a status line after its request, the answer after `100 Continue`).
 */
export function splitExchanges(text: string): readonly Exchange[] {
  const exchanges: Exchange[] = [];
  let lines: PasteLine[] = [];
  let seen = new Set<LineRole>();
  let interimSeen = false;
  let messageBody = false;

  const close = (): void => {
    if (lines.length > 0) exchanges.push({ lines });
    lines = [];
    seen = new Set();
    interimSeen = false;
    messageBody = false;
  };

  const cleaned = cleanLines(text);
  const outcomes = findOutcomes(cleaned);
  for (const [i, line] of cleaned.entries()) {
    const role = outcomes.has(i) ? 'outcome' : roleOf(line);
    let begins = false;
    switch (role) {
      case 'command':
        begins = seen.size > 0;
        break;
      case 'request':
        begins = seen.has('request') || seen.has('status') || seen.has('body');
        break;
      case 'status':
        begins = (seen.has('status') && !interimSeen) || seen.has('body');
        break;
      case 'short_status':
        begins = seen.has('body');
        break;
      case 'body':
        // two whole answers one under the other
        begins = messageBody && !seen.has('status') && wholeMessageBody.test(line.text);
        break;
      case 'outcome':
        begins = seen.has('outcome') || seen.has('status') || seen.has('body');
        break;
      case 'words':
        break;
    }
    if (begins && exchanges.length < maxExchanges) close();

    if (role === 'status') {
      // what an interim answer said is not the answer
      if (interimSeen) lines = lines.filter((kept) => !status.test(kept.text));
      interimSeen = interim.test(line.text);
    }
    if (role !== 'words') seen.add(role === 'short_status' && line.text.includes('{') ? 'body' : role);
    if (role === 'body') messageBody = wholeMessageBody.test(line.text);
    lines.push(line);
  }
  close();
  return exchanges;
}

/**
 * True when an exchange can begin on this line. For whoever cuts an input into blocks: open a block there, and keep the
 * following lines in it (also other beginnings: one exchange has up to three), `httpResponseFormat` splits the block.
 */
export function startsHttpExchange(line: string): boolean {
  if (/^\s{0,16}[{([]/.test(line)) return false;
  if (
    !/^[\s>`|*-]{0,16}[1-5]\d\d\b|HTTP|curl|wget|wscat|request url|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|invoke-|<--/i.test(
      line.slice(0, 200),
    )
  ) {
    return false;
  }
  const role = roleOf(cleanLine(line));
  return role === 'command' || role === 'request' || role === 'status' || role === 'short_status';
}
