import { describe, expect, it } from 'vitest';
import { findHints } from '../../../parsers/src/http-response/hints.js';
import type { Hint } from '../../../parsers/src/model/index.js';
import { readOne } from './read-paste.js';

const named: readonly (readonly [words: string, hint: Hint])[] = [
  ['I sent the API key in the header', 'api_key'],
  ['I tried it with a wrong key', 'api_key'],
  ['the usage plan has the stage', 'usage_plan'],
  ['is it the WAF?', 'waf'],
  ['we have a web ACL', 'waf'],
  ['a resource policy with the source IP', 'resource_policy'],
  ['the Lambda authorizer allows it', 'authorizer'],
  ['the custom authoriser', 'authorizer'],
  ['a valid JWT', 'jwt'],
  ['Cognito scopes', 'jwt'],
  ['the role of IAM', 'iam'],
  ['signed with SigV4', 'iam'],
  ['through the VPC endpoint', 'vpc_endpoint'],
  ['private DNS is on', 'vpc_endpoint'],
  ['on our custom domain', 'custom_domain'],
  ['base path mapping', 'custom_domain'],
  ['mTLS is on', 'mtls'],
  ['the truststore', 'mtls'],
  ['the preflight fails', 'cors'],
  ['an OPTIONS request', 'cors'],
  ['CloudFront in front', 'cloudfront'],
  ['the stage is deployed', 'stage'],
  ['wrong path?', 'route'],
  ['the method does not exist', 'route'],
  ['our WebSocket API', 'websocket'],
  ['an HTTP API', 'http_api'],
  ['the cached answer', 'cache'],
  ['the Lambda returned it', 'backend'],
];

const notNamed: readonly (readonly [words: string, hint: Hint])[] = [
  ['we have two options', 'cors'],
  ['the monkey', 'api_key'],
  ['a swaffle', 'waf'],
  ['the scoped variable', 'jwt'],
  ['miami', 'iam'],
  ['backstage', 'stage'],
];

describe('hints', () => {
  it.each(named)('%s → %s', (words, hint) => {
    expect(findHints(words)).toContain(hint);
  });

  it.each(notNamed)('%s says nothing of %s', (words, hint) => {
    expect(findHints(words)).not.toContain(hint);
  });
});

/** What every answer has, and AWS's own words, are no hints. */
const silent: readonly (readonly [name: string, paste: string])[] = [
  [
    'headers',
    'HTTP/1.1 403 Forbidden\nx-amzn-RequestId: 0d1b3c2e-1111-4222-8333-444455556666\nx-cache: Error from cloudfront\nvia: 1.1 a.cloudfront.net (CloudFront)\naccess-control-allow-origin: *\ncache-control: no-cache',
  ],
  [
    'the sentence of a denial',
    'User is not authorized to access this resource because no\nidentity-based policy allows the execute-api:Invoke action',
  ],
  [
    'a resource policy that AWS names',
    '403 User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********3333:abcdefghij/prod/GET/stage because no resource-based policy allows the execute-api:Invoke action',
  ],
  [
    'a signature sentence',
    '{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method."}',
  ],
  ['a customised body', '403 {"message":"your API key has no usage plan"}'],
  ['a URL', 'GET https://api.example.com/authorizer/jwt 403 (Forbidden)'],
  ['a command', `curl -H 'x-api-key: K' https://api.example.com/waf\n403 {"message":"Forbidden"}`],
];

describe('no hints come from', () => {
  it.each(silent)('%s', (_name, paste) => {
    expect(readOne(paste).hints).toEqual([]);
  });
});
