import type { ContextVariable } from '../model/context-variable.js';
import type { EntryFormat } from '../model/entry-format.js';
import type { LogEntry } from '../model/log-entry.js';
import { accept, refuse } from '../model/result.js';
import { isJsonObject, type JsonObject, type JsonValue, parseLenientJson } from '../text/lenient-json.js';
import { isGatewayId } from '../text/request-id.js';
import { parseIsoTime } from '../text/time.js';
import { toAccessFacts } from './access-facts.js';
import { addValue, isAbsent } from './access-values.js';
import { normaliseKey, variableOfPath } from './key-names.js';
import { repeatedKeys } from './repeated-keys.js';
import { hasShape, shapeOf } from './variable-shapes.js';

/** JSON lines of any stage: variables are learned from the names of the keys. */
export const jsonKeysFormat: EntryFormat = {
  name: 'json-keys',
  claims: (entry) => objectStart(entry.text) >= 0,
  parse(entry) {
    const read = readJsonKeys(entry);
    if (read === null) {
      return refuse(
        'unrecognised',
        'expected a JSON object with keys of an API Gateway access log (status, requestId, httpMethod …), got none; give the format of the stage with --access-log-format',
      );
    }
    return accept([toAccessFacts(read.values, entry, 'json-keys', read.messageGuessed)]);
  },
};

/** Are these the keys of an access-log line? For an object that was parsed already, without its text. */
export function isAccessLogObject(object: JsonObject): boolean {
  return readObject(object, nothing) !== null;
}

const nothing: ReadonlySet<string> = new Set();

/** What shippers put before the object: time, stream, level. */
const maxPrefix = 300;
const maxDepth = 4;
const maxMembers = 400;

function objectStart(text: string): number {
  const at = text.slice(0, maxPrefix).search(/["{]/);
  return at >= 0 && text.charCodeAt(at) === 0x7b ? at : -1;
}

function readJsonKeys(entry: LogEntry): Reading | null {
  const start = objectStart(entry.text);
  if (start < 0) return null;
  const text = start === 0 ? entry.text : entry.text.slice(start);
  const parsed = parseLenientJson(text);
  if (parsed === null || !isJsonObject(parsed.value)) return null;
  return readObject(parsed.value, repeatedKeys(text.slice(0, parsed.end), parsed.value));
}

function readObject(object: JsonObject, doubtful: ReadonlySet<string>): Reading | null {
  if (isOtherRecord(object)) return null;
  const read: Reading = { values: new Map(), doubtful, left: maxMembers, messageGuessed: false };
  collect(object, [], read);
  return isAccessLog(read.values) ? read : null;
}

interface Reading {
  readonly values: Map<ContextVariable, string>;
  /** Keys whose values are not taken. */
  readonly doubtful: ReadonlySet<string>;
  left: number;
  /** The error message came under a name that every application uses. */
  messageGuessed: boolean;
}

/** Names that people give `$context.error.message`, and applications their own messages. */
const anyonesNames: ReadonlySet<string> = new Set(['message', 'error', 'err']);

/** Objects of other kinds that share many key names: WAF records, envelopes, CloudTrail, a Lambda proxy event. */
function isOtherRecord(object: JsonObject): boolean {
  const has = (key: string): boolean => Object.hasOwn(object, key);
  return (
    has('terminatingRuleId') ||
    has('httpSourceName') ||
    has('webaclId') ||
    has('logEvents') ||
    has('eventSource') ||
    has('_aws') ||
    // application/problem+json, a response body
    (has('title') && has('status') && (has('type') || has('detail'))) ||
    (has('requestContext') && (has('headers') || has('rawPath')))
  );
}

function collect(object: JsonObject, path: readonly string[], read: Reading): void {
  for (const [key, value] of Object.entries(object)) {
    if (read.left-- <= 0) return;
    const here = [...path, key];
    if (isJsonObject(value)) {
      if (here.length < maxDepth) collect(value, here, read);
      continue;
    }
    if (Array.isArray(value) || read.doubtful.has(key)) continue;
    const variable = variableOfPath(here);
    if (variable === null) continue;
    if (variable === 'error.message' && here.length === 1 && !read.values.has(variable)) {
      read.messageGuessed = anyonesNames.has(normaliseKey(key));
    }
    addNamed(read.values, variable, textOf(value));
  }
}

const textOf = (value: Exclude<JsonValue, JsonObject | JsonValue[]>): string =>
  value === null ? '' : typeof value === 'string' ? value : String(value);

/** Some names are used for two variables; the value tells which. */
function addNamed(values: Map<ContextVariable, string>, variable: ContextVariable, value: string): void {
  const [meant, said] = isAbsent(value) ? [variable, value] : byValue(variable, value);
  addValue(values, meant, said);
}

/** The variable that a value under this name means, and the value as it is meant. */
export function byValue(variable: ContextVariable, value: string): [ContextVariable, string] {
  switch (variable) {
    case 'requestTime': {
      // `"requestTime":1583601600000` and `"timestamp":"2023-10-27T13:40:57Z"`
      if (hasShape(shapeOf('requestTimeEpoch'), value)) return ['requestTimeEpoch', value];
      const iso = parseIsoTime(value.slice(0, 40));
      return iso === null ? [variable, value] : ['requestTimeEpoch', String(iso)];
    }
    case 'routeKey':
      // `"route":"/pets/{id}"`
      return [value.startsWith('/') ? 'resourcePath' : 'routeKey', value];
    case 'resourcePath':
      // `"resource":"GET /pets"`
      return [/^(?:[A-Z]+ \/|\$)/.test(value) ? 'routeKey' : 'resourcePath', value];
    case 'error.responseType':
      // `"errorType":"Forbidden request"` is a sentence, no type
      return [hasShape(shapeOf(variable), value) ? variable : 'error.message', value];
    case 'status':
      // `"status":"200 OK"`, `"status":403.0`
      return [variable, /^\d{3}(?=\D|$)/.exec(value)?.[0] ?? value];
    default:
      return [variable, value];
  }
}

/** Only API Gateway has these. */
const telling: ReadonlySet<ContextVariable> = new Set<ContextVariable>([
  'apiId',
  'authenticate.error',
  'authenticate.status',
  'authorize.error',
  'authorize.status',
  'authorizer.error',
  'authorizer.integrationStatus',
  'authorizer.principalId',
  'authorizer.status',
  'customDomain.basePathMatched',
  'error.responseType',
  'extendedRequestId',
  'identity.apiKeyId',
  'identity.caller',
  'identity.userArn',
  'integration.integrationStatus',
  'integration.status',
  'integrationErrorMessage',
  'integrationLatency',
  'integrationStatus',
  'requestTimeEpoch',
  'resourcePath',
  'routeKey',
  'waf.status',
  'wafResponseCode',
  'webaclArn',
]);

/** A server writes these of a request; bodies of responses hardly ever hold them. */
const serverSide: ReadonlySet<ContextVariable> = new Set<ContextVariable>([
  ...telling,
  'connectionId',
  'domainName',
  'eventType',
  'httpMethod',
  'identity.sourceIp',
  'identity.user',
  'identity.userAgent',
  'protocol',
  'requestTime',
  'responseLatency',
  'responseLength',
  'stage',
]);

/** Is every object with these keys, of which these variables were read, an access-log line, whatever its values are? */
export function isSurelyAccessLog(object: JsonObject, variables: ReadonlySet<ContextVariable>): boolean {
  if (isOtherRecord(object) || !variables.has('status')) return false;
  const count = (names: ReadonlySet<ContextVariable>): number =>
    [...variables].filter((name) => names.has(name)).length;
  return count(telling) >= 1 && (count(serverSide) >= 2 || variables.has('requestId'));
}

/** Neither a body `{"message":"Forbidden","status":403,"path":"/x"}` nor an application's own log may pass. */
function isAccessLog(values: ReadonlyMap<ContextVariable, string>): boolean {
  let tellingCount = 0;
  let serverCount = 0;
  for (const variable of values.keys()) {
    if (telling.has(variable)) tellingCount++;
    if (serverSide.has(variable)) serverCount++;
  }
  if (values.has('status')) {
    if (tellingCount >= 1) return serverCount >= 2 || values.has('requestId');
    return isGatewayId(values.get('requestId') ?? '') && serverCount >= 3;
  }
  // cut before its status, or a format without one
  return tellingCount >= 2 && serverCount >= 3;
}
