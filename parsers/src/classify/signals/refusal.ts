import type { GatewayMessageKind } from '../../model/gateway-message.js';
import type { RequestRecord } from '../../model/request-record.js';
import type { Evidence } from '../../model/verdict.js';
import type { Integration } from './integration.js';
import type { Said } from './said.js';
import { wordTable } from './word-table.js';

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
 * answer that carries API Gateway's ids agree (a backend that is an API itself looks the same); `header`, `message` = one
 * of them alone; `length` = only the body's size.
 */
export type RefusalStrength = 'gateway' | 'answer' | 'header' | 'message' | 'length';

export interface Refusal {
  readonly type: RefusalType;
  readonly strength: RefusalStrength;
  readonly evidence: readonly Evidence[];
}

const familyOfResponseType = wordTable<RefusalType>({
  WAF_FILTERED: 'WAF_FILTERED',
  INVALID_API_KEY: 'INVALID_API_KEY',
  ACCESS_DENIED: 'ACCESS_DENIED',
  EXPIRED_TOKEN: 'EXPIRED_TOKEN',
  INVALID_SIGNATURE: 'INVALID_SIGNATURE',
  MISSING_AUTHENTICATION_TOKEN: 'MISSING_AUTHENTICATION_TOKEN',
});

const familyOfErrorType = wordTable<RefusalType>({
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

/** Sizes of the bodies that API Gateway writes when nobody customised them. */
const familyOfLength = wordTable<RefusalType>({
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

/** Which family of refusal is at hand, from the strongest source that names one. */
export function readRefusal(
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
  if (ownFamily === 'FORBIDDEN' && own && answered && answered.type !== 'FORBIDDEN') {
    const proven = integration.answered === false && !own.guessed;
    return {
      ...answered,
      strength: proven ? 'gateway' : answered.strength,
      evidence: [own.evidence, ...answered.evidence],
    };
  }
  // The execution log names the gate that the bare word leaves open.
  const named = ownFamily === 'FORBIDDEN' ? refusingLine(record) : null;
  if (own && named !== null) return { ...named, evidence: [own.evidence, ...named.evidence] };
  if (own && ownFamily) {
    const evidence = responseTypeEvidence ? [responseTypeEvidence, own.evidence] : [own.evidence];
    return { type: ownFamily, strength: own.guessed ? 'message' : 'gateway', evidence };
  }
  const gate = refusingLine(record);
  if (gate !== null) return gate;
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

function refusingLine({ execution }: RequestRecord): Refusal | null {
  for (const l of execution) {
    if (l.kind === 'mtls_denied') return fromLine('MTLS', 'Access denied', l.text);
    if (l.kind === 'client_not_authorized') return fromLine('ACCESS_DENIED', 'message', l.text);
    if (l.kind === 'api_key_refused') return fromLine('INVALID_API_KEY', 'API Key', l.text);
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
  // A template of a gateway response may print $context.error.responseType into its body.
  const named = response.gatewayResponseType ? familyOfResponseType.get(response.gatewayResponseType) : undefined;
  if (named && response.gatewayResponseType) {
    const evidence: Evidence = { from: 'response', field: 'body', value: response.gatewayResponseType };
    return { type: named, strength: 'message', evidence: [evidence] };
  }
  const headerFamily = response.errorType ? familyOfErrorType.get(response.errorType) : undefined;
  const headerEvidence: Evidence | null = response.errorType
    ? {
        from: 'response',
        field: response.errorTypeFrom === 'header' ? 'x-amzn-ErrorType' : 'error',
        value: response.errorType,
      }
    : null;
  const messageFamily = response.message ? familyOfMessage[response.message.kind] : undefined;
  const messageEvidence: Evidence | null = response.message
    ? { from: 'response', field: 'message', value: response.message.text }
    : null;
  if (headerFamily && messageFamily && headerEvidence && messageEvidence) {
    const signed = response.errorTypeFrom === 'header' && response.headers.apigwId && response.bodyShape === 'gateway';
    const type = headerFamily === messageFamily ? headerFamily : finer(headerFamily, messageFamily);
    const strength = signed && headerFamily === messageFamily ? 'answer' : 'message';
    return { type, strength, evidence: [headerEvidence, messageEvidence] };
  }
  if (messageFamily && messageEvidence)
    return { type: messageFamily, strength: 'message', evidence: [messageEvidence] };
  if (headerFamily && headerEvidence) {
    const strength = response.errorTypeFrom === 'header' ? 'header' : 'message';
    return { type: headerFamily, strength, evidence: [headerEvidence] };
  }
  const length = response.contentLength === null ? undefined : familyOfLength.get(String(response.contentLength));
  if (length && response.status === 403 && response.bodyShape === 'none') {
    const evidence: Evidence = { from: 'response', field: 'content-length', value: String(response.contentLength) };
    return { type: length, strength: 'length', evidence: [evidence] };
  }
  return null;
}

/** A sentence says more than the header's broad name. */
const finer = (header: RefusalType, message: RefusalType): RefusalType => (message === 'FORBIDDEN' ? header : message);
