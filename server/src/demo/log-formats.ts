import type { RequestPlace } from '@why403/parsers';

export const account = '111122223333';
export const region = 'eu-west-1';

/**
 * The logs of some stages that share an access-log format, come in under one name: access lines, and among them execution-log
 * lines and WAF records of refused requests. All of a request in one unit is settled once.
 */
export interface DemoFeed {
  readonly name: string;
  /** The stages' `accessLogSettings.format`. */
  readonly template: string;
  /** Where requests went, as far as lines do not tell: who sets up a feed knows. */
  readonly place: RequestPlace;
}

const anywhere: RequestPlace = { account, region, apiId: null, stage: null };

/** Everything that decides between causes. */
const restFormat =
  '{"requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId","requestTimeEpoch":"$context.requestTimeEpoch","accountId":"$context.accountId","apiId":"$context.apiId","stage":"$context.stage","domainName":"$context.domainName","basePathMatched":"$context.customDomain.basePathMatched","ip":"$context.identity.sourceIp","userAgent":"$context.identity.userAgent","userArn":"$context.identity.userArn","apiKey":"$context.identity.apiKey","apiKeyId":"$context.identity.apiKeyId","principalId":"$context.authorizer.principalId","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","path":"$context.path","status":"$context.status","responseLength":"$context.responseLength","responseLatency":"$context.responseLatency","errorResponseType":"$context.error.responseType","errorMessage":"$context.error.message","wafResponseCode":"$context.wafResponseCode","webaclArn":"$context.webaclArn","authenticateStatus":"$context.authenticate.status","authenticateError":"$context.authenticate.error","authorizerStatus":"$context.authorizer.status","authorizeStatus":"$context.authorize.status","authorizeError":"$context.authorize.error","backendStatus":"$context.integration.status","integrationStatus":"$context.integrationStatus","integrationLatency":"$context.integrationLatency"}';

const httpFormat =
  '{"requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId","requestTimeEpoch":"$context.requestTimeEpoch","accountId":"$context.accountId","apiId":"$context.apiId","stage":"$context.stage","domainName":"$context.domainName","ip":"$context.identity.sourceIp","userAgent":"$context.identity.userAgent","sub":"$context.authorizer.claims.sub","tenant":"$context.authorizer.tenant","httpMethod":"$context.httpMethod","routeKey":"$context.routeKey","path":"$context.path","status":"$context.status","responseLength":"$context.responseLength","responseLatency":"$context.responseLatency","errorResponseType":"$context.error.responseType","errorMessage":"$context.error.message","authorizerStatus":"$context.authorizer.status","authorizerError":"$context.authorizer.error","backendStatus":"$context.integration.status","integrationStatus":"$context.integrationStatus","integrationErrorMessage":"$context.integrationErrorMessage"}';

/** What somebody wrote years ago: times and ids, and nothing that tells why. */
const leanFormat =
  '{"time":"$context.requestTime","request_id":"$context.requestId","extended_request_id":"$context.extendedRequestId","ip":"$context.identity.sourceIp","method":"$context.httpMethod","resource":"$context.resourcePath","status":$context.status,"bytes":$context.responseLength,"latency_ms":$context.responseLatency}';

/** The console's own CLF template. */
const clfFormat =
  '$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime] "$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId $context.extendedRequestId';

/** The APIs whose formats do not log the API: each has a feed of its own. */
export const devicesPlace: RequestPlace = { account, region, apiId: 'd7v4n1kx8q', stage: 'prod' };
export const erpPlace: RequestPlace = { account, region, apiId: 'e2r9p5tz6m', stage: 'prod' };

/** To add one: here; a stage that writes into it, in company.ts. */
export const feeds = {
  rest: { name: 'demo-rest', template: restFormat, place: anywhere },
  http: { name: 'demo-http', template: httpFormat, place: anywhere },
  devices: { name: 'demo-devices', template: leanFormat, place: devicesPlace },
  erp: { name: 'demo-erp', template: clfFormat, place: erpPlace },
} as const satisfies Record<string, DemoFeed>;

export type FeedKey = keyof typeof feeds;
export const feedKeys = Object.keys(feeds) as FeedKey[];
