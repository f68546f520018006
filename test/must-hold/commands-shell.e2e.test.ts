import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { causeCatalogue } from '../../parsers/src/classify/causes.js';
import { type RemedyQuestion, remedyFor } from '../../parsers/src/classify/remedies/index.js';
import { explainText } from '../../parsers/src/engine/explain.js';
import { bareRecord, knownRecord } from '../parsers/classify/remedy-records.js';
import { hostile, marker } from '../support/hostile-values.js';
import { splitShellWords } from './shell-words.js';

/** What a caller can choose or bring about, in every place where a request shows it. */
const fittingValues = {
  requestId: '5b1f7c1e-3c55-4c11-9d3a-2f6a1f0c9e77',
  extendedId: 'Qx3TzGLFjoEFy-A=',
  traceId: '1-66f0a1b2-0123456789abcdef01234567',
  apiId: 'q1w2e3r4t5',
  stage: 'prod',
  account: '111122223333',
  region: 'eu-west-1',
  method: 'GET',
  path: '/prod/orders/7',
  route: '/orders/{id}',
  host: 'q1w2e3r4t5.execute-api.eu-west-1.amazonaws.com',
  userAgent: 'curl/8.5.0',
  sourceIp: '203.0.113.9',
  principal: 'arn:aws:sts::111122223333:assumed-role/reader/session',
  keyId: 'k1k2k3k4k5',
  vpceId: 'vpce-0a1b2c3d4e5f60718',
  acl: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/front/6c9d1c1e-8f0a-4b7e-9d2a-5e3c1f7b8a90',
  rule: 'RateLimit',
  authorizerId: 'a1u2t3',
  functionName: 'orders-authorizer',
  resourceId: 'r1e2s3o4',
  deploymentId: 'd1e2p3l4',
  apiKey: 'q8fJ2kL0pX5sV7nB3mZ1cW9tR4yU6iH0x7Qw2E',
};
type Values = typeof fittingValues;

const template = JSON.stringify({
  requestId: '$context.requestId',
  extendedRequestId: '$context.extendedRequestId',
  trace: '$context.xrayTraceId',
  accountId: '$context.accountId',
  apiId: '$context.apiId',
  stage: '$context.stage',
  domainName: '$context.domainName',
  httpMethod: '$context.httpMethod',
  path: '$context.path',
  resourcePath: '$context.resourcePath',
  resourceId: '$context.resourceId',
  deploymentId: '$context.deploymentId',
  status: '$context.status',
  type: '$context.error.responseType',
  message: '$context.error.message',
  ip: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  userArn: '$context.identity.userArn',
  apiKey: '$context.identity.apiKey',
  apiKeyId: '$context.identity.apiKeyId',
  vpceId: '$context.identity.vpceId',
  webaclArn: '$context.webaclArn',
  waf: '$context.wafResponseCode',
  principal: '$context.authorizer.principalId',
  integrationStatus: '$context.integration.status',
});

/** Types and messages that lead to as many causes as an access line can show. */
const refusals: readonly (readonly [type: string, message: (v: Values) => string, status?: string])[] = [
  ['MISSING_AUTHENTICATION_TOKEN', () => 'Missing Authentication Token'],
  [
    'DEFAULT_4XX',
    (v) =>
      `'${v.userAgent}' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer ${v.userAgent}'.`,
  ],
  [
    'INVALID_SIGNATURE',
    () => 'Signature expired: 20260514T093012Z is now earlier than 20260514T095507Z (20260514T100007Z - 5 min.)',
  ],
  ['INVALID_SIGNATURE', () => 'The request signature we calculated does not match the signature you provided.'],
  ['INVALID_SIGNATURE', () => "Credential should be scoped to a valid region, not 'us-east-1'. "],
  ['EXPIRED_TOKEN', () => 'The security token included in the request is expired'],
  ['INVALID_API_KEY', () => 'Forbidden'],
  ['WAF_FILTERED', () => 'Forbidden'],
  [
    'ACCESS_DENIED',
    () => 'User is not authorized to access this resource with an explicit deny in an identity-based policy',
  ],
  [
    'ACCESS_DENIED',
    () =>
      'User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action',
  ],
  [
    'ACCESS_DENIED',
    (v) =>
      `User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:${v.region}:********3333:${v.apiId}/${v.stage}/${v.method}${v.path} because no resource-based policy allows the execute-api:Invoke action`,
  ],
  [
    'ACCESS_DENIED',
    (v) =>
      `User: ${v.principal} is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:${v.region}:${v.account}:${v.apiId}/${v.stage}/${v.method}${v.path} because no identity-based policy allows the execute-api:Invoke action`,
  ],
  [
    'ACCESS_DENIED',
    (v) =>
      `User: ${v.principal} is not authorized to perform: execute-api:InvalidateCache on resource: arn:aws:execute-api:${v.region}:${v.account}:${v.apiId}/${v.stage}/GET/x with an explicit deny in a service control policy: ${v.acl}`,
  ],
  [
    'ACCESS_DENIED',
    (v) =>
      `User: ${v.principal} is not authorized to perform: execute-api:Invoke on resource: arn:x with an explicit deny in a VPC endpoint policy`,
  ],
  ['ACCESS_DENIED', (v) => v.userAgent],
  ['THROTTLED', () => 'Too Many Requests'],
  ['UNAUTHORIZED', () => 'Unauthorized'],
  ['-', () => '-'],
  ['', (v) => v.path],
];

const accessLine = (v: Values, [type, message]: (typeof refusals)[number], status: string): string =>
  JSON.stringify({
    requestId: v.requestId,
    extendedRequestId: v.extendedId,
    trace: v.traceId,
    accountId: v.account,
    apiId: v.apiId,
    stage: v.stage,
    domainName: v.host,
    httpMethod: v.method,
    path: v.path,
    resourcePath: v.route,
    resourceId: v.resourceId,
    deploymentId: v.deploymentId,
    status,
    type,
    message: message(v),
    ip: v.sourceIp,
    userAgent: v.userAgent,
    userArn: v.principal,
    apiKey: v.apiKey,
    apiKeyId: v.keyId,
    vpceId: v.vpceId,
    webaclArn: v.acl,
    waf: type === 'WAF_FILTERED' ? 'WAF_BLOCK' : '-',
    principal: v.principal,
    integrationStatus: type === '-' ? '403' : '-',
  });

const textLine = (v: Values, [type]: (typeof refusals)[number], status: string): string =>
  `${v.sourceIp} - - [14/May/2026:09:30:12 +0000] "${v.method} ${v.route} HTTP/1.1" ${status} 23 ${v.requestId} ${v.extendedId} ${type}`;

const wafRecord = (v: Values, types: string): string =>
  JSON.stringify({
    timestamp: 1_778_751_012_345,
    formatVersion: 1,
    webaclId: v.acl,
    terminatingRuleId: v.rule,
    terminatingRuleType: types,
    action: 'BLOCK',
    httpSourceName: 'APIGW',
    httpSourceId: `${v.account}:${v.apiId}:${v.stage}`,
    ruleGroupList:
      types === 'MANAGED_RULE_GROUP'
        ? [{ ruleGroupId: v.rule, terminatingRule: { ruleId: v.rule, action: 'BLOCK' } }]
        : [],
    rateBasedRuleList: [{ rateBasedRuleName: v.rule, limitKey: 'IP', maxRateAllowed: 100 }],
    httpRequest: {
      clientIp: v.sourceIp,
      country: 'SE',
      headers: [
        { name: 'Host', value: v.host },
        { name: 'User-Agent', value: v.userAgent },
        { name: 'X-Amzn-Trace-Id', value: `Root=${v.traceId}` },
      ],
      uri: v.path,
      args: v.path,
      httpMethod: v.method,
      requestId: v.extendedId,
    },
    labels: [{ name: v.rule }],
  });

const response = (v: Values, [type, message]: (typeof refusals)[number], status: string): string =>
  `$ curl -i -X ${v.method} -A '${v.userAgent}' 'https://${v.host}${v.path}'\n> ${v.method} ${v.path} HTTP/1.1\n> Host: ${v.host}\n> User-Agent: ${v.userAgent}\n>\n< HTTP/1.1 ${status} Forbidden\n< Date: Thu, 14 May 2026 09:30:12 GMT\n< Content-Type: application/json\n< Content-Length: 23\n< x-amzn-RequestId: ${v.requestId}\n< x-amz-apigw-id: ${v.extendedId}\n< x-amzn-ErrorType: ${type === 'INVALID_API_KEY' ? 'ForbiddenException' : 'AccessDeniedException'}\n<\n${JSON.stringify({ message: message(v) })}\n`;

const executionLog = (v: Values, askedForKey: boolean): string =>
  [
    `Extended Request Id: ${v.extendedId}`,
    `Starting authorizer: ${v.authorizerId} for request: ${v.requestId}`,
    `Endpoint request URI: https://lambda.${v.region}.amazonaws.com/2015-03-31/functions/arn:aws:lambda:${v.region}:${v.account}:function:${v.functionName}/invocations`,
    `Endpoint request body after transformations: {"type":"TOKEN","methodArn":"arn:aws:execute-api:${v.region}:${v.account}:${v.apiId}/${v.stage}/${v.method}${v.path}"}`,
    `Authorizer result body before parsing: {"policyDocument":{"Statement":[{"Effect":"Deny","Action":"*","Resource":"arn:aws:execute-api:*:*:${v.apiId}/${v.path}"}]}}`,
    ...(askedForKey
      ? [
          `Verifying Usage Plan for request: ${v.requestId}. API Key: ${v.apiKey} API Stage: ${v.apiId}/${v.stage}`,
          `API Key ${v.apiKey} not authorized because method '${v.method} ${v.route}' requires API Key and API Key is not associated with a Usage Plan for API Stage ${v.apiId}/${v.stage}: No Usage Plan found for key and API Stage`,
        ]
      : []),
    `HTTP Method: ${v.method}, Resource Path: ${v.path}`,
    'The client is not authorized to perform this operation.',
    `X-ray Tracing ID : Root=${v.traceId}`,
    'Method completed with status: 403',
  ]
    .map((line) => `(${v.requestId}) ${line}`)
    .join('\n');

/** How the request is shown, by its number: every way meets every refusal. */
function inputOf(v: Values, i: number): { readonly text: string; readonly format?: string } {
  const refusal = refusals[Math.floor(i / 8) % refusals.length] as (typeof refusals)[number];
  const status = ['403', '403', '403', '429', '401'][Math.floor(i / 152) % 5] as string;
  const access = accessLine(v, refusal, status);
  switch (i % 8) {
    case 0:
    case 1:
      return { text: access, format: template };
    case 2:
      return { text: access };
    case 3:
      return { text: textLine(v, refusal, status) };
    case 4:
      return {
        text: wafRecord(v, ['REGULAR', 'RATE_BASED', 'MANAGED_RULE_GROUP', 'GROUP'][Math.floor(i / 8) % 4] as string),
      };
    case 5:
      return { text: response(v, refusal, status) };
    case 6:
      return { text: executionLog(v, Math.floor(i / 8) % 2 === 0) };
    default:
      return { text: `${access}\n${wafRecord(v, 'REGULAR')}\n${executionLog(v, true)}\n`, format: template };
  }
}

interface Explained {
  readonly commands: ReadonlySet<string>;
  readonly prose: ReadonlySet<string>;
  readonly causes: ReadonlySet<string>;
}

function explainAll(requests: readonly Values[]): Explained {
  const commands = new Set<string>();
  const prose = new Set<string>();
  const causes = new Set<string>();
  for (const [i, values] of requests.entries()) {
    const { text, format } = inputOf(values, i);
    for (const { verdict } of explainText(text, format === undefined ? {} : { accessLogFormat: format }).requests) {
      causes.add(verdict.cause ?? verdict.outcome);
      for (const command of verdict.remedy.commands) commands.add(command);
      for (const sentence of [verdict.remedy.summary, ...verdict.remedy.steps]) prose.add(sentence);
    }
  }
  return { commands, prose, causes };
}

/** What the shell looks at of a command, word by word. */
const lookedAt = (commands: Iterable<string>): Set<string> => {
  const words = new Set<string>();
  for (const command of commands) {
    for (const { outside } of splitShellWords(command) ?? [{ outside: `open quote: ${command}` }]) words.add(outside);
  }
  return words;
};

/** Commands for every cause and detail, whatever is known of the request, and those for requests of no attacker. */
function allOwnCommands(): Set<string> {
  const questions: readonly RemedyQuestion[] = [
    ...causeCatalogue.flatMap(({ cause, details }) =>
      [null, ...details.map(({ detail }) => detail)].map((detail) => ({ outcome: 'refused', cause, detail }) as const),
    ),
    { outcome: 'not_refused', cause: null, detail: null } as const,
    { outcome: 'undetermined', cause: null, detail: null } as const,
  ].map((question) => ({ ...question, confidence: 'possible', culprit: null }));
  const harmless = Array.from({ length: 8 * refusals.length * 5 }, () => fittingValues);
  const own = new Set(explainAll(harmless).commands);
  for (const record of [knownRecord(), bareRecord]) {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      for (const apiKind of ['rest', 'http', 'websocket', null] as const) {
        for (const question of questions) {
          for (const command of remedyFor(question, { ...record, apiKind, method }).commands) own.add(command);
        }
      }
    }
  }
  return own;
}

const hostileValues = fc.record(
  Object.fromEntries(Object.entries(fittingValues).map(([name, fitting]) => [name, hostile(fitting)])) as {
    [Name in keyof Values]: fc.Arbitrary<string>;
  },
);

describe('commands for 10,000 hostile requests that went through the whole engine', () => {
  let folder = '';
  let explained: Explained;

  beforeAll(() => {
    explained = explainAll(fc.sample(hostileValues, { seed: 403, numRuns: 10_000 }));
    folder = mkdtempSync(join(tmpdir(), 'why403-commands-'));
    writeFileSync(join(folder, 'commands.sh'), `${[...explained.commands].join('\n')}\n`);
  }, 100_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('meets many causes and makes many commands, some with values of the attacker that fit', () => {
    expect(explained.causes.size).toBeGreaterThan(12);
    expect(explained.commands.size).toBeGreaterThan(1_000);
    expect([...explained.commands].some((command) => /'[^']*pwned[^']*'/.test(command))).toBe(true);
  });

  // `sh` is there on every machine that runs these tests; the others are asked where they are installed.
  const shells = ['sh', 'dash', 'bash', 'zsh'].filter(
    (shell) => shell === 'sh' || spawnSync(shell, ['-c', ':']).status === 0,
  );
  it.each(shells)('%s -n accepts every command', (shell) => {
    const run = spawnSync(shell, ['-n', join(folder, 'commands.sh')], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
  });

  it('is a line of printable ASCII each', () => {
    expect([...explained.commands].filter((command) => !/^[\x20-\x7e]+$/.test(command))).toEqual([]);
  });

  it('leaves no word of an attacker outside single quotes', () => {
    const own = lookedAt(allOwnCommands());
    const strangers = [...lookedAt(explained.commands)].filter((word) => !own.has(word) || word.includes(marker));
    expect(strangers).toEqual([]);
  });

  it('shows no attacker’s sentence in the advice', () => {
    const told = [...explained.prose].flatMap((sentence) => sentence.match(/\S*pwned\S*/g) ?? []);
    expect(told.filter((word) => !/^["'“(]?[\w.:/-]{1,160}["'”),.;:]{0,3}$/.test(word))).toEqual([]);
  });
});
