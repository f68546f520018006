import { aclArn, type CanaryInput, extendedId, host, secretHeaders } from './canary-parts.js';
import type { Secrets } from './canary-secrets.js';

export const wafRecord = (secrets: Secrets) => ({
  timestamp: 1778751012345,
  formatVersion: 1,
  webaclId: aclArn,
  terminatingRuleId: 'limit-logins',
  terminatingRuleType: 'RATE_BASED',
  action: 'BLOCK',
  terminatingRuleMatchDetails: [
    {
      conditionType: 'SQL_INJECTION',
      sensitivityLevel: 'HIGH',
      location: 'BODY',
      matchedData: ['union', secrets.secret],
      matchedFieldName: secrets.secret,
    },
  ],
  httpSourceName: 'APIGW',
  httpSourceId: '111122223333:a1b2c3d4e5:prod',
  ruleGroupList: [
    {
      ruleGroupId: 'AWS#AWSManagedRulesCommonRuleSet',
      terminatingRule: {
        ruleId: 'SizeRestrictions_BODY',
        action: 'BLOCK',
        ruleMatchDetails: [{ matchedData: [secrets.secret] }],
      },
      nonTerminatingMatchingRules: [],
      excludedRules: null,
      customerConfig: null,
    },
  ],
  rateBasedRuleList: [
    {
      rateBasedRuleId: 'rid',
      rateBasedRuleName: 'limit-logins',
      limitKey: 'CUSTOMKEYS',
      limitValue: secrets.secret,
      maxRateAllowed: 100,
      evaluationWindowSec: '120',
      customValues: [
        { key: 'HEADER', name: 'x-api-key', value: secrets.apiKey },
        { key: 'COOKIE', name: 'sid', value: secrets.secret },
      ],
    },
  ],
  nonTerminatingMatchingRules: [
    { ruleId: 'count-all', action: 'COUNT', ruleMatchDetails: [{ matchedData: [secrets.secret] }] },
  ],
  requestHeadersInserted: [{ name: 'x-amzn-waf-secret', value: secrets.secret }],
  responseCodeSent: null,
  httpRequest: {
    clientIp: '203.0.113.9',
    country: 'SE',
    headers: [
      { name: 'Host', value: host },
      { name: 'X-Amzn-Trace-Id', value: 'Root=1-6962a0b1-0f3c5d7e9a1b2c3d4e5f6071' },
      ...secretHeaders(secrets).map(([name, value]) => ({ name, value })),
      { name: 'User-Agent', value: 'curl/8.5.0' },
      { name: 'Referer', value: `https://app.example.com/?token=${secrets.secret}` },
      ...secretHeaders(secrets).map(([name, value]) => ({ name, value })),
    ],
    uri: '/prod/orders/7',
    args: `token=${secrets.secret}&key=${secrets.apiKey}`,
    httpVersion: 'HTTP/1.1',
    httpMethod: 'POST',
    requestId: extendedId,
    fragment: secrets.secret,
  },
  labels: [{ name: 'awswaf:managed:aws:core-rule-set:SizeRestrictions_Body' }],
  ja3Fingerprint: secrets.secret,
});

export function wafInputs(secrets: Secrets): CanaryInput[] {
  const record = wafRecord(secrets);
  const line = JSON.stringify(record);
  const { httpRequest, ...rest } = record;
  return [
    { name: 'WAF record', text: line },
    { name: 'WAF record, pretty-printed', text: JSON.stringify(record, null, 2) },
    { name: 'WAF record, request first', text: JSON.stringify({ httpRequest, ...rest }) },
    { name: 'WAF record of a prefix', text: `2026-05-14T09:30:12.345Z eu-west-1_front_3 ${line}` },
    { name: 'WAF record without its brace', text: line.slice(1) },
    { name: 'WAF record, quotes doubled', text: `"${line.replaceAll('"', '""')}"` },
    { name: 'WAF record, quotes escaped', text: JSON.stringify(line) },
    {
      name: 'WAF record, unknown action',
      text: line.replace('"action":"BLOCK","terminatingRuleMatch', '"action":"MAYBE","terminatingRuleMatch'),
    },
    { name: 'WAF record, two on one line', text: line + line },
  ];
}
