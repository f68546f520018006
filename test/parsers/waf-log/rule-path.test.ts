import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../parsers/src/text/lenient-json.js';
import { readRulePath } from '../../../parsers/src/waf-log/rule-path.js';

const common = 'AWS#AWSManagedRulesCommonRuleSet';
const sqli = 'AWS#AWSManagedRulesSQLiRuleSet';
const own = 'arn:aws:wafv2:eu-west-1:111122223333:regional/rulegroup/shop-rules/1b2c3d4e-0000-4000-8000-000000000001';
const wrapper =
  'arn:aws:wafv2:eu-west-1:111122223333:regional/rulegroup/PREFMManaged-shop-policy/1b2c3d4e-0000-4000-8000-000000000002';

interface Rule {
  ruleId: string;
  action?: string;
  overriddenAction?: string;
}
const group = (ruleGroupId: string, terminatingRule: Rule | null, more: JsonObject = {}): JsonObject => ({
  ruleGroupId,
  terminatingRule: terminatingRule as unknown as JsonObject,
  nonTerminatingMatchingRules: [],
  excludedRules: null,
  ...more,
});
const block = (ruleId: string): Rule => ({ ruleId, action: 'BLOCK' });

function record(
  terminatingRuleId: string,
  terminatingRuleType: string,
  ruleGroupList: JsonObject[],
  more: JsonObject = {},
): JsonObject {
  return { action: 'BLOCK', terminatingRuleId, terminatingRuleType, ruleGroupList, ...more };
}

describe('the rule that decided', () => {
  it.each<[string, JsonObject, readonly string[]]>([
    [
      'a managed group among others that matched nothing',
      record('AWS-AWSManagedRulesCommonRuleSet', 'MANAGED_RULE_GROUP', [
        group(sqli, null),
        group(common, block('SizeRestrictions_BODY')),
        group('AWS#AWSManagedRulesBotControlRuleSet', null),
      ]),
      [common, 'SizeRestrictions_BODY'],
    ],
    [
      'a managed group under a name of the owner’s',
      record('baseline', 'MANAGED_RULE_GROUP', [group(common, block('NoUserAgent_HEADER'))]),
      [common, 'NoUserAgent_HEADER'],
    ],
    [
      'a managed group with a version',
      record('AWS-AWSManagedRulesBotControlRuleSet', 'MANAGED_RULE_GROUP', [
        group('AWS#AWSManagedRulesBotControlRuleSet#Version_3.0', block('CategoryHttpLibrary')),
        group(sqli, block('SQLi_BODY')),
      ]),
      ['AWS#AWSManagedRulesBotControlRuleSet#Version_3.0', 'CategoryHttpLibrary'],
    ],
    ['a group of the owner’s', record('shop-rules', 'GROUP', [group(own, block('no-scrapers'))]), [own, 'no-scrapers']],
    [
      'a managed group inside a group, inner listed first',
      record('shop-rules', 'GROUP', [
        group(common, block('CrossSiteScripting_QUERYARGUMENTS')),
        group(own, block('AWS-AWSManagedRulesCommonRuleSet')),
      ]),
      [own, common, 'CrossSiteScripting_QUERYARGUMENTS'],
    ],
    [
      'a managed group inside a group under another name in the web ACL, outer without an action',
      record('outer', 'GROUP', [
        group(own, { ruleId: 'AWS-AWSManagedRulesCommonRuleSet' }),
        group(common, block('SizeRestrictions_BODY')),
      ]),
      [own, common, 'SizeRestrictions_BODY'],
    ],
    [
      'Firewall Manager: the wrapper is in the id only',
      record('PREFMManaged-AWS-AWSManagedRulesCommonRuleSet1690000000000', 'GROUP', [
        group(common, block('SizeRestrictions_BODY')),
      ]),
      [common, 'SizeRestrictions_BODY'],
    ],
    [
      'Firewall Manager: wrapper and managed group',
      record('POSTFMManaged-shop-policy', 'GROUP', [
        group(wrapper, block('AWS-AWSManagedRulesSQLiRuleSet')),
        group(sqli, block('SQLi_QUERYARGUMENTS')),
      ]),
      [wrapper, sqli, 'SQLi_QUERYARGUMENTS'],
    ],
    [
      'Firewall Manager: the wrapper calls its rule by a name of its own',
      record('PREFMManaged-shop-policy', 'GROUP', [
        group(wrapper, block('first')),
        group(sqli, block('SQLi_QUERYARGUMENTS')),
      ]),
      [wrapper, sqli, 'SQLi_QUERYARGUMENTS'],
    ],
    ['a rule of its own', record('no-bots', 'REGULAR', [group(common, null)]), []],
    ['the default action', record('Default_Action', 'REGULAR', [group(common, null)]), []],
    ['a rate rule', record('slow-down', 'RATE_BASED', []), []],
    [
      'a group, but the list was cut off',
      { action: 'BLOCK', terminatingRuleId: 'g', terminatingRuleType: 'GROUP' },
      [],
    ],
    ['a group, no entry with a terminating rule', record('g', 'GROUP', [group(common, null)]), []],
  ])('%s', (_name, given, path) => {
    expect(readRulePath(given, 'BLOCK').path).toEqual(path);
  });
});

describe('traps', () => {
  it.each<[string, JsonObject, readonly string[]]>([
    [
      'a group that the web ACL only counts is no culprit',
      record(
        'AWS-AWSManagedRulesSQLiRuleSet',
        'MANAGED_RULE_GROUP',
        [group(common, block('SizeRestrictions_BODY')), group(sqli, block('SQLi_BODY'))],
        { nonTerminatingMatchingRules: [{ ruleId: 'AWS-AWSManagedRulesCommonRuleSet', action: 'COUNT' }] },
      ),
      [sqli, 'SQLi_BODY'],
    ],
    [
      'nor when the counted group stands last',
      record(
        'baseline',
        'MANAGED_RULE_GROUP',
        [group(sqli, block('SQLi_BODY')), group(common, block('SizeRestrictions_BODY'))],
        { nonTerminatingMatchingRules: [{ ruleId: 'AWS-AWSManagedRulesCommonRuleSet', action: 'COUNT' }] },
      ),
      [sqli, 'SQLi_BODY'],
    ],
    [
      'a rule that its group counts is no culprit',
      record('baseline', 'MANAGED_RULE_GROUP', [
        group(sqli, block('SQLi_BODY')),
        group(common, { ruleId: 'SizeRestrictions_BODY', action: 'COUNT' }),
      ]),
      [sqli, 'SQLi_BODY'],
    ],
    [
      'excluded and non-terminating rules are no culprits',
      record('AWS-AWSManagedRulesCommonRuleSet', 'MANAGED_RULE_GROUP', [
        group(sqli, null, { excludedRules: [{ exclusionType: 'EXCLUDED_AS_COUNT', ruleId: 'SQLi_BODY' }] }),
        group(common, block('NoUserAgent_HEADER'), {
          nonTerminatingMatchingRules: [{ ruleId: 'SizeRestrictions_BODY', action: 'COUNT' }],
        }),
      ]),
      [common, 'NoUserAgent_HEADER'],
    ],
    [
      'groups that refer to each other end',
      record('shop-rules', 'GROUP', [
        group(own, block('AWS-AWSManagedRulesSQLiRuleSet')),
        group(sqli, block('shop-rules')),
      ]),
      [own, sqli, 'shop-rules'],
    ],
    [
      'a group that refers to itself ends',
      record('shop-rules', 'GROUP', [group(own, block('shop-rules'))]),
      [own, 'shop-rules'],
    ],
    [
      'members of odd types are passed over',
      record('g', 'GROUP', [
        'x' as unknown as JsonObject,
        group(common, { ruleId: 7 } as unknown as Rule),
        { ruleGroupId: sqli },
      ]),
      [],
    ],
  ])('%s', (_name, given, path) => {
    expect(readRulePath(given, 'BLOCK').path).toEqual(path);
  });

  it('bounds a chain of groups', () => {
    const chain = Array.from({ length: 100 }, (_, n) => group(`group-${n}`, block(`group-${n + 1}`)));
    expect(readRulePath(record('group-0', 'GROUP', chain), 'BLOCK').path).toHaveLength(9);
  });
});

describe('overridden actions', () => {
  it.each<[string, JsonObject, string | null]>([
    [
      'the rule’s: its group says COUNT, the web ACL blocks',
      record('baseline', 'MANAGED_RULE_GROUP', [
        group(common, { ruleId: 'SizeRestrictions_BODY', action: 'BLOCK', overriddenAction: 'COUNT' }),
      ]),
      'COUNT',
    ],
    [
      'the group’s',
      record('baseline', 'GROUP', [group(own, block('x'), { overriddenAction: 'CHALLENGE' })]),
      'CHALLENGE',
    ],
    ['none', record('baseline', 'GROUP', [group(own, block('x'))]), null],
    [
      'words that are no action',
      record('baseline', 'GROUP', [group(own, { ...block('x'), overriddenAction: 'x y' })]),
      null,
    ],
  ])('%s', (_name, given, overridden) => {
    expect(readRulePath(given, 'BLOCK').overriddenAction).toBe(overridden);
  });
});
