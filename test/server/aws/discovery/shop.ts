import type { FakeHttpApi, FakeRegion, FakeRestApi } from '../../../fake-aws/world.js';

export const updated = new Date('2026-02-01T08:00:00Z');
const arn = 'arn:aws:logs:eu-central-1:111122223333:log-group:';

export const keyValue = 'kEyValueThatNobodyMayEverSee-a1b2c3';
export const policy = '{"Version":"2012-10-17","Statement":[]}';
export const aclArn =
  'arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/edge/11112222-3333-4444-5555-666677778888';
export const accessFormat = '$context.requestId $context.status $context.error.responseType';

const lambda = (name: string): string =>
  `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:111122223333:function:${name}/invocations`;

/** A REST API with a key, a Lambda authorizer, a web ACL and a canary. */
export const shop = (): FakeRestApi => ({
  api: {
    id: 'rest000001',
    name: 'shop',
    policy,
    tags: { team: 'shop' },
    apiKeySource: 'HEADER',
    endpointConfiguration: { types: ['REGIONAL'] },
  },
  stages: [
    {
      stageName: 'prod',
      deploymentId: 'dep002',
      lastUpdatedDate: updated,
      webAclArn: aclArn,
      tags: { env: 'prod' },
      accessLogSettings: { format: accessFormat, destinationArn: `${arn}/aws/apigateway/shop:*` },
      methodSettings: {
        '*/*': { loggingLevel: 'ERROR' },
        '~1orders/GET': {
          loggingLevel: 'INFO',
          requireAuthorizationForCacheControl: true,
          unauthorizedCacheControlHeaderStrategy: 'FAIL_WITH_403',
        },
      },
      canarySettings: { deploymentId: 'dep003', percentTraffic: 10 },
    },
    {
      stageName: 'dev',
      deploymentId: 'dep001',
      lastUpdatedDate: updated,
      accessLogSettings: {
        format: accessFormat,
        destinationArn: 'arn:aws:firehose:eu-central-1:111122223333:deliverystream/amazon-apigateway-shop',
      },
    },
  ],
  deployments: ['dep001', 'dep002', 'dep003'].map((id) => ({
    id,
    createdDate: updated,
    apiSummary: {
      '/orders': {
        GET: { authorizationType: 'CUSTOM', apiKeyRequired: true },
        OPTIONS: { authorizationType: 'NONE', apiKeyRequired: false },
      },
      '/orders/{id}': { GET: { authorizationType: 'AWS_IAM', apiKeyRequired: false } },
    },
  })),
  resources: [
    {
      id: 'res1',
      path: '/orders',
      resourceMethods: {
        GET: { httpMethod: 'GET', authorizationType: 'CUSTOM', authorizerId: 'auth01', apiKeyRequired: true },
        // Edited, and not deployed.
        POST: { httpMethod: 'POST', authorizationType: 'NONE' },
      },
    },
    {
      id: 'res2',
      path: '/orders/{id}',
      resourceMethods: { GET: { httpMethod: 'GET', authorizationType: 'CUSTOM', authorizerId: 'auth01' } },
    },
  ],
  authorizers: [
    {
      id: 'auth01',
      name: 'tokens',
      type: 'TOKEN',
      authorizerUri: lambda('verify-token'),
      authorizerResultTtlInSeconds: 60,
    },
  ],
  gatewayResponses: [{ responseType: 'THROTTLED', statusCode: '403' }],
});

export const httpApi = (): FakeHttpApi => ({
  api: { ApiId: 'http000001', Name: 'web', ProtocolType: 'HTTP', RouteSelectionExpression: '', Tags: { team: 'web' } },
  stages: [
    {
      StageName: '$default',
      AutoDeploy: true,
      DeploymentId: 'hdep1',
      LastUpdatedDate: updated,
      LastDeploymentStatusMessage: "Successfully deployed stage with deployment ID 'hdep1'",
      AccessLogSettings: { Format: accessFormat, DestinationArn: `${arn}/aws/apigateway/web` },
    },
    { StageName: 'manual', DeploymentId: 'hdep0', LastUpdatedDate: updated },
  ],
  routes: [
    { RouteKey: '$default', AuthorizationType: 'NONE' },
    {
      RouteKey: 'GET /pets/{id}',
      AuthorizationType: 'JWT',
      AuthorizerId: 'jwt001',
      AuthorizationScopes: ['pets:read'],
    },
  ],
  authorizers: [{ AuthorizerId: 'jwt001', Name: 'pool', AuthorizerType: 'JWT' }],
});

export const socketApi = (): FakeHttpApi => ({
  api: { ApiId: 'sock000001', Name: 'chat', ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '' },
  stages: [
    {
      StageName: 'live',
      DeploymentId: 'sdep1',
      LastUpdatedDate: updated,
      DefaultRouteSettings: { LoggingLevel: 'ERROR' },
    },
  ],
  routes: [{ RouteKey: '$connect', AuthorizationType: 'CUSTOM', AuthorizerId: 'wsa001' }],
  authorizers: [{ AuthorizerId: 'wsa001', Name: 'door', AuthorizerType: 'REQUEST', AuthorizerUri: lambda('door') }],
});

export const shopRegion = (): FakeRegion => ({
  gatewayAccount: { cloudwatchRoleArn: 'arn:aws:iam::111122223333:role/gateway-logs' },
  restApis: [shop()],
  httpApis: [httpApi(), socketApi()],
  usagePlans: [
    {
      plan: {
        id: 'plan01',
        name: 'gold',
        apiStages: [
          { apiId: 'rest000001', stage: 'prod' },
          { apiId: 'other00001', stage: 'prod' },
        ],
      },
      keys: [{ id: 'key001', type: 'API_KEY', name: 'partner', value: keyValue }],
    },
  ],
  apiKeys: [{ id: 'key001', name: 'partner', enabled: true, value: keyValue, lastUpdatedDate: updated }],
  domainNames: [
    {
      domain: {
        domainName: 'api.example.com',
        routingMode: 'BASE_PATH_MAPPING_ONLY',
        mutualTlsAuthentication: { truststoreUri: 's3://trust/store.pem' },
      },
      mappings: [{ basePath: '(none)', restApiId: 'rest000001', stage: 'prod' }],
    },
  ],
  httpDomainNames: [
    {
      domain: { DomainName: 'web.example.com', RoutingMode: 'API_MAPPING_ONLY' },
      mappings: [
        { ApiId: 'http000001', Stage: '$default', ApiMappingKey: '' },
        { ApiId: 'rest000001', Stage: 'prod', ApiMappingKey: 'v1/shop' },
      ],
    },
  ],
  webAcls: [
    {
      acl: { Name: 'edge', Id: '11112222-3333-4444-5555-666677778888', ARN: aclArn } as never,
      logging: { ResourceArn: aclArn, LogDestinationConfigs: [`${arn}aws-waf-logs-edge`] },
    },
  ],
});
