import { describe, expect, it } from 'vitest';
import { wildcardMatch } from '../../../parsers/src/classify/authorizer-policy.js';
import { classify } from '../../../parsers/src/classify/classify.js';
import { ruleSet } from '../../../parsers/src/classify/rule-set.js';
import { accessOf, executionOf, recordOf } from './records.js';

describe('the rule set', () => {
  it('gives each rule an id of its own', () => {
    const ids = ruleSet.map((rule) => rule.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('always answers, even for a request of which nothing is known', () => {
    expect(classify(recordOf())).toMatchObject({ outcome: 'undetermined', cause: null, group: null });
  });

  it('names no cause unless the request was refused', () => {
    for (const status of [200, 301, 400, 401, 404, 429, 500]) {
      expect(classify(recordOf({ status, access: accessOf({ status: String(status) }) }))).toMatchObject({
        outcome: 'not_refused',
        cause: null,
        group: null,
        detail: null,
      });
    }
  });

  it('reads the gate, not the status: a refusal mapped to 404 stays a refusal', () => {
    const access = accessOf({ status: '404', 'error.responseType': 'WAF_FILTERED' });
    expect(classify(recordOf({ status: 404, access }))).toMatchObject({ outcome: 'refused', cause: 'waf_blocked' });
  });

  it('is not fooled by words that are properties of every object', () => {
    const access = accessOf({ status: '403', 'error.responseType': 'constructor' });
    expect(classify(recordOf({ status: 403, access })).cause).toBe('unknown');
  });

  it('offers at most four alternatives, never its own cause', () => {
    const verdict = classify(recordOf({ status: 403, access: accessOf({ status: '403', responseLength: '23' }) }));
    expect(verdict.alternatives.length).toBeLessThanOrEqual(4);
    expect(verdict.alternatives.map((a) => a.cause)).not.toContain(verdict.cause);
    expect(verdict.confidence).toBe('possible');
  });
});

describe('certainty is taken back', () => {
  const access = accessOf({ status: '403', 'error.responseType': 'EXPIRED_TOKEN' });

  it('stays when sources agree', () => {
    expect(classify(recordOf({ status: 403, access })).confidence).toBe('certain');
  });

  it('goes when another source names another gate', () => {
    const other = executionOf({ kind: 'mtls_denied', reason: 'x', text: 'Access denied. Reason: x' });
    expect(classify(recordOf({ status: 403, access, ...other })).confidence).toBe('likely');
  });

  it('goes with a configuration snapshot older than an hour', () => {
    const missing = accessOf({ status: '403', 'error.responseType': 'MISSING_AUTHENTICATION_TOKEN' });
    const record = recordOf({ status: 403, access: missing, method: 'GET', path: '/pets' });
    const routes = [{ path: '/pets', method: 'GET', authorizationType: 'AWS_IAM' as const, apiKeyRequired: false }];
    expect(classify(record, { ageMs: 60_000, routes })).toMatchObject({
      cause: 'unsigned_request',
      confidence: 'certain',
    });
    expect(classify(record, { ageMs: 4_000_000, routes })).toMatchObject({
      cause: 'unsigned_request',
      confidence: 'likely',
    });
  });
});

describe('IAM wildcards', () => {
  it.each([
    ['*', 'anything', true],
    ['arn:aws:execute-api:*:*:a1/prod/GET/*', 'arn:aws:execute-api:eu-west-1:1:a1/prod/GET/pets/1', true],
    ['arn:aws:execute-api:*:*:a1/prod/GET/*', 'arn:aws:execute-api:eu-west-1:1:a1/prod/POST/pets', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a*', 'a', true],
    ['', 'a', false],
  ])('%s against %s: %s', (pattern, text, want) => {
    expect(wildcardMatch(pattern, text)).toBe(want);
  });
});
