import type { WafFacts } from '../../model/facts.js';
import type { Culprit, Evidence } from '../../model/verdict.js';
import { refused } from '../finding.js';
import type { Rule } from '../rule.js';
import { alternative } from '../settled-by.js';
import type { Signals } from '../signals.js';

/** A CAPTCHA or Challenge ends the request only without a valid token; the record then names the failure. */
const isTerminal = (waf: WafFacts): boolean =>
  waf.action === 'BLOCK' || Boolean(waf.action === 'CAPTCHA' ? waf.captchaFailure : waf.challengeFailure);

const ends = (waf: WafFacts) => waf.action === 'BLOCK' || waf.action === 'CAPTCHA' || waf.action === 'CHALLENGE';

/** The record that ended this request; one joined only by circumstance counts when nothing else named another family. */
function terminatingRecord(s: Signals): WafFacts | null {
  const { waf, wafJoin } = s.record;
  if (!waf || !ends(waf)) return null;
  if (wafJoin === 'approximate' && (s.refusal?.strength === 'gateway' || s.integration.answered === true)) {
    return s.refusal?.type === 'WAF_FILTERED' ? waf : null;
  }
  return waf;
}

export function wafBlockEvidence(s: Signals): Evidence[] {
  const found: Evidence[] = [];
  if (s.refusal?.type === 'WAF_FILTERED') found.push(...s.refusal.evidence);
  if (s.value('wafResponseCode') === 'WAF_BLOCK')
    found.push({ from: 'access', field: 'wafResponseCode', value: 'WAF_BLOCK' });
  if (s.value('waf.status') === '403') found.push({ from: 'access', field: 'waf.status', value: '403' });
  const record = terminatingRecord(s);
  if (record) {
    found.push({ from: 'waf', field: 'action', value: record.action });
    const rule = record.rulePath.length > 0 ? record.rulePath.join(' / ') : record.terminatingRuleId;
    if (rule) found.push({ from: 'waf', field: 'terminatingRuleId', value: rule });
  }
  return found;
}

// AWS asks WAF before signature, authorizer, policies and keys: a block hides every later cause.
export const wafBlocked: Rule = {
  id: 'waf-blocked',
  match(s) {
    const evidence = wafBlockEvidence(s);
    if (evidence.length === 0) return undefined;
    const record = terminatingRecord(s);
    const fromLog = evidence.some((e) => e.from === 'access' || e.from === 'execution');
    const elsewhere = record?.httpSourceName && record.httpSourceName !== 'APIGW' ? record.httpSourceName : null;
    const contradicted =
      s.wafAllowed !== null || (s.integration.answered === true && s.record.wafJoin !== 'approximate');
    const approximate = s.record.wafJoin === 'approximate';
    const byRecord = record !== null && record.httpSourceName === 'APIGW' && !approximate && isTerminal(record);
    const sure = !contradicted && !elsewhere && (fromLog || byRecord);
    return refused({
      cause: 'waf_blocked',
      detail: record ? detailOf(record) : null,
      confidence: sure ? 'certain' : 'likely',
      culprit: record ? culpritOf(record) : webAcl(s),
      reason: reasonOf(s, record, elsewhere),
      evidence,
      alternatives: [
        ...(elsewhere
          ? [
              alternative(
                'edge_refused',
                'possible',
                `The record is about ${sourceName(elsewhere)}, not about an API Gateway stage: API Gateway never saw this request.`,
              ),
            ]
          : []),
        ...(contradicted ? (['backend_refused'] as const) : []),
        ...(record?.httpSourceName === null ? (['edge_refused'] as const) : []),
        ...(evidence.every((e) => e.from === 'response') ? (['backend_refused'] as const) : []),
        ...(s.record.wafJoin === 'approximate'
          ? (['api_key_missing', 'api_key_invalid', 'route_not_found'] as const)
          : []),
      ],
    });
  },
};

const sourceNames: ReadonlyMap<string, string> = new Map([
  ['CF', 'a CloudFront distribution'],
  ['ALB', 'a load balancer'],
  ['APPSYNC', 'AppSync'],
  ['COGNITOIDP', 'a Cognito user pool'],
]);
const sourceName = (name: string): string => sourceNames.get(name) ?? 'another AWS resource';

function detailOf(waf: WafFacts): string {
  if (waf.action === 'CAPTCHA') return 'captcha';
  if (waf.action === 'CHALLENGE') return 'challenge';
  if (waf.rateLimit || waf.terminatingRuleType === 'RATE_BASED') return 'rate_limit';
  if (waf.rulePath.some((name) => name.startsWith('SizeRestrictions_'))) return 'size';
  if (waf.responseCodeSent !== null && waf.responseCodeSent !== 403) return 'custom_response';
  if (waf.terminatingRuleId === 'Default_Action') return 'default_action';
  if (waf.terminatingRuleType === 'MANAGED_RULE_GROUP' || waf.rulePath.some((name) => name.startsWith('AWS#')))
    return 'managed_rule';
  return 'rule';
}

function culpritOf(waf: WafFacts): Culprit {
  if (waf.terminatingRuleId === 'Default_Action')
    return { kind: 'web_acl', id: waf.webaclId, name: aclName(waf.webaclId) };
  const name = waf.rulePath.length > 0 ? waf.rulePath.join(' / ') : waf.terminatingRuleId;
  return { kind: 'waf_rule', id: waf.terminatingRuleId, name };
}

function webAcl(s: Signals): Culprit | null {
  const arn = s.value('webaclArn');
  return arn ? { kind: 'web_acl', id: arn, name: aclName(arn) } : null;
}

/** `arn:aws:wafv2:<region>:<account>:regional/webacl/<name>/<id>` → `<name>` */
const aclName = (arn: string | null): string | null => arn?.split('/webacl/')[1]?.split('/')[0] ?? null;

function reasonOf(s: Signals, waf: WafFacts | null, elsewhere: string | null): string {
  if (!waf) {
    const acl = aclName(s.value('webaclArn') ?? null);
    return `AWS WAF blocked the request before API Gateway asked anything else${acl ? ` (web ACL ${acl})` : ''}; which rule did it stands in the WAF log, not here.`;
  }
  const rule = waf.rulePath.length > 0 ? waf.rulePath.join(' / ') : waf.terminatingRuleId;
  const where = elsewhere ? ` in front of ${sourceName(elsewhere)}` : '';
  const override = waf.overriddenAction
    ? ` (the rule group itself says ${waf.overriddenAction}; this web ACL overrides that)`
    : '';
  const own =
    waf.responseCodeSent !== null && waf.responseCodeSent !== 403
      ? ` It answered with its own status ${waf.responseCodeSent}.`
      : '';
  const guess =
    s.record.wafJoin === 'approximate' ? ' The record was matched by stage, client, path and time, not by an id.' : '';
  switch (detailOf(waf)) {
    case 'captcha':
      return `AWS WAF rule ${rule} asked for a CAPTCHA and the request had no valid token${where}.${guess}`;
    case 'challenge':
      return `AWS WAF rule ${rule} asked for a silent browser challenge and the request had no valid token${where}.${guess}`;
    case 'default_action':
      return `No rule of the web ACL allowed the request and its default action is to block${where}.${guess}`;
    case 'rate_limit':
      return waf.rateLimit
        ? `AWS WAF rate rule ${rule} blocked the client${where}: more than ${waf.rateLimit.limit} requests in ${waf.rateLimit.windowSeconds} s per ${waf.rateLimit.key}.${own}${guess}`
        : `AWS WAF rate rule ${rule} blocked the client${where}.${guess}`;
    case 'size':
      return `AWS WAF rule ${rule} blocked the request for its size${where}${override}.${own}${guess}`;
    case 'custom_response':
      return `AWS WAF rule ${rule} blocked the request${where} and answered with its own status ${waf.responseCodeSent}${override}.${guess}`;
    default:
      return `AWS WAF rule ${rule ?? '(not named in this record)'} blocked the request${where}${override}.${guess}`;
  }
}
