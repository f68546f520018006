import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Cause, causeCatalogue } from '../../../parsers/src/index.js';
import { type Severity, severityOf } from '../../../server/src/query/severity.js';

const of = (cause: Cause, detail = '', confidence: 'certain' | 'likely' | 'possible' = 'likely'): Severity =>
  severityOf({ cause, detail, confidence });

const catalogueDetails = (cause: Cause): readonly string[] =>
  causeCatalogue.find((info) => info.cause === cause)?.details.map(({ detail }) => detail) ?? [];

describe('the severity of a refusal', () => {
  it.each<[string, Severity, Severity]>([
    ['a stage that is in no usage plan: its owner forgot it', of('usage_plan_mismatch'), 'error'],
    ['a browser that is kept out by its own preflight', of('cors_preflight_refused'), 'error'],
    ['a host that leads nowhere', of('domain_not_mapped'), 'error'],
    ['an authorizer whose cached policy is of another path', of('authorizer_denied', 'cached_policy'), 'error'],
    ['an authorizer whose policy is too narrow', of('authorizer_denied', 'not_covered'), 'error'],
    ['an authorizer that means it', of('authorizer_denied', 'explicit_deny'), 'warning'],
    ['a backend error dressed as 403', of('response_override', 'server_error'), 'error'],
    ['a caller over its limit', of('response_override', 'rate_limit'), 'warning'],
    ['a caller without its key', of('api_key_missing', 'no_key', 'certain'), 'warning'],
    ['a session that has expired', of('expired_token'), 'warning'],
    ['a bot that the web ACL stopped', of('waf_blocked', 'rule', 'certain'), 'info'],
    ['a scanner that looks for pages', of('route_not_found'), 'info'],
    ['nobody knows', of('unknown', 'no_cause_variables', 'possible'), 'unknown'],
    ['a cause of a newer version', of('quantum_denied' as Cause), 'unknown'],
    ['a guess is no reason to wake anybody', of('usage_plan_mismatch', '', 'possible'), 'warning'],
    ['a guess of what is harmless stays harmless', of('waf_blocked', '', 'possible'), 'info'],
  ])('%s', (_, severity, expected) => {
    expect(severity).toBe(expected);
  });

  it('is as docs/api.md has it', () => {
    const docs = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
    const rowOf = (severity: Severity) => docs.split('\n').find((line) => line.startsWith(`| \`${severity}\` |`)) ?? '';
    for (const { cause } of causeCatalogue) {
      const named = (['error', 'info', 'unknown'] as const).filter((each) => rowOf(each).includes(`\`${cause}\``));
      const always = of(cause) === 'warning' ? [] : [of(cause)];
      const sometimes = catalogueDetails(cause).filter((detail) => of(cause, detail) !== of(cause));
      expect([cause, named]).toEqual([cause, sometimes.length > 0 ? ['error'] : always]);
      for (const detail of sometimes) expect(rowOf('error')).toContain(`\`${detail}\``);
    }
  });

  it('looks at details that there are', () => {
    const changed = causeCatalogue.flatMap(({ cause, details }) =>
      details.filter(({ detail }) => of(cause, detail) !== of(cause)).map(({ detail }) => `${cause}/${detail}`),
    );
    expect(changed.sort()).toEqual([
      'authorizer_denied/cached_policy',
      'authorizer_denied/not_covered',
      'resource_policy_denied/no_policy',
      'response_override/server_error',
    ]);
  });
});
