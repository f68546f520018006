import { traceRoot } from '../text/request-id.js';
import type { PasteLine } from './paste-lines.js';

/** What the headers of an exchange say; of values only what the model's fields name is kept. */
export interface HeaderBlock {
  readonly errorType: string | null;
  readonly errorTypeOfService: boolean;
  readonly requestId: string | null;
  readonly apigwId: string | null;
  readonly httpApiRequestId: string | null;
  readonly traceId: string | null;
  readonly date: string | null;
  readonly server: string | null;
  readonly contentLength: number | null;
  readonly viaCloudFront: boolean;
  readonly wwwAuthenticateError: string | null;
  readonly wwwAuthenticateScope: string | null;
  readonly corsAllowOrigin: boolean;
  readonly remapped: boolean;
  /** Names of products in front that leave headers of their own (cf-ray, x-akamai-…). */
  readonly proxy: boolean;
  readonly complete: boolean;
  /** Headers of the request that the paste shows: null when it shows none; `full` when they were not picked by hand. */
  readonly sent: { readonly host: string | null; readonly apiIdHeader: string | null; readonly full: boolean } | null;
  readonly cacheControlMaxAgeZero: boolean;
}

type Role = 'request' | 'response' | null;

// x-amzn-ErrorType: …   "x-amzn-errortype" = "…"   'x-amzn-RequestId': '…'   X-Amzn-Errortype:[…]   | x-cache | …   'x-amzn-errortype', '…'
const headerPair =
  /(^|[\s{,'"`([|])((?:x-|access-control-|content-|www-|strict-|apigw-|cf-|sec-|accept-|if-)[a-z0-9-]{1,60}|date|server|via|connection|vary|etag|age|keep-alive|cache-control|transfer-encoding|set-cookie|location|host|user-agent|accept|authorization|origin|referer|cookie|upgrade|pragma|expires|allow|:authority|:method|:path|:scheme|:status)(["'`*]{0,3}\s{0,8}(?::|=>?|\|)\s{0,8}|["'`]\s{0,4},\s{0,4}(?=["'`])|["'`*]{0,3}(?:\t|\s)\s{0,8})/gi;

const onlySent = new Set([
  'host',
  'user-agent',
  'accept',
  'origin',
  'referer',
  'cookie',
  ':authority',
  ':method',
  ':path',
  ':scheme',
  'accept-encoding',
  'accept-language',
]);

const onlyAnswered =
  /^(?:x-amzn-(?:error|request)|x-amz-(?:apigw|cf)-|apigw-|x-cache$|via$|server$|www-authenticate$|access-control-allow)/;

const idWord = /^[\w=+/-]{8,128}$/;
const typeWord = /^[\w.#-]{1,120}$/;

/** `com.amazon.coral.service#AccessDeniedException:http://…` → `AccessDeniedException` */
export function plainErrorType(value: string): string | null {
  const name = (value.split(':')[0] ?? '').split('#').at(-1) ?? '';
  return typeWord.test(name) ? name : null;
}

/** `AccessDeniedException:http://internal.amazon.com/coral/com.amazon.coral.service/`: API Gateway writes the bare name. */
const isTypeOfService = (value: string): boolean => /^[\w.#-]{1,120}:https?:\/\//.test(value);

/** The value after a name: up to the closing quote when it is quoted, else the rest of the line. */
function valueAfter(line: string, from: number): string {
  const rest = line.slice(from, from + 600).replace(/^[\s[({*]{1,8}/, '');
  const quote = rest[0];
  if (quote !== '"' && quote !== "'" && quote !== '`') return rest.trim();
  const end = rest.indexOf(quote, 1);
  return (end < 0 ? rest.slice(1) : rest.slice(1, end)).trim();
}

const firstWord = (value: string): string => /^[^\s'"`,;\])}|]{0,256}/.exec(value)?.[0] ?? '';

function serverName(value: string): string | null {
  return /^[A-Za-z][\w.-]{0,40}(?:\/[\w.]{1,20})?/.exec(value)?.[0] ?? null;
}

const challengePart = /^(?:scope|error|error_description|error_uri|realm|resource_metadata)\\?=/i;

/** A challenge may be folded: its parts then stand on the next lines. */
function challengeAt(lines: readonly PasteLine[], at: number, start: string): string {
  let challenge = start;
  for (let i = at + 1; i < at + 6 && challengePart.test(lines[i]?.text ?? ''); i++) challenge += ` ${lines[i]?.text}`;
  return challenge.slice(0, 1024);
}

// 403 no content - Bearer error="insufficient_scope": the value without its header's name
const bearerChallenge = /\bBearer (?=(?:scope|error|realm)\\?=)/i;

function loneChallenge(lines: readonly PasteLine[]): string {
  for (const [i, { text }] of lines.entries()) {
    const found = bearerChallenge.exec(text);
    if (found) return challengeAt(lines, i, text.slice(found.index));
  }
  return '';
}

const readChallenge = (challenge: string): Pick<HeaderBlock, 'wwwAuthenticateError' | 'wwwAuthenticateScope'> => ({
  wwwAuthenticateError: /\berror\\?=\\?["']?([\w-]{1,60})/i.exec(challenge)?.[1] ?? null,
  wwwAuthenticateScope: /\bscope\\?=\\?["']([\w .:/*-]{1,512})\\?["']/i.exec(challenge)?.[1]?.trim() || null,
});

const sectionTitle = /^(request|response) headers\b/i;
const requestLine = /^(?:-->\s)?(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE)\s+(?:\/|https?:|wss?:)/;
const statusLine = /^(?:HTTP\/\d(?:\.\d)?\s+\d{3}|<--\s)/;

/** Reads every header that the lines of one exchange show, in whatever notation. */
export function readHeaders(lines: readonly PasteLine[]): HeaderBlock {
  const got: Record<
    'errorType' | 'requestId' | 'apigwId' | 'httpApiRequestId' | 'traceId' | 'date' | 'server',
    string | null
  > = {
    errorType: null,
    requestId: null,
    apigwId: null,
    httpApiRequestId: null,
    traceId: null,
    date: null,
    server: null,
  };
  let contentLength: number | null = null;
  let errorTypeOfService = false;
  let remapped = false;
  let viaCloudFront = false;
  let challenge: string | null = null;
  let corsAllowOrigin = false;
  let proxy = false;
  let sentSeen = false;
  let sentFull = false;
  let sentHost: string | null = null;
  let apiIdHeader: string | null = null;
  let cacheControlMaxAgeZero = false;
  const names = new Set<string>();
  let role: Role = null;
  const curlMarks = lines.some((line) => line.mark === '<');

  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as PasteLine;
    const text = line.text.includes('\\"') ? line.text.replaceAll('\\"', '"') : line.text;
    const title = sectionTitle.exec(text);
    if (title) role = title[1]?.toLowerCase() === 'request' ? 'request' : 'response';
    else if (requestLine.test(text)) role = 'request';
    else if (statusLine.test(text)) role = 'response';
    else if (text === '' && role === 'request') role = null;
    if (line.mark === '<') role = 'response';
    else if (line.mark === '>' && curlMarks) role = 'request';

    let seen = 0;
    for (const match of text.matchAll(headerPair)) {
      if (++seen > 48) break;
      const name = (match[2] ?? '').toLowerCase();
      const quoted = /["'`]/.test(match[1] ?? '') || /["'`]/.test(match[3] ?? '');
      const atStart = match.index === 0 || /^[\s"'`{,[(|]*$/.test(text.slice(0, Math.min(match.index + 1, 16)));
      const onlyBlank = !/[:=|,]/.test(match[3] ?? '');
      let value = valueAfter(text, match.index + match[0].length);
      if (onlyBlank && !/^x-amz|^apigw/.test(name)) continue;
      // a browser's copy puts the value on the next line
      if (value === '' && atStart && /^x-amz|^apigw|^server|^date/.test(name)) value = lines[i + 1]?.text ?? '';
      if (role === 'request' && line.mark !== '>' && onlyAnswered.test(name)) role = 'response';
      const sent = role === 'request' || onlySent.has(name);
      const structured = atStart || quoted;

      if (sent && structured && role !== 'response') {
        sentSeen = true;
        // every client sends these two
        if (name === 'host' || name === ':authority' || name === 'user-agent') sentFull = true;
        if (name === 'host' || name === ':authority') sentHost ??= firstWord(value);
        if (name === 'x-apigw-api-id') apiIdHeader ??= /^[a-z0-9]{8,12}$/.exec(firstWord(value))?.[0] ?? null;
      }
      if (name === 'cache-control' && role !== 'response' && /^[^"'`]{0,60}\bmax-age ?= ?0\b/i.test(value))
        cacheControlMaxAgeZero = true;
      if (sent && !/^x-amzn-(?:error|request|trace)|apigw/.test(name)) continue;
      if (structured && !onlyBlank) names.add(name);

      const word = firstWord(value);
      switch (name) {
        case 'x-amzn-errortype':
        case 'x-amzn-error-type':
          if (!onlyBlank || /(?:Exception|Error)$/.test(word)) got.errorType ??= plainErrorType(word);
          errorTypeOfService ||= isTypeOfService(word);
          break;
        case 'x-amzn-requestid':
        case 'x-amzn-request-id':
          if (idWord.test(word) && (!onlyBlank || /\d/.test(word))) got.requestId ??= word;
          break;
        case 'x-amz-apigw-id':
          if (idWord.test(word) && (!onlyBlank || /\d|=$/.test(word))) got.apigwId ??= word;
          break;
        case 'apigw-requestid':
        case 'apigw-request-id':
          if (idWord.test(word) && (!onlyBlank || /\d|=$/.test(word))) got.httpApiRequestId ??= word;
          break;
        case 'x-amzn-trace-id':
          got.traceId ??= traceRoot(value);
          break;
        case 'date':
          if (structured) got.date ??= value.slice(0, 40);
          break;
        case 'server':
          if (structured) got.server ??= serverName(value);
          if (/cloudfront/i.test(value.slice(0, 40))) viaCloudFront = true;
          break;
        case 'via':
        case 'x-cache':
          if (/cloudfront/i.test(value.slice(0, 200))) viaCloudFront = true;
          break;
        case 'x-amz-cf-id':
        case 'x-amz-cf-pop':
          viaCloudFront = true;
          break;
        case 'content-length':
          if (structured && role !== 'request' && /^\d{1,12}$/.test(word)) contentLength ??= Number(word);
          break;
        case 'access-control-allow-origin':
          corsAllowOrigin ||= structured;
          break;
        case 'www-authenticate': {
          challenge = challengeAt(lines, i, text.slice(match.index + match[0].length));
          break;
        }
        default:
          if (name.startsWith('x-amzn-remapped-')) remapped = true;
          if (/^(?:cf-ray|x-akamai|x-iinfo|x-sucuri|x-azure-ref|x-fastly)/.test(name)) proxy = true;
      }
    }
  }

  const framing = names.has('content-length') || names.has('content-type') || names.has('transfer-encoding');
  return {
    ...got,
    errorTypeOfService,
    contentLength,
    viaCloudFront,
    ...readChallenge(challenge ?? loneChallenge(lines)),
    corsAllowOrigin,
    remapped,
    proxy,
    // every answer of AWS has a Date; a paste that shows it with three others was not picked by hand
    complete: names.has('date') && framing && names.size >= 4,
    sent: sentSeen ? { host: sentHost, apiIdHeader, full: sentFull } : null,
    cacheControlMaxAgeZero,
  };
}
