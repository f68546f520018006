import type { ContextVariable } from '../model/context-variable.js';

/**
 * Which characters a variable's value may have, how many, and (for short ones) its exact form. Shapes anchor a text
 * template: between two free texts only a place where a status, an id or a time really stands can be its place.
 */
export interface Shape {
  /** 1 for each ASCII code that may occur. */
  readonly ascii: Uint8Array;
  readonly nonAscii: boolean;
  readonly min: number;
  readonly max: number;
  /** Exact form, anchored at both ends; only for values of bounded length. */
  readonly form: RegExp | null;
  /** `text` may hold anything, separators included; `word` has no blank; `closed` is one of AWS's own forms. */
  readonly freedom: 'text' | 'word' | 'closed';
}

function asciiTable(characters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (let i = 0; i < characters.length; i++) table[characters.charCodeAt(i)] = 1;
  return table;
}

function asciiRange(from: number, to: number, except = ''): Uint8Array {
  const table = new Uint8Array(128);
  for (let c = from; c <= to; c++) if (!except.includes(String.fromCharCode(c))) table[c] = 1;
  return table;
}

const digits = '0123456789';
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const closed = (ascii: Uint8Array, min: number, max: number, form: RegExp | null = null): Shape => ({
  ascii,
  nonAscii: false,
  min,
  max,
  form,
  freedom: 'closed',
});

const text: Shape = { ascii: asciiRange(0, 127), nonAscii: true, min: 0, max: 2 ** 30, form: null, freedom: 'text' };
const word: Shape = { ...text, ascii: asciiRange(0x21, 0x7e), freedom: 'word' };
/** `Iq9gwFDNoAMFo1A=`, `0f0d8f2c-…`, `UUID_REPLACED_INVALID_REQUEST_ID`, `$default`, `123456789012`. */
const id = closed(asciiTable(`${letters}${digits}_-=+/*$`), 1, 128);
/** Latencies, lengths; some are logged with a fraction. */
const number = closed(asciiTable(`${digits}.`), 1, 20);
const status = closed(asciiTable(digits), 3, 3);
/** `27/Oct/2023:13:40:57 +0000` */
const requestTime = closed(
  asciiTable(`${letters}${digits}/:+- `),
  26,
  26,
  /^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}$/,
);
/** `1698414057744` */
const epoch = closed(asciiTable(digits), 10, 13);
/** `WAF_BLOCK`, `MISSING_AUTHENTICATION_TOKEN`, `CONNECT`, `true`. */
const keyword = closed(asciiTable(`${letters}${digits}_`), 1, 64);
const method = closed(asciiTable(`${letters}_-`), 1, 32);
/** `HTTP/1.1`, `TLSv1.3`. */
const protocol = closed(asciiTable(`${letters}${digits}./`), 1, 16);
/** Documentation and masked forms (`x.x.x.x`) pass as well. */
const ip = closed(asciiTable(`${letters}${digits}.:*`), 2, 45);
const domain = closed(asciiTable(`${letters}${digits}.-_:*`), 1, 255);
/** ARNs, unique ids with session names, provider lists: no blanks, no quotes, no markup. */
const principal = closed(asciiRange(0x21, 0x7e, '"\'`\\<>'), 1, 2048);
const trace = closed(asciiTable(`${letters}${digits}-=;:`), 1, 256);
/** `May 14 16:47:38 2026 GMT` */
const certificateDate = closed(
  asciiTable(`${letters}${digits}: `),
  1,
  32,
  /^[A-Z][a-z]{2} {1,2}\d{1,2} [\d:]{8} \d{4} [A-Z]{2,5}$/,
);
const serialNumber = closed(asciiTable(`${letters}${digits}:`), 1, 128);
/** `23J9XABCDE`; shorter than the shortest possible key value (20), which therefore never passes as an id. */
const apiKeyId = closed(asciiTable(`${letters}${digits}*`), 3, 16);

const shapes: Readonly<Record<ContextVariable, Shape>> = {
  accountId: id,
  apiId: id,
  'authenticate.error': text,
  'authenticate.latency': number,
  'authenticate.status': status,
  'authorize.error': text,
  'authorize.latency': number,
  'authorize.status': status,
  'authorizer.claims': text,
  'authorizer.context': text,
  'authorizer.error': text,
  'authorizer.integrationLatency': number,
  'authorizer.integrationStatus': status,
  'authorizer.latency': number,
  'authorizer.principalId': text,
  'authorizer.requestId': id,
  'authorizer.status': status,
  awsEndpointRequestId: id,
  awsEndpointRequestId2: id,
  cipherSuite: keyword,
  connectedAt: epoch,
  connectionId: id,
  'customDomain.basePathMatched': word,
  'customDomain.routingRuleIdMatched': id,
  dataProcessed: number,
  deploymentId: id,
  domainName: domain,
  domainPrefix: domain,
  endpointType: keyword,
  'error.message': text,
  'error.messageString': text,
  'error.responseType': keyword,
  'error.validationErrorString': text,
  eventType: keyword,
  extendedRequestId: id,
  httpMethod: method,
  'identity.accountId': id,
  'identity.apiKey': text,
  'identity.apiKeyId': apiKeyId,
  'identity.caller': principal,
  'identity.clientCert.clientCertPem': text,
  'identity.clientCert.issuerDN': text,
  'identity.clientCert.serialNumber': serialNumber,
  'identity.clientCert.subjectDN': text,
  'identity.clientCert.validity.notAfter': certificateDate,
  'identity.clientCert.validity.notBefore': certificateDate,
  'identity.cognitoAuthenticationProvider': principal,
  'identity.cognitoAuthenticationType': principal,
  'identity.cognitoIdentityId': principal,
  'identity.cognitoIdentityPoolId': principal,
  'identity.principalOrgId': id,
  'identity.sourceIp': ip,
  'identity.user': principal,
  'identity.userAgent': text,
  'identity.userArn': principal,
  'identity.vpcId': id,
  'identity.vpceId': id,
  'integration.error': text,
  'integration.integrationStatus': status,
  'integration.latency': number,
  'integration.requestId': id,
  'integration.status': status,
  integrationErrorMessage: text,
  integrationLatency: number,
  integrationStatus: status,
  isCanaryRequest: keyword,
  messageId: id,
  path: word,
  protocol,
  requestId: id,
  requestTime,
  requestTimeEpoch: epoch,
  'requestOverride.path': text,
  resourceId: id,
  resourcePath: word,
  responseLatency: number,
  responseLength: number,
  'responseOverride.status': status,
  routeKey: text,
  stage: id,
  status,
  tlsVersion: protocol,
  'waf.error': text,
  'waf.latency': number,
  'waf.status': status,
  wafResponseCode: keyword,
  webaclArn: principal,
  xrayTraceId: trace,
};

/** Shape of a variable; a name that is not known (null) may hold anything. */
export const shapeOf = (variable: ContextVariable | null): Shape => (variable === null ? text : shapes[variable]);

const allowed = (shape: Shape, code: number): boolean => (code < 128 ? shape.ascii[code] === 1 : shape.nonAscii);

/** End of the run of characters from `at` that the shape allows, not beyond `limit`. */
export function runEnd(shape: Shape, value: string, at: number, limit: number): number {
  if (shape.freedom === 'text') return limit;
  let end = at;
  while (end < limit && allowed(shape, value.charCodeAt(end))) end++;
  return end;
}

/** Start of the run of allowed characters that ends at `at`, not before `limit`. */
export function runStart(shape: Shape, value: string, at: number, limit: number): number {
  if (shape.freedom === 'text') return limit;
  let start = at;
  while (start > limit && allowed(shape, value.charCodeAt(start - 1))) start--;
  return start;
}

/** True when the whole value has the shape; `-` (absent) is the caller's affair. */
export function hasShape(shape: Shape, value: string): boolean {
  if (value.length < shape.min || value.length > shape.max) return false;
  if (runEnd(shape, value, 0, value.length) !== value.length) return false;
  return shape.form === null || shape.form.test(value);
}
