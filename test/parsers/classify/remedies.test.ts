import { describe, expect, it } from 'vitest';
import { variableOfPath } from '../../../parsers/src/access-log/key-names.js';
import { causeCatalogue } from '../../../parsers/src/classify/causes.js';
import { type RemedyQuestion, remedyFor } from '../../../parsers/src/classify/remedies/index.js';
import type { ApiKind, Cause, RequestRecord } from '../../../parsers/src/model/index.js';
import { access, bareRecord, knownRecord, line, response, waf } from './remedy-records.js';

const refused = (cause: Cause, detail: string | null, more: Partial<RemedyQuestion> = {}): RemedyQuestion => ({
  outcome: 'refused',
  cause,
  detail,
  confidence: 'certain',
  ...more,
});

const apiKinds: readonly (ApiKind | null)[] = ['rest', 'http', 'websocket', null];
const everyQuestion = causeCatalogue.flatMap(({ cause, details }) =>
  [null, ...details.map((d) => d.detail)].map((detail) => ({ cause, detail })),
);

describe.each(apiKinds)('remedies for API kind %s', (apiKind) => {
  it.each(everyQuestion)('$cause / $detail: a sentence, steps and commands', ({ cause, detail }) => {
    for (const record of [knownRecord({ apiKind }), { ...bareRecord, apiKind }]) {
      for (const confidence of ['certain', 'possible'] as const) {
        const remedy = remedyFor(refused(cause, detail, { confidence }), record);
        expect(remedy.summary).toMatch(/^[A-Z][^\n]{10,180}\.$/);
        expect(remedy.steps.length).toBeGreaterThanOrEqual(2);
        expect(remedy.steps.length).toBeLessThanOrEqual(6);
        expect(remedy.commands.length).toBeGreaterThan(0);
        expect(new Set(remedy.commands).size).toBe(remedy.commands.length);
        for (const step of remedy.steps) expect(step).toMatch(/^[^\n]{20,400}[.)]$/);
      }
    }
  });

  it('puts commands that change something behind those that read', () => {
    const changes = /^aws \S+ (?:create|update|put|delete|modify|flush|reset)-/;
    for (const { cause, detail } of everyQuestion) {
      const { commands } = remedyFor(refused(cause, detail), knownRecord({ apiKind }));
      const kinds = commands.map((text) => changes.test(text));
      expect(kinds, `${cause}/${detail}`).toEqual(kinds.toSorted());
    }
  });

  it('never asks an HTTP API for an execution log', () => {
    for (const { cause, detail } of everyQuestion) {
      const { commands } = remedyFor(refused(cause, detail), knownRecord({ apiKind: 'http' }));
      expect(commands.join('\n')).not.toContain('API-Gateway-Execution-Logs');
    }
  });
});

describe('commands hold the ids of the request', () => {
  const region = ` --region 'eu-west-1'`;
  const cases: readonly (readonly [string, RemedyQuestion, Partial<RequestRecord>, string])[] = [
    [
      'the deployed methods by deployment id',
      refused('route_not_found', 'no_route'),
      { access: access({ deploymentId: 'd3pl0ym' }) },
      `aws apigateway get-deployment --rest-api-id 'q1w2e3r4t5' --deployment-id 'd3pl0ym' --embed apisummary${region}`,
    ],
    [
      'the deployment id first when no log has it',
      refused('route_not_found', 'no_route'),
      {},
      `aws apigateway get-stage --rest-api-id 'q1w2e3r4t5' --stage-name 'prod' --query deploymentId --output text${region}`,
    ],
    [
      'the routes of an HTTP API',
      refused('jwt_scope_missing', 'insufficient_scope'),
      { apiKind: 'http', stage: '$default' },
      `curl -i -X 'GET' -H 'Authorization: Bearer <your-token>' 'https://q1w2e3r4t5.execute-api.eu-west-1.amazonaws.com/<path>'`,
    ],
    [
      'the execution-log lines around the request',
      refused('authorizer_denied', 'explicit_deny'),
      {},
      `aws logs filter-log-events --log-group-name 'API-Gateway-Execution-Logs_q1w2e3r4t5/prod' --filter-pattern '"5b1f7c1e-3c55-4c11-9d3a-2f6a1f0c9e77"' --start-time '1767225540500' --end-time '1767225660500'${region}`,
    ],
    [
      'the authorizer that ran and its function',
      refused('authorizer_denied', 'explicit_deny'),
      {
        execution: [
          line({ kind: 'authorizer_started', authorizerId: 'a1u2t3' }),
          line({ kind: 'endpoint_request_uri', functionName: 'gatekeeper' }),
        ],
      },
      `aws logs filter-log-events --log-group-name '/aws/lambda/gatekeeper' --start-time '1767225540500' --end-time '1767225660500'${region}`,
    ],
    [
      'the authorizer named as culprit',
      refused('authorizer_denied', 'cached_policy', { culprit: { kind: 'authorizer', id: 'a1u2t3', name: 'gate' } }),
      {},
      `aws apigateway get-authorizer --rest-api-id 'q1w2e3r4t5' --authorizer-id 'a1u2t3'${region}`,
    ],
    [
      'a flush of the cached answers',
      refused('authorizer_denied', 'cached_policy'),
      {},
      `aws apigateway flush-stage-authorizers-cache --rest-api-id 'q1w2e3r4t5' --stage-name 'prod'${region}`,
    ],
    [
      'a flush at an HTTP API',
      refused('authorizer_denied', 'simple_response'),
      { apiKind: 'http' },
      `aws apigatewayv2 reset-authorizers-cache --api-id 'q1w2e3r4t5' --stage-name 'prod'${region}`,
    ],
    [
      'the backend’s function and not the authorizer’s',
      refused('backend_refused', 'function'),
      {
        execution: [
          line({ kind: 'endpoint_request_uri', functionName: 'gatekeeper' }),
          line({ kind: 'execution_started' }),
          line({ kind: 'endpoint_request_uri', functionName: 'orders' }),
        ],
      },
      `aws logs filter-log-events --log-group-name '/aws/lambda/orders' --start-time '1767225540500' --end-time '1767225660500'${region}`,
    ],
    [
      'the key by its id',
      refused('usage_plan_mismatch', 'stage_not_in_plan'),
      { access: access({ 'identity.apiKeyId': 'k1k2k3k4k5' }) },
      `aws apigateway get-usage-plans --key-id 'k1k2k3k4k5' --query 'items[].{id:id,name:name,stages:apiStages}'${region}`,
    ],
    [
      'the stage to add to the plan',
      refused('usage_plan_mismatch', 'stage_not_in_plan', {
        culprit: { kind: 'usage_plan', id: 'p1l2a3', name: null },
      }),
      {},
      `aws apigateway update-usage-plan --usage-plan-id 'p1l2a3' --patch-operations 'op=add,path=/apiStages,value=q1w2e3r4t5:prod'${region}`,
    ],
    [
      'a key by the six characters that masking leaves',
      refused('api_key_invalid', 'unknown_key'),
      {
        execution: [
          line({ kind: 'usage_plan_check', apiKey: '**************x7Qw2E', apiId: 'q1w2e3r4t5', stage: 'prod' }),
        ],
      },
      `aws apigateway get-api-keys --include-values --query 'items[?ends_with(value, \`"x7Qw2E"\`)].{id:id,name:name,enabled:enabled,changed:lastUpdatedDate}'${region}`,
    ],
    [
      'the web ACL in the region of its ARN',
      refused('waf_blocked', 'rule'),
      { region: null, waf: waf() },
      `aws wafv2 get-web-acl --name 'front-door' --scope 'REGIONAL' --id '6c9d1c1e-8f0a-4b7e-9a53-0d6c2b1f4e11'${region}`,
    ],
    [
      'a web ACL of CloudFront in us-east-1',
      refused('waf_blocked', null),
      { access: access({ webaclArn: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/0d6c2b1f' }) },
      `aws wafv2 get-web-acl --name 'edge' --scope 'CLOUDFRONT' --id '0d6c2b1f' --region 'us-east-1'`,
    ],
    [
      'sampled requests of the rule around the request',
      refused('waf_blocked', 'rule'),
      { waf: waf() },
      `aws wafv2 get-sampled-requests --web-acl-arn 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/front-door/6c9d1c1e-8f0a-4b7e-9a53-0d6c2b1f4e11' --rule-metric-name 'BlockBadCountries' --scope 'REGIONAL' --time-window 'StartTime=1767225300,EndTime=1767225901' --max-items 100${region}`,
    ],
    [
      'the WAF record by the extended request id',
      refused('waf_blocked', 'default_action'),
      { timeMs: null },
      `aws logs filter-log-events --log-group-name 'aws-waf-logs-<web-acl-name>' --filter-pattern '{ $.httpRequest.requestId = "Qx3TzGLFjoEFy-A=" }'${region}`,
    ],
    [
      'the role behind a session',
      refused('iam_denied', 'not_covered'),
      { access: access({ 'identity.userArn': 'arn:aws:sts::444455556666:assumed-role/reader/i-0abc' }) },
      `aws iam simulate-principal-policy --policy-source-arn 'arn:aws:iam::444455556666:role/reader' --action-names 'execute-api:Invoke' --resource-arns 'arn:aws:execute-api:eu-west-1:111122223333:q1w2e3r4t5/prod/GET/<path>'`,
    ],
    [
      'ARNs and hosts of China',
      refused('iam_denied', 'manage_connections'),
      { region: 'cn-north-1', apiKind: 'websocket' },
      `aws apigatewaymanagementapi get-connection --connection-id '<connection-id>' --endpoint-url 'https://q1w2e3r4t5.execute-api.cn-north-1.amazonaws.com.cn/prod' --region 'cn-north-1'`,
    ],
    [
      'the VPC endpoint of the log line',
      refused('vpc_endpoint_denied', 'endpoint_policy'),
      { access: access({ 'identity.vpceId': 'vpce-0a1b2c3d4e5f60718' }) },
      `aws ec2 describe-vpc-endpoints --vpc-endpoint-ids 'vpce-0a1b2c3d4e5f60718' --query 'VpcEndpoints[].{id:VpcEndpointId,vpc:VpcId,privateDns:PrivateDnsEnabled,dnsNames:DnsEntries[].DnsName,policy:PolicyDocument}'${region}`,
    ],
    [
      'no stage in the URL of a custom domain, and not its name',
      refused('backend_refused', null),
      { access: access({ domainName: 'api.example.com' }), execution: [] },
      `aws xray batch-get-traces --trace-ids '1-66f0a1b2-0123456789abcdef01234567'${region}`,
    ],
    [
      'a call of a custom domain with placeholders only',
      refused('edge_refused', 'proxy'),
      { response: response('api.example.com') },
      `curl -i -X 'GET' 'https://<host>/<path>'`,
    ],
    [
      'a HEAD request that does not wait for a body',
      refused('edge_refused', 'proxy'),
      { method: 'HEAD' },
      `curl -I 'https://q1w2e3r4t5.execute-api.eu-west-1.amazonaws.com/prod/<path>'`,
    ],
  ];
  it.each(cases)('%s', (_name, question, changes, expected) => {
    expect(remedyFor(question, knownRecord(changes)).commands).toContain(expected);
  });

  it('puts placeholders where nothing is known, and no region option', () => {
    const { commands } = remedyFor(refused('resource_policy_denied', 'not_covered'), bareRecord);
    expect(commands[0]).toBe("aws apigateway get-rest-api --rest-api-id '<api-id>' --query policy --output text");
  });

  it('falls back to the next log that has a fitting value', () => {
    const record = knownRecord({
      waf: waf({ webaclId: '111122223333:front-door' }),
      access: access({ webaclArn: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/front-door/0d6c2b1f' }),
    });
    expect(remedyFor(refused('waf_blocked', 'rule'), record).commands[0]).toContain("--name 'front-door'");
  });

  it('never uses a key that is not masked', () => {
    const record = knownRecord({ access: access({ 'identity.apiKey': 'abcdefghijklmnopqrstuvwxyz' }) });
    const text = JSON.stringify(remedyFor(refused('api_key_invalid', 'unknown_key'), record));
    expect(text).toContain('<last-six-characters>');
    expect(text).not.toContain('uvwxyz');
  });
});

describe('remedies tell what people get wrong', () => {
  const cases: readonly (readonly [string, Cause, string | null, ApiKind, RegExp])[] = [
    [
      'an authorizer’s denial is no IAM policy',
      'authorizer_denied',
      'explicit_deny',
      'rest',
      /IAM console is irrelevant/,
    ],
    ['a resource policy works only once deployed', 'resource_policy_denied', 'not_covered', 'rest', /next deployment/],
    ['usage plans need no deployment', 'usage_plan_mismatch', 'key_not_in_plan', 'rest', /need no deployment/],
    ['log settings need no deployment', 'unknown', 'no_cause_variables', 'rest', /no deployment is needed/],
    ['WAF comes before everything else', 'waf_blocked', 'rule', 'rest', /WAF is asked before keys/],
    ['HTTP APIs have no web ACL', 'waf_blocked', 'rule', 'http', /HTTP APIs have no web ACL/],
    ['HTTP APIs have no API keys', 'api_key_missing', 'no_key', 'http', /HTTP APIs have no API keys/],
    ['Missing Authentication Token is a wrong URL', 'route_not_found', 'no_route', 'rest', /not about logging in/],
    ['CORS headers in the function do not help', 'cors_preflight_refused', 'no_options_method', 'rest', /do not help/],
    ['a missing Lambda permission is a 500', 'backend_refused', 'function', 'rest', /would be 500/],
    ['a missing JWT scope is not a bad token', 'jwt_scope_missing', null, 'http', /bad or expired one answers 401/],
    ['the key goes into x-api-key only', 'api_key_missing', 'no_key', 'rest', /not the query string/],
    ['x-cache proves nothing', 'edge_refused', 'cloudfront', 'rest', /proves nothing/],
    ['one role policy cannot lift an SCP', 'iam_denied', 'scp', 'rest', /No policy inside the account/],
    ['HTTP APIs admit no other account', 'iam_denied', 'cross_account', 'http', /no resource policy/],
    ['private DNS catches public APIs', 'vpc_endpoint_denied', 'private_dns', 'rest', /private APIs only/],
    ['WebSocket policies name $connect', 'authorizer_denied', 'not_covered', 'websocket', /<stage>\/\$connect/],
  ];
  it.each(cases)('%s', (_name, cause, detail, apiKind, expected) => {
    const { summary, steps } = remedyFor(refused(cause, detail), knownRecord({ apiKind }));
    expect([summary, ...steps].join('\n')).toMatch(expected);
  });

  it('warns before a guess is acted on, and only then', () => {
    const first = (confidence: RemedyQuestion['confidence']) =>
      remedyFor(refused('api_key_missing', 'no_key', { confidence }), knownRecord()).steps[0];
    expect(first('possible')).toMatch(/settle the alternatives/);
    expect(first('likely')).not.toMatch(/settle the alternatives/);
    expect(first('certain')).not.toMatch(/settle the alternatives/);
  });

  it('takes a detail of another cause for none', () => {
    const record = knownRecord();
    expect(remedyFor(refused('waf_blocked', 'stage_not_in_plan'), record)).toEqual(
      remedyFor(refused('waf_blocked', null), record),
    );
  });

  it('names the rule inside a managed group', () => {
    const record = knownRecord({
      waf: waf({
        terminatingRuleId: 'core',
        rulePath: ['AWS#AWSManagedRulesCommonRuleSet', 'NoUserAgent_HEADER'],
      }),
    });
    expect(remedyFor(refused('waf_blocked', 'managed_rule'), record).steps.join('\n')).toContain('NoUserAgent_HEADER');
  });
});

describe('the log format suggested for an unknown cause', () => {
  const formatOf = (apiKind: ApiKind | null): string => {
    const text = remedyFor(refused('unknown', 'no_cause_variables'), knownRecord({ apiKind })).commands.at(-1) ?? '';
    const argument = JSON.parse(/ '([[{].*[\]}])'/.exec(text)?.[1] ?? 'null');
    return Array.isArray(argument) ? argument[0].value : argument.Format;
  };

  it.each(apiKinds)('%s: JSON in one line, below the 3 KB that a format may have, with status and error', (apiKind) => {
    const format = formatOf(apiKind);
    expect(format.length).toBeLessThan(3000);
    const values = Object.values(JSON.parse(format) as Record<string, string>);
    expect(values).toEqual(
      expect.arrayContaining(['$context.status', '$context.error.responseType', '$context.extendedRequestId']),
    );
    expect(values.every((value) => /^\$context\.[A-Za-z.]+$/.test(value))).toBe(true);
  });

  it.each(apiKinds)('%s: asks for no secret', (apiKind) => {
    expect(formatOf(apiKind)).not.toMatch(/identity\.apiKey"|claims|clientCertPem/);
  });

  it.each(apiKinds)('%s: its lines are read without the template', (apiKind) => {
    const read = Object.entries(JSON.parse(formatOf(apiKind)) as Record<string, string>).map(([key, value]) => [
      value,
      `$context.${variableOfPath([key])}`,
    ]);
    expect(read.map(([, understood]) => understood)).toEqual(read.map(([asked]) => asked));
  });

  it('asks an HTTP API for nothing that only REST has', () => {
    expect(formatOf('http')).not.toMatch(/waf|authorize\.|apiKeyId|resourcePath/);
    expect(formatOf('http')).toContain('$context.routeKey');
  });
});

describe('what is no refusal', () => {
  const notRefused: RemedyQuestion = { outcome: 'not_refused', cause: null, detail: null, confidence: 'certain' };
  const cases: readonly (readonly [string, Partial<RequestRecord>, RegExp])[] = [
    ['401', { status: 401 }, /401/],
    ['429', { status: 429 }, /429/],
    ['404', { status: 404 }, /404/],
    ['400', { status: 400 }, /another 4xx/],
    ['502', { status: 502 }, /server error/],
    ['200', { status: 200 }, /Nothing to do/],
    [
      'no status, a throttle line',
      { status: null, execution: [line({ kind: 'limit_exceeded', limit: 'quota' })] },
      /429/,
    ],
    ['no status, a 401 line', { status: null, execution: [line({ kind: 'unauthorized_request' })] }, /401/],
    ['no status, a failed function', { status: null, execution: [line({ kind: 'lambda_failed' })] }, /server error/],
    [
      'a gateway response of 504',
      {
        status: null,
        execution: [line({ kind: 'gateway_response', responseType: 'INTEGRATION_TIMEOUT', status: 504 })],
      },
      /server error/,
    ],
    ['a console test', { status: 403, execution: [line({ kind: 'test_invoke' })] }, /skips every check/],
    ['nothing else known', { status: null }, /Nothing to do/],
  ];
  it.each(cases)('%s', (_name, changes, expected) => {
    const remedy = remedyFor(notRefused, knownRecord(changes));
    expect(remedy.summary).toMatch(expected);
    expect(remedy.steps.length).toBeGreaterThanOrEqual(2);
  });
});

describe('what is undetermined', () => {
  const undetermined: RemedyQuestion = { outcome: 'undetermined', cause: null, detail: null, confidence: 'possible' };
  const cases: readonly (readonly [string, Partial<RequestRecord>, RegExp])[] = [
    ['a format without status', { status: null, access: access({}) }, /\$context\.status/],
    [
      'the beginning of an execution log',
      { status: null, execution: [line({ kind: 'other' })] },
      /all execution-log lines/,
    ],
    ['a WAF record that let it pass', { status: null, waf: waf({ action: 'ALLOW' }) }, /WAF did not end it/],
    ['an answer without status', { status: null, response: response(null) }, /Capture the whole answer/],
  ];
  it.each(cases)('%s', (_name, changes, expected) => {
    const remedy = remedyFor(undetermined, knownRecord(changes));
    expect(remedy.summary).toMatch(expected);
    expect(remedy.steps.length).toBeGreaterThanOrEqual(2);
    expect(remedy.commands.length).toBeGreaterThan(0);
  });
});
