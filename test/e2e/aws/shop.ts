import type { FakeLogEvent, FakeLogGroup, FakeRegion, FakeRestApi } from '../../fake-aws/world.js';

export const account = '111122223333';
export const region = 'eu-west-1';
const groupArn = (of: string, name: string): string => `arn:aws:logs:${region}:${of}:log-group:${name}`;
const aclArnOf = (of: string): string =>
  `arn:aws:wafv2:${region}:${of}:regional/webacl/edge/11112222-3333-4444-5555-666677778888`;

export const groups = {
  prod: '/aws/apigateway/shop-prod',
  dev: '/aws/apigateway/shop-dev',
  beta: '/aws/apigateway/shop-beta',
  web: '/aws/apigateway/web',
  execution: 'API-Gateway-Execution-Logs_rest000001/prod',
  waf: 'aws-waf-logs-edge',
} as const;

/** As AWS has it; each stage could have another. */
export const format =
  '$context.requestId $context.extendedRequestId $context.requestTimeEpoch $context.httpMethod $context.resourcePath $context.status $context.error.responseType';

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const extendedIdOf = (n: number): string => `Xid${String(n).padStart(10, '0')}=`;

const event = (timeMs: number, message: string): FakeLogEvent => ({ timestamp: timeMs, message });

/** `403 INVALID_API_KEY` */
export const accessEvent = (n: number, timeMs: number, answer: string): FakeLogEvent =>
  event(timeMs, `${idOf(n)} ${extendedIdOf(n)} ${timeMs} GET /orders ${answer}`);

/** The authorizer of the stage denies the request. */
export const executionEvents = (n: number, timeMs: number): FakeLogEvent[] => {
  const id = idOf(n);
  return [
    `(${id}) Extended Request Id: ${extendedIdOf(n)}`,
    `(${id}) Starting authorizer: a1b2c3 for request: ${id}`,
    `(${id}) Using valid authorizer policy for principal: **er-3`,
    `(${id}) Successfully completed authorizer execution`,
    `(${id}) The client is not authorized to perform this operation.`,
    `(${id}) Method completed with status: 403`,
  ].map((message) => event(timeMs, message));
};

export const wafEvent = (n: number, timeMs: number): FakeLogEvent =>
  event(
    timeMs,
    JSON.stringify({
      timestamp: timeMs,
      formatVersion: 1,
      webaclId: aclArnOf(account),
      terminatingRuleId: 'BlockScanners',
      terminatingRuleType: 'REGULAR',
      action: 'BLOCK',
      httpSourceName: 'APIGW',
      httpSourceId: `${account}:rest000001:prod`,
      httpRequest: {
        clientIp: '203.0.113.7',
        country: 'NL',
        headers: [],
        uri: '/prod/orders',
        args: '',
        httpVersion: 'HTTP/1.1',
        httpMethod: 'GET',
        requestId: extendedIdOf(n),
      },
    }),
  );

const longAgo = new Date('2026-02-01T08:00:00Z');

export const stageOf = (stageName: string, group: string, lastUpdatedDate = longAgo, of = account) => ({
  stageName,
  deploymentId: 'dep001',
  lastUpdatedDate,
  accessLogSettings: { format, destinationArn: `${groupArn(of, group)}:*` },
});

/** A REST API with two stages, one of them with execution log and web ACL, and an HTTP API with one. */
export function shopAt(
  timeMs: number,
  of = account,
): Required<Pick<FakeRegion, 'logGroups' | 'restApis' | 'httpApis'>> & FakeRegion {
  const aclArn = aclArnOf(of);
  const shop: FakeRestApi = {
    api: { id: 'rest000001', name: 'shop', endpointConfiguration: { types: ['REGIONAL'] } },
    stages: [
      {
        ...stageOf('prod', groups.prod, longAgo, of),
        methodSettings: { '*/*': { loggingLevel: 'INFO' } },
        webAclArn: aclArn,
      },
      stageOf('dev', groups.dev, longAgo, of),
    ],
    deployments: [
      {
        id: 'dep001',
        createdDate: longAgo,
        apiSummary: { '/orders': { GET: { authorizationType: 'CUSTOM', apiKeyRequired: true } } },
      },
    ],
  };
  const logGroups: FakeLogGroup[] = [
    {
      name: groups.prod,
      events: [
        accessEvent(1, timeMs, '200 -'),
        accessEvent(2, timeMs + 1000, '403 INVALID_API_KEY'),
        accessEvent(3, timeMs + 2000, '403 ACCESS_DENIED'),
        accessEvent(4, timeMs + 3000, '403 WAF_FILTERED'),
      ],
    },
    { name: groups.execution, events: executionEvents(3, timeMs + 2000) },
    { name: groups.waf, events: [wafEvent(4, timeMs + 3000)] },
    { name: groups.dev, events: [accessEvent(5, timeMs, '403 INVALID_API_KEY')] },
    { name: groups.web, events: [accessEvent(6, timeMs, '403 INVALID_API_KEY'), accessEvent(7, timeMs, '200 -')] },
  ];
  return {
    restApis: [shop],
    httpApis: [
      {
        api: { ApiId: 'http000001', Name: 'web', ProtocolType: 'HTTP', RouteSelectionExpression: '' },
        stages: [
          {
            StageName: '$default',
            AutoDeploy: true,
            DeploymentId: 'hdep1',
            LastUpdatedDate: longAgo,
            AccessLogSettings: { Format: format, DestinationArn: groupArn(of, groups.web) },
          },
        ],
        routes: [{ RouteKey: '$default', AuthorizationType: 'NONE' }],
      },
    ],
    webAcls: [
      {
        acl: { Name: 'edge', Id: '11112222-3333-4444-5555-666677778888', ARN: aclArn } as never,
        logging: { ResourceArn: aclArn, LogDestinationConfigs: [groupArn(of, groups.waf)] },
      },
    ],
    logGroups,
  };
}
