import type { Adviser } from './advice.js';
import { type Command, command, commandValue, compose, extendCommand, placeholder } from './command.js';
import type { RemedyContext } from './context.js';
import { filterLog, notInHttpApis } from './lookups.js';

const wafFirst =
  'WAF is asked before keys, policies and authorizers: changing those cannot help. Changes to a web ACL are live within minutes, without a deployment of the API.';

export const wafBlocked: Adviser<'waf_blocked'> = (detail, context) => {
  const aside = notInHttpApis(
    context,
    'web ACL of their own (it may be the one of a CloudFront distribution in front)',
  );
  const rule = context.wafRule === null ? 'the rule' : `rule ${context.wafRule}`;
  const verify = 'Send the same request again and look for its record in the WAF log.';
  switch (detail) {
    case 'rule':
      return {
        summary: `Decide whether ${rule} is meant to stop this request, then change the rule or the client.`,
        steps: [
          ...aside,
          `Read the statement of ${rule} in the web ACL and compare it with the WAF record (location, matched field, country, IP set); sampled requests reach back three hours.`,
          'If the request is legitimate, narrow the rule (scope-down statement, exception for path or IP set) or set it to Count while you watch.',
          wafFirst,
          verify,
        ],
        commands: [webAcl(context), ...sampledRequests(context), wafRecord(context)],
      };
    case 'managed_rule':
      return {
        summary: `Decide whether the managed rule behind ${rule} is wrong about this request, and override that one rule if it is.`,
        steps: [
          ...aside,
          context.wafGroupRule === null
            ? 'Find the rule inside the group that ended the request (terminatingRule in ruleGroupList of the WAF record), and the label that it set.'
            : `Inside the group it was ${context.wafGroupRule}: read in the vendor’s list what it inspects and which label it sets.`,
          'For a false positive override only that rule to Count and, if needed, block again by a rule on its label with an exception; do not take out the whole group.',
          'Managed groups are updated by their vendor: a block can begin without any change of yours.',
          wafFirst,
        ],
        commands: [webAcl(context), ...sampledRequests(context), wafRecord(context)],
      };
    case 'rate_limit':
      return {
        summary: `Slow the client down, or raise the limit of ${rule}.`,
        steps: [
          ...aside,
          'Look at what the rule counts by (IP, forwarded IP, custom keys). Callers behind one NAT or proxy share an IP and its limit.',
          'Legitimate load: raise the limit, count by a better key, or scope the rule down to the paths it is for. The block ends by itself when the rate falls.',
          'This is WAF’s limit, not the usage plan’s: a throttled request would get 429.',
          verify,
        ],
        commands: [...blockedKeys(context), webAcl(context), ...sampledRequests(context)],
      };
    case 'default_action':
      return {
        summary: 'Add a rule that allows this request: the web ACL blocks all that no rule allows.',
        steps: [
          ...aside,
          'No rule matched. Look for the allow rule that was meant to (IP set, country, header, path) and for a recent edit of it.',
          'Add the caller to the rule or its IP set, or make the default action Allow if the web ACL is not meant as an allow-list.',
          wafFirst,
          verify,
        ],
        commands: [webAcl(context), wafRecord(context)],
      };
    case 'captcha':
    case 'challenge':
      return {
        summary: `Keep ${rule} away from callers that cannot solve a ${detail === 'captcha' ? 'CAPTCHA' : 'Challenge'}.`,
        steps: [
          ...aside,
          'Only a browser that runs the WAF script gets a token; API clients, mobile apps without the SDK and CORS preflights never do.',
          'Scope the rule down to pages that browsers open (not OPTIONS, not the API paths), or integrate the WAF application SDK in the client.',
          'Behind CloudFront the token belongs to the viewer’s domain: add that domain to the token domain list of the web ACL.',
          verify,
        ],
        commands: [webAcl(context), wafRecord(context)],
      };
    case 'size':
      return {
        summary: 'Send less, or let the size rule pass larger requests on this path.',
        steps: [
          ...aside,
          'Compare the size of the request (requestBodySize, oversizeFields of the WAF record) with the rule: the Core rule set blocks bodies over 8 KB by SizeRestrictions_BODY.',
          'Override that rule to Count for the paths that take large bodies, or raise the body inspection limit of the web ACL (16 to 64 KB) if the oversize handling is Match.',
          'The content was not found bad; it was only too large.',
          wafFirst,
        ],
        commands: [webAcl(context), wafRecord(context)],
      };
    case 'custom_response':
      return {
        summary: `Read the custom response of ${rule} in the web ACL: status and body are chosen there.`,
        steps: [
          ...aside,
          'The status that the client got comes from the web ACL, not from API Gateway or the backend; gateway responses do not apply to it.',
          'If the request is legitimate, narrow the rule; if only the answer confuses, change the custom response.',
          wafFirst,
          verify,
        ],
        commands: [webAcl(context), ...sampledRequests(context), wafRecord(context)],
      };
    case null:
      return {
        summary: 'Find the WAF rule that blocked the request, then change the rule or the client.',
        steps: [
          ...aside,
          'Search the WAF log of the web ACL for the extended request id: terminatingRuleId names the rule. Without a WAF log, sampled requests of the last three hours show it.',
          'A legitimate request: narrow the rule or set it to Count while you watch; else correct the client.',
          wafFirst,
          verify,
        ],
        commands: [aclOfStage(context), webAcl(context), wafRecord(context), ...sampledRequests(context)],
      };
  }
};

const withAclRegion = ({ webAcl: acl }: RemedyContext, words: Command): Command =>
  acl.regionOption === null ? words : extendCommand(words, acl.regionOption);

const webAcl = (context: RemedyContext): Command =>
  withAclRegion(
    context,
    command`aws wafv2 get-web-acl --name ${context.webAcl.name} --scope ${context.webAcl.scope} --id ${context.webAcl.id}`,
  );

/** Which web ACL stands before the stage. */
const aclOfStage = ({ partition, region, apiId, stage, inRegion }: RemedyContext): Command =>
  inRegion(
    command`aws wafv2 get-web-acl-for-resource --resource-arn ${compose`arn:${partition}:apigateway:${region}::/restapis/${apiId}/stages/${stage}`}`,
  );

/** Samples are kept for three hours, so an older request has none. */
function sampledRequests(context: RemedyContext): Command[] {
  const window = context.window(5 * 60_000);
  const from = commandValue('timeSeconds', window === null ? null : String(Math.floor(window.fromMs / 1000)));
  const to = commandValue('timeSeconds', window === null ? null : String(Math.ceil(window.toMs / 1000)));
  if (from === null || to === null) return [];
  const rule = context.wafRule ?? placeholder('wafRule');
  return [
    withAclRegion(
      context,
      command`aws wafv2 get-sampled-requests --web-acl-arn ${context.webAcl.arn} --rule-metric-name ${rule} --scope ${context.webAcl.scope} --time-window ${compose`StartTime=${from},EndTime=${to}`} --max-items 100`,
    ),
  ];
}

/** The record carries API Gateway's extended request id. */
function wafRecord(context: RemedyContext): Command {
  const id = commandValue('extendedRequestId', context.record.extendedRequestId) ?? placeholder('extendedRequestId');
  const atAcl = { ...context, inRegion: (words: Command) => withAclRegion(context, words) };
  return filterLog(
    atAcl,
    compose`aws-waf-logs-${placeholder('webAclName')}`,
    compose`{ $.httpRequest.requestId = "${id}" }`,
  );
}

/** Addresses that a rate-based rule blocks at this moment; AWS lists them only for rules that count by address. */
function blockedKeys(context: RemedyContext): Command[] {
  const { webAcl: acl, wafRule, record } = context;
  const key = record.waf?.rateLimit?.key;
  if (wafRule === null || (key !== 'IP' && key !== 'FORWARDED_IP') || (record.waf?.rulePath.length ?? 0) > 1) return [];
  return [
    withAclRegion(
      context,
      command`aws wafv2 get-rate-based-statement-managed-keys --scope ${acl.scope} --web-acl-name ${acl.name} --web-acl-id ${acl.id} --rule-name ${wafRule}`,
    ),
  ];
}
