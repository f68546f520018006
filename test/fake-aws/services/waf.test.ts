import {
  GetLoggingConfigurationCommand,
  GetWebACLCommand,
  GetWebACLForResourceCommand,
  ListResourcesForWebACLCommand,
  ListWebACLsCommand,
  WAFV2Client,
  type WebACL,
} from '@aws-sdk/client-wafv2';
import { expect, it } from 'vitest';
import { account, clientOf, fakeFor, region, worldOf } from '../harness.js';

const arn = `arn:aws:wafv2:${region}:${account}:regional/webacl/front/11111111-2222-4333-8444-555555555555`;
const stage = `arn:aws:apigateway:${region}::/restapis/abc123/stages/prod`;
const balancer = `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/x/1`;
const acl: WebACL = {
  Name: 'front',
  Id: '11111111-2222-4333-8444-555555555555',
  ARN: arn,
  DefaultAction: { Allow: {} },
  VisibilityConfig: { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: 'front' },
  Rules: [],
};
const logging = {
  ResourceArn: arn,
  LogDestinationConfigs: [`arn:aws:logs:${region}:${account}:log-group:aws-waf-logs-front`],
};
const waf = async () =>
  new WAFV2Client(clientOf(await fakeFor(worldOf({ webAcls: [{ acl, resourceArns: [stage, balancer], logging }] }))));

it('lists web ACLs, and what they protect by kind', async () => {
  const client = await waf();
  const { WebACLs } = await client.send(new ListWebACLsCommand({ Scope: 'REGIONAL' }));
  expect(WebACLs).toMatchObject([{ Name: 'front', ARN: arn }]);
  const resources = (type?: 'API_GATEWAY') =>
    client.send(new ListResourcesForWebACLCommand({ WebACLArn: arn, ...(type ? { ResourceType: type } : {}) }));
  expect((await resources('API_GATEWAY')).ResourceArns).toEqual([stage]);
  expect((await resources()).ResourceArns).toEqual([balancer]);
});

it('finds a web ACL by name, by ARN and by what it protects', async () => {
  const client = await waf();
  const byName = new GetWebACLCommand({ Name: 'front', Id: acl.Id, Scope: 'REGIONAL' });
  expect((await client.send(byName)).WebACL).toEqual(acl);
  expect((await client.send(new GetWebACLCommand({ ARN: arn }))).WebACL).toEqual(acl);
  expect((await client.send(new GetWebACLForResourceCommand({ ResourceArn: stage }))).WebACL).toEqual(acl);
  expect((await client.send(new GetWebACLForResourceCommand({ ResourceArn: `${stage}x` }))).WebACL).toBeUndefined();
});

it('says where the log goes, and fails where there is none', async () => {
  const client = await waf();
  expect((await client.send(new GetLoggingConfigurationCommand({ ResourceArn: arn }))).LoggingConfiguration).toEqual(
    logging,
  );
  await expect(client.send(new GetLoggingConfigurationCommand({ ResourceArn: `${arn}x` }))).rejects.toMatchObject({
    name: 'WAFNonexistentItemException',
  });
});

it('knows CLOUDFRONT in us-east-1 only', async () => {
  const client = await waf();
  await expect(client.send(new ListWebACLsCommand({ Scope: 'CLOUDFRONT' }))).rejects.toMatchObject({
    name: 'WAFInvalidParameterException',
  });
});
