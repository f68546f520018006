import type { ConfigFacts, DeployedRoute } from '../../../../parsers/src/index.js';

/** A request whose logs alone do not settle why it was refused. */
export interface AmbiguousRequest {
  readonly name: string;
  readonly kind: 'rest' | 'http';
  /** Values of the access line; what is not named is logged as `-`. */
  readonly values: Readonly<Record<string, string>>;
  /** Variables that the format lacks. */
  readonly without?: readonly string[];
  /** Lines of the execution log, `ID` stands for the request id. */
  readonly execution?: readonly string[];
  readonly config: ConfigFacts;
  /** What it is. */
  readonly cause: string;
  readonly detail?: string;
  /** How sure that can be when the facts are there. */
  readonly confidence: 'certain' | 'likely' | 'possible';
  /** The logs suffice, or the facts are in force without a deployment: certain then, too. */
  readonly certainWithout?: readonly ('missing' | 'stale' | 'working copy')[];
}

const route = (
  method: string,
  path: string,
  authorizationType: DeployedRoute['authorizationType'],
  more: Partial<DeployedRoute> = {},
): DeployedRoute => ({ method, path, authorizationType, apiKeyRequired: false, ...more });

const keyed = route('GET', '/orders', 'NONE', { apiKeyRequired: true });
const rest: ConfigFacts = {
  ageMs: 0,
  apiKind: 'rest',
  endpointType: 'REGIONAL',
  deploymentId: 'dep111',
  resourcePolicy: false,
  webAcl: null,
  domains: [],
  apiKeySource: 'HEADER',
  routes: [
    route('GET', '/pets', 'NONE'),
    route('GET', '/private/{id}', 'AWS_IAM'),
    route('OPTIONS', '/private/{id}', 'AWS_IAM'),
    keyed,
    route('OPTIONS', '/orders', 'NONE', { apiKeyRequired: true }),
    route('ANY', '/guarded', 'CUSTOM', { authorizerId: 'auth11' }),
  ],
  authorizers: [{ id: 'auth11', name: 'gatekeeper', type: 'REQUEST', resultTtlSeconds: 300 }],
  apiKeys: [],
  usagePlans: [],
};
const http: ConfigFacts = {
  ageMs: 0,
  apiKind: 'http',
  domains: [],
  routes: [
    route('GET', '/scoped', 'JWT', { authorizationScopes: ['orders/read'], authorizerId: 'jwt111' }),
    route('ANY', '/lambda', 'CUSTOM', { authorizerId: 'auth11' }),
    route('ANY', '/iam', 'AWS_IAM'),
    route('GET', '/open', 'NONE'),
  ],
};

const apiKey = 'pQ7wE9rT2yU4iO6pA8sD0fG1hJ3kL5zXa1B2c3';
const known = { id: 'k1', name: 'partner', enabled: true, lastSix: 'a1B2c3', length: apiKey.length, changedMs: null };
const plan = (stages: readonly { apiId: string; stage: string }[]) => ({
  id: 'p1',
  name: 'gold',
  stages,
  keyIds: ['k1'],
});

const missing = { status: '403', 'error.message': 'Missing Authentication Token' };
const malformed = {
  status: '403',
  'error.responseType': 'DEFAULT_4XX',
  'error.message':
    "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'k3Zp0Qm2u9a7c1Yx5Wb8Rt4Ls6Vd0Ee2Hf1Gj3Ik5M='.",
};
const forbidden = { status: '403', 'error.message': 'Forbidden' };
const at = (httpMethod: string, path: string) => ({ httpMethod, path });
const checked = (path: string, key: string, why: string) => [
  `Verifying Usage Plan for request: ID. API Key: ${key} API Stage: API/prod`,
  `API Key ${key} not authorized because method '${path}' requires API Key and API Key is not associated with a Usage Plan for API Stage API/prod: ${why}`,
];

export const ambiguousRequests: readonly AmbiguousRequest[] = [
  {
    name: 'Missing Authentication Token, the path does not exist',
    kind: 'rest',
    values: { ...missing, ...at('GET', '/prod/petz') },
    config: rest,
    cause: 'route_not_found',
    detail: 'no_route',
    confidence: 'certain',
  },
  {
    name: 'Missing Authentication Token, the path exists and not the method',
    kind: 'rest',
    values: { ...missing, ...at('DELETE', '/prod/pets') },
    config: rest,
    cause: 'route_not_found',
    detail: 'no_route',
    confidence: 'certain',
  },
  {
    name: 'Missing Authentication Token, the method wants a signature',
    kind: 'rest',
    values: { ...missing, ...at('GET', '/prod/private/7') },
    config: rest,
    cause: 'unsigned_request',
    detail: 'no_signature',
    confidence: 'certain',
  },
  {
    name: 'Missing Authentication Token through a domain that is mapped with a base path',
    kind: 'rest',
    values: {
      ...missing,
      ...at('GET', '/v1/private/7'),
      domainName: 'api.example.com',
      'customDomain.basePathMatched': 'v1',
      resourcePath: '/private/{id}',
    },
    config: { ...rest, domains: [{ name: 'api.example.com', basePath: 'v1', stage: 'prod', mutualTls: false }] },
    cause: 'unsigned_request',
    confidence: 'certain',
  },
  {
    name: 'Missing Authentication Token through a mapped domain, the log names the host alone',
    kind: 'rest',
    values: { ...missing, ...at('GET', '/v1/petz'), domainName: 'api.example.com' },
    without: ['resourcePath', 'customDomain.basePathMatched'],
    config: { ...rest, domains: [{ name: 'api.example.com', basePath: 'v1', stage: 'prod', mutualTls: false }] },
    cause: 'route_not_found',
    detail: 'no_route',
    confidence: 'certain',
  },
  {
    name: 'Missing Authentication Token through a domain whose mapping is not known',
    kind: 'rest',
    values: { ...missing, ...at('GET', '/v1/petz'), domainName: 'api.example.com' },
    without: ['resourcePath', 'customDomain.basePathMatched'],
    config: rest,
    cause: 'route_not_found',
    confidence: 'likely',
  },
  {
    name: 'Missing Authentication Token, and a domain may lead to the stage that the path begins with',
    kind: 'rest',
    values: { ...missing, ...at('GET', '/prod/private/7') },
    without: ['domainName', 'resourcePath'],
    config: { ...rest, domains: [{ name: 'api.example.com', basePath: null, stage: 'prod', mutualTls: false }] },
    cause: 'unsigned_request',
    confidence: 'likely',
  },
  {
    name: 'Missing Authentication Token of a method that is there and open',
    kind: 'rest',
    values: { ...missing, ...at('GET', '/prod/pets') },
    config: rest,
    cause: 'route_not_found',
    confidence: 'possible',
  },
  {
    name: 'Missing Authentication Token of a canary, whose deployment is another',
    kind: 'rest',
    values: { ...missing, ...at('GET', '/prod/petz'), deploymentId: 'dep222', isCanaryRequest: 'true' },
    config: rest,
    cause: 'route_not_found',
    confidence: 'likely',
  },
  {
    name: 'Missing Authentication Token while a canary runs, and the log does not tell the deployment',
    kind: 'rest',
    values: { ...missing, ...at('GET', '/prod/petz') },
    config: { ...rest, canary: true },
    cause: 'route_not_found',
    confidence: 'likely',
  },
  {
    name: 'an Authorization header that is no signature, the path does not exist',
    kind: 'rest',
    values: { ...malformed, ...at('GET', '/prod/petz') },
    config: rest,
    cause: 'route_not_found',
    detail: 'no_route',
    confidence: 'certain',
  },
  {
    name: 'an Authorization header that is no signature, the method wants one',
    kind: 'rest',
    values: { ...malformed, ...at('GET', '/prod/private/7') },
    config: rest,
    cause: 'unsigned_request',
    detail: 'bearer_token',
    confidence: 'certain',
  },
  {
    name: 'an Authorization header that is no signature, the method is open, the API private',
    kind: 'rest',
    values: { ...malformed, ...at('GET', '/prod/pets'), 'identity.vpceId': 'vpce-0a1b2c3d4e5f60718' },
    config: { ...rest, endpointType: 'PRIVATE', resourcePolicy: true },
    cause: 'vpc_endpoint_denied',
    detail: 'authorization_header',
    confidence: 'likely',
  },
  {
    name: 'an Authorization header that is no signature, the method is there and open',
    kind: 'rest',
    values: { ...malformed, ...at('GET', '/prod/pets') },
    config: rest,
    cause: 'route_not_found',
    confidence: 'possible',
  },
  {
    name: 'Forbidden, a key is required and none came',
    kind: 'rest',
    values: { ...forbidden, ...at('GET', '/prod/orders') },
    execution: checked('GET /orders', '', 'API Key was required but not present'),
    config: rest,
    cause: 'api_key_missing',
    detail: 'no_key',
    confidence: 'certain',
    certainWithout: ['missing', 'stale', 'working copy'],
  },
  {
    name: 'Forbidden, a key is required and the access log names none (it may be one that AWS does not know)',
    kind: 'rest',
    values: { ...forbidden, ...at('GET', '/prod/orders') },
    config: rest,
    cause: 'api_key_missing',
    confidence: 'likely',
  },
  {
    name: 'Forbidden, nobody knows the key',
    kind: 'rest',
    values: { ...forbidden, ...at('GET', '/prod/orders'), 'identity.apiKey': apiKey },
    config: { ...rest, apiKeys: [{ ...known, lastSix: 'zzzzzz' }] },
    cause: 'api_key_invalid',
    detail: 'unknown_key',
    confidence: 'certain',
  },
  {
    name: 'Forbidden, the key is disabled',
    kind: 'rest',
    values: { ...forbidden, ...at('GET', '/prod/orders'), 'identity.apiKey': apiKey, 'identity.apiKeyId': 'k1' },
    config: { ...rest, apiKeys: [{ ...known, enabled: false }] },
    cause: 'api_key_invalid',
    detail: 'disabled',
    confidence: 'certain',
  },
  {
    name: 'INVALID_API_KEY, the key is disabled: keys need no deployment',
    kind: 'rest',
    values: {
      ...forbidden,
      ...at('GET', '/prod/orders'),
      'error.responseType': 'INVALID_API_KEY',
      'identity.apiKey': apiKey,
    },
    config: { ...rest, apiKeys: [{ ...known, enabled: false }] },
    cause: 'api_key_invalid',
    detail: 'disabled',
    confidence: 'certain',
    certainWithout: ['working copy'],
  },
  {
    name: 'Forbidden, the key is in no plan',
    kind: 'rest',
    values: { ...forbidden, ...at('GET', '/prod/orders'), 'identity.apiKey': apiKey },
    config: { ...rest, apiKeys: [known] },
    cause: 'usage_plan_mismatch',
    detail: 'key_not_in_plan',
    confidence: 'certain',
  },
  {
    name: 'Forbidden, the plan of the key lacks the stage',
    kind: 'rest',
    values: { ...forbidden, ...at('GET', '/prod/orders'), 'identity.apiKey': apiKey },
    config: { ...rest, apiKeys: [known], usagePlans: [plan([{ apiId: 'other1', stage: 'prod' }])] },
    cause: 'usage_plan_mismatch',
    detail: 'stage_not_in_plan',
    confidence: 'certain',
  },
  {
    name: 'Forbidden, the method requires a key and a web ACL is there',
    kind: 'rest',
    values: { ...forbidden, ...at('GET', '/prod/orders'), 'identity.apiKey': apiKey },
    config: { ...rest, webAcl: { arn: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/front/1' } },
    cause: 'waf_blocked or api_key_invalid or usage_plan_mismatch',
    confidence: 'possible',
  },
  {
    name: 'Forbidden of a method that requires no key',
    kind: 'rest',
    values: { ...forbidden, ...at('GET', '/prod/pets') },
    config: rest,
    cause: 'unknown or mtls_refused',
    confidence: 'possible',
  },
  {
    name: 'a preflight, and there is no OPTIONS',
    kind: 'rest',
    values: { ...missing, ...at('OPTIONS', '/prod/pets') },
    config: rest,
    cause: 'cors_preflight_refused',
    detail: 'no_options_method',
    confidence: 'certain',
  },
  {
    name: 'a preflight, and OPTIONS wants a signature',
    kind: 'rest',
    values: { ...missing, ...at('OPTIONS', '/prod/private/7') },
    config: rest,
    cause: 'cors_preflight_refused',
    detail: 'protected_options',
    confidence: 'certain',
  },
  {
    name: 'a preflight, and OPTIONS requires a key',
    kind: 'rest',
    values: { ...forbidden, ...at('OPTIONS', '/prod/orders') },
    config: rest,
    cause: 'cors_preflight_refused',
    detail: 'protected_options',
    confidence: 'certain',
  },
  {
    name: 'a preflight, and OPTIONS has an authorizer',
    kind: 'rest',
    values: { status: '403', 'error.responseType': 'ACCESS_DENIED', ...at('OPTIONS', '/prod/guarded') },
    config: rest,
    cause: 'cors_preflight_refused',
    detail: 'protected_options',
    confidence: 'likely',
  },
  {
    name: 'HTTP API: the token lacks the scope of the route',
    kind: 'http',
    values: { ...forbidden, ...at('GET', '/scoped'), routeKey: 'GET /scoped' },
    config: http,
    cause: 'jwt_scope_missing',
    detail: 'insufficient_scope',
    confidence: 'certain',
  },
  {
    name: 'HTTP API: the Lambda authorizer says no',
    kind: 'http',
    values: { ...forbidden, ...at('POST', '/lambda'), routeKey: 'ANY /lambda' },
    config: http,
    cause: 'authorizer_denied',
    detail: 'simple_response',
    confidence: 'certain',
  },
  {
    name: 'HTTP API: a signed caller without permission',
    kind: 'http',
    values: {
      ...forbidden,
      ...at('GET', '/iam'),
      routeKey: 'ANY /iam',
      'identity.userArn': 'arn:aws:iam::111122223333:user/batch',
    },
    config: http,
    cause: 'iam_denied',
    confidence: 'certain',
  },
  {
    name: 'HTTP API: the route wants a signature and the log names no caller',
    kind: 'http',
    values: { ...forbidden, ...at('GET', '/iam'), routeKey: 'ANY /iam' },
    config: http,
    cause: 'unsigned_request',
    detail: 'no_signature',
    confidence: 'likely',
  },
  {
    name: 'HTTP API: a preflight that the route of all methods takes to its authorizer',
    kind: 'http',
    values: { ...forbidden, ...at('OPTIONS', '/lambda'), routeKey: 'ANY /lambda' },
    config: http,
    cause: 'cors_preflight_refused',
    detail: 'protected_options',
    confidence: 'certain',
  },
  {
    name: 'HTTP API: the backend may have answered, the log does not say',
    kind: 'http',
    values: { ...forbidden, ...at('POST', '/lambda'), routeKey: 'ANY /lambda' },
    without: ['integrationStatus'],
    config: http,
    cause: 'authorizer_denied',
    confidence: 'possible',
  },
  {
    name: 'HTTP API: a domain asks for certificates, and the log does not name the host',
    kind: 'http',
    values: { ...forbidden, ...at('GET', '/scoped'), routeKey: 'GET /scoped' },
    without: ['domainName'],
    config: { ...http, domains: [{ name: 'mtls.example.com', basePath: null, stage: 'prod', mutualTls: true }] },
    cause: 'jwt_scope_missing',
    confidence: 'likely',
  },
];
