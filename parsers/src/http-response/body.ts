import { findSentence, recognizeMessage } from '../gateway-message/index.js';
import type { GatewayMessage, ResponseFacts } from '../model/index.js';
import { isJsonObject, parseLenientJson } from '../text/lenient-json.js';

export interface SeenBody {
  readonly message: GatewayMessage | null;
  /** The message was read from a body or an error's text, not found somewhere in the words. */
  readonly quoted: boolean;
  readonly shape: ResponseFacts['bodyShape'];
  readonly messageKey: ResponseFacts['messageKey'];
  /** `{"message":…,"connectionId":…,"requestId":…}`: written into an open WebSocket, no HTTP answer. */
  readonly webSocketFrame: boolean;
  /** A JSON body that is not API Gateway's says in its own words that something was refused. */
  readonly deniesInWords: boolean;
}

// {"message":"Forbidden"}   'Message': 'User: …'   "message" = "…"   message: Forbidden
const member =
  /(["'`]?)(?<![\w-])([Mm]essage)\1\s{0,8}(?::|=>?)\s{0,8}(null\b|"((?:[^"\\]|\\.){0,4096})|'([^'\n]{0,4096})|([^\n"'{[]{1,300}))/g;
// <Message>Missing Authentication Token</Message>
const element = /<Message>([^<]{1,2048})<\/Message>/i;
// An error occurred (ForbiddenException) when calling the PostToConnection operation: Forbidden
const operationError = /\) when calling the \w{1,80} operation[^:\n]{0,80}: ([^\n]{1,2048})/;
// ForbiddenException: Forbidden   api error ForbiddenException: Forbidden
const namedError = /\b\w{3,60}Exception: ([A-Za-z][^\n]{0,2048})/;

// what SDKs add to the error object that they print
const ownMembers = new Set([
  'message',
  'connectionid',
  'requestid',
  'name',
  '$fault',
  '$metadata',
  '$response',
  'statuscode',
  'retryable',
  'time',
  'region',
  'hostname',
  'retrydelay',
  '__type',
]);

const html = /<(?:!doctype html|html|head|title|h1|center)\b/i;
const xml = /<\?xml\b|<Error>|<\w{3,60}(?:Exception|ErrorResponse)>/;
const bodyLine = /^["'`]?(?:[1-5]\d\d["'`)]{0,2}\s{0,3}[:–—-]?\s{0,3}["'`]?)?\{/m;

const denied =
  '(?:\\b(?:access|permission)s?\\b[^"\'\\n]{0,60}\\bdenied\\b|\\bnot authori[sz]ed\\b|\\bunauthori[sz]ed\\b|\\bforbidden\\b)';
// "message": "Access to requested resource is denied.",   "code": "Unauthorized"   "error":"access_denied"
const denyingMember = new RegExp(
  `["'](?:errors?|message|detail|title|reason|code|fault|description|error_description)["']\\s{0,4}:\\s{0,4}["'][^"'\\n]{0,120}${denied}`,
  'i',
);
// a program's log line, not a body
const logMember = /["'](?:level|severity|logger|@?timestamp|ts|hostname|pid)["']\s{0,4}:/i;

const deniesInWords = (text: string): boolean =>
  bodyLine.test(text) && denyingMember.test(text) && !logMember.test(text);

const otherMessage: GatewayMessage = recognizeMessage('');

function around(text: string, at: number): { readonly own: boolean; readonly frame: boolean } | null {
  const open = text.lastIndexOf('{', at);
  if (open < 0 || at - open > 4096) return null;
  const parsed = parseLenientJson(text.slice(open, open + 8192), 0);
  if (!parsed || !isJsonObject(parsed.value)) return null;
  const names = Object.keys(parsed.value).map((name) => name.toLowerCase());
  if (!names.includes('message')) return null;
  const code = parsed.value['code'];
  const own = names.every(
    (name) => ownMembers.has(name) || (name === 'code' && typeof code === 'string' && /Exception$/.test(code)),
  );
  return { own, frame: names.includes('connectionid') && names.includes('requestid') };
}

/** The message of an error's text: it may stand inside a JSON string, and a denial may go on over the next lines. */
function recognizePrinted(words: string, whole: string): GatewayMessage {
  const message = recognizeMessage(words);
  if (message.kind === 'other') {
    const end = words.search(/["']\s{0,4}[,}\]]/);
    return end < 0 ? message : recognizeMessage(words.slice(0, end));
  }
  const wrapped = message.denial === null ? null : findSentence(whole);
  return wrapped?.kind === message.kind && wrapped.text.length > message.text.length ? wrapped : message;
}

/** Reads the body that the exchange's answer shows. Nothing of it is kept but AWS's own sentences. */
export function readBody(answer: string): SeenBody {
  const text = answer.includes('\\"') ? answer.replaceAll('\\"', '"') : answer;
  const shape = html.test(text) ? 'html' : xml.test(text) ? 'xml' : null;

  let key: SeenBody['messageKey'] = null;
  let own: boolean | null = null;
  let frame = false;
  let found: GatewayMessage | null = null;
  let unknown: GatewayMessage | null = null;
  let looks = 0;
  for (const match of text.matchAll(member)) {
    if (++looks > 32) break;
    const bare = match[6] !== undefined;
    const value = match[3] === 'null' ? 'null' : (match[4] ?? match[5] ?? match[6] ?? '');
    const message = recognizeMessage(value);
    if (message.kind === 'other' && bare) continue;
    const object = around(text, match.index);
    // the word alone is any OAuth server's; API Gateway says it in a header and in its log
    if (message.kind === 'other' || message.kind === 'jwt_insufficient_scope') {
      unknown ??= otherMessage;
      if (found === null && key === null) key = match[2] as 'message' | 'Message';
      continue;
    }
    found = message;
    key = match[2] as 'message' | 'Message';
    own = object?.own ?? true;
    frame = object?.frame ?? false;
    break;
  }
  if (found) {
    return {
      message: found,
      quoted: true,
      shape: shape ?? (own ? 'gateway' : 'foreign'),
      messageKey: key,
      webSocketFrame: frame,
      deniesInWords: false,
    };
  }

  for (const pattern of [element, operationError, namedError]) {
    const printed = pattern.exec(text);
    if (!printed) continue;
    const message = recognizePrinted(printed[1] ?? '', text.slice(printed.index, printed.index + 4096));
    if (message.kind !== 'other') {
      return {
        message,
        quoted: true,
        shape: shape ?? 'gateway',
        messageKey: null,
        webSocketFrame: false,
        deniesInWords: false,
      };
    }
  }

  const sentence = findSentence(text);
  if (sentence && shape !== 'html') {
    const wrapped = unknown !== null || bodyLine.test(text);
    return {
      message: sentence,
      quoted: false,
      shape: shape ?? (wrapped ? 'foreign' : 'gateway'),
      messageKey: null,
      webSocketFrame: false,
      deniesInWords: false,
    };
  }
  return {
    message: unknown,
    quoted: unknown !== null,
    shape: shape ?? (unknown !== null || bodyLine.test(text) ? 'foreign' : 'none'),
    messageKey: key,
    webSocketFrame: false,
    deniesInWords: deniesInWords(text),
  };
}
