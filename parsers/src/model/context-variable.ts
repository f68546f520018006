/**
 * What may be kept of a variable's value:
 * - `keep`: as logged (bounded by the line limit)
 * - `message`: only what `recognizeMessage` recognises
 * - `mask`: last six characters and length (`maskSecret`)
 * - `presence`: only that it had a value
 */
export type KeepPolicy = 'keep' | 'message' | 'mask' | 'presence';

type Table = Readonly<Record<string, KeepPolicy>>;

/**
 * All `$context` variables of access logging, REST, HTTP and WebSocket APIs, by their AWS name without `$context.`.
 * Source: API Gateway developer guide, "Variables for access logging" (REST), "http-api-logging-variables",
 * "websocket-api-logging". To add one: add a line; if people use other JSON keys for it, add them in
 * `access-log/key-names.ts`.
 */
export const contextVariables = {
  accountId: 'keep',
  apiId: 'keep',
  'authenticate.error': 'message',
  'authenticate.latency': 'keep',
  'authenticate.status': 'keep',
  'authorize.error': 'message',
  'authorize.latency': 'keep',
  'authorize.status': 'keep',
  /** Stands for every `$context.authorizer.claims.<name>`: parsed token claims. */
  'authorizer.claims': 'presence',
  /** Stands for every other `$context.authorizer.<key>`: the Lambda authorizer's own context. */
  'authorizer.context': 'presence',
  'authorizer.error': 'message',
  'authorizer.integrationLatency': 'keep',
  'authorizer.integrationStatus': 'keep',
  'authorizer.latency': 'keep',
  'authorizer.principalId': 'keep',
  'authorizer.requestId': 'keep',
  'authorizer.status': 'keep',
  awsEndpointRequestId: 'keep',
  awsEndpointRequestId2: 'keep',
  cipherSuite: 'keep',
  connectedAt: 'keep',
  connectionId: 'keep',
  'customDomain.basePathMatched': 'keep',
  'customDomain.routingRuleIdMatched': 'keep',
  dataProcessed: 'keep',
  deploymentId: 'keep',
  domainName: 'keep',
  domainPrefix: 'keep',
  endpointType: 'keep',
  'error.message': 'message',
  'error.messageString': 'message',
  'error.responseType': 'keep',
  'error.validationErrorString': 'presence',
  eventType: 'keep',
  extendedRequestId: 'keep',
  httpMethod: 'keep',
  'identity.accountId': 'keep',
  'identity.apiKey': 'mask',
  'identity.apiKeyId': 'keep',
  'identity.caller': 'keep',
  'identity.clientCert.clientCertPem': 'presence',
  'identity.clientCert.issuerDN': 'keep',
  'identity.clientCert.serialNumber': 'keep',
  'identity.clientCert.subjectDN': 'keep',
  'identity.clientCert.validity.notAfter': 'keep',
  'identity.clientCert.validity.notBefore': 'keep',
  'identity.cognitoAuthenticationProvider': 'keep',
  'identity.cognitoAuthenticationType': 'keep',
  'identity.cognitoIdentityId': 'keep',
  'identity.cognitoIdentityPoolId': 'keep',
  'identity.principalOrgId': 'keep',
  'identity.sourceIp': 'keep',
  'identity.user': 'keep',
  'identity.userAgent': 'keep',
  'identity.userArn': 'keep',
  'identity.vpcId': 'keep',
  'identity.vpceId': 'keep',
  'integration.error': 'message',
  'integration.integrationStatus': 'keep',
  'integration.latency': 'keep',
  'integration.requestId': 'keep',
  'integration.status': 'keep',
  integrationErrorMessage: 'message',
  integrationLatency: 'keep',
  integrationStatus: 'keep',
  isCanaryRequest: 'keep',
  messageId: 'keep',
  path: 'keep',
  protocol: 'keep',
  requestId: 'keep',
  requestTime: 'keep',
  requestTimeEpoch: 'keep',
  'requestOverride.path': 'presence',
  resourceId: 'keep',
  resourcePath: 'keep',
  responseLatency: 'keep',
  responseLength: 'keep',
  'responseOverride.status': 'keep',
  routeKey: 'keep',
  stage: 'keep',
  status: 'keep',
  tlsVersion: 'keep',
  'waf.error': 'message',
  'waf.latency': 'keep',
  'waf.status': 'keep',
  wafResponseCode: 'keep',
  webaclArn: 'keep',
  xrayTraceId: 'keep',
} as const satisfies Table;

export type ContextVariable = keyof typeof contextVariables;
