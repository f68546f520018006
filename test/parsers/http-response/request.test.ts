import { describe, expect, it } from 'vitest';
import { readOne } from './read-paste.js';

const answer = 'HTTP/1.1 403 Forbidden\n\n{"message":"Forbidden"}';
const api = 'https://abcdefghij.execute-api.eu-west-1.amazonaws.com';

/** Command or request before the answer → what is known of the request. */
const requests: readonly (readonly [name: string, request: string, want: object])[] = [
  [
    'plain curl',
    `curl ${api}/prod/pets`,
    { method: 'GET', path: '/prod/pets', apiKeySent: false, authorization: 'none' },
  ],
  ['curl -I', `$ curl -sI "${api}/prod/pets"`, { method: 'HEAD' }],
  ['curl -X', `curl -X DELETE '${api}/prod/pets/1'`, { method: 'DELETE', path: '/prod/pets/1' }],
  ['curl --request=', `curl --request PUT ${api}/prod/pets`, { method: 'PUT' }],
  ['curl with data', `curl ${api}/prod/pets -d '{"a":1}'`, { method: 'POST' }],
  ['curl with a key', `curl -H 'x-api-key: K' ${api}/prod/pets`, { apiKeySent: true, authorization: 'none' }],
  ['curl with a key in other case', `curl -H "X-API-Key:K" ${api}/prod/pets`, { apiKeySent: true }],
  [
    'curl over several lines',
    `curl -X POST \\\n  ${api}/prod/pets \\\n  -H 'Authorization: Bearer T' \\\n  -H 'x-api-key: K'`,
    { method: 'POST', path: '/prod/pets', apiKeySent: true, authorization: 'bearer' },
  ],
  ['curl with Basic', `curl -u me:secret ${api}/prod/pets`, { authorization: 'basic' }],
  ['curl --aws-sigv4', `curl --aws-sigv4 "aws:amz:eu-west-1:execute-api" ${api}/prod/pets`, { authorization: 'sigv4' }],
  ['awscurl', `awscurl --service execute-api ${api}/prod/pets`, { authorization: 'sigv4' }],
  [
    'presigned URL',
    `curl "${api}/prod/pets?X-Amz-Algorithm=A&X-Amz-Signature=S"`,
    { authorization: 'sigv4', path: '/prod/pets' },
  ],
  ['raw token', `curl -H 'Authorization: eyJhbGciOiJSUzI1NiJ9.e30.sig' ${api}/prod/pets`, { authorization: 'other' }],
  ['max-age=0', `curl -H 'Cache-Control: max-age=0' ${api}/prod/pets`, { cacheControlMaxAgeZero: true }],
  ['shortened command', `curl -i ${api}/prod/pets ...`, { apiKeySent: null, authorization: null }],
  ['headers from a file', `curl -H @headers.txt ${api}/prod/pets`, { apiKeySent: null, authorization: null }],
  ['HTTPie', `http POST ${api}/prod/pets x-api-key:K`, { method: 'POST', apiKeySent: true, path: '/prod/pets' }],
  [
    'curl -v lines',
    '> OPTIONS /prod/pets?x=1 HTTP/1.1\n> Host: abcdefghij.execute-api.eu-west-1.amazonaws.com\n> Accept: */*\n> Origin: https://app.example.com\n<',
    {
      method: 'OPTIONS',
      path: '/prod/pets',
      host: 'abcdefghij.execute-api.eu-west-1.amazonaws.com',
      hostKind: 'execute_api',
      apiKeySent: false,
      authorization: 'none',
    },
  ],
  [
    'raw HTTP request',
    'GET /prod/pets HTTP/1.1\nHost: api.example.com\nAuthorization: AWS4-HMAC-SHA256 Credential=A/B\nCache-Control: max-age=0\n',
    { host: 'api.example.com', hostKind: 'custom', authorization: 'sigv4', cacheControlMaxAgeZero: true },
  ],
  [
    'browser copy of request headers',
    'Request URL: https://api.example.com/a?b=c\nRequest Method: POST\nRequest Headers\n:authority: api.example.com\nauthorization: Bearer T',
    { method: 'POST', path: '/a', authorization: 'bearer' },
  ],
  [
    'fetch in a program',
    `fetch('${api}/prod/pets', { headers: { 'x-api-key': key, Authorization: \`Bearer \${token}\` } })`,
    { path: '/prod/pets', apiKeySent: true, authorization: 'bearer' },
  ],
  [
    'a key among the lines of curl -v',
    '> GET /prod/pets HTTP/2\n> Host: api.example.com\n> x-api-key: K\n>',
    { apiKeySent: true },
  ],
  ['a key in prose', 'I am passing the `x-api-key` header and the key is correct', { apiKeySent: null }],
  ['a key that was left out', `Same without x-api-key: ${api}/prod/pets`, { apiKeySent: null }],
  [
    'headers picked by hand say nothing of those left out',
    `POST ${api}/dev/orders\nAuthorization: Bearer T`,
    { method: 'POST', authorization: 'bearer', apiKeySent: null },
  ],
  ['nothing', 'It says', { method: null, host: null, path: null, apiKeySent: null, authorization: null }],
];

/** Host → kind and what it names. */
const hosts: readonly (readonly [url: string, hostKind: string, place: object])[] = [
  [`${api}/prod/x`, 'execute_api', { apiId: 'abcdefghij', region: 'eu-west-1', stage: 'prod' }],
  [`${api}`, 'execute_api', { apiId: 'abcdefghij', stage: null }],
  [
    'https://abcdefghij.execute-api.cn-north-1.amazonaws.com.cn/dev/x',
    'execute_api',
    { apiId: 'abcdefghij', region: 'cn-north-1', stage: 'dev' },
  ],
  [
    'https://abcdefghij-vpce-0123456789abcdef0.execute-api.eu-west-1.amazonaws.com/prod/x',
    'vpc_endpoint',
    { apiId: 'abcdefghij', region: 'eu-west-1', stage: 'prod' },
  ],
  [
    'https://vpce-0123456789abcdef0-abcdefgh.execute-api.eu-west-1.vpce.amazonaws.com/prod/x',
    'vpc_endpoint',
    { apiId: null, region: 'eu-west-1' },
  ],
  ['https://<api-id>.execute-api.us-east-1.amazonaws.com/v1/x', 'execute_api', { apiId: null, region: 'us-east-1' }],
  ['https://abcdefghijklmnop.lambda-url.eu-west-1.on.aws/', 'function_url', { apiId: null, stage: null }],
  ['https://d111111abcdef8.cloudfront.net/x', 'cloudfront', { apiId: null }],
  ['https://states.us-east-1.amazonaws.com/v1/x', 'aws_service', { apiId: null }],
  ['https://bedrock-runtime.eu-west-1.amazonaws.com/model/x/invoke', 'aws_service', { apiId: null, stage: null }],
  ['https://s3.amazonaws.com/bucket/key', 'aws_service', { apiId: null }],
  ['https://sqs.cn-north-1.amazonaws.com.cn/', 'aws_service', { apiId: null }],
  ['https://lambda.eu-west-1.api.aws/x', 'aws_service', { apiId: null }],
  ['https://front-1.eu-west-1.elb.amazonaws.com/x', 'custom', { apiId: null }],
  ['https://ec2-203-0-113-7.eu-west-1.compute.amazonaws.com/x', 'custom', { apiId: null }],
  ['https://api.example.com/prod/x', 'custom', { apiId: null, stage: null }],
  ['https://execute-api.eu-west-1.amazonaws.com.evil.example/prod/x', 'custom', { apiId: null, region: null }],
  ['wss://abcdefghij.execute-api.eu-west-1.amazonaws.com/prod', 'execute_api', { apiId: 'abcdefghij', stage: 'prod' }],
];

describe('the request of a paste', () => {
  it.each(requests)('%s', (_name, request, want) => {
    expect(readOne(`${request}\n${answer}`).request).toMatchObject(want);
  });

  it.each(hosts)('%s is %s', (url, hostKind, place) => {
    const facts = readOne(`curl -i ${url}\n${answer}`);
    expect(facts.request.hostKind).toBe(hostKind);
    expect(facts.place).toMatchObject(place);
  });

  it('takes the API from x-apigw-api-id when the endpoint is named by its own DNS name', () => {
    const facts = readOne(
      `> GET /prod/x HTTP/1.1\n> Host: vpce-0123456789abcdef0-abcdefgh.execute-api.eu-west-1.vpce.amazonaws.com\n> x-apigw-api-id: abcdefghij\n>\n< HTTP/1.1 403 Forbidden`,
    );
    expect(facts.place).toMatchObject({ apiId: 'abcdefghij', stage: 'prod' });
  });

  it('names no stage for an HTTP API, whose default stage leaves no segment', () => {
    const facts = readOne(
      `curl -i ${api}/orders/1\nHTTP/2 404\napigw-requestid: FabcdEFGjoEEAbc=\n\n{"message":"Not Found"}`,
    );
    expect(facts.place).toMatchObject({ apiId: 'abcdefghij', stage: null });
  });

  it('does not take the CDN that passed the answer on for the host', () => {
    const facts = readOne(
      'HTTP/2 403\nvia: 1.1 0123456789abcdef.cloudfront.net (CloudFront)\nx-amzn-errortype: ForbiddenException',
    );
    expect(facts.request.host).toBeNull();
    expect(facts.headers.viaCloudFront).toBe(true);
  });

  it('reads max-age=0 of an answer as the answer’s', () => {
    const facts = readOne('HTTP/1.1 403 Forbidden\nCache-Control: max-age=0\nx-amzn-ErrorType: ForbiddenException');
    expect(facts.request.cacheControlMaxAgeZero).toBe(false);
  });
});
