import type { ContextVariable } from '@why403/parsers';
import { account, region } from './log-formats.js';

/** What an access-log line says beyond the request itself. A variable that is missing is logged as `-`. */
export type LoggedValues = Readonly<Partial<Record<ContextVariable, string>>>;

/** Of a request, what the gateway's own sentences repeat. */
export interface Spoken {
  readonly timeMs: number;
  readonly method: string;
  readonly path: string;
  readonly apiId: string;
  readonly stage: string;
  readonly userArn: string;
}

export interface Outcome {
  readonly status: number;
  /** The gate of the route (authorizer, key, signature) let it through. */
  readonly gatePassed: boolean;
  /** The log names the caller: principal, ARN or key id. */
  readonly knowsCaller: boolean;
  readonly values: LoggedValues;
  /** `error.message`, when it is not the same for all. */
  readonly says?: (request: Spoken) => string;
  /** Bytes of the answer; null: the integration's. */
  readonly length: number | null;
  readonly latencyMs: readonly [number, number];
  /** How the execution log tells it, where there is one. */
  readonly story?: 'authorizer_denied' | 'policy_denied' | 'key_missing' | 'key_in_no_plan' | 'stage_in_no_plan';
}

const quick = [3, 14] as const;

function answered(status: number, latencyMs: readonly [number, number] = [18, 160]): Outcome {
  return {
    status,
    gatePassed: true,
    knowsCaller: true,
    values: {
      'error.message': '-',
      'integration.status': String(status),
      integrationStatus: '200',
    },
    length: status === 204 || status === 304 ? 0 : null,
    latencyMs,
  };
}

interface Told extends Partial<Omit<Outcome, 'values'>> {
  readonly values?: LoggedValues;
}

/** The gateway's own answer: type, message, and what else the line shows. */
function gateway(status: number, type: string, message: string | null, told: Told = {}): Outcome {
  const said: LoggedValues = message === null ? {} : { 'error.message': message };
  return {
    status,
    gatePassed: false,
    knowsCaller: false,
    length: message === null ? null : message.length + 14,
    latencyMs: quick,
    ...told,
    values: { 'error.responseType': type, ...said, ...told.values },
  };
}

const notAuthorized = 'The client is not authorized to perform this operation.';
const bearerHash = '6bS2hq0mLr1kQy9nVtXw3dZf8uJc5aPe7gTo4iRsNlE=';

const arnOf = (r: Spoken): string =>
  `arn:aws:execute-api:${region}:********${account.slice(-4)}:${r.apiId}/${r.stage}/${r.method}${r.path}`;

const deniedByAuthorizer: LoggedValues = {
  'authorizer.status': '200',
  'authorize.status': '403',
  'authorize.error': notAuthorized,
};
const deniedByPolicy: LoggedValues = { 'authorize.status': '403', 'authorize.error': notAuthorized };
const signatureRefused: LoggedValues = { 'authenticate.status': '403' };

const compactTime = (timeMs: number): string => `${new Date(timeMs).toISOString().replace(/[-:]|\.\d+/g, '')}`;

/** In AWS's own words. To add one: here; who meets it, in company.ts or incident-kinds.ts. */
export const outcomes = {
  ok: answered(200),
  created: answered(201, [30, 260]),
  empty: answered(204),
  redirect: answered(302),
  notModified: answered(304, [6, 30]),
  badInput: answered(400),
  notFound: answered(404),
  conflict: answered(409),
  notProcessable: answered(422),
  backendRefused: answered(403),

  unauthorized: gateway(401, 'UNAUTHORIZED', 'Unauthorized', { values: { 'authorizer.status': '401' } }),
  invalidBody: gateway(400, 'BAD_REQUEST_BODY', 'Invalid request body', { gatePassed: true, knowsCaller: true }),
  throttled: gateway(429, 'THROTTLED', 'Too Many Requests', { gatePassed: true, knowsCaller: true }),
  badGateway: gateway(502, 'DEFAULT_5XX', 'Internal server error', {
    gatePassed: true,
    knowsCaller: true,
    latencyMs: [40, 900],
    values: { integrationStatus: '200' },
  }),
  timeout: gateway(504, 'INTEGRATION_TIMEOUT', 'Endpoint request timed out', {
    gatePassed: true,
    knowsCaller: true,
    latencyMs: [29_000, 29_100],
    values: { integrationStatus: '504' },
  }),

  noRoute: gateway(403, 'MISSING_AUTHENTICATION_TOKEN', 'Missing Authentication Token'),
  noRouteWithToken: gateway(
    403,
    'DEFAULT_4XX',
    `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${bearerHash}'.`,
  ),
  wafBlocked: gateway(403, 'WAF_FILTERED', 'Forbidden', {
    values: { wafResponseCode: 'WAF_BLOCK', 'waf.status': '403' },
  }),
  keyMissing: gateway(403, 'INVALID_API_KEY', 'Forbidden', { story: 'key_missing' }),
  /** Nobody knows the key, or it is switched off: its end is logged, no id. */
  keyRefused: gateway(403, 'INVALID_API_KEY', 'Forbidden', {
    values: { 'identity.apiKeyId': '-' },
    story: 'key_in_no_plan',
  }),
  /** A gateway response of this API gives a used-up quota the status 403. */
  quotaAs403: gateway(403, 'QUOTA_EXCEEDED', 'Limit Exceeded', { gatePassed: true, knowsCaller: true }),
  stageInNoPlan: gateway(403, 'INVALID_API_KEY', 'Forbidden', { knowsCaller: true, story: 'stage_in_no_plan' }),
  keyInNoPlan: gateway(403, 'INVALID_API_KEY', 'Forbidden', { knowsCaller: true, story: 'key_in_no_plan' }),
  authorizerDenied: gateway(
    403,
    'ACCESS_DENIED',
    'User is not authorized to access this resource with an explicit deny in an identity-based policy',
    { knowsCaller: true, latencyMs: [9, 90], values: deniedByAuthorizer, story: 'authorizer_denied' },
  ),
  authorizerNotCovered: gateway(
    403,
    'ACCESS_DENIED',
    'User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action',
    { knowsCaller: true, values: deniedByAuthorizer },
  ),
  policySilent: gateway(403, 'ACCESS_DENIED', null, {
    length: 214,
    values: deniedByPolicy,
    story: 'policy_denied',
    says: (r) =>
      `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${arnOf(r)} because no resource-based policy allows the execute-api:Invoke action`,
  }),
  policyDenied: gateway(403, 'ACCESS_DENIED', null, {
    length: 196,
    values: deniedByPolicy,
    story: 'policy_denied',
    says: (r) =>
      `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${arnOf(r)} with an explicit deny in a resource-based policy`,
  }),
  iamDenied: gateway(403, 'ACCESS_DENIED', null, {
    length: 288,
    knowsCaller: true,
    values: { ...deniedByPolicy, 'authenticate.status': '200' },
    says: (r) =>
      `User: ${r.userArn} is not authorized to perform: execute-api:Invoke on resource: ${arnOf(r)} because no identity-based policy allows the execute-api:Invoke action`,
  }),
  unsigned: gateway(403, 'MISSING_AUTHENTICATION_TOKEN', 'Missing Authentication Token', {
    values: { ...signatureRefused, 'authenticate.error': 'Missing Authentication Token' },
  }),
  sessionExpired: gateway(403, 'EXPIRED_TOKEN', 'The security token included in the request is expired', {
    values: signatureRefused,
  }),
  clockSkew: gateway(403, 'INVALID_SIGNATURE', null, {
    length: 130,
    values: signatureRefused,
    says: ({ timeMs }) =>
      `Signature expired: ${compactTime(timeMs - 412_000)} is now earlier than ${compactTime(timeMs - 300_000)} (${compactTime(timeMs)} - 5 min.)`,
  }),
  signatureMismatch: gateway(
    403,
    'INVALID_SIGNATURE',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    { values: signatureRefused },
  ),

  httpUnauthorized: gateway(401, '-', 'Unauthorized', {
    values: { 'authorizer.error': 'the token is expired', 'authorizer.status': '401' },
  }),
  httpNoRoute: gateway(404, '-', 'Not Found', { values: { routeKey: '-' } }),
  httpDenied: gateway(403, '-', 'Forbidden', {
    knowsCaller: true,
    latencyMs: [9, 80],
    values: { 'authorizer.status': '403' },
  }),
  scopeMissing: gateway(403, '-', 'Forbidden', { knowsCaller: true, values: { 'authorizer.status': '403' } }),
  httpUnavailable: gateway(503, '-', 'Service Unavailable', {
    gatePassed: true,
    knowsCaller: true,
    latencyMs: [200, 3000],
    values: { integrationErrorMessage: 'The integration returned an unexpected error.' },
  }),
} as const satisfies Record<string, Outcome>;

export type OutcomeName = keyof typeof outcomes;
export const outcomeNames = Object.keys(outcomes) as OutcomeName[];
