import { account, region } from './log-formats.js';

/** A rule that blocks: its own name, or its group and its name there. */
export interface WafRule {
  readonly group: string | null;
  readonly rule: string;
  readonly type: 'REGULAR' | 'RATE_BASED' | 'MANAGED_RULE_GROUP';
  readonly label: string | null;
}

const managed = (group: string, rule: string, label: string): WafRule => ({
  group,
  rule,
  type: 'MANAGED_RULE_GROUP',
  label: `awswaf:managed:aws:${label}`,
});

/** To add one: here, and in `scannerRules` if scanners run into it. */
export const wafRules = {
  bodySize: managed('AWSManagedRulesCommonRuleSet', 'SizeRestrictions_BODY', 'core-rule-set:SizeRestrictions_Body'),
  exploitPath: managed(
    'AWSManagedRulesKnownBadInputsRuleSet',
    'ExploitablePaths_URIPATH',
    'known-bad-inputs:ExploitablePaths_URIPath',
  ),
  sqlInjection: managed('AWSManagedRulesSQLiRuleSet', 'SQLi_QUERYARGUMENTS', 'sql-database:SQLi_QueryArguments'),
  ratePerIp: { group: null, rule: 'limit-per-ip', type: 'RATE_BASED', label: null },
} as const satisfies Record<string, WafRule>;

export const scannerRules: readonly WafRule[] = [wafRules.exploitPath, wafRules.sqlInjection, wafRules.ratePerIp];

export const rateLimitRuleArn = `arn:aws:wafv2:${region}:${account}:regional/webacl/shop-edge/limit-per-ip`;
