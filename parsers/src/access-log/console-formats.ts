import type { ContextVariable } from '../model/context-variable.js';
import type { EntryFormat } from '../model/entry-format.js';
import type { LogEntry } from '../model/log-entry.js';
import { accept, refuse } from '../model/result.js';
import { isGatewayId, isShortId } from '../text/request-id.js';
import { toAccessFacts } from './access-facts.js';
import { readConsoleXml } from './console-xml.js';

type Reader = (text: string) => ReadonlyMap<ContextVariable, string> | null;

/** Longest line that the patterns look at; console templates have no free text of any length. */
const maxLine = 16 * 1024;

function format(name: string, read: Reader): EntryFormat {
  const readEntry = (entry: LogEntry): ReadonlyMap<ContextVariable, string> | null =>
    entry.text.length > maxLine ? null : read(entry.text.trim());
  return {
    name,
    claims: (entry) => readEntry(entry) !== null,
    parse(entry) {
      const values = readEntry(entry);
      if (values === null) {
        return refuse(
          'unrecognised',
          `expected a line of the ${name} template of the API Gateway console, got another layout`,
        );
      }
      return accept([toAccessFacts(values, entry, name)]);
    },
  };
}

/** What IAM puts here; somebody's own format may have a key or a token in this place. */
const isPrincipal = (value: string): boolean =>
  /^(?:-|\d{12}|A[A-Z]{3}[A-Z0-9]{8,28}(?::[\w+=,.@-]{1,64})?|arn:aws[\w-]{0,20}:(?:iam|sts):\S{1,2000})$/.test(value);

/** What an ordinary web server has at this place looks neither like an id nor like one that was masked. */
const isIdField = (field: string): boolean => isGatewayId(field) || /^[xX*][-xX*]{7,127}=?$/.test(field);

// The first three fields, then the time: `203.0.113.7 - - [27/Oct/2023:13:40:57 +0000]`. Old and new console templates
// differ by the blank after `]`; a caller or user never has blanks.
const clfHead =
  /^(\S{2,64}) (\S{1,512}) (\S{1,512}) \[([^\]]{1,40})\] ?"([^"]{1,9000})" (\d{3}|-) (?:(\d{1,15}|-) )?(\S{8,128})(?: (\S{1,128}))?/;

/** `203.0.113.7 - - [27/Oct/2023:13:40:57 +0000] "GET /pets HTTP/1.1" 403 42 48752d0f-… Iq9gwFDNoAMFo1A=` */
function readClf(text: string): ReadonlyMap<ContextVariable, string> | null {
  const match = clfHead.exec(text);
  if (match === null) return null;
  const [, ip, caller, user, time, request, status, length, id, extended] = match as unknown as string[];
  if (!isIdField(id as string)) return null;
  const values = new Map<ContextVariable, string>([
    ['identity.sourceIp', ip as string],
    ['requestTime', time as string],
    ['status', status as string],
    ['requestId', id as string],
  ]);
  if (isPrincipal(caller as string)) values.set('identity.caller', caller as string);
  if (isPrincipal(user as string)) values.set('identity.user', user as string);
  if (length !== undefined) values.set('responseLength', length);
  if (extended !== undefined && (isShortId(extended) || extended === '-')) values.set('extendedRequestId', extended);
  if (!addRequestLine(values, request as string)) return null;
  // in the template of HTTP APIs the two hyphens are constants, no variables
  if (values.has('routeKey') && values.has('protocol') && caller === '-' && user === '-') {
    values.delete('identity.caller');
    values.delete('identity.user');
  }
  return values;
}

/**
 * `GET /pets/{petId} HTTP/1.1` (REST), `GET GET /pets/{petId} HTTP/1.1` and `GET $default HTTP/1.1` (HTTP APIs),
 * `CONNECT $connect Iq9gwFDNoAMFo1A=` (WebSocket APIs).
 */
function addRequestLine(values: Map<ContextVariable, string>, request: string): boolean {
  const first = request.indexOf(' ');
  const last = request.lastIndexOf(' ');
  if (first < 0 || last <= first) return false;
  const head = request.slice(0, first);
  const route = request.slice(first + 1, last);
  const tail = request.slice(last + 1);
  if (tail === '-' || tail.startsWith('HTTP/')) {
    values.set('httpMethod', head);
    values.set('protocol', tail);
    addRoute(values, route);
    return true;
  }
  if (!isShortId(tail)) return false;
  values.set('eventType', head);
  values.set('routeKey', route);
  values.set('connectionId', tail);
  return true;
}

/** A place that is the resource path of a REST API or the route key of an HTTP API. */
function addRoute(values: Map<ContextVariable, string>, route: string): void {
  const isRouteKey = /^(?:[A-Z]+ \/|\$)/.test(route) || (route === '-' && isShortId(values.get('requestId') ?? ''));
  values.set(isRouteKey ? 'routeKey' : 'resourcePath', route);
}

const timeField = /^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}$/;
const lengthField = /^(?:\d{1,15}|-)$/;
const statusField = /^(?:\d{3}|-)$/;

/**
 * `203.0.113.7,-,-,27/Oct/2023:13:40:57 +0000,GET,/pets,HTTP/1.1,403,42,48752d0f-…,Iq9gwFDNoAMFo1A=` (REST),
 * `203.0.113.7,27/Oct/2023:13:40:57 +0000,GET,GET /pets,HTTP/1.1,403,42,Iq9gwFDNoAMFo1A=` (HTTP APIs),
 * `203.0.113.7,-,-,27/Oct/2023:13:40:57 +0000,CONNECT,$connect,403,Iq9gwFDNoAMFo1A=,Iq9gwFDNoAMFo1B=` (WebSocket APIs).
 */
function readCsv(text: string): ReadonlyMap<ContextVariable, string> | null {
  const fields = text.split(',', 64).map((field) => unquoted(field.trim()));
  const time = fields.findIndex((field) => timeField.test(field));
  if (time < 1 || time > 3) return null;
  const values = new Map<ContextVariable, string>([
    ['identity.sourceIp', fields[0] as string],
    ['requestTime', fields[time] as string],
  ]);
  if (time === 3) {
    if (isPrincipal(fields[1] as string)) values.set('identity.caller', fields[1] as string);
    if (isPrincipal(fields[2] as string)) values.set('identity.user', fields[2] as string);
  }
  // a path may hold commas: the protocol is looked for, what stands before it is the path
  const protocol = fields.findIndex((field, i) => i > time + 2 && /^HTTP\/[\d.]{1,3}$/.test(field));
  if (protocol < 0) return readWebSocketCsv(values, fields, time);
  const [status, length, id, extended] = fields.slice(protocol + 1);
  if (!statusField.test(status ?? '') || !lengthField.test(length ?? '') || !isIdField(id ?? '')) return null;
  values.set('httpMethod', fields[time + 1] as string);
  values.set('protocol', fields[protocol] as string);
  values.set('status', status as string);
  values.set('responseLength', length as string);
  values.set('requestId', id as string);
  if (extended !== undefined && (isShortId(extended) || extended === '-')) values.set('extendedRequestId', extended);
  addRoute(values, fields.slice(time + 2, protocol).join(','));
  return values;
}

function readWebSocketCsv(
  values: Map<ContextVariable, string>,
  fields: readonly string[],
  time: number,
): ReadonlyMap<ContextVariable, string> | null {
  const [eventType, routeKey, status, ...ids] = fields.slice(time + 1);
  if (!/^(?:CONNECT|MESSAGE|DISCONNECT|-)$/.test(eventType ?? '') || !statusField.test(status ?? '')) return null;
  const [connectionId, requestId] = ids;
  if (!isIdField(requestId ?? '')) return null;
  values.set('eventType', eventType as string);
  values.set('routeKey', routeKey as string);
  values.set('status', status as string);
  values.set('connectionId', connectionId as string);
  values.set('requestId', requestId as string);
  return values;
}

const unquoted = (field: string): string =>
  field.length >= 2 && field.startsWith('"') && field.endsWith('"') ? field.slice(1, -1) : field;

/**
 * The templates that the console offers, for REST, HTTP and WebSocket APIs, with and without extended request ids; its
 * JSON template is read by `jsonKeysFormat`. To add one: its reader here or in a file beside it, a line in this list.
 */
export const consoleFormats: readonly EntryFormat[] = [
  format('console-clf', readClf),
  format('console-csv', readCsv),
  format('console-xml', readConsoleXml),
];
