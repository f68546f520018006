/** A status that the text shows, and how directly. */
export interface FoundStatus {
  readonly status: number;
  /** `answer`: the status line or a field of the answer; `tool`: a client's error text; `words`: prose. */
  readonly from: 'answer' | 'tool' | 'words';
}

const reasonPhrases: Readonly<Record<number, string>> = {
  200: 'ok',
  201: 'created',
  202: 'accepted',
  204: 'no content',
  301: 'moved permanently',
  302: 'found',
  304: 'not modified',
  307: 'temporary redirect',
  308: 'permanent redirect',
  400: 'bad request',
  401: 'unauthorized',
  402: 'payment required',
  403: 'forbidden',
  404: 'not found',
  405: 'method not allowed',
  406: 'not acceptable',
  408: 'request timeout',
  409: 'conflict',
  410: 'gone',
  413: 'request entity too large',
  414: 'uri too long',
  415: 'unsupported media type',
  422: 'unprocessable',
  426: 'upgrade required',
  429: 'too many requests',
  431: 'request header fields too large',
  451: 'unavailable for legal reasons',
  500: 'internal server error',
  501: 'not implemented',
  502: 'bad gateway',
  503: 'service unavailable',
  504: 'gateway time',
};

const known = (status: number): boolean =>
  reasonPhrases[status] !== undefined || status === 303 || status === 407 || status === 418 || status === 499;

// HTTP/1.1 403 Forbidden   HTTP/2 403
const statusLine = /(?:^|[^\w"/])HTTP\/\d(?:\.\d)?\s+(\d{3})(?!\d)/gm;
// Status Code: 403   ':status', '403'   "statusCode": 403   HTTPStatusCode=403   status 403   status of 403   :status: 403   <-- 403 https://…
const statusField =
  /(?:["'`]:?status(?:[ _-]?code)?["'`]\s{0,4},\s{0,4}["'`]?|(?<![\w.-]|integration |backend |lambda |upstream )(?:https?|response)?[ _-]?status[ _-]?(?:code)?["'`*]{0,3}\s{0,4}(?::|=>?|->|→|\bis\b|\bof\b|\bwas\b)?\s{0,4}["'`(*[]{0,3}|^<--\s{1,4}|\bhttp_code["'`]?\s{0,4}[:=]\s{0,4}["'`]?|\bresponse code["'`]?\s{0,4}[:=]?\s{0,4})(\d{3})(?!\d|\.\d)/gim;
// ApiGateway.403   Unexpected server response: 403   <Response [403]>   (403) Forbidden   403 Client Error   {"message":"Forbidden"}403
// POST https://api.example.com/orders 400
const toolStatus =
  /(?:\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\s{1,4}["'`]?https?:\/\/[^\s"'`]{1,2048}["'`]?\s{1,4}|\bapigateway\.|statuscodeerror: |unexpected (?:server response|response code|status(?: code)?):? |<response \[|returned error: |client error ['"]?|handshake status )(\d{3})(?!\d)|(?:^|[\s:('"])(\d{3}) (?:client|server) error\b|\}["'`]?\s{0,2}(\d{3})(?![\d.,:])/gim;
// HTTP 403   error 403   → 403   returned a 403   got `403`   with code 403
const wordStatus =
  /(?:\bhttps?[ :#-]{1,3}(?:error |code |status )?|\berror[ :(#-]{1,3}(?:code ?[:=]? ?)?|(?:→|⇒|➜|=>|->|-->)\s{0,4}|\bcode["'`]?\s{0,3}[:=]?\s{0,3}|\b(?:returned|returns|return|returning|got|get|gets|getting|gives|give|gave|giving|received|receive|receives|receiving|response|responded|responds|responding|answered|answers|throws|threw|says|shows|see|seeing|fails|failed|was|is|with|as|a|an|the|this)[\s:]{1,3}(?:an? |the |with |http )?)["'`(*[]{0,3}(\d{3})(?!\d)/gim;
// 403 MissingAuthenticationTokenException   `403` `ForbiddenException`   403 (AccessDeniedException)
const withException = /(?<![\w.:/-])([1-5]\d\d)["'`*]{0,3}[\s:,(–—-]{1,4}["'`*]{0,3}[A-Z][A-Za-z]{2,60}Exception\b/g;
// `403`   (403)   [403]   **403**
const quotedStatus = /[`([*](\d{3})(?=[`)\]*]| ?\{)/g;
// 403 Forbidden   403 (Forbidden)   403: Forbidden
const withReason = /(?<![\w.:/-])(\d{3})["'`]?[\s:,-]{1,3}["'`(]?([a-z][a-z -]{1,34})/gi;
// GET 403s   it 403s   all these 403s: behind other words it counts seconds
const manyStatuses =
  /\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|it|api|endpoint|requests?|calls?|which|that|still|just|always|get|gets|got|getting|see|seeing|returns?|returning|the|these|those|all|some|many|random|intermittent|and) ["'`(]{0,2}([45]\d\d)['’]?s\b/gi;
// 403 error   403 response   403 from outside
const namedStatus =
  /(?<![\w.:/-])([45]\d\d)(?: (?:errors?|responses?|status(?:es)?|codes?|http|from|when|via|without)\b)/gi;
// CloudFront 403
const endOfLine = /^[A-Za-z][\w -]{0,40} (\d{3})[.:]?$/gm;
// 403   403 {"message":…   404: …   403 'text'
const lineStart = /^["'`(*[]{0,3}(\d{3})["'`)\]*]{0,3}\s{0,4}(?:$|[{"'`:<–—([]|-\s)/gm;
// 403 Credential should be …   403 IncompleteSignatureException
const lineStartWords = /^["'`(*[]{0,3}([1-5]\d\d)["'`)\]*]{0,3}\s{1,4}(?=[A-Za-z])/gm;

// the number counts or measures something
const unit =
  /^["'`)]{0,2}(?:\s{0,2}(?:ms|s|sec|secs|seconds?|minutes?|hours?|days?|bytes?|b|kb|mb|gb|kib|mib|items?|rows?|records?|requests|times|users?|lines?|px|€|\$|usd|eur)\b|[.,:/]\d|\s?%|-\d)/i;
const denied =
  /(?:\bexpect(?:ed|ing|s)?|instead of|rather than|\bnot|\bno|\bnever|should (?:be|return|get|give)|\bwants?|\bwanted)\s{1,3}(?:an? |the |to (?:get|see|be) (?:an? )?)?["'`(]{0,2}$/i;

/** The first status of the pattern that is one, and not one that was merely expected. */
function first(
  text: string,
  pattern: RegExp,
  accepts: (match: RegExpExecArray) => boolean = () => true,
  counts: RegExp | null = unit,
): number | null {
  let looks = 0;
  let good: number | null = null;
  for (const match of text.matchAll(pattern)) {
    if (++looks > 64) break;
    const digits = match.slice(1).find((group) => group !== undefined && /^\d{3}$/.test(group)) ?? '';
    const status = Number(digits);
    if (!known(status) || !accepts(match)) continue;
    const at = match.index + match[0].indexOf(digits);
    if (counts?.test(text.slice(at + 3, at + 20))) continue;
    if (denied.test(text.slice(Math.max(0, at - 40), at))) continue;
    // "200 in the console, 403 from outside": the refusal is what is asked about
    if (status >= 400) return status;
    good ??= status;
  }
  return good;
}

const reasonFits = (match: RegExpExecArray): boolean => {
  const phrase = reasonPhrases[Number(match[1])];
  return phrase !== undefined && (match[2] ?? '').toLowerCase().startsWith(phrase);
};

/** The refusal of several statuses that the words name: "returned 301 (CloudFront), then 403 …". */
function inWords(text: string, says: (words: string) => boolean): number | null {
  const readings: readonly (() => number | null)[] = [
    () => first(text, withException),
    () => first(text, withReason, reasonFits),
    () => first(text, lineStartWords, (match) => says(text.slice(match.index + match[0].length, match.index + 300))),
    () => first(text, wordStatus),
    () => first(text, quotedStatus),
    () => first(text, manyStatuses, undefined, null),
    () => first(text, namedStatus),
    () => first(text, endOfLine),
  ];
  let good: number | null = null;
  for (const read of readings) {
    const status = read();
    if (status !== null && status >= 400) return status;
    good ??= status;
  }
  return good;
}

/**
 * The status that the client got, as far as the text shows one. The answer's own status line or field wins over a
 * client's error text, and that over prose. Numbers without a context that makes them a status are none.
 *
 * `says` tells whether words after a number at the start of a line are a refusal that AWS writes.
 */
export function findStatus(text: string, says: (words: string) => boolean): FoundStatus | null {
  let answer: number | null = null;
  for (const match of text.matchAll(statusLine)) {
    const status = Number(match[1]);
    if (status >= 100 && status <= 599) answer = status; // the last one: redirects and 100 Continue come first
  }
  if (answer !== null) return { status: answer, from: 'answer' };

  const field = first(text, statusField);
  if (field !== null) return { status: field, from: 'answer' };
  const tool = first(text, toolStatus);
  if (tool !== null) return { status: tool, from: 'tool' };

  const words = first(text, lineStart) ?? inWords(text, says);
  return words === null ? null : { status: words, from: 'words' };
}
