import { describe, expect, it } from 'vitest';
import { checkScenario, type Outcomes } from './check-scenario.js';
import { parseScenario } from './scenario-file.js';

const header = 'note: n\norigin: invented\nkind: access\n';
const scenario = (expectations: string, head = header): string =>
  `${head}\n--- input\na line\n--- expect\n${expectations}\n`;

describe('parseScenario', () => {
  it('reads every part', () => {
    const text = [
      '# a comment',
      'note: what is odd: everything',
      'origin: invented',
      'kind: joined',
      'api: a1b2c3',
      'stage: prod',
      '',
      '--- template',
      '$context.status',
      '--- config',
      '{"ageMs": 5}',
      '--- input',
      'first',
      '',
      '  # no comment',
      '',
      '--- expect',
      '# a comment',
      'refused waf_blocked or api_key_missing',
      '  detail: rule or none',
      '  confidence: at most likely',
      '  culprit: waf_rule a b',
      '  alternatives contain: api_key_invalid, unknown',
      '  considers: waf_blocked',
      '  evidence: access.error.responseType = WAF_FILTERED',
      '  evidence: execution ~ not authorized',
      '  evidence: config',
      '  status: none',
      '  reason contains: WAF: blocked',
      '  record route: none',
      'undetermined',
      'rejected: malformed',
      'warning: some words',
    ].join('\n');
    const parsed = parseScenario(text, 'x');
    expect(parsed).toMatchObject({
      note: 'what is odd: everything',
      kind: 'joined',
      api: 'a1b2c3',
      stage: 'prod',
      template: '$context.status',
      config: { ageMs: 5 },
      input: 'first\n\n  # no comment\n',
      rejected: ['malformed'],
      warnings: ['some words'],
    });
    expect(parsed.requests).toMatchObject([
      {
        line: 19,
        outcome: 'refused',
        causes: ['waf_blocked', 'api_key_missing'],
        detail: ['rule', null],
        confidence: { atLeast: 0, atMost: 1 },
        culprit: { kind: 'waf_rule', names: 'a b' },
        alternativesContain: ['api_key_invalid', 'unknown'],
        considers: ['waf_blocked'],
        evidence: [
          { from: 'access', field: 'error.responseType', value: 'WAF_FILTERED', exact: true },
          { from: 'execution', field: null, value: 'not authorized', exact: false },
          { from: 'config', field: null, value: null },
        ],
        status: null,
        reasonContains: ['WAF: blocked'],
      },
      { outcome: 'undetermined', causes: [] },
    ]);
    expect(parsed.requests[0]?.record.get('route')).toBeNull();
  });

  it.each([
    ['a header key nobody knows', scenario('refused', `${header}author: me\n`), "unknown key 'author'"],
    ['a header key twice', scenario('refused', `${header}note: again\n`), "'note' stands twice"],
    ['no note', scenario('refused', 'origin: o\nkind: access\n'), "'note:' is missing"],
    ['a kind nobody knows', scenario('refused', 'note: n\norigin: o\nkind: csv\n'), 'kind: one of'],
    ['a section nobody knows', `${scenario('refused')}--- output\n`, "no section is called 'output'"],
    ['a section twice', `${scenario('refused')}--- input\n`, "section 'input' stands twice"],
    ['no input', `${header}--- expect\nrefused\n`, "section 'input' is missing"],
    ['an empty input', `${header}--- input\n\n--- expect\nrefused\n`, 'the input is empty'],
    ['no expectations', `${header}--- input\nx\n--- expect\n`, 'either requests or'],
    ['requests and none', scenario('no requests\nrefused'), 'either requests or'],
    [
      'a template of two lines',
      `${header}--- template\na\nb\n--- input\nx\n--- expect\nrefused\n`,
      'a template is one line',
    ],
    ['a config that is no JSON', `${header}--- config\n{\n--- input\nx\n--- expect\nrefused\n`, 'config is no JSON'],
    [
      'a config key nobody knows',
      `${header}--- config\n{"ageMs":1,"x":1}\n--- input\nx\n--- expect\nrefused\n`,
      "no 'x'",
    ],
    ['a config without age', `${header}--- config\n{}\n--- input\nx\n--- expect\nrefused\n`, 'config needs ageMs'],
    ['an outcome nobody knows', scenario('denied'), "expected an outcome, got 'denied'"],
    ['a cause nobody knows', scenario('refused waf'), "no cause is called 'waf'"],
    ['a cause of what is not refused', scenario('not_refused waf_blocked'), 'not_refused takes no cause'],
    ['a property before a request', scenario('  status: 403'), 'a property before the first request'],
    ['a property nobody knows', scenario('refused\n  colour: red'), "unknown property 'colour'"],
    ['a property twice', scenario('refused\n  status: 403\n  status: 403'), "'status' stands twice"],
    ['a confidence nobody knows', scenario('refused\n  confidence: sure'), "no confidence: 'sure'"],
    ['evidence from nowhere', scenario('refused\n  evidence: rumour ~ x'), "no source of evidence: 'rumour'"],
    ['a status that is none', scenario('refused\n  status: 42'), 'status: a status code'],
    ['a record field nobody knows', scenario('refused\n  record secret: x'), "unknown record field 'secret'"],
    ['alternatives other than none', scenario('refused\n  alternatives: unknown'), 'takes only `none`'],
  ])('refuses %s', (_, text, problem) => {
    expect(() => parseScenario(text, 'file.scenario')).toThrow(problem);
  });
});

describe('checkScenario', () => {
  const verdict = {
    outcome: 'refused',
    cause: 'waf_blocked',
    group: 'waf',
    detail: 'rule',
    culprit: { kind: 'waf_rule', id: null, name: 'geo-fence' },
    confidence: 'likely',
    alternatives: ['api_key_missing', 'api_key_invalid', 'usage_plan_mismatch', 'mtls_refused'].map((cause) => ({
      cause,
      confidence: 'possible',
      settledBy: '',
    })),
    reason: 'A rule of the web ACL',
    evidence: [{ from: 'access', field: 'error.responseType', value: 'WAF_FILTERED' }],
    remedy: { summary: '', steps: [], commands: [] },
    decidedBy: 'waf',
  };
  const got = {
    requests: [{ record: { status: 403, route: null, wafJoin: 'id' }, verdict }],
    rejected: [{ line: 1, reason: 'malformed', detail: '' }],
    warnings: ['a warning'],
  } as unknown as Outcomes;
  const check = (expectations: string): string[] =>
    checkScenario(parseScenario(scenario(`${expectations}\nrejected: malformed\nwarning: warning`), 'x'), got);

  it.each([
    'refused',
    'refused api_key_missing or waf_blocked',
    'refused\n  detail: none or rule',
    'refused\n  confidence: likely',
    'refused\n  confidence: at least possible',
    'refused\n  culprit: waf_rule geo',
    'refused\n  culprit: waf_rule',
    'refused\n  alternatives contain: mtls_refused',
    'refused\n  alternatives exclude: unknown',
    'refused\n  considers: waf_blocked, usage_plan_mismatch',
    'refused\n  evidence: access.error.responseType = WAF_FILTERED',
    'refused\n  evidence: access ~ FILTERED',
    'refused\n  status: 403',
    'refused\n  reason contains: web ACL',
    'refused\n  record route: none\n  record wafJoin: id',
  ])('%j holds', (expectations) => {
    expect(check(expectations)).toEqual([]);
  });

  it.each([
    'not_refused',
    'refused api_key_missing',
    'refused\nrefused',
    'refused\n  detail: none',
    'refused\n  confidence: certain',
    'refused\n  confidence: at least certain',
    'refused\n  confidence: at most possible',
    'refused\n  culprit: none',
    'refused\n  culprit: web_acl geo',
    'refused\n  culprit: waf_rule other',
    'refused\n  alternatives contain: unknown',
    'refused\n  alternatives exclude: api_key_missing',
    'refused\n  alternatives exclude: waf_blocked',
    'refused\n  alternatives: none',
    'refused\n  considers: mtls_refused',
    'refused\n  evidence: access.error.responseType = WAF',
    'refused\n  evidence: waf',
    'refused\n  status: none',
    'refused\n  reason contains: key',
    'refused\n  record route: /x',
  ])('%j does not hold', (expectations) => {
    expect(check(expectations)).not.toEqual([]);
  });

  it('a reject or warning that nobody expected is a difference', () => {
    expect(checkScenario(parseScenario(scenario('refused'), 'x'), got)).toHaveLength(2);
  });
});
