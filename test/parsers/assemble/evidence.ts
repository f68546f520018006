import { createAssembler } from '../../../parsers/src/assemble/index.js';
import {
  type AccessFacts,
  defaultLimits,
  type ExecutionFacts,
  type ExecutionLine,
  type Facts,
  type LogEntry,
  noIds,
  noPlace,
  plainEntry,
  type RequestIds,
  type RequestRecord,
  type ResponseFacts,
  type WafFacts,
} from '../../../parsers/src/model/index.js';

/** One fact with the entry it came in. */
export interface Evidence {
  readonly entry: LogEntry;
  readonly facts: Facts;
}

type Ids = Partial<RequestIds>;

export const uuid = (n: number): string => `7c1f0a3e-52d4-4b8e-9f61-${String(n).padStart(12, '0')}`;
export const shortId = (n: number): string => `Kx${String(n).padStart(11, '0')}EQ=`;
export const baseMs = Date.UTC(2026, 2, 14, 9, 0, 0);

export function access(
  line: number,
  ids: Ids,
  values: AccessFacts['values'] = { status: '403' },
  more: { readonly entry?: Partial<LogEntry>; readonly timeMs?: number | null } = {},
): Evidence {
  const facts: AccessFacts = {
    kind: 'access',
    ids: { ...noIds, ...ids },
    place: noPlace,
    timeMs: more.timeMs ?? null,
    format: 'template',
    values,
    message: null,
  };
  return { entry: { ...plainEntry(`access ${JSON.stringify([ids, values])}`, line), ...more.entry }, facts };
}

export function waf(
  line: number,
  extendedRequestId: string | null,
  more: Partial<Omit<WafFacts, 'kind'>> = {},
  entry: Partial<LogEntry> = {},
): Evidence {
  const facts: WafFacts = {
    kind: 'waf',
    ids: { ...noIds, extendedRequestId },
    place: noPlace,
    timeMs: null,
    action: 'BLOCK',
    webaclId: null,
    httpSourceName: 'APIGW',
    terminatingRuleId: 'deny-scanners',
    terminatingRuleType: 'REGULAR',
    rulePath: ['deny-scanners'],
    overriddenAction: null,
    rateLimit: null,
    responseCodeSent: null,
    captchaFailure: null,
    challengeFailure: null,
    oversizeFields: [],
    labels: [],
    clientIp: null,
    country: null,
    method: null,
    uri: null,
    host: null,
    userAgent: null,
    ...more,
  };
  return { entry: { ...plainEntry(`waf ${extendedRequestId} ${JSON.stringify(more)}`, line), ...entry }, facts };
}

export function response(line: number, ids: Ids, more: Partial<Omit<ResponseFacts, 'kind' | 'ids'>> = {}): Evidence {
  const facts: ResponseFacts = {
    kind: 'response',
    ids: { ...noIds, ...ids },
    place: noPlace,
    timeMs: null,
    status: 403,
    errorType: 'ForbiddenException',
    errorTypeFrom: null,
    errorTypeOfService: false,
    gatewayResponseType: null,
    message: null,
    bodyShape: 'gateway',
    messageKey: 'message',
    contentLength: null,
    headersComplete: true,
    headers: {
      server: null,
      amznRequestId: true,
      apigwId: false,
      httpApiRequestId: false,
      viaCloudFront: false,
      wwwAuthenticateError: null,
      wwwAuthenticateScope: null,
      corsAllowOrigin: false,
      remapped: false,
    },
    request: {
      method: null,
      host: null,
      hostKind: null,
      path: null,
      apiKeySent: null,
      authorization: null,
      cacheControlMaxAgeZero: false,
    },
    edge: null,
    browserCors: null,
    hints: [],
    ...more,
  };
  return { entry: plainEntry(`response ${JSON.stringify(ids)}`, line), facts };
}

/** Lines by their first words, as the execution log's reader gives them. */
export const lines = {
  extendedId: (id: string): ExecutionLine => ({
    kind: 'extended_request_id',
    text: `Extended Request Id: ${id}`,
    extendedRequestId: id,
  }),
  testInvoke: { kind: 'test_invoke', text: 'Execution log for request …' },
  authorizer: { kind: 'authorizer_started', text: 'Starting authorizer: a1b2c3 …', authorizerId: 'a1b2c3' },
  identity: { kind: 'authorizer_identity', text: 'Incoming identity: ***' },
  completedAuthorizer: { kind: 'authorizer_completed', text: 'Successfully completed authorizer execution' },
  refused: { kind: 'client_not_authorized', text: 'The client is not authorized to perform this operation.' },
  usagePlan: {
    kind: 'usage_plan_check',
    text: 'Verifying Usage Plan for request: …',
    apiKey: null,
    apiId: 'q1w2e3r4t5',
    stage: 'live',
  },
  keyRefused: {
    kind: 'api_key_refused',
    text: 'API Key  not authorized because …',
    apiKey: null,
    method: 'POST /orders/{id}',
    reason: 'missing',
  },
  started: { kind: 'execution_started', text: 'Starting execution for request: …' },
  path: { kind: 'method_and_path', text: 'HTTP Method: GET, Resource Path: /pets', method: 'GET', path: '/pets' },
  received: { kind: 'response_received', text: 'Received response. …', status: 200 },
  completed: (status: number): ExecutionLine => ({
    kind: 'method_completed',
    text: `Method completed with status: ${status}`,
    status,
  }),
  gatewayResponse: (status: number): ExecutionLine => ({
    kind: 'gateway_response',
    text: `Gateway response type: ACCESS_DENIED with status code: ${status}`,
    responseType: 'ACCESS_DENIED',
    status,
  }),
  endpointRequestId: { kind: 'integration_request_id', text: 'AWS Integration Endpoint RequestId : …' },
  trace: { kind: 'trace_id', text: 'X-ray Tracing ID : …', traceId: '1-65f2c0a1-0123456789abcdef01234567' },
} as const satisfies Record<string, ExecutionLine | ((value: never) => ExecutionLine)>;

/** Lines of one log, in order; a line that is given as a pair names the request id in front of it. */
export function execution(
  firstLine: number,
  log: readonly (ExecutionLine | readonly [string, ExecutionLine])[],
  entry: Partial<LogEntry> | ((index: number) => Partial<LogEntry>) = {},
): Evidence[] {
  return log.map((item, index) => {
    const [requestId, line] = 'kind' in item ? [null, item] : item;
    const extendedRequestId = line.kind === 'extended_request_id' ? line.extendedRequestId : null;
    const text = requestId === null ? line.text : `(${requestId}) ${line.text}`;
    const own = typeof entry === 'function' ? entry(index) : entry;
    const facts: ExecutionFacts = {
      kind: 'execution',
      ids: { requestId, extendedRequestId, traceId: line.kind === 'trace_id' ? line.traceId : null },
      place: line.kind === 'usage_plan_check' ? { ...noPlace, apiId: line.apiId, stage: line.stage } : noPlace,
      timeMs: null,
      line,
    };
    return { entry: { ...plainEntry(text, firstLine + index), ...own }, facts };
  });
}

/** Everything in, all requests out at the end. */
export function assemble(evidence: readonly Evidence[]): RequestRecord[] {
  const assembler = createAssembler(defaultLimits);
  for (const { entry, facts } of evidence) assembler.add(entry, facts);
  return assembler.end();
}

/** What a record is made of, short enough to compare in a table. */
export const shape = (record: RequestRecord): string =>
  [
    record.access && `access@${record.line}`,
    record.execution.length > 0 && `execution:${record.execution.map((line) => line.kind).join(',')}`,
    record.waf && `waf:${record.wafJoin}`,
    record.response && 'response',
  ]
    .filter(Boolean)
    .join(' + ');
