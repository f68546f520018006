import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type AccessLogTemplate, compileAccessLogFormat } from '../../../parsers/src/access-log/index.js';
import { createUnitReader, type UnitContent } from '../../../parsers/src/evidence/unit-reader.js';
import { defaultLimits, type Limits, noPlace, type RequestPlace } from '../../../parsers/src/model/index.js';

export const format =
  '{"requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId","ip":"$context.identity.sourceIp","time":"$context.requestTimeEpoch","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","path":"$context.path","status":"$context.status","errorType":"$context.error.responseType","errorMessage":"$context.error.message","waf":"$context.wafResponseCode","apiId":"$context.apiId","stage":"$context.stage","ua":"$context.identity.userAgent"}';
/** The same without the extended id: nothing but the line itself, the request id and the WAF's cells tell requests apart. */
export const shortFormat = format.replace('"extendedRequestId":"$context.extendedRequestId",', '');

export function compiled(source: string): AccessLogTemplate {
  const result = compileAccessLogFormat(source);
  if (!result.ok) throw new Error(result.detail);
  return result.value;
}

export const template = compiled(format);

export const baseMs = Date.UTC(2026, 4, 14, 9, 30, 0);
export const uuid = (n: number): string => `5b0e7d1c-93a4-4f26-8c11-${String(n).padStart(12, '0')}`;
export const extendedId = (n: number): string => `Qz${String(n).padStart(11, '0')}FQ=`;
export const apiId = 'k4t7wq2zpe';
export const stage = 'prod';

export type Fate =
  | 'served'
  | 'missing'
  | 'denied'
  | 'no_token'
  | 'invalid_key'
  | 'waf'
  | 'backend'
  | 'throttled'
  | 'policy';

interface FateLines {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly execution: readonly string[];
}

const lambda = 'arn:aws:execute-api:eu-west-1:********2233:k4t7wq2zpe/prod/GET/orders';
const fates: Readonly<Record<Fate, FateLines>> = {
  served: {
    status: 200,
    type: '-',
    message: '-',
    execution: ['Starting execution for request: ID', 'HTTP Method: GET, Resource Path: /prod/orders'],
  },
  missing: {
    status: 404,
    type: '-',
    message: '-',
    execution: ['Starting execution for request: ID', 'HTTP Method: GET, Resource Path: /prod/orders'],
  },
  denied: {
    status: 403,
    type: 'ACCESS_DENIED',
    message: 'User is not authorized to access this resource with an explicit deny',
    execution: [
      'Starting authorizer: a1b2c3 for request: ID',
      'The client is not authorized to perform this operation.',
    ],
  },
  no_token: {
    status: 403,
    type: 'MISSING_AUTHENTICATION_TOKEN',
    message: 'Missing Authentication Token',
    execution: [],
  },
  invalid_key: {
    status: 403,
    type: 'INVALID_API_KEY',
    message: 'Forbidden',
    execution: [
      `Verifying Usage Plan for request: ID. API Key: **************a7c9e1 API Stage: ${apiId}/${stage}`,
      `API Key **************a7c9e1 not authorized because method 'GET /orders' requires API Key and API Key is not associated with a Usage Plan for API Stage ${apiId}/${stage}: No Usage Plan found for key and API Stage`,
    ],
  },
  waf: { status: 403, type: 'WAF_FILTERED', message: 'Forbidden', execution: [] },
  backend: {
    status: 403,
    type: '-',
    message: '-',
    execution: ['Starting execution for request: ID', 'Received response. Status: 403, Integration latency: 12 ms'],
  },
  throttled: { status: 429, type: 'THROTTLED', message: 'Too Many Requests', execution: [] },
  policy: {
    status: 403,
    type: 'ACCESS_DENIED',
    message: `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${lambda} with an explicit deny`,
    execution: [],
  },
};
export const fateNames = Object.keys(fates) as Fate[];

export interface Sent {
  readonly n: number;
  readonly fate: Fate;
  /** ms behind `baseMs`. */
  readonly atMs: number;
  readonly logs: { readonly access: boolean; readonly execution: boolean; readonly waf: boolean };
}

const fill = (source: string, values: Readonly<Record<string, string>>): string =>
  source.replace(/\$context\.([\w.]+)/g, (_, name: string) => values[name] ?? '-');

export const ipOf = (n: number): string => `203.0.113.${1 + (n % 200)}`;

export function accessLine({ n, fate, atMs }: Pick<Sent, 'n' | 'fate' | 'atMs'>, source = format): string {
  const { status, type, message } = fates[fate];
  return fill(source, {
    requestId: uuid(n),
    extendedRequestId: extendedId(n),
    'identity.sourceIp': ipOf(n),
    requestTimeEpoch: String(baseMs + atMs),
    httpMethod: 'GET',
    resourcePath: '/orders',
    path: '/prod/orders',
    status: String(status),
    'error.responseType': type,
    'error.message': message,
    wafResponseCode: fate === 'waf' ? 'WAF_BLOCK' : 'WAF_ALLOW',
    apiId,
    stage,
    'identity.userAgent': 'curl/8.5.0',
  });
}

/** Lines of an execution log as `aws logs tail` and exports print them. */
export function executionLines({ n, fate, atMs }: Sent): string[] {
  const { status, execution } = fates[fate];
  const said = [`Extended Request Id: ${extendedId(n)}`, ...execution, `Method completed with status: ${status}`];
  return said.map(
    (line, i) => `${new Date(baseMs + atMs + i).toISOString()} (${uuid(n)}) ${line.replaceAll('ID', uuid(n))}`,
  );
}

export function wafLine({ n, fate, atMs }: Sent, withId = true): string {
  const action = fate === 'waf' ? 'BLOCK' : 'ALLOW';
  return JSON.stringify({
    timestamp: baseMs + atMs,
    formatVersion: 1,
    webaclId: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d',
    terminatingRuleId: action === 'BLOCK' ? 'block-scanners' : 'Default_Action',
    terminatingRuleType: 'REGULAR',
    action,
    httpSourceName: 'APIGW',
    httpSourceId: `111122223333:${apiId}:${stage}`,
    httpRequest: {
      clientIp: ipOf(n),
      country: 'DE',
      headers: [{ name: 'Host', value: 'api.example.com' }],
      uri: '/prod/orders',
      args: '',
      httpVersion: 'HTTP/2.0',
      httpMethod: 'GET',
      ...(withId ? { requestId: extendedId(n) } : {}),
    },
  });
}

/** The lines of these requests, each log in its own order. */
export const logsOf = (sent: readonly Sent[]): string[][] =>
  sent.flatMap((one) => [
    ...(one.logs.access ? [[accessLine(one)]] : []),
    ...(one.logs.execution ? [executionLines(one)] : []),
    ...(one.logs.waf ? [[wafLine(one)]] : []),
  ]);

/** All lines, the order within a log kept, the logs shuffled into each other as `picks` says. */
export function interleave(logs: readonly (readonly string[])[], picks: readonly number[]): string[] {
  const rest = logs.filter((log) => log.length > 0).map((log) => [...log]);
  const lines: string[] = [];
  for (let i = 0; rest.length > 0; i++) {
    const at = (picks[i % Math.max(1, picks.length)] ?? 0) % rest.length;
    const log = rest[at] as string[];
    lines.push(log.shift() as string);
    if (log.length === 0) rest.splice(at, 1);
  }
  return lines;
}

export const sentRequests = (maxLength: number): fc.Arbitrary<Sent[]> =>
  fc
    .array(
      fc.record({
        fate: fc.constantFrom(...fateNames),
        atMs: fc.nat(180_000),
        logs: fc.record({ access: fc.boolean(), execution: fc.boolean(), waf: fc.boolean() }),
      }),
      { maxLength },
    )
    .map((all) => all.map((one, n) => ({ ...one, n: n + 1 })));

export interface ReadOptions {
  readonly template?: AccessLogTemplate | null;
  readonly fallbackPlace?: Partial<RequestPlace>;
  readonly limits?: Partial<Limits>;
  /** Sizes of the pieces in which the bytes come. */
  readonly cuts?: readonly number[];
}

export function readBytes(bytes: Uint8Array, options: ReadOptions = {}): UnitContent {
  const reader = createUnitReader({
    template: options.template === undefined ? template : options.template,
    fallbackPlace: { ...noPlace, ...options.fallbackPlace },
    limits: { ...defaultLimits, ...options.limits },
  });
  let from = 0;
  for (const size of options.cuts ?? []) {
    const piece = bytes.slice(from, from + size);
    reader.push(piece);
    piece.fill(0x78); // the caller reuses its buffer
    from += size;
    if (from >= bytes.length) break;
  }
  if (from < bytes.length) reader.push(bytes.subarray(from));
  return reader.end();
}

export const readText = (text: string, options: ReadOptions = {}): UnitContent =>
  readBytes(new TextEncoder().encode(text), options);
export const readLines = (lines: readonly string[], options: ReadOptions = {}): UnitContent =>
  readText(lines.map((line) => `${line}\n`).join(''), options);
export const gzipped = (text: string): Uint8Array => new Uint8Array(gzipSync(text));

export const subscription = (events: readonly { id: string; timestamp: number; message: string }[], logGroup: string) =>
  JSON.stringify({
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup,
    logStream: 'a1b2c3',
    subscriptionFilters: ['all'],
    logEvents: events,
  });
export const filteredEvents = (events: readonly { id: string; timestamp: number; message: string }[]) =>
  JSON.stringify({
    events: events.map(({ id, timestamp, message }) => ({
      logStreamName: 'a1b2c3',
      timestamp,
      message,
      ingestionTime: timestamp + 900,
      eventId: id,
    })),
    searchedLogStreams: [],
  });
