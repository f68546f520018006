import {
  accept,
  type EntryFormat,
  type LogEntry,
  type ParseResult,
  type RequestPlace,
  refuse,
  type WafAction,
  type WafFacts,
} from '../model/index.js';
import { isJsonObject, type JsonObject, parseLenientJson } from '../text/lenient-json.js';
import { traceRoot } from '../text/request-id.js';
import { loggedTime } from '../text/time.js';
import { numberAt, objectAt, objectsAt, stringsAt, textAt } from './record-reader.js';
import { readRulePath, wafName } from './rule-path.js';

const actions: ReadonlySet<string> = new Set(['ALLOW', 'BLOCK', 'CAPTCHA', 'CHALLENGE', 'COUNT'] satisfies WafAction[]);
const defaultRateWindowSeconds = 300;
const maxLabels = 100;

const isWafAction = (word: string): word is WafAction => actions.has(word);

/** What is kept of a string: only what its field can hold. */
const shapes = {
  // arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1b2c3d4e-…
  webacl: /^[\w:./*+=@-]{4,512}$/,
  word: /^[A-Za-z_]{1,40}$/,
  capitals: /^[A-Z_]{1,40}$/,
  sourceName: /^[A-Z0-9_-]{1,24}$/,
  label: /^[\w:.-]{1,300}$/,
  address: /^[0-9A-Fa-fx:.*]{2,45}$/,
  country: /^[A-Z]{2}$/,
  method: /^[A-Za-z-]{1,20}$/,
  path: /^[^\s]{1,4096}$/,
  host: /^[A-Za-z0-9_.:[\]*-]{1,255}$/,
  anything: /^[^\n\r]{1,4096}$/,
  requestId: /^[A-Za-z0-9_=+/-]{6,128}$/,
} as const;

/** True when the object is a WAF record, whole or cut off after its first fields. */
export function looksLikeWafRecord(value: JsonObject): boolean {
  const has = (key: string): boolean => Object.hasOwn(value, key);
  if (has('terminatingRuleId')) return has('action') || has('webaclId') || has('httpRequest') || has('httpSourceName');
  const action = textAt(value, 'action', shapes.word);
  return has('webaclId') && (has('httpSourceId') || has('httpSourceName') || (action !== null && isWafAction(action)));
}

/** `111122223333:a1b2c3d4e5:prod` → account, api and stage; other sources write other things there. */
function placeOf(record: JsonObject, entry: LogEntry): RequestPlace {
  const sourceName = textAt(record, 'httpSourceName', shapes.sourceName);
  const parts = textAt(record, 'httpSourceId', shapes.path)?.split(':', 4) ?? [];
  const [owner, api, stage] = parts.length === 3 && (sourceName === null || sourceName === 'APIGW') ? parts : [];
  const acl = textAt(record, 'webaclId', shapes.webacl)?.split(':', 6) ?? [];
  // A web ACL of scope CLOUDFRONT lives in us-east-1 wherever the API is.
  const [, , service, region = '', aclOwner = '', scope = ''] = acl;
  const regional = service === 'wafv2' && !scope.startsWith('global/');
  const account = [owner, entry.account, regional ? aclOwner : null].find((a) => /^\d{12}$/.test(a ?? '')) ?? null;
  return {
    account,
    region: regional && /^[a-z]{2}(?:-[a-z]{1,12}){1,3}-\d{1,2}$/.test(region) ? region : entry.region,
    apiId: api !== undefined && /^[A-Za-z0-9]{1,64}$/.test(api) ? api : null,
    stage: stage !== undefined && /^(?:[\w-]{1,128}|\$default)$/.test(stage) ? stage : null,
  };
}

/** The rate rule that ended the evaluation; rules that only count stand in the same list. */
function rateLimitOf(record: JsonObject, rulePath: readonly string[]): WafFacts['rateLimit'] {
  const rules = objectsAt(record, 'rateBasedRuleList', 64);
  const culprit = rulePath.at(-1) ?? textAt(record, 'terminatingRuleId', wafName);
  const named = rules.filter(
    (r) =>
      culprit !== null &&
      (textAt(r, 'rateBasedRuleName', wafName) === culprit || textAt(r, 'rateBasedRuleId', wafName) === culprit),
  );
  const isRateBased = textAt(record, 'terminatingRuleType', shapes.capitals) === 'RATE_BASED';
  const rule = named[0] ?? (isRateBased && rules.length === 1 ? rules[0] : undefined);
  const limit = rule === undefined ? null : numberAt(rule, 'maxRateAllowed');
  if (rule === undefined || limit === null) return null;
  return {
    limit,
    windowSeconds: numberAt(rule, 'evaluationWindowSec') ?? defaultRateWindowSeconds,
    key: textAt(rule, 'limitKey', shapes.word) ?? 'IP',
  };
}

/** The three headers that may be kept; the value of every other header stays where it is. */
function headerOf(
  request: JsonObject,
  wanted: 'host' | 'user-agent' | 'x-amzn-trace-id',
  shape: RegExp,
): string | null {
  for (const header of objectsAt(request, 'headers', 500)) {
    if (textAt(header, 'name', shapes.anything)?.toLowerCase() === wanted) return textAt(header, 'value', shape);
  }
  return null;
}

function failureOf(record: JsonObject, key: 'captchaResponse' | 'challengeResponse'): string | null {
  const response = objectAt(record, key);
  return response && textAt(response, 'failureReason', shapes.capitals);
}

function toFacts(record: JsonObject, action: WafAction, entry: LogEntry): WafFacts {
  const request = objectAt(record, 'httpRequest') ?? {};
  const sourceName = textAt(record, 'httpSourceName', shapes.sourceName);
  const { path: rulePath, overriddenAction } = readRulePath(record, action);
  const timestamp = numberAt(record, 'timestamp');
  const status = numberAt(record, 'responseCodeSent');
  // For an API Gateway stage WAF logs the extended request id; other sources have ids of their own.
  const isGateway = sourceName === null || sourceName === 'APIGW' || sourceName === '-';
  return {
    kind: 'waf',
    ids: {
      requestId: null,
      extendedRequestId: isGateway ? textAt(request, 'requestId', shapes.requestId) : null,
      traceId: traceRoot(headerOf(request, 'x-amzn-trace-id', shapes.anything)),
    },
    place: placeOf(record, entry),
    // Milliseconds; a figure this small would be January 1970 and means seconds.
    timeMs:
      loggedTime(timestamp !== null && timestamp < 100_000_000_000 ? timestamp * 1000 : timestamp) ?? entry.timeMs,
    action,
    webaclId: textAt(record, 'webaclId', shapes.webacl),
    httpSourceName: sourceName,
    terminatingRuleId: textAt(record, 'terminatingRuleId', wafName),
    terminatingRuleType: textAt(record, 'terminatingRuleType', shapes.capitals),
    rulePath,
    overriddenAction,
    rateLimit: rateLimitOf(record, rulePath),
    responseCodeSent: status !== null && status >= 100 && status <= 599 ? status : null,
    captchaFailure: failureOf(record, 'captchaResponse'),
    challengeFailure: failureOf(record, 'challengeResponse'),
    oversizeFields: stringsAt(record, 'oversizeFields', 16, shapes.capitals),
    labels: objectsAt(record, 'labels', maxLabels)
      .map((label) => textAt(label, 'name', shapes.label))
      .filter((name) => name !== null),
    clientIp: textAt(request, 'clientIp', shapes.address),
    country: textAt(request, 'country', shapes.country),
    method: textAt(request, 'httpMethod', shapes.method),
    uri: textAt(request, 'uri', shapes.path)?.split(/[?#]/, 1)[0] ?? null,
    host: textAt(request, 'host', shapes.host) ?? headerOf(request, 'host', shapes.host),
    userAgent: headerOf(request, 'user-agent', shapes.anything)?.slice(0, 1024) ?? null,
  };
}

/** Longest text that a shipper may have put before the record: a time, a stream `us-east-1_shop_7`. */
const maxPrefix = 300;

/** Where the record begins: its brace, or its first member when the paste left the brace out; -1 when there is none. */
function recordStart(text: string): number {
  const head = text.slice(0, maxPrefix);
  const brace = head.indexOf('{');
  const quote = head.indexOf('"');
  if (quote !== -1 && (brace === -1 || quote < brace)) return /^[\s,]*$/.test(head.slice(0, quote)) ? quote : -1;
  return brace;
}

/** The record; the value that a cut runs through is left out, since half a rule name names another rule. */
function readRecord(text: string): { readonly record: JsonObject; readonly complete: boolean } | null {
  const start = recordStart(text);
  if (start === -1) return null;
  const json = text[start] === '{' ? (start === 0 ? text : text.slice(start)) : `{${text.slice(start)}`;
  const whole = parseLenientJson(json);
  if (whole === null || !isJsonObject(whole.value)) return null;
  if (whole.cutValueAt === null) return { record: whole.value, complete: whole.complete };
  const rest = parseLenientJson(json.slice(0, whole.cutValueAt));
  return rest !== null && isJsonObject(rest.value) ? { record: rest.value, complete: false } : null;
}

/** AWS WAF (wafv2) log records: one line or pretty-printed, also cut off or with `...` where somebody left values out. */
export const wafLogFormat: EntryFormat = {
  name: 'waf-log',

  claims({ text }) {
    if (recordStart(text) === -1) return false;
    const names = (key: string): boolean => text.includes(`"${key}"`);
    return names('terminatingRuleId')
      ? names('action') || names('webaclId') || names('httpRequest') || names('httpSourceName')
      : names('webaclId') && (names('httpSourceName') || names('httpSourceId') || names('action'));
  },

  parse(entry): ParseResult<readonly WafFacts[]> {
    const read = readRecord(entry.text);
    if (!read || !looksLikeWafRecord(read.record)) {
      return refuse(
        'unrecognised',
        'Expected an AWS WAF log record (a JSON object with terminatingRuleId and action); the text is none.',
      );
    }
    const action = textAt(read.record, 'action', shapes.word)?.toUpperCase() ?? '';
    if (isWafAction(action)) return accept([toFacts(read.record, action, entry)]);
    return read.complete
      ? refuse('malformed', 'Expected the WAF record to have an action of ALLOW, BLOCK, CAPTCHA, CHALLENGE or COUNT.')
      : refuse('truncated', 'The WAF record ends before its "action"; paste the whole record.');
  },
};
