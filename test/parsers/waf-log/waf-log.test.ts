import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LogEntry, plainEntry, type WafFacts } from '../../../parsers/src/model/index.js';
import type { JsonObject } from '../../../parsers/src/text/lenient-json.js';
import { looksLikeWafRecord, wafLogFormat } from '../../../parsers/src/waf-log/waf-log.js';

const acl = 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1b2c3d4e-0000-4000-8000-000000000001';

const httpRequest = {
  clientIp: '203.0.113.7',
  country: 'CH',
  headers: [
    { name: 'X-Forwarded-For', value: '203.0.113.7' },
    { name: 'Host', value: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com' },
    {
      name: 'X-Amzn-Trace-Id',
      value: 'Self=1-00000000-000000000000000000000000;Root=1-6962a0b1-0123456789abcdef01234567',
    },
    { name: 'user-agent', value: 'curl/8.7.1' },
  ],
  uri: '/prod/orders',
  args: 'q=x',
  httpVersion: 'HTTP/2.0',
  httpMethod: 'GET',
  requestId: 'PDx1PEC4oAMFpyA=',
};

const blocked = {
  timestamp: 1782993288684,
  formatVersion: 1,
  webaclId: acl,
  terminatingRuleId: 'no-bots',
  terminatingRuleType: 'REGULAR',
  action: 'BLOCK',
  terminatingRuleMatchDetails: [],
  httpSourceName: 'APIGW',
  httpSourceId: '111122223333:a1b2c3d4e5:prod',
  ruleGroupList: [],
  rateBasedRuleList: [],
  nonTerminatingMatchingRules: [],
  requestHeadersInserted: null,
  responseCodeSent: null,
  httpRequest,
  labels: [{ name: 'awswaf:managed:aws:bot-control:bot:category:http_library' }],
  oversizeFields: ['REQUEST_BODY'],
};

function parse(given: string | object, entry: Partial<LogEntry> = {}): WafFacts {
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  expect(wafLogFormat.claims(plainEntry(text, 1))).toBe(true);
  const found = wafLogFormat.parse({ ...plainEntry(text, 1), ...entry });
  if (!found.ok) throw new Error(`${found.reason}: ${found.detail}`);
  expect(found.value).toHaveLength(1);
  return found.value[0] as WafFacts;
}

describe('a whole record', () => {
  const facts: WafFacts = {
    kind: 'waf',
    ids: { requestId: null, extendedRequestId: 'PDx1PEC4oAMFpyA=', traceId: '1-6962a0b1-0123456789abcdef01234567' },
    place: { account: '111122223333', region: 'eu-west-1', apiId: 'a1b2c3d4e5', stage: 'prod' },
    timeMs: 1782993288684,
    action: 'BLOCK',
    webaclId: acl,
    httpSourceName: 'APIGW',
    terminatingRuleId: 'no-bots',
    terminatingRuleType: 'REGULAR',
    rulePath: [],
    overriddenAction: null,
    rateLimit: null,
    responseCodeSent: null,
    captchaFailure: null,
    challengeFailure: null,
    oversizeFields: ['REQUEST_BODY'],
    labels: ['awswaf:managed:aws:bot-control:bot:category:http_library'],
    clientIp: '203.0.113.7',
    country: 'CH',
    method: 'GET',
    uri: '/prod/orders',
    host: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
    userAgent: 'curl/8.7.1',
  };

  it.each<[string, string]>([
    ['on one line', JSON.stringify(blocked)],
    ['pretty-printed', JSON.stringify(blocked, null, 2)],
    ['with its members in another order', JSON.stringify(Object.fromEntries(Object.entries(blocked).reverse()))],
    ['behind a time and a stream', `2026-07-02T11:54:48.684Z eu-west-1_shop_7 ${JSON.stringify(blocked)}`],
    ['without its outer braces', JSON.stringify(blocked, null, 2).slice(2, -2)],
    ['with a comma behind it', `${JSON.stringify(blocked)},`],
  ])('%s', (_name, text) => {
    expect(parse(text)).toEqual(facts);
  });
});

describe('fields', () => {
  const withRequest = (more: object) => ({ ...blocked, httpRequest: { ...httpRequest, ...more } });

  it.each<[string, object, Partial<WafFacts>]>([
    ['a query in the uri is dropped', withRequest({ uri: '/prod/orders?token=t#f' }), { uri: '/prod/orders' }],
    ['the host field wins over the header', withRequest({ host: 'api.example.com' }), { host: 'api.example.com' }],
    ['a redacted uri is not known', withRequest({ uri: 'REDACTED' }), { uri: null }],
    ['a redacted method is not known', withRequest({ httpMethod: 'REDACTED' }), { method: null }],
    ['no country', withRequest({ country: '-' }), { country: null }],
    ['an IPv6 client', withRequest({ clientIp: '2001:db8::7' }), { clientIp: '2001:db8::7' }],
    ['seconds', { ...blocked, timestamp: 1782993288 }, { timeMs: 1782993288000 }],
    ['a custom response code', { ...blocked, responseCodeSent: 429 }, { responseCodeSent: 429 }],
    ['a response code as text', { ...blocked, responseCodeSent: '404' }, { responseCodeSent: 404 }],
    ['a response code that is none', { ...blocked, responseCodeSent: 7 }, { responseCodeSent: null }],
    ['headers of no list', withRequest({ headers: { Host: 'x' } }), { host: null, userAgent: null }],
    [
      'labels are bounded',
      { ...blocked, labels: Array.from({ length: 500 }, () => ({ name: 'awswaf:x' })) },
      { labels: Array.from({ length: 100 }, () => 'awswaf:x') },
    ],
    [
      'odd labels are passed over',
      { ...blocked, labels: [{ name: 'a b' }, 'x', {}, { name: 'awswaf:y' }] },
      { labels: ['awswaf:y'] },
    ],
  ])('%s', (_name, given, expected) => {
    expect(parse(given)).toMatchObject(expected);
  });

  it.each<[string, object, Partial<LogEntry>, WafFacts['place']]>([
    [
      'an account that is no account',
      { ...blocked, httpSourceId: 'EXAMPLE11:a1b2c3d4e5:prod', webaclId: 'shop' },
      {},
      { account: null, region: null, apiId: 'a1b2c3d4e5', stage: 'prod' },
    ],
    [
      'another source',
      { ...blocked, httpSourceName: 'ALB', httpSourceId: '111122223333-app/web/0123456789abcdef' },
      {},
      { account: '111122223333', region: 'eu-west-1', apiId: null, stage: null },
    ],
    [
      "a distribution's web ACL has no region of its own",
      { ...blocked, httpSourceName: 'CF', webaclId: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/shop/x' },
      {},
      { account: null, region: null, apiId: null, stage: null },
    ],
    [
      'the entry fills the gaps',
      { ...blocked, webaclId: 'shop', httpSourceId: '-' },
      { account: '111122223333', region: 'eu-west-1' },
      { account: '111122223333', region: 'eu-west-1', apiId: null, stage: null },
    ],
    [
      'a stage named by no stage’s characters',
      { ...blocked, httpSourceId: '111122223333:a1b2c3d4e5:<stage>' },
      {},
      { account: '111122223333', region: 'eu-west-1', apiId: 'a1b2c3d4e5', stage: null },
    ],
  ])('place: %s', (_name, given, entry, place) => {
    expect(parse(given, entry).place).toEqual(place);
  });

  it('takes no extended id from a source that is not API Gateway', () => {
    expect(parse({ ...blocked, httpSourceName: 'CF' }).ids.extendedRequestId).toBeNull();
  });
});

describe('actions', () => {
  const counted = { ruleId: 'watch', action: 'COUNT', ruleMatchDetails: [] };
  it.each<[string, object, Partial<WafFacts>]>([
    [
      'COUNT among the non-terminating rules is no block',
      { ...blocked, action: 'ALLOW', terminatingRuleId: 'Default_Action', nonTerminatingMatchingRules: [counted] },
      { action: 'ALLOW', terminatingRuleId: 'Default_Action' },
    ],
    ['a top-level COUNT of an old record stays a COUNT', { ...blocked, action: 'COUNT' }, { action: 'COUNT' }],
    [
      'a default block',
      { ...blocked, terminatingRuleId: 'Default_Action' },
      { action: 'BLOCK', terminatingRuleId: 'Default_Action', rulePath: [] },
    ],
    [
      'a CAPTCHA that was solved let the request through',
      {
        ...blocked,
        action: 'ALLOW',
        terminatingRuleId: 'Default_Action',
        nonTerminatingMatchingRules: [
          { ruleId: 'puzzle', action: 'CAPTCHA', captchaResponse: { responseCode: 0, solveTimestamp: 1782993000 } },
        ],
      },
      { action: 'ALLOW', captchaFailure: null },
    ],
    [
      'a CAPTCHA without token ended it',
      {
        ...blocked,
        action: 'CAPTCHA',
        terminatingRuleId: 'puzzle',
        responseCodeSent: 405,
        captchaResponse: { responseCode: 405, solveTimestamp: 0, failureReason: 'TOKEN_MISSING' },
      },
      { action: 'CAPTCHA', captchaFailure: 'TOKEN_MISSING', challengeFailure: null, responseCodeSent: 405 },
    ],
    [
      'a Challenge with an expired token ended it',
      {
        ...blocked,
        action: 'CHALLENGE',
        responseCodeSent: 202,
        challengeResponse: { responseCode: 202, failureReason: 'TOKEN_EXPIRED' },
      },
      { action: 'CHALLENGE', captchaFailure: null, challengeFailure: 'TOKEN_EXPIRED', responseCodeSent: 202 },
    ],
    [
      'a rule group names the rule',
      {
        ...blocked,
        terminatingRuleId: 'AWS-AWSManagedRulesCommonRuleSet',
        terminatingRuleType: 'MANAGED_RULE_GROUP',
        ruleGroupList: [
          {
            ruleGroupId: 'AWS#AWSManagedRulesCommonRuleSet',
            terminatingRule: { ruleId: 'SizeRestrictions_BODY', action: 'BLOCK' },
          },
        ],
      },
      { rulePath: ['AWS#AWSManagedRulesCommonRuleSet', 'SizeRestrictions_BODY'] },
    ],
  ])('%s', (_name, given, expected) => {
    expect(parse(given)).toMatchObject(expected);
  });
});

describe('rate rules', () => {
  const rated = { ...blocked, terminatingRuleId: 'slow-down', terminatingRuleType: 'RATE_BASED' };
  const rule = { rateBasedRuleId: 'x', rateBasedRuleName: 'slow-down', limitKey: 'IP', maxRateAllowed: 100 };
  it.each<[string, object, WafFacts['rateLimit']]>([
    [
      'the window is five minutes unless told',
      { ...rated, rateBasedRuleList: [rule] },
      { limit: 100, windowSeconds: 300, key: 'IP' },
    ],
    [
      'a window as text',
      { ...rated, rateBasedRuleList: [{ ...rule, evaluationWindowSec: '120', limitKey: 'CUSTOMKEYS' }] },
      { limit: 100, windowSeconds: 120, key: 'CUSTOMKEYS' },
    ],
    [
      'the named one of several',
      { ...rated, rateBasedRuleList: [{ ...rule, rateBasedRuleName: 'other', maxRateAllowed: 5 }, rule] },
      { limit: 100, windowSeconds: 300, key: 'IP' },
    ],
    [
      'the only one, whatever its name',
      { ...rated, rateBasedRuleList: [{ ...rule, rateBasedRuleName: 'other' }] },
      { limit: 100, windowSeconds: 300, key: 'IP' },
    ],
    [
      'several, none named',
      {
        ...rated,
        rateBasedRuleList: [
          { ...rule, rateBasedRuleName: 'a' },
          { ...rule, rateBasedRuleName: 'b' },
        ],
      },
      null,
    ],
    ['a rule that only counted', { ...blocked, rateBasedRuleList: [rule] }, null],
    ['no limit shown', { ...rated, rateBasedRuleList: [{ rateBasedRuleName: 'slow-down' }] }, null],
    [
      'inside a group',
      {
        ...blocked,
        terminatingRuleId: 'shop-rules',
        terminatingRuleType: 'GROUP',
        ruleGroupList: [{ ruleGroupId: 'shop', terminatingRule: { ruleId: 'slow-down', action: 'BLOCK' } }],
        rateBasedRuleList: [rule],
      },
      { limit: 100, windowSeconds: 300, key: 'IP' },
    ],
  ])('%s', (_name, given, rateLimit) => {
    expect(parse(given).rateLimit).toEqual(rateLimit);
  });
});

describe('cut and edited records', () => {
  const text = JSON.stringify(blocked);
  it('reads what is there after the action', () => {
    const cut = text.slice(0, text.indexOf('"httpSourceId"'));
    expect(parse(cut)).toMatchObject({
      action: 'BLOCK',
      terminatingRuleId: 'no-bots',
      httpSourceName: 'APIGW',
      clientIp: null,
    });
  });

  it('does not name a rule by half of its name', () => {
    const swapped = `{"webaclId":"${acl}","action":"BLOCK","terminatingRuleId":"no-bo`;
    expect(parse(swapped)).toMatchObject({ action: 'BLOCK', terminatingRuleId: null });
  });

  it('reads bare dots where values were left out', () => {
    expect(parse(text.replace(`"${acl}"`, '...'))).toMatchObject({
      webaclId: null,
      action: 'BLOCK',
      terminatingRuleId: 'no-bots',
    });
  });

  it.each<[string, string, string]>([
    ['cut before the action', text.slice(0, text.indexOf('"action"')), 'truncated'],
    ['cut inside the action', text.slice(0, text.indexOf('BLOCK') + 3), 'truncated'],
    ['an action that is none', text.replace('"BLOCK"', '"MAYBE"'), 'malformed'],
    ['no action', text.replace('"action":"BLOCK",', ''), 'malformed'],
    ['another JSON', '{"status":"403","webaclArn":"x"}', 'unrecognised'],
    ['no JSON', 'terminatingRuleId: no-bots', 'unrecognised'],
  ])('rejects a record: %s', (_name, given, reason) => {
    expect(wafLogFormat.parse(plainEntry(given, 1))).toMatchObject({ ok: false, reason });
  });

  it('any cut gives facts or a reject, and never a wrong action', () => {
    for (let end = 0; end < text.length; end++) {
      const found = wafLogFormat.parse(plainEntry(text.slice(0, end), 1));
      if (!found.ok) continue;
      const facts = found.value[0] as WafFacts;
      expect(facts.action).toBe('BLOCK');
      expect([null, 'no-bots']).toContain(facts.terminatingRuleId);
      expect([null, 'PDx1PEC4oAMFpyA=']).toContain(facts.ids.extendedRequestId);
      expect([null, '/prod/orders']).toContain(facts.uri);
    }
  });
});

describe('what is claimed', () => {
  it.each([
    [
      'an access line with WAF variables',
      '{"requestId":"x","wafResponseCode":"WAF_BLOCK","webaclArn":"arn:aws:wafv2:x"}',
    ],
    ['an access line with a key of that name', '{"status":"403","webaclId":"arn:aws:wafv2:x"}'],
    ['prose', 'the "action" of "webaclId" was {BLOCK}'],
    ['an execution line', '(8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10) Endpoint request headers: {"terminatingRuleId"}'],
    ['nothing', ''],
  ])('not %s', (_name, text) => {
    const entry = plainEntry(text, 1);
    expect(wafLogFormat.claims(entry) && wafLogFormat.parse(entry).ok).toBe(false);
  });

  it.each<[string, JsonObject, boolean]>([
    ['a record', blocked as unknown as JsonObject, true],
    ['its first members', { timestamp: 1, formatVersion: 1, webaclId: acl, terminatingRuleId: 'x' }, true],
    ['a source without rule', { webaclId: acl, httpSourceName: 'APIGW' }, true],
    ['an access line', { requestId: 'x', status: '403', webaclArn: acl }, false],
    ['a web ACL alone', { webaclId: acl }, false],
    ['inherited names', Object.create({ terminatingRuleId: 'x', action: 'BLOCK' }) as JsonObject, false],
    ['nothing', {}, false],
  ])('looksLikeWafRecord: %s', (_name, value, expected) => {
    expect(looksLikeWafRecord(value)).toBe(expected);
  });
});

describe('secrets', () => {
  it('keeps no header, argument, match or key value but the three it may', () => {
    const canary = 'CANARYx8Yz01qW7secret';
    const facts = parse({
      ...blocked,
      terminatingRuleMatchDetails: [
        { conditionType: 'XSS', location: 'HEADER', matchedData: ['<', canary], matchedFieldName: canary },
      ],
      ruleGroupList: [
        {
          ruleGroupId: 'shop',
          terminatingRule: { ruleId: 'r', action: 'BLOCK', ruleMatchDetails: [{ matchedData: [canary] }] },
          customerConfig: canary,
        },
      ],
      rateBasedRuleList: [
        {
          rateBasedRuleName: 'no-bots',
          limitKey: 'CUSTOMKEYS',
          limitValue: canary,
          maxRateAllowed: 7,
          customValues: [{ key: 'HEADER', name: 'x-tenant', value: canary }],
        },
      ],
      nonTerminatingMatchingRules: [{ ruleId: canary, action: 'COUNT', ruleMatchDetails: [{ matchedData: [canary] }] }],
      requestHeadersInserted: [{ name: 'x-amzn-waf-k', value: canary }],
      requestBody: canary,
      captchaResponse: { failureReason: canary, solveTimestamp: 0 },
      httpRequest: {
        ...httpRequest,
        args: `token=${canary}`,
        uri: `/prod/orders?token=${canary}`,
        fragment: canary,
        headers: [
          ...[
            'Authorization',
            'Cookie',
            'x-api-key',
            'X-Amz-Security-Token',
            'X-Forwarded-For',
            'Hostname',
            canary,
          ].map((name) => ({ name, value: canary })),
          { name: 'X-Amzn-Trace-Id', value: `Root=${canary}` },
          { name: 'Host', value: `${canary} ${canary}` },
        ],
      },
    });
    expect(JSON.stringify(facts)).not.toContain('CANARY');
    expect(facts.rateLimit).toEqual({ limit: 7, windowSeconds: 300, key: 'CUSTOMKEYS' });
  });

  it('quotes nothing of a record that it refuses', () => {
    const found = wafLogFormat.parse(plainEntry('{"webaclId":"x","httpSourceName":"CANARY","action":"CANARY"}', 1));
    expect(found.ok).toBe(false);
    expect(JSON.stringify(found)).not.toContain('CANARY');
  });
});

describe('hostile records', () => {
  it('mutated records give facts or a reject', () => {
    const text = JSON.stringify(blocked);
    const edits = fc.array(
      fc.tuple(
        fc.nat(text.length),
        fc.nat(12),
        fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('"', '{', '[', '}', ']', '\\', ',', 'null', '__proto__')),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(edits, (changes) => {
        let mutated = text;
        for (const [at, cut, put] of changes) mutated = mutated.slice(0, at) + put + mutated.slice(at + cut);
        expect(() => wafLogFormat.claims(plainEntry(mutated, 1))).not.toThrow();
        expect(() => wafLogFormat.parse(plainEntry(mutated, 1))).not.toThrow();
      }),
      { seed: 403, numRuns: 5_000 },
    );
  });

  const head = '{"terminatingRuleId":"g","terminatingRuleType":"GROUP","action":"BLOCK",';
  it.each([
    ['groups', `${head}"ruleGroupList":[${'{"ruleGroupId":"a","terminatingRule":{"ruleId":"a"}},'.repeat(20_000)}`],
    ['counted rules', `${head}"nonTerminatingMatchingRules":[${'{"ruleId":"AWS-a"},'.repeat(50_000)}`],
    ['headers', `${head}"httpRequest":{"headers":[${'{"name":"x","value":"y"},'.repeat(40_000)}`],
    ['labels', `${head}"labels":[${'{"name":"a:b"},'.repeat(65_000)}`],
    ['nesting', `${head}"ruleGroupList":${'['.repeat(1_000_000)}`],
    ['one long name', `${head}"webaclId":"${'a-version-'.repeat(100_000)}"}`],
    ['one long uri', `${head}"httpRequest":{"uri":"${'?#/'.repeat(330_000)}"}}`],
    ['quotes', `${head}${'"'.repeat(1_000_000)}`],
  ])('a megabyte of %s is read', (_name, text) => {
    expect(wafLogFormat.parse(plainEntry(text, 1)).ok).toBe(true);
  });
});

describe('the time of a record', () => {
  it.each([
    ['milliseconds', 1782993288684, 1782993288684],
    ['seconds', 1782993288, 1782993288000],
    ['a moment that no log is of: the time of its entry stands', 3_786_912_000_000, 1700000000000],
    ['a moment before 1970', -1, 1700000000000],
  ])('may be %s', (_name, timestamp, expected) => {
    expect(parse({ ...blocked, timestamp }, { timeMs: 1700000000000 }).timeMs).toBe(expected);
  });
});
