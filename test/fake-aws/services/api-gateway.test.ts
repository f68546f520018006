import {
  APIGatewayClient,
  GetAccountCommand,
  GetApiKeysCommand,
  GetAuthorizersCommand,
  GetBasePathMappingsCommand,
  GetDeploymentCommand,
  GetDeploymentsCommand,
  GetDomainNamesCommand,
  GetGatewayResponsesCommand,
  GetResourcesCommand,
  GetRestApisCommand,
  GetStagesCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
  paginateGetRestApis,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from 'vitest';
import { clientOf, fakeFor, worldOf } from '../harness.js';
import type { FakeRegion } from '../world.js';

const created = new Date('2026-02-01T00:00:00Z');
const apiSummary = { '/pets': { GET: { authorizationType: 'AWS_IAM', apiKeyRequired: true } } };
const pets: FakeRegion = {
  restApis: [
    {
      api: { id: 'abc123', name: 'pets', createdDate: created, policy: '{"Statement":[]}', tags: { Team: 'a' } },
      stages: [
        {
          stageName: 'prod',
          deploymentId: 'dep1',
          accessLogSettings: {
            format: '$context.requestId',
            destinationArn: 'arn:aws:logs:eu-central-1:111122223333:log-group:pets',
          },
          methodSettings: { '*/*': { loggingLevel: 'INFO', dataTraceEnabled: false } },
          canarySettings: { percentTraffic: 5, deploymentId: 'dep2' },
          createdDate: created,
        },
      ],
      deployments: [{ id: 'dep1', createdDate: created, apiSummary }],
      resources: [
        { id: 'r1', path: '/pets', resourceMethods: { GET: { httpMethod: 'GET', authorizationType: 'AWS_IAM' } } },
      ],
      authorizers: [{ id: 'au1', type: 'TOKEN', authorizerResultTtlInSeconds: 300 }],
      gatewayResponses: [
        { responseType: 'ACCESS_DENIED', statusCode: '404', responseParameters: {}, responseTemplates: {} },
      ],
    },
  ],
  usagePlans: [
    {
      plan: { id: 'up1', apiStages: [{ apiId: 'abc123', stage: 'prod' }] },
      keys: [{ id: 'k1', value: 'secret-value' }],
    },
  ],
  apiKeys: [{ id: 'k1', enabled: true, value: 'secret-value', createdDate: created }],
  domainNames: [
    {
      domain: { domainName: 'api.example.com' },
      mappings: [{ basePath: '(none)', restApiId: 'abc123', stage: 'prod' }],
    },
  ],
  gatewayAccount: { cloudwatchRoleArn: 'arn:aws:iam::111122223333:role/logs' },
};

const gateway = async (here: FakeRegion = pets) => new APIGatewayClient(clientOf(await fakeFor(worldOf(here))));

it('gives REST APIs 25 a page, 500 at most', async () => {
  const restApis = Array.from({ length: 60 }, (_, index) => ({ api: { id: `api${index}` } }));
  const client = await gateway({ restApis });
  const sizes: (number | undefined)[] = [];
  for await (const page of paginateGetRestApis({ client }, {})) sizes.push(page.items?.length);
  expect(sizes).toEqual([25, 25, 10]);
  expect((await client.send(new GetRestApisCommand({ limit: 500 }))).items).toHaveLength(60);
  await expect(client.send(new GetRestApisCommand({ limit: 501 }))).rejects.toMatchObject({
    name: 'BadRequestException',
  });
  const ofApis = await client.send(new GetRestApisCommand());
  await expect(client.send(new GetApiKeysCommand({ position: ofApis.position }))).rejects.toMatchObject({
    name: 'BadRequestException',
  });
  await expect(client.send(new GetRestApisCommand({ position: 'x' }))).rejects.toMatchObject({
    name: 'BadRequestException',
  });
});

it('gives an API and its stages as the client knows them, times as times', async () => {
  const client = await gateway();
  expect((await client.send(new GetRestApisCommand())).items).toEqual([pets.restApis?.[0]?.api]);
  expect((await client.send(new GetStagesCommand({ restApiId: 'abc123' }))).item).toEqual(pets.restApis?.[0]?.stages);
});

describe('what is answered only when asked for', () => {
  it.each([
    ['a deployment without its summary', undefined, undefined],
    ['a deployment with its summary', ['apisummary'], apiSummary],
  ])('%s', async (_, embed, summary) => {
    const client = await gateway();
    const found = await client.send(
      new GetDeploymentCommand({ restApiId: 'abc123', deploymentId: 'dep1', ...(embed ? { embed } : {}) }),
    );
    expect([found.id, found.apiSummary]).toEqual(['dep1', summary]);
    expect((await client.send(new GetDeploymentsCommand({ restApiId: 'abc123' }))).items?.[0]).not.toHaveProperty(
      'apiSummary',
    );
  });

  it.each([
    ['methods by name alone', undefined, { GET: {} }],
    ['methods and what they ask for', ['methods'], { GET: { httpMethod: 'GET', authorizationType: 'AWS_IAM' } }],
  ])('%s', async (_, embed, methods) => {
    const client = await gateway();
    const found = await client.send(new GetResourcesCommand({ restApiId: 'abc123', ...(embed ? { embed } : {}) }));
    expect(found.items?.[0]?.resourceMethods).toEqual(methods);
  });

  it('values of keys', async () => {
    const client = await gateway();
    expect((await client.send(new GetApiKeysCommand())).items).toEqual([
      { id: 'k1', enabled: true, createdDate: created },
    ]);
    expect((await client.send(new GetApiKeysCommand({ includeValues: true }))).items?.[0]?.value).toBe('secret-value');
    expect((await client.send(new GetUsagePlanKeysCommand({ usagePlanId: 'up1' }))).items?.[0]?.id).toBe('k1');
  });
});

it('gives every gateway response, the untouched as defaults', async () => {
  const client = await gateway();
  const { items = [] } = await client.send(new GetGatewayResponsesCommand({ restApiId: 'abc123' }));
  expect(items).toHaveLength(21);
  expect(items.filter(({ defaultResponse }) => !defaultResponse)).toMatchObject([
    { responseType: 'ACCESS_DENIED', statusCode: '404' },
  ]);
  expect(items.find(({ responseType }) => responseType === 'WAF_FILTERED')?.statusCode).toBe('403');
});

it('gives the rest', async () => {
  const client = await gateway();
  expect((await client.send(new GetAuthorizersCommand({ restApiId: 'abc123' }))).items).toEqual(
    pets.restApis?.[0]?.authorizers,
  );
  expect((await client.send(new GetUsagePlansCommand())).items).toEqual([pets.usagePlans?.[0]?.plan]);
  expect((await client.send(new GetDomainNamesCommand())).items).toEqual([{ domainName: 'api.example.com' }]);
  expect((await client.send(new GetBasePathMappingsCommand({ domainName: 'api.example.com' }))).items).toEqual(
    pets.domainNames?.[0]?.mappings,
  );
  expect((await client.send(new GetAccountCommand())).cloudwatchRoleArn).toBe('arn:aws:iam::111122223333:role/logs');
});

it.each([
  ['API', new GetStagesCommand({ restApiId: 'absent' })],
  ['deployment', new GetDeploymentCommand({ restApiId: 'abc123', deploymentId: 'absent' })],
  ['plan', new GetUsagePlanKeysCommand({ usagePlanId: 'absent' })],
])('says NotFoundException for an unknown %s', async (_, command) => {
  const client = await gateway();
  await expect(client.send(command as GetStagesCommand)).rejects.toMatchObject({
    name: 'NotFoundException',
    $metadata: { httpStatusCode: 404 },
  });
});
