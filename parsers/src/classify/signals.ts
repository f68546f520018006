import type { ConfigFacts, DeployedRoute } from '../model/config-facts.js';
import type { ContextVariable } from '../model/context-variable.js';
import type { ExecutionLine, ExecutionLineKind } from '../model/facts.js';
import type { GatewayMessage, GatewayMessageKind } from '../model/gateway-message.js';
import type { RequestRecord } from '../model/request-record.js';
import type { Evidence } from '../model/verdict.js';
import { findRoute } from './route-match.js';

/** The families of refusals that API Gateway can name; `FORBIDDEN` is the word alone, shared by many causes. */
export type RefusalType =
  | 'WAF_FILTERED'
  | 'INVALID_API_KEY'
  | 'ACCESS_DENIED'
  | 'EXPIRED_TOKEN'
  | 'INVALID_SIGNATURE'
  | 'INCOMPLETE_SIGNATURE'
  | 'MISSING_AUTHENTICATION_TOKEN'
  | 'FORBIDDEN'
  | 'MTLS'
  | 'NO_ROUTE'
  | 'JWT_SCOPE';

/**
 * How the family is known: `gateway` = API Gateway's own log says so; `answer` = error-type header and message of an
 * answer that carries API Gateway's ids agree; `header`, `message` = one of them alone; `length` = only the body's size.
 */
export type RefusalStrength = 'gateway' | 'answer' | 'header' | 'message' | 'length';

export interface Refusal {
  readonly type: RefusalType;
  readonly strength: RefusalStrength;
  readonly evidence: readonly Evidence[];
}

export type OtherErrorKind = 'rate_limit' | 'quota' | 'unauthorized' | 'not_found' | 'bad_request' | 'server_error';

/** An error that is no 403 by itself: throttling, 401, 5xx … */
export interface OtherError {
  readonly kind: OtherErrorKind;
  readonly evidence: Evidence;
}

export interface Integration {
  /** null: nothing tells whether the integration was reached. */
  readonly answered: boolean | null;
  /** What the backend (for Lambda proxy: the function's code) returned. */
  readonly status: number | null;
  /** What the AWS service in between returned (Lambda's own 200). */
  readonly serviceStatus: number | null;
  readonly evidence: readonly Evidence[];
}

/** A request as the rules see it: every question that more than one rule asks, answered once. */
export interface Signals {
  readonly record: RequestRecord;
  readonly config: ConfigFacts | null;
  readonly status: number | null;
  readonly preflight: boolean;
  readonly refusal: Refusal | null;
  readonly otherError: OtherError | null;
  /** The most telling message, whoever wrote it. */
  readonly message: GatewayMessage | null;
  readonly messageEvidence: Evidence | null;
  readonly integration: Integration;
  readonly wafAllowed: Evidence | null;
  /** The deployed route the request hits; undefined: not known, null: none. */
  readonly deployedRoute: DeployedRoute | null | undefined;
  value(variable: ContextVariable): string | null | undefined;
  line<Kind extends ExecutionLineKind>(kind: Kind): Extract<ExecutionLine, { kind: Kind }> | undefined;
}

/** Looked up by words from logs: a Map, so that `constructor` is no entry. */
const tableOf = <T>(entries: Readonly<Record<string, T>>): ReadonlyMap<string, T> => new Map(Object.entries(entries));

const familyOfResponseType = tableOf<RefusalType>({
  WAF_FILTERED: 'WAF_FILTERED',
  INVALID_API_KEY: 'INVALID_API_KEY',
  ACCESS_DENIED: 'ACCESS_DENIED',
  EXPIRED_TOKEN: 'EXPIRED_TOKEN',
  INVALID_SIGNATURE: 'INVALID_SIGNATURE',
  MISSING_AUTHENTICATION_TOKEN: 'MISSING_AUTHENTICATION_TOKEN',
});

const familyOfErrorType = tableOf<RefusalType>({
  MissingAuthenticationTokenException: 'MISSING_AUTHENTICATION_TOKEN',
  MissingAuthenticationToken: 'MISSING_AUTHENTICATION_TOKEN',
  IncompleteSignatureException: 'INCOMPLETE_SIGNATURE',
  IncompleteSignature: 'INCOMPLETE_SIGNATURE',
  InvalidSignatureException: 'INVALID_SIGNATURE',
  SignatureDoesNotMatch: 'INVALID_SIGNATURE',
  UnrecognizedClientException: 'INVALID_SIGNATURE',
  InvalidClientTokenId: 'INVALID_SIGNATURE',
  ExpiredTokenException: 'EXPIRED_TOKEN',
  ExpiredToken: 'EXPIRED_TOKEN',
  AccessDeniedException: 'ACCESS_DENIED',
  AccessDenied: 'ACCESS_DENIED',
  ForbiddenException: 'FORBIDDEN',
  Forbidden: 'FORBIDDEN',
});

const familyOfMessage: Readonly<Partial<Record<GatewayMessageKind, RefusalType>>> = {
  missing_authentication_token: 'MISSING_AUTHENTICATION_TOKEN',
  forbidden: 'FORBIDDEN',
  incomplete_signature: 'INCOMPLETE_SIGNATURE',
  signature_mismatch: 'INVALID_SIGNATURE',
  signature_expired: 'INVALID_SIGNATURE',
  signature_not_yet_current: 'INVALID_SIGNATURE',
  credential_scope: 'INVALID_SIGNATURE',
  security_token_invalid: 'INVALID_SIGNATURE',
  security_token_expired: 'EXPIRED_TOKEN',
  user_not_authorized: 'ACCESS_DENIED',
  authorizer_not_authorized: 'ACCESS_DENIED',
  policy_tail: 'ACCESS_DENIED',
  client_not_authorized: 'ACCESS_DENIED',
  operation_undetermined: 'ACCESS_DENIED',
  mtls_denied: 'MTLS',
  no_route_matched: 'NO_ROUTE',
  jwt_insufficient_scope: 'JWT_SCOPE',
};

const otherErrorOfResponseType = tableOf<OtherErrorKind>({
  THROTTLED: 'rate_limit',
  QUOTA_EXCEEDED: 'quota',
  UNAUTHORIZED: 'unauthorized',
  RESOURCE_NOT_FOUND: 'not_found',
  BAD_REQUEST_PARAMETERS: 'bad_request',
  BAD_REQUEST_BODY: 'bad_request',
  REQUEST_TOO_LARGE: 'bad_request',
  UNSUPPORTED_MEDIA_TYPE: 'bad_request',
  AUTHORIZER_FAILURE: 'server_error',
  AUTHORIZER_CONFIGURATION_ERROR: 'server_error',
  API_CONFIGURATION_ERROR: 'server_error',
  INTEGRATION_FAILURE: 'server_error',
  INTEGRATION_TIMEOUT: 'server_error',
  DEFAULT_5XX: 'server_error',
});

const otherErrorOfMessage: Readonly<Partial<Record<GatewayMessageKind, OtherErrorKind>>> = {
  unauthorized: 'unauthorized',
  identity_token_expired: 'unauthorized',
  too_many_requests: 'rate_limit',
  limit_exceeded: 'quota',
  not_found: 'not_found',
  bad_request: 'bad_request',
  payload_too_large: 'bad_request',
  uri_too_long: 'bad_request',
  unsupported_media_type: 'bad_request',
  internal_server_error: 'server_error',
  service_unavailable: 'server_error',
  integration_timeout: 'server_error',
  null_message: 'server_error',
  gateway_lacks_permission: 'server_error',
  configuration_error: 'server_error',
};

const otherErrorOfErrorType = tableOf<OtherErrorKind>({
  UnauthorizedException: 'unauthorized',
  TooManyRequestsException: 'rate_limit',
  LimitExceededException: 'quota',
  NotFoundException: 'not_found',
  BadRequestException: 'bad_request',
  InternalServerErrorException: 'server_error',
  AuthorizerConfigurationException: 'server_error',
});

/** Sizes of the bodies that API Gateway writes when nobody customised them. */
const familyOfLength = tableOf<RefusalType>({
  '23': 'FORBIDDEN',
  '42': 'MISSING_AUTHENTICATION_TOKEN',
  '60': 'ACCESS_DENIED',
  '82': 'ACCESS_DENIED',
  '110': 'ACCESS_DENIED',
  '130': 'ACCESS_DENIED',
  '67': 'EXPIRED_TOKEN',
  '68': 'INVALID_SIGNATURE',
  // the unreadable Authorization header, whose hash always has 44 characters
  '176': 'INCOMPLETE_SIGNATURE',
  '192': 'INVALID_SIGNATURE',
});

export function readSignals(record: RequestRecord, config: ConfigFacts | null): Signals {
  const { access, execution } = record;
  const value = (variable: ContextVariable) => access?.values[variable];
  const line = <Kind extends ExecutionLineKind>(kind: Kind) =>
    execution.find((l): l is Extract<ExecutionLine, { kind: Kind }> => l.kind === kind);

  const gatewayLine = line('gateway_response');
  const responseTypeEvidence: Evidence | null = value('error.responseType')
    ? { from: 'access', field: 'error.responseType', value: value('error.responseType') as string }
    : gatewayLine
      ? { from: 'execution', field: 'Gateway response type', value: gatewayLine.text }
      : null;
  const responseType = value('error.responseType') ?? gatewayLine?.responseType ?? null;

  const own = ownMessage(record);
  const said = own ?? answeredMessage(record);
  const message = said?.message ?? null;
  const messageEvidence = said?.evidence ?? null;

  const integration = readIntegration(record);
  return {
    record,
    config,
    status: record.status,
    preflight: record.method?.toUpperCase() === 'OPTIONS',
    refusal: readRefusal(record, responseType, responseTypeEvidence, own, integration),
    otherError: readOtherError(record, responseType, responseTypeEvidence, said),
    message,
    messageEvidence,
    integration,
    wafAllowed: readWafAllowed(record),
    deployedRoute: config?.routes ? findRoute(config.routes, record) : undefined,
    value,
    line,
  };
}

interface Said {
  readonly message: GatewayMessage;
  readonly evidence: Evidence;
}

/** What API Gateway's own logs quote. */
function ownMessage({ access, execution }: RequestRecord): Said | null {
  if (access?.message && access.message.kind !== 'other') {
    return {
      message: access.message,
      evidence: { from: 'access', field: 'error.message', value: access.message.text },
    };
  }
  for (const l of execution) {
    if (l.kind === 'message')
      return { message: l.message, evidence: { from: 'execution', field: 'message', value: l.text } };
    if (l.kind === 'gateway_response_body' && l.message && l.message.kind !== 'other') {
      return {
        message: l.message,
        evidence: { from: 'execution', field: 'Gateway response body', value: l.message.text },
      };
    }
  }
  return null;
}

function answeredMessage({ response }: RequestRecord): Said | null {
  if (!response?.message || response.message.kind === 'other') return null;
  return { message: response.message, evidence: { from: 'response', field: 'message', value: response.message.text } };
}

function readRefusal(
  record: RequestRecord,
  responseType: string | null,
  responseTypeEvidence: Evidence | null,
  own: Said | null,
  integration: Integration,
): Refusal | null {
  const { access, response } = record;
  const ownFamily = own ? familyOfMessage[own.message.kind] : undefined;
  const typeFamily = responseType ? familyOfResponseType.get(responseType) : undefined;
  if (typeFamily && responseTypeEvidence) {
    const evidence = own ? [responseTypeEvidence, own.evidence] : [responseTypeEvidence];
    // A sentence of the signature family is finer than a broad type.
    const finer = typeFamily === 'ACCESS_DENIED' || typeFamily === 'INVALID_SIGNATURE';
    const type = finer && (ownFamily === 'EXPIRED_TOKEN' || ownFamily === 'INVALID_SIGNATURE') ? ownFamily : typeFamily;
    return { type, strength: 'gateway', evidence };
  }
  // API Gateway's log says only "Forbidden", and the client's answer says more.
  const answered = response && integration.answered !== true ? answerRefusal(record) : null;
  if (ownFamily === 'FORBIDDEN' && answered && answered.type !== 'FORBIDDEN') return answered;
  if (own && ownFamily) {
    const evidence = responseTypeEvidence ? [responseTypeEvidence, own.evidence] : [own.evidence];
    return { type: ownFamily, strength: 'gateway', evidence };
  }
  for (const l of record.execution) {
    if (l.kind === 'mtls_denied') return fromLine('MTLS', 'Access denied', l.text);
    if (l.kind === 'client_not_authorized') return fromLine('ACCESS_DENIED', 'policy evaluation', l.text);
    if (l.kind === 'api_key_refused') return fromLine('INVALID_API_KEY', 'API Key', l.text);
  }
  if (access) {
    const authorizeError = access.values['authorize.error'];
    if (access.values['authorize.status'] === '403') {
      const evidence: Evidence[] = [{ from: 'access', field: 'authorize.status', value: '403' }];
      if (authorizeError) evidence.push({ from: 'access', field: 'authorize.error', value: authorizeError });
      return { type: 'ACCESS_DENIED', strength: 'gateway', evidence };
    }
  }
  if (answered) return answered;
  const length = access?.values.responseLength;
  const lengthFamily = length ? familyOfLength.get(length) : undefined;
  const messageLogged =
    access?.values['error.message'] !== undefined || access?.values['error.messageString'] !== undefined;
  // With the message or type logged as `-` it was the integration that answered, and its size says nothing.
  const integrationSaid =
    integration.answered === true || access?.values['error.responseType'] === null || messageLogged;
  if (record.status === 403 && length && lengthFamily && !integrationSaid) {
    const evidence: Evidence = { from: 'access', field: 'responseLength', value: length };
    return { type: lengthFamily, strength: 'length', evidence: [evidence] };
  }
  return null;
}

const fromLine = (type: RefusalType, field: string, text: string): Refusal => ({
  type,
  strength: 'gateway',
  evidence: [{ from: 'execution', field, value: text }],
});

function answerRefusal({ response }: RequestRecord): Refusal | null {
  if (!response) return null;
  if (response.headers.wwwAuthenticateError === 'insufficient_scope') {
    const scope = response.headers.wwwAuthenticateScope;
    const value = scope ? `error="insufficient_scope" scope="${scope}"` : 'error="insufficient_scope"';
    return {
      type: 'JWT_SCOPE',
      strength: 'answer',
      evidence: [{ from: 'response', field: 'www-authenticate', value }],
    };
  }
  const headerFamily = response.errorType ? familyOfErrorType.get(response.errorType) : undefined;
  const headerEvidence: Evidence | null = response.errorType
    ? { from: 'response', field: 'x-amzn-ErrorType', value: response.errorType }
    : null;
  const messageFamily = response.message ? familyOfMessage[response.message.kind] : undefined;
  const messageEvidence: Evidence | null = response.message
    ? { from: 'response', field: 'message', value: response.message.text }
    : null;
  if (headerFamily && messageFamily && headerEvidence && messageEvidence) {
    const signed = response.headers.apigwId && response.bodyShape === 'gateway';
    const type = headerFamily === messageFamily ? headerFamily : finer(headerFamily, messageFamily);
    const strength = signed && headerFamily === messageFamily ? 'answer' : 'message';
    return { type, strength, evidence: [headerEvidence, messageEvidence] };
  }
  if (messageFamily && messageEvidence)
    return { type: messageFamily, strength: 'message', evidence: [messageEvidence] };
  if (headerFamily && headerEvidence) return { type: headerFamily, strength: 'header', evidence: [headerEvidence] };
  const length = response.contentLength === null ? undefined : familyOfLength.get(String(response.contentLength));
  if (length && response.status === 403 && response.bodyShape === 'none') {
    const evidence: Evidence = { from: 'response', field: 'content-length', value: String(response.contentLength) };
    return { type: length, strength: 'length', evidence: [evidence] };
  }
  return null;
}

/** A sentence says more than the header's broad name. */
const finer = (header: RefusalType, message: RefusalType): RefusalType => (message === 'FORBIDDEN' ? header : message);

function readOtherError(
  record: RequestRecord,
  responseType: string | null,
  responseTypeEvidence: Evidence | null,
  said: Said | null,
): OtherError | null {
  const byType = responseType ? otherErrorOfResponseType.get(responseType) : undefined;
  if (byType && responseTypeEvidence) return { kind: byType, evidence: responseTypeEvidence };
  for (const l of record.execution) {
    const at = (kind: OtherErrorKind, field: string): OtherError => ({
      kind,
      evidence: { from: 'execution', field, value: l.text },
    });
    if (l.kind === 'limit_exceeded') return at(l.limit === 'quota' ? 'quota' : 'rate_limit', 'limit');
    if (l.kind === 'unauthorized_request') return at('unauthorized', 'Unauthorized request');
    if (l.kind === 'configuration_error') return at('server_error', 'configuration error');
    if (l.kind === 'lambda_failed') return at('server_error', 'Lambda execution failed');
  }
  const byMessage = said ? otherErrorOfMessage[said.message.kind] : undefined;
  if (byMessage && said) return { kind: byMessage, evidence: said.evidence };
  const errorType = record.response?.errorType;
  const byErrorType = errorType ? otherErrorOfErrorType.get(errorType) : undefined;
  if (byErrorType && errorType) {
    return { kind: byErrorType, evidence: { from: 'response', field: 'x-amzn-ErrorType', value: errorType } };
  }
  return null;
}

const asStatus = (text: string | null | undefined): number | null =>
  text && /^[1-5]\d\d$/.test(text) ? Number(text) : null;

function readIntegration(record: RequestRecord): Integration {
  const evidence: Evidence[] = [];
  const values = record.access?.values;
  const status = asStatus(values?.['integration.status']);
  const plain = asStatus(values?.integrationStatus);
  const service = asStatus(values?.['integration.integrationStatus']);
  if (status !== null) evidence.push({ from: 'access', field: 'integration.status', value: String(status) });
  if (plain !== null) evidence.push({ from: 'access', field: 'integrationStatus', value: String(plain) });
  if (service !== null)
    evidence.push({ from: 'access', field: 'integration.integrationStatus', value: String(service) });

  let lineStatus: number | null = null;
  let lineService: number | null = null;
  let started = false;
  let gates = false;
  for (const l of record.execution) {
    if (l.kind === 'execution_started') started = true;
    if (l.kind === 'client_not_authorized' || l.kind === 'api_key_refused' || l.kind === 'mtls_denied') gates = true;
    // Before `Starting execution` the endpoint lines belong to the authorizer's own function.
    if (l.kind === 'response_received' && (started || !mentionsAuthorizer(record.execution))) {
      if (l.status !== null) lineService = l.status;
      evidence.push({ from: 'execution', field: 'Received response', value: l.text });
    }
    if (l.kind === 'endpoint_response_body' && l.proxyStatus !== null && started) {
      lineStatus = l.proxyStatus;
      evidence.push({ from: 'execution', field: 'Endpoint response body', value: `statusCode ${l.proxyStatus}` });
    }
  }
  if (evidence.length > 0) {
    return { answered: true, status: status ?? lineStatus, serviceStatus: service ?? plain ?? lineService, evidence };
  }
  const latency = values?.['integration.latency'] ?? values?.integrationLatency ?? values?.['integration.requestId'];
  if (latency) {
    const field = values?.['integration.latency'] ? 'integration.latency' : 'integrationLatency';
    return { answered: true, status: null, serviceStatus: null, evidence: [{ from: 'access', field, value: latency }] };
  }
  const logged = (variable: ContextVariable) => values?.[variable] === null;
  const silent =
    logged('integration.status') ||
    logged('integrationStatus') ||
    logged('integrationLatency') ||
    logged('integration.latency');
  // WebSocket rows leave integration.* unset whatever happened.
  if (silent && record.apiKind !== 'websocket')
    return { answered: false, status: null, serviceStatus: null, evidence: [] };
  if (gates && !started) return { answered: false, status: null, serviceStatus: null, evidence: [] };
  return { answered: null, status: null, serviceStatus: null, evidence: [] };
}

const mentionsAuthorizer = (lines: readonly ExecutionLine[]) => lines.some((l) => l.kind === 'authorizer_started');

function readWafAllowed({ access, waf, wafJoin }: RequestRecord): Evidence | null {
  if (access?.values.wafResponseCode === 'WAF_ALLOW') {
    return { from: 'access', field: 'wafResponseCode', value: 'WAF_ALLOW' };
  }
  if (access?.values['waf.status'] === '200') return { from: 'access', field: 'waf.status', value: '200' };
  if (waf?.action === 'ALLOW' && wafJoin === 'id') return { from: 'waf', field: 'action', value: 'ALLOW' };
  return null;
}
