import { describe, expect, it } from 'vitest';
import { parsePolicyDenial } from '../../../parsers/src/gateway-message/policy-denial.js';
import type { PolicyDenial } from '../../../parsers/src/model/index.js';

const resource = 'arn:aws:execute-api:eu-west-1:********3333:abcdefghij/prod/GET/pets';
const role = 'arn:aws:sts::111122223333:assumed-role/app/session';
const head = (principal: string) =>
  `User: ${principal} is not authorized to perform: execute-api:Invoke on resource: ${resource}`;

/** End of the sentence → what it says. */
const reasons: readonly (readonly [why: string, want: Partial<PolicyDenial>])[] = [
  ['', { effect: 'unstated', policy: null }],
  [' with an explicit deny', { effect: 'explicit_deny', policy: null }],
  [' with explicit deny', { effect: 'explicit_deny', policy: null }],
  [' **with explicit deny**', { effect: 'explicit_deny', policy: null }],
  [' with explicit deny in a resource-based policy', { effect: 'explicit_deny', policy: 'resource' }],
  [' with an explicit deny in an identity-based policy', { effect: 'explicit_deny', policy: 'identity' }],
  [' with an explicit deny in a resource-based policy', { effect: 'explicit_deny', policy: 'resource' }],
  [' with an explicit deny in a VPC endpoint policy', { effect: 'explicit_deny', policy: 'vpc_endpoint' }],
  [' with an explicit deny in a service control policy', { effect: 'explicit_deny', policy: 'service_control' }],
  [' with an explicit deny in a resource control policy', { effect: 'explicit_deny', policy: 'resource_control' }],
  [' with an explicit deny in a permissions boundary', { effect: 'explicit_deny', policy: 'permissions_boundary' }],
  [' with an explicit deny in a session policy', { effect: 'explicit_deny', policy: 'session' }],
  [' with an explicit deny in a sessions policy', { effect: 'explicit_deny', policy: 'session' }],
  [
    ' with an explicit deny in a VPC endpoint policy transitively through a service control policy',
    { effect: 'explicit_deny', policy: 'service_control' },
  ],
  [
    ' because no identity-based policy allows the execute-api:Invoke action',
    { effect: 'no_allow', policy: 'identity' },
  ],
  [
    ' because no resource-based policy allows the execute-api:Invoke action',
    { effect: 'no_allow', policy: 'resource' },
  ],
  [
    ' because no VPC endpoint policy allows the execute-api:Invoke action',
    { effect: 'no_allow', policy: 'vpc_endpoint' },
  ],
  [
    ' because no service control policy allows the execute-api:Invoke action',
    { effect: 'no_allow', policy: 'service_control' },
  ],
  [
    ' because no permissions boundary allows the execute-api:Invoke action',
    { effect: 'no_allow', policy: 'permissions_boundary' },
  ],
  [' because no session policy allows the execute-api:Invoke action', { effect: 'no_allow', policy: 'session' }],
  [
    ' with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/NoPets',
    { effect: 'explicit_deny', policy: 'identity', policyArn: 'arn:aws:iam::111122223333:policy/NoPets' },
  ],
  [
    ' with an explicit deny in a service control policy: arn:aws:organizations::111122223333:policy/o-abc/service_control_policy/p-abc. Go to https://console.example.com/authorization-details/x',
    {
      policy: 'service_control',
      policyArn: 'arn:aws:organizations::111122223333:policy/o-abc/service_control_policy/p-abc',
    },
  ],
];

const principals: readonly (readonly [words: string, principal: string | null])[] = [
  ['anonymous', 'anonymous'],
  ['Anonymous', 'anonymous'],
  ['annonymous', 'anonymous'],
  ['anonimous', 'anonymous'],
  ['anonymus', 'anonymous'],
  ['anonimus', '…'],
  ['anonymous2-app', '…'],
  [role, role],
  ['arn:aws:iam::111122223333:user/dev', 'arn:aws:iam::111122223333:user/dev'],
  ['arn:aws-cn:iam::111122223333:user/dev', 'arn:aws-cn:iam::111122223333:user/dev'],
  ['arn:aws:sts::********3333:assumed-role/****app/session', 'arn:aws:sts::********3333:assumed-role/****app/session'],
  ['arn:aws:sts::111122223333:assumed-role/...', 'arn:aws:sts::111122223333:assumed-role/...'],
  ['<ARN>', '…'],
  ['...', '…'],
  ['somebody else', '…'],
];

describe('parsePolicyDenial', () => {
  it.each(reasons)('a signed caller%s', (why, want) => {
    const found = parsePolicyDenial(head(role) + why);
    expect(found?.kind).toBe('user_not_authorized');
    expect(found?.denial).toMatchObject({
      policyArn: null,
      principal: role,
      action: 'execute-api:Invoke',
      resource,
      ...want,
    });
    expect(found?.text.startsWith(head(role))).toBe(true);
  });

  it.each(reasons)('a Lambda authorizer%s', (why, want) => {
    const found = parsePolicyDenial(`User is not authorized to access this resource${why}`);
    expect(found?.kind).toBe('authorizer_not_authorized');
    expect(found?.denial).toMatchObject({ principal: null, resource: null, ...want });
  });

  it.each(reasons.filter(([why]) => why !== ''))('the end alone:%s', (why, want) => {
    expect(parsePolicyDenial(why.trim())).toMatchObject({ kind: 'policy_tail', denial: want });
  });

  it.each(principals)('caller %s', (words, principal) => {
    expect(parsePolicyDenial(head(words))?.denial.principal).toBe(principal);
  });

  it.each([
    'execute-api:Invoke',
    'execute-api:InvalidateCache',
    'execute-api:ManageConnections',
    'lambda:InvokeFunction',
  ])('action %s', (action) => {
    const text = `User: ${role} is not authorized to perform: ${action} on resource: ${resource}`;
    expect(parsePolicyDenial(text)?.denial.action).toBe(action);
  });

  it.each([
    ['not authorized to perform: kms:Decrypt on resource: ', 'kms:Decrypt'],
    ['You are not authorized to perform: dynamodb:Query on resource: ', 'dynamodb:Query'],
    ['The role is not authorized to perform s3:PutObject on resource: ', 's3:PutObject'],
    ['it was not authorised to perform sqs:SendMessage on resource ', 'sqs:SendMessage'],
  ])('a denial without a named caller: %s', (words, action) => {
    const found = parsePolicyDenial(`${words}arn:aws:s3:::box/x`);
    expect(found?.kind).toBe('user_not_authorized');
    expect(found?.denial).toMatchObject({ action, principal: null, resource: 'arn:aws:s3:::box/x' });
    expect(found?.text).toBe(`not authorized to perform: ${action} on resource: arn:aws:s3:::box/x`);
  });

  it.each([
    ['at the root', 'arn:aws:execute-api:eu-west-1:********3333:abcdefghij/prod/GET/'],
    ['with several slashes', 'arn:aws:execute-api:eu-west-1:********3333:abcdefghij/Prod/GET/a//'],
    ['of a WebSocket', 'arn:aws:execute-api:eu-west-1:********3333:abcdefghij/prod/POST/@connections/abc='],
    ['with a masked API', 'arn:aws:execute-api:eu-west-1:********3333:****ghij/prod/GET/pets'],
  ])('request %s', (_name, arn) => {
    const text = `{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${arn} because no resource-based policy allows the execute-api:Invoke action"}`;
    expect(parsePolicyDenial(text)?.denial).toMatchObject({ resource: arn, policy: 'resource', effect: 'no_allow' });
  });

  it.each(['<MethodRequestARN>', '...'])('a request that is not shown: %s', (words) => {
    const text = `User: <ARN> is not authorized to perform: execute-api:Invoke on resource: ${words}`;
    expect(parsePolicyDenial(text)?.denial.resource).toBeNull();
  });

  it('does not read a deny out of the request’s own path', () => {
    const text = `${head('anonymous')}/with-an-explicit-deny`;
    expect(parsePolicyDenial(text)?.denial.effect).toBe('unstated');
  });

  it.each([
    'Forbidden',
    'The client is not authorized to perform this operation.',
    'You are not authorized to perform this operation',
    'an explicit deny',
    'no policy allows that',
    '',
  ])('no denial: %s', (text) => {
    expect(parsePolicyDenial(text)).toBeNull();
  });
});
