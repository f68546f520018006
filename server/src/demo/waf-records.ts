import { type DemoRequest, loggedPath } from './demo-request.js';
import { account } from './log-formats.js';
import { rateLimitRuleArn } from './waf-rules.js';

const countries = ['DE', 'NL', 'FR', 'SE', 'US', 'VN', 'BR'];

/** The record of a request that the web ACL blocked, as WAF logs it; empty for any other. */
export function writeWafRecords(request: DemoRequest): string[] {
  const { stage, caller, wafRule, method } = request;
  if (wafRule === null || stage.webAcl === null) return [];
  const { group, rule, type, label } = wafRule;
  const isRate = type === 'RATE_BASED';
  return [
    JSON.stringify({
      timestamp: request.timeMs + 1,
      formatVersion: 1,
      webaclId: stage.webAcl,
      terminatingRuleId: group === null ? rule : `AWS-${group}`,
      terminatingRuleType: type,
      action: 'BLOCK',
      terminatingRuleMatchDetails: [],
      httpSourceName: 'APIGW',
      httpSourceId: `${account}:${stage.apiId}:${stage.name}`,
      ruleGroupList:
        group === null
          ? []
          : [
              {
                ruleGroupId: `AWS#${group}`,
                terminatingRule: { ruleId: rule, action: 'BLOCK', ruleMatchDetails: null },
                nonTerminatingMatchingRules: [],
                excludedRules: null,
              },
            ],
      rateBasedRuleList: isRate
        ? [
            {
              rateBasedRuleId: rateLimitRuleArn,
              rateBasedRuleName: rule,
              limitKey: 'IP',
              maxRateAllowed: 500,
              evaluationWindowSec: '300',
              limitValue: caller.ip,
            },
          ]
        : [],
      nonTerminatingMatchingRules: [],
      requestHeadersInserted: null,
      responseCodeSent: null,
      httpRequest: {
        clientIp: caller.ip,
        country: countries[caller.ip.length % countries.length],
        headers: [
          { name: 'Host', value: stage.host },
          { name: 'User-Agent', value: caller.userAgent },
        ],
        uri: loggedPath(request),
        args: '',
        httpVersion: 'HTTP/2.0',
        httpMethod: method,
        requestId: request.extendedRequestId,
      },
      ...(label === null ? {} : { labels: [{ name: label }] }),
    }),
  ];
}
