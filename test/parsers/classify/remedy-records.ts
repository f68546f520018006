import { noIds, noPlace } from '../../../parsers/src/model/facts.js';
import type {
  AccessFacts,
  ExecutionLine,
  RequestRecord,
  ResponseFacts,
  WafFacts,
} from '../../../parsers/src/model/index.js';

/** A request of which everything is known. Ids, hosts and addresses are invented. */
export function knownRecord(changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    eventId: '0123456789abcdef0123456789abcdef',
    requestId: '5b1f7c1e-3c55-4c11-9d3a-2f6a1f0c9e77',
    extendedRequestId: 'Qx3TzGLFjoEFy-A=',
    traceId: '1-66f0a1b2-0123456789abcdef01234567',
    timeMs: 1_767_225_600_500,
    status: 403,
    apiKind: 'rest',
    account: '111122223333',
    region: 'eu-west-1',
    apiId: 'q1w2e3r4t5',
    stage: 'prod',
    method: 'GET',
    path: '/prod/pets/7',
    route: '/pets/{id}',
    sourceIp: '203.0.113.20',
    access: null,
    execution: [],
    waf: null,
    wafJoin: null,
    response: null,
    joinedByRequestId: false,
    line: 1,
    ...changes,
  };
}

/** A request of which nothing is known but that it was refused. */
export const bareRecord: RequestRecord = knownRecord({
  requestId: null,
  extendedRequestId: null,
  traceId: null,
  timeMs: null,
  apiKind: null,
  account: null,
  region: null,
  apiId: null,
  stage: null,
  method: null,
  path: null,
  route: null,
  sourceIp: null,
});

export const access = (values: AccessFacts['values'], message: AccessFacts['message'] = null): AccessFacts => ({
  kind: 'access',
  ids: noIds,
  place: noPlace,
  timeMs: null,
  format: 'template',
  values,
  message,
});

export const waf = (changes: Partial<WafFacts> = {}): WafFacts => ({
  kind: 'waf',
  ids: noIds,
  place: noPlace,
  timeMs: null,
  action: 'BLOCK',
  webaclId: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/front-door/6c9d1c1e-8f0a-4b7e-9a53-0d6c2b1f4e11',
  httpSourceName: 'APIGW',
  terminatingRuleId: 'BlockBadCountries',
  terminatingRuleType: 'REGULAR',
  rulePath: ['BlockBadCountries'],
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
  ...changes,
});

export const response = (host: string | null): ResponseFacts => ({
  kind: 'response',
  ids: noIds,
  place: noPlace,
  timeMs: null,
  status: 403,
  errorType: null,
  errorTypeFrom: null,
  errorTypeOfService: false,
  gatewayResponseType: null,
  message: null,
  bodyShape: 'gateway',
  messageKey: 'message',
  contentLength: null,
  headersComplete: false,
  headers: {
    server: null,
    amznRequestId: false,
    apigwId: false,
    httpApiRequestId: false,
    viaCloudFront: false,
    wwwAuthenticateError: null,
    wwwAuthenticateScope: null,
    corsAllowOrigin: false,
    remapped: false,
  },
  request: {
    method: 'GET',
    host,
    hostKind: null,
    path: null,
    apiKeySent: null,
    authorization: null,
    cacheControlMaxAgeZero: false,
  },
  edge: null,
  browserCors: null,
  hints: [],
});

export const line = (words: { readonly kind: ExecutionLine['kind'] } & Record<string, unknown>): ExecutionLine =>
  ({ text: '', ...words }) as ExecutionLine;
