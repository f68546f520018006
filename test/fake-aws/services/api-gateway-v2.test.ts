import {
  ApiGatewayV2Client,
  GetApiMappingsCommand,
  GetApisCommand,
  GetAuthorizersCommand,
  GetDeploymentsCommand,
  GetDomainNamesCommand,
  GetRoutesCommand,
  GetStagesCommand,
} from '@aws-sdk/client-apigatewayv2';
import { expect, it } from 'vitest';
import { clientOf, fakeFor, worldOf } from '../harness.js';
import type { FakeRegion } from '../world.js';

const created = new Date('2026-02-01T00:00:00.000Z');
const api = {
  ApiId: 'h1',
  Name: 'orders',
  ProtocolType: 'HTTP' as const,
  CreatedDate: created,
  RouteSelectionExpression: '$request.body.action',
  Tags: { Team: 'a' },
};
const stages = [
  {
    StageName: '$default',
    AutoDeploy: true,
    AccessLogSettings: {
      DestinationArn: 'arn:aws:logs:eu-central-1:111122223333:log-group:orders',
      Format: '$context.requestId',
    },
    RouteSettings: { 'GET /Orders': { ThrottlingRateLimit: 5 } },
    StageVariables: { Upper: 'X' },
    CreatedDate: created,
  },
];
const routes = [
  {
    RouteId: 'ro1',
    RouteKey: 'GET /orders',
    AuthorizationType: 'JWT' as const,
    AuthorizerId: 'a1',
    AuthorizationScopes: ['orders/read'],
    ApiKeyRequired: false,
  },
];
const authorizers = [
  {
    AuthorizerId: 'a1',
    Name: 'jwt',
    AuthorizerType: 'JWT' as const,
    JwtConfiguration: { Issuer: 'https://issuer.example.com', Audience: ['x'] },
  },
];
const here: FakeRegion = {
  httpApis: [
    {
      api,
      stages,
      routes,
      authorizers,
      deployments: [{ DeploymentId: 'd1', CreatedDate: created, AutoDeployed: true }],
    },
    ...Array.from({ length: 30 }, (_, index) => ({ api: { ...api, ApiId: `more${index}` } })),
  ],
  httpDomainNames: [
    {
      domain: { DomainName: 'api.example.com', DomainNameConfigurations: [{ EndpointType: 'REGIONAL' }] },
      mappings: [{ ApiId: 'h1', Stage: '$default', ApiMappingKey: 'v1' }],
    },
  ],
};

const client = async () => new ApiGatewayV2Client(clientOf(await fakeFor(worldOf(here))));

it('pages by NextToken, 25 unless asked otherwise', async () => {
  const v2 = await client();
  const first = await v2.send(new GetApisCommand());
  const second = await v2.send(new GetApisCommand({ NextToken: first.NextToken }));
  expect([first.Items?.length, second.Items?.length, second.NextToken]).toEqual([25, 6, undefined]);
  expect((await v2.send(new GetApisCommand({ MaxResults: '500' }))).Items).toHaveLength(31);
});

it('gives what the world holds, as the client knows it', async () => {
  const v2 = await client();
  const ApiId = 'h1';
  expect((await v2.send(new GetApisCommand())).Items?.[0]).toEqual(api);
  expect((await v2.send(new GetStagesCommand({ ApiId }))).Items).toEqual(stages);
  expect((await v2.send(new GetRoutesCommand({ ApiId }))).Items).toEqual(routes);
  expect((await v2.send(new GetAuthorizersCommand({ ApiId }))).Items).toEqual(authorizers);
  expect((await v2.send(new GetDeploymentsCommand({ ApiId }))).Items).toEqual(here.httpApis?.[0]?.deployments);
  expect((await v2.send(new GetDomainNamesCommand())).Items).toEqual([here.httpDomainNames?.[0]?.domain]);
  expect((await v2.send(new GetApiMappingsCommand({ DomainName: 'api.example.com' }))).Items).toEqual(
    here.httpDomainNames?.[0]?.mappings,
  );
});

it('says NotFoundException for an unknown API', async () => {
  await expect((await client()).send(new GetStagesCommand({ ApiId: 'absent' }))).rejects.toMatchObject({
    name: 'NotFoundException',
  });
});
