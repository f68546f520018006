import { schemeOfHeader } from '../gateway-message/index.js';
import type { ResponseFacts } from '../model/index.js';
import { isCommand } from './command.js';
import type { HeaderBlock } from './header-block.js';
import { apiOfHost, findBareAwsHost, findTargets, hostFrom, hostKindOf, pathOf, type Target } from './host.js';
import type { PasteLine } from './paste-lines.js';

type Request = ResponseFacts['request'];

export interface SeenRequest {
  readonly request: Request;
  /** `x-apigw-api-id` names the API when the host does not. */
  readonly apiIdHeader: string | null;
  readonly webSocket: boolean;
  /** Something of the request itself was shown, not only a host in the words around. */
  readonly shown: boolean;
}

const verb = '(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)';
const requestLine = new RegExp(`^(?:-->\\s)?${verb}\\s+(\\S{1,4096})`);
// Request Method: OPTIONS   :method: POST   Method: GET   method: 'POST'   -X POST
const methodField = new RegExp(
  `(?:request method|:method|^method|http method|-Method)["'\`]?\\s{0,4}[:=]?\\s{1,4}["'\`]?${verb}\\b`,
  'im',
);
const urlField =
  /^(?:request url|url|uri|endpoint|for url|invoke url)["'`]?\s{0,4}[:=]\s{0,4}["'`]?(?:https?|wss?):\/\//i;
const lineOfUrl = /^["'`(<]?(?:https?|wss?):\/\//i;
// requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://…
const toolUrl =
  /(?:\bfor url:?|\bfetch at|\bxmlhttprequest at|\bwebsocket connection to|\brequest to|\bgetting|\bresource at|\burl:|\burl=) ?["'`‘“]?(?=(?:https?|wss?):\/\/)/i;

// -X POST   --request POST
const curlMethod = new RegExp(`\\s(?:-X\\s{0,2}|--request[ =])["']?${verb}\\b`);
const curlHead = /\s(?:-[a-zA-Z]{0,8}I[a-zA-Z]{0,8}|--head)(?=\s|$)/;
const curlData = /\s(?:-d|--data(?:-[a-z]{1,12})?|--json|-F|--form)(?=[\s='"])/;
const httpieMethod = new RegExp(`^(?:http|https|xh)\\s+(?:-\\S{1,40}\\s+){0,8}${verb}\\b`);
// what is not shown: a config file, headers of a file or variable, an ellipsis
const abbreviated = /\.\.\.|…|\s-K\b|--config\b|-H\s+@|-H\s+["']?\$|\$\{?[A-Z_]*(?:ARGS|OPTS|HEADERS)\b|\$@/;

// Authorization: Bearer …   "Authorization": "AWS4-HMAC-SHA256 …   'Authorization' = 'Basic …
const authorization = /(?<![\w-])authorization["'`*]{0,3}\s{0,4}(?:=>|[:=])\s{0,4}["'`([{]{0,3}([^\n]{0,64})/gi;
const apiKey =
  /(?<![\w-])(?<!\b(?:no|without|missing) {1,3}(?:an? |the )?)x-api-key["'`*]{0,3}\s{0,4}(?:=>|[:=])\s{0,4}\S/i;

function schemeSent(text: string): Request['authorization'] {
  for (const match of text.matchAll(authorization)) {
    const value = (match[1] ?? '').trim();
    if (/^(?:bearer|basic|aws4)/i.test(value)) return schemeOfHeader(value);
    // `in Authorization header: '…'` and schema words are no header
    if (value !== '' && match.index === 0) return 'other';
    if (/^[\w.~+/-]{12,}=*/.test(value) && !/^(?:true|false|null|none)/i.test(value)) return 'other';
  }
  return null;
}

function methodOfCommand(line: string): string {
  const explicit = curlMethod.exec(line)?.[1] ?? httpieMethod.exec(line)?.[1];
  if (explicit !== undefined) return explicit;
  if (curlHead.test(line)) return 'HEAD';
  return curlData.test(line) ? 'POST' : 'GET';
}

// via: 1.1 0a1b2c.cloudfront.net (CloudFront): a host that only passed the answer on
const answerHeader =
  /^["'`]?(?:via|x-cache|x-amz|server|location|set-cookie|origin|referer|access-control|content-security|link|report-to)[\w-]{0,60}["'`]?\s{0,4}[:=|]/i;

const isAws = (target: Target): boolean => target.host !== null && hostKindOf(target.host) !== 'custom';

/** Reads what the exchange shows of its request; header values are looked at and dropped. */
export function readRequest(lines: readonly PasteLine[], headers: HeaderBlock): SeenRequest {
  let method: string | null = null;
  let host: string | null = null;
  let path: string | null = null;
  let shown = headers.sent !== null;
  let headersShown = headers.sent?.full ?? false;
  let presigned = false;
  let commandAuth: Request['authorization'] = null;
  let maxAgeZero = headers.cacheControlMaxAgeZero;
  let webSocket = false;

  const aim = (target: Target | undefined): void => {
    if (!target) return;
    shown = true;
    if (host === null) {
      host = target.host;
      path ??= target.path;
    }
    presigned ||= target.presigned;
    webSocket ||= target.webSocket;
  };

  for (const { text } of lines) {
    if (text === '') continue;
    if (isCommand(text)) {
      const targets = findTargets(text);
      const aimed = targets.find(isAws) ?? targets[0] ?? findBareAwsHost(text);
      method ??= methodOfCommand(text);
      aim(aimed ?? undefined);
      shown = true;
      headersShown ||= !abbreviated.test(text);
      if (/--aws-sigv4\b|^awscurl\s/.test(text)) commandAuth ??= 'sigv4';
      else if (/\s(?:-u|--user)[\s=]/.test(text)) commandAuth ??= 'basic';
      else if (/--oauth2-bearer\b/.test(text)) commandAuth ??= 'bearer';
      if (/cache-control\s?:[^"']{0,60}max-age ?= ?0\b/i.test(text)) maxAgeZero = true;
      if (/^ws/i.test(text)) webSocket = true;
      continue;
    }
    const line = requestLine.exec(text);
    if (line && /^(?:\/|["'`]?(?:https?|wss?):)/.test(line[2] ?? '')) {
      method ??= line[1] ?? null;
      shown = true;
      if ((line[2] ?? '').startsWith('/')) path ??= pathOf(line[2] ?? '');
      else aim(findTargets(text)[0]);
      presigned ||= /[?&]x-amz-signature=/i.test(line[2] ?? '');
      continue;
    }
    method ??= methodField.exec(text)?.[1]?.toUpperCase() ?? null;
    if (/^:path\b/.test(text)) path ??= pathOf(/^:path["']?\s{0,4}[:\s]\s{0,4}["']?(\S{1,2048})/.exec(text)?.[1] ?? '');
    const start = urlField.test(text) || lineOfUrl.test(text) ? 0 : (toolUrl.exec(text)?.index ?? -1);
    if (start >= 0) aim(findTargets(text.slice(start))[0]);
  }

  const whole = lines.map((line) => line.text).join('\n');
  if (headers.sent?.host) host = hostFrom(headers.sent.host) ?? host;
  if (host === null) {
    const words = lines
      .filter((line) => !answerHeader.test(line.text))
      .map((line) => line.text)
      .join('\n');
    const named = findTargets(words).find(isAws) ?? findBareAwsHost(words);
    host = named?.host ?? null;
    path ??= named?.path ?? null;
    presigned ||= named?.presigned ?? false;
    webSocket ||= named?.webSocket ?? false;
  }

  const scheme = presigned ? 'sigv4' : (schemeSent(whole) ?? commandAuth);
  const keySent = apiKey.test(whole);
  return {
    request: {
      method,
      host,
      hostKind: host === null ? null : hostKindOf(host),
      path,
      apiKeySent: keySent ? true : headersShown ? false : null,
      authorization: scheme ?? (headersShown ? 'none' : null),
      cacheControlMaxAgeZero: maxAgeZero,
    },
    apiIdHeader: headers.sent?.apiIdHeader ?? null,
    webSocket,
    shown,
  };
}

/** The API and region that the host names. */
export const apiOfRequest = (request: Request): ReturnType<typeof apiOfHost> =>
  request.host === null ? { apiId: null, region: null } : apiOfHost(request.host);
