import type { LoggedApiKind } from '../access-log/missing-cause-variables.js';
import type { Cause } from '../model/cause.js';
import type { ContextVariable } from '../model/context-variable.js';

type Values = Readonly<Partial<Record<ContextVariable, string>>>;

/** A refused request, with everything that API Gateway could log of it; what is not named has no value. */
export interface SpecimenRefusal {
  readonly cause: Cause;
  readonly values: Values;
}

const api = 'arn:aws:execute-api:eu-west-1:********3333:a1b2c3d4e5/prod/GET/orders';
const caller = 'arn:aws:sts::111122223333:assumed-role/reader/web-1';
const clientDenied = 'The client is not authorized to perform this operation.';

const common: Values = {
  requestId: '5f2c9a10-6b1e-4d3a-9c70-2e8f41d7b901',
  extendedRequestId: 'Qm4TzHPxoAMFr1w=',
  requestTime: '14/Mar/2026:09:12:44 +0000',
  requestTimeEpoch: '1773479564000',
  accountId: '111122223333',
  apiId: 'a1b2c3d4e5',
  stage: 'prod',
  deploymentId: 'dep001',
  protocol: 'HTTP/1.1',
  httpMethod: 'GET',
  path: '/prod/orders',
  domainName: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
  domainPrefix: 'a1b2c3d4e5',
  status: '403',
  responseLength: '23',
  'identity.sourceIp': '203.0.113.17',
  'identity.userAgent': 'curl/8.7.1',
};

const rest: Values = { ...common, resourcePath: '/orders', resourceId: 'ab12cd' };
const http: Values = { ...common, requestId: 'Qm4TzHPxoAMFr1w=', routeKey: 'GET /orders' };
const webSocket: Values = {
  ...common,
  requestId: 'Qm4TzHPxoAMFr1w=',
  eventType: 'CONNECT',
  routeKey: '$connect',
  connectionId: 'Qm4TzdULoAMCKxQ=',
};

const refusal =
  (base: Values) =>
  (cause: Cause, type: string, message: string, values: Values = {}) => ({
    cause,
    values: { ...base, 'error.responseType': type, 'error.message': message, ...values },
  });
const ofRest = refusal(rest);
const ofHttp = refusal(http);
const ofWebSocket = refusal(webSocket);

const unmatched: Values = { resourcePath: '-', resourceId: '-' };
const denied: Values = { 'authorize.status': '403', 'authorize.error': clientDenied };
const signed: Values = { 'authenticate.status': '200', 'identity.userArn': caller };

/**
 * Of each kind of API, a refusal for every cause that its access log can show at all. Values as the developer guide's lists of logging
 * variables and public logs have them. To add one: a line here.
 */
export const specimenRefusals: Readonly<Record<LoggedApiKind, readonly SpecimenRefusal[]>> = {
  rest: [
    ofRest('waf_blocked', 'WAF_FILTERED', 'Forbidden', { wafResponseCode: 'WAF_BLOCK', 'waf.status': '403' }),
    ofRest(
      'authorizer_denied',
      'ACCESS_DENIED',
      'User is not authorized to access this resource with an explicit deny in an identity-based policy',
      {
        'authorizer.status': '200',
        'authorizer.integrationStatus': '200',
        ...denied,
      },
    ),
    ofRest(
      'resource_policy_denied',
      'ACCESS_DENIED',
      `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${api} because no resource-based policy allows the execute-api:Invoke action`,
      denied,
    ),
    ofRest(
      'iam_denied',
      'ACCESS_DENIED',
      `User: ${caller} is not authorized to perform: execute-api:Invoke on resource: ${api} because no identity-based policy allows the execute-api:Invoke action`,
      {
        ...signed,
        ...denied,
      },
    ),
    ofRest('api_key_missing', 'INVALID_API_KEY', 'Forbidden'),
    ofRest('unsigned_request', 'MISSING_AUTHENTICATION_TOKEN', 'Missing Authentication Token', {
      'authenticate.status': '403',
      'authenticate.error': 'Missing Authentication Token',
    }),
    ofRest(
      'invalid_signature',
      'INVALID_SIGNATURE',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      {
        'authenticate.status': '403',
      },
    ),
    ofRest('expired_token', 'EXPIRED_TOKEN', 'The security token included in the request is expired', {
      'authenticate.status': '403',
    }),
    ofRest('route_not_found', 'MISSING_AUTHENTICATION_TOKEN', 'Missing Authentication Token', {
      ...unmatched,
      path: '/prod/wp-login.php',
      'authenticate.status': '-',
    }),
    ofRest('cors_preflight_refused', 'MISSING_AUTHENTICATION_TOKEN', 'Missing Authentication Token', {
      ...unmatched,
      httpMethod: 'OPTIONS',
    }),
    ofRest('backend_refused', '-', '-', {
      'integration.status': '403',
      'integration.integrationStatus': '200',
      integrationStatus: '200',
      integrationLatency: '23',
      'integration.latency': '23',
    }),
    ofRest('response_override', 'THROTTLED', 'Too Many Requests'),
  ],
  http: [
    ofHttp('authorizer_denied', '-', 'Forbidden', { 'authorizer.status': '403' }),
    ofHttp('jwt_scope_missing', '-', 'Forbidden', {
      'authorizer.error': 'insufficient_scope: expected scopes: [orders/read]',
    }),
    ofHttp('iam_denied', '-', 'Forbidden', { 'identity.userArn': caller }),
    ofHttp('backend_refused', '-', '-', { 'integration.status': '403', integrationStatus: '403' }),
  ],
  websocket: [
    ofWebSocket(
      'authorizer_denied',
      'ACCESS_DENIED',
      'User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action',
      {
        'authorizer.status': '200',
        ...denied,
      },
    ),
    ofWebSocket(
      'iam_denied',
      'ACCESS_DENIED',
      `User: ${caller} is not authorized to perform: execute-api:Invoke on resource: ${api} because no identity-based policy allows the execute-api:Invoke action`,
      {
        ...signed,
        ...denied,
      },
    ),
  ],
};
