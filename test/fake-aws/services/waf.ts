import type {
  GetLoggingConfigurationRequest,
  GetWebACLForResourceRequest,
  GetWebACLRequest,
  ListResourcesForWebACLRequest,
  ListWebACLsRequest,
} from '@aws-sdk/client-wafv2';
import { AwsFailure } from '../aws-failure.js';
import type { AwsService, CallContext, Operation } from '../aws-service.js';
import { pageNumberOf, pageOfList } from '../page-token.js';
import { jsonProtocol } from '../protocols/json.js';
import { epochSeconds, toWire } from '../wire-shape.js';
import type { FakeWebAcl } from '../world.js';

const rules = { date: epochSeconds, name: (name: string) => name, maps: new Set<string>() };
const missing = (what: string): AwsFailure =>
  new AwsFailure(
    'WAFNonexistentItemException',
    `AWS WAF couldn’t perform the operation because ${what} doesn’t exist.`,
  );

const lockToken = '00000000-0000-4000-8000-000000000403';

function inScope(call: CallContext, scope: string | undefined): readonly FakeWebAcl[] {
  if (scope === 'CLOUDFRONT' && call.region !== 'us-east-1') {
    throw new AwsFailure(
      'WAFInvalidParameterException',
      'The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT',
    );
  }
  return (call.here.webAcls ?? []).filter((webAcl) => (webAcl.scope ?? 'REGIONAL') === scope);
}

const byArn = (call: CallContext, arn: string | undefined): FakeWebAcl | undefined =>
  call.here.webAcls?.find(({ acl }) => acl.ARN === arn);

const listWebAcls: Operation<ListWebACLsRequest> = {
  iamAction: 'wafv2:ListWebACLs',
  subject: (input) => ({ key: input.Scope ?? '', arn: '*', page: pageNumberOf(input.NextMarker) }),
  answer: (input, call) => {
    const page = pageOfList(
      inScope(call, input.Scope),
      input.Limit ?? 100,
      input.NextMarker,
      `ListWebACLs ${input.Scope}`,
    );
    if (!page) throw new AwsFailure('WAFInvalidParameterException', 'The marker is not valid.');
    return {
      NextMarker: page.next,
      WebACLs: page.items.map(({ acl }) => ({
        Name: acl.Name,
        Id: acl.Id,
        Description: acl.Description,
        LockToken: lockToken,
        ARN: acl.ARN,
      })),
    };
  },
};

const getWebAcl: Operation<GetWebACLRequest> = {
  iamAction: 'wafv2:GetWebACL',
  subject: (input, place) => ({
    key: input.ARN ?? `${input.Name}/${input.Id}`,
    arn: input.ARN ?? `arn:aws:wafv2:${place.region}:${place.account}:regional/webacl/${input.Name}/${input.Id}`,
    page: 1,
  }),
  answer: (input, call) => {
    const found = input.ARN
      ? byArn(call, input.ARN)
      : inScope(call, input.Scope).find(({ acl }) => acl.Id === input.Id && acl.Name === input.Name);
    if (!found) throw missing('your resource');
    return { WebACL: toWire(found.acl, rules), LockToken: lockToken };
  },
};

const getWebAclForResource: Operation<GetWebACLForResourceRequest> = {
  iamAction: 'wafv2:GetWebACLForResource',
  subject: (input) => ({ key: input.ResourceArn ?? '', arn: input.ResourceArn ?? '*', page: 1 }),
  answer: (input, { here }) => {
    const found = here.webAcls?.find(({ resourceArns }) => resourceArns?.includes(input.ResourceArn ?? ''));
    return found ? { WebACL: toWire(found.acl, rules) } : {};
  },
};

const getLoggingConfiguration: Operation<GetLoggingConfigurationRequest> = {
  iamAction: 'wafv2:GetLoggingConfiguration',
  subject: (input) => ({ key: input.ResourceArn ?? '', arn: input.ResourceArn ?? '*', page: 1 }),
  answer: (input, call) => {
    const found = byArn(call, input.ResourceArn);
    if (!found?.logging) throw missing('your resource');
    return { LoggingConfiguration: toWire(found.logging, rules) };
  },
};

const listResourcesForWebAcl: Operation<ListResourcesForWebACLRequest> = {
  iamAction: 'wafv2:ListResourcesForWebACL',
  subject: (input) => ({ key: input.WebACLArn ?? '', arn: input.WebACLArn ?? '*', page: 1 }),
  answer: (input, call) => {
    const found = byArn(call, input.WebACLArn);
    if (!found) throw missing('your resource');
    // AWS's default type is the load balancer: who forgets the type sees no stage.
    const service = input.ResourceType === 'API_GATEWAY' ? ':apigateway:' : ':elasticloadbalancing:';
    return { ResourceArns: (found.resourceArns ?? []).filter((arn) => arn.includes(service)) };
  },
};

export const wafService: AwsService = {
  name: 'wafv2',
  claims: (_request, service) => service === 'wafv2',
  protocol: jsonProtocol('AWSWAF_20190729', '1.1'),
  operations: {
    ListWebACLs: listWebAcls,
    GetWebACL: getWebAcl,
    GetWebACLForResource: getWebAclForResource,
    GetLoggingConfiguration: getLoggingConfiguration,
    ListResourcesForWebACL: listResourcesForWebAcl,
  },
};
