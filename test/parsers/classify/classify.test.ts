import { describe, expect, it } from 'vitest';
import { wildcardMatch } from '../../../parsers/src/classify/authorizer-policy.js';
import { classify } from '../../../parsers/src/classify/classify.js';
import { ruleSet } from '../../../parsers/src/classify/rule-set.js';
import type { ConfigFacts } from '../../../parsers/src/model/index.js';
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

describe('what the control plane said', () => {
  const missing = { status: '403', 'error.responseType': 'MISSING_AUTHENTICATION_TOKEN', resourcePath: '/pets' };
  const ask = (config: ConfigFacts, more: Record<string, string> = {}) =>
    classify(
      recordOf({ status: 403, access: accessOf({ ...missing, ...more }), method: 'GET', route: '/pets' }),
      config,
    );
  const signed = (more: Partial<ConfigFacts> = {}): ConfigFacts => ({
    ageMs: 0,
    deploymentId: 'dep1',
    routes: [{ path: '/pets', method: 'GET', authorizationType: 'AWS_IAM', apiKeyRequired: false }],
    ...more,
  });
  const open = (more: Partial<ConfigFacts> = {}): ConfigFacts => ({
    ageMs: 0,
    deploymentId: 'dep2',
    routes: [{ path: '/pets', method: 'GET', authorizationType: 'NONE', apiKeyRequired: false }],
    ...more,
  });

  it('while it changed: certain is what both states say', () => {
    expect(ask(signed({ orElse: signed({ deploymentId: 'dep2' }) }))).toMatchObject({
      cause: 'unsigned_request',
      confidence: 'certain',
    });
    const verdict = ask(signed({ orElse: open() }));
    expect(verdict).toMatchObject({ cause: 'unsigned_request', confidence: 'likely' });
    expect(verdict.alternatives[0]).toMatchObject({ cause: 'route_not_found' });
    expect(verdict.evidence.at(-1)).toEqual({
      from: 'config',
      field: 'changed',
      value: 'about the time of the request',
    });
  });

  it('while it changed: the deployment that the log names tells which state it was', () => {
    expect(ask(open({ orElse: signed() }), { deploymentId: 'dep1' })).toMatchObject({
      cause: 'unsigned_request',
      confidence: 'certain',
    });
    expect(ask(signed({ orElse: open() }), { deploymentId: 'dep3' })).toMatchObject({ confidence: 'likely' });
  });

  it('while it changed: keys change without a deployment', () => {
    const line = executionOf({
      kind: 'api_key_refused',
      apiKey: `${'*'.repeat(34)}a1b2c3`,
      reason: 'no_plan_for_key_and_stage',
      method: 'GET /pets',
      text: 'API Key ******a1b2c3 not authorized',
    });
    const key = { id: 'k1', name: 'partner', lastSix: 'a1b2c3', length: 40, changedMs: null };
    const disabled = signed({ apiKeys: [{ ...key, enabled: false }], usagePlans: [] });
    const enabled = { apiKeys: [{ ...key, enabled: true }], usagePlans: [] };
    const access = accessOf({ status: '403', 'error.responseType': 'INVALID_API_KEY', deploymentId: 'dep1' });
    const record = recordOf({ status: 403, access, apiId: 'a1', stage: 'prod', ...line });
    expect(classify(record, { ...disabled, orElse: open({ apiKeys: disabled.apiKeys ?? [] }) })).toMatchObject({
      detail: 'disabled',
      confidence: 'certain',
    });
    expect(classify(record, { ...disabled, orElse: open(enabled) })).toMatchObject({ confidence: 'likely' });
  });

  it('says why it is less sure', () => {
    const doubt = (config: ConfigFacts) => ask(config).evidence.at(-1);
    expect(doubt(signed({ ageMs: 3 * 3_600_000 }))).toEqual({ from: 'config', field: 'age', value: '3 h' });
    expect(doubt(signed({ workingCopy: true }))).toEqual({
      from: 'config',
      field: 'read of',
      value: 'the working copy',
    });
    expect(doubt(signed({ canary: true }))).toMatchObject({ from: 'config', field: 'canary' });
    for (const config of [signed({ ageMs: 3 * 3_600_000 }), signed({ workingCopy: true }), signed({ canary: true })]) {
      expect(ask(config)).toMatchObject({ cause: 'unsigned_request', confidence: 'likely' });
      expect(ask(config).alternatives.map(({ cause }) => cause)).toContain('route_not_found');
    }
  });

  it('of the stage is not used for a canary whose deployment nothing names', () => {
    expect(ask(signed(), { isCanaryRequest: 'true' }).evidence.some(({ from }) => from === 'config')).toBe(false);
    expect(ask(signed({ canary: true }), { isCanaryRequest: 'false' })).toMatchObject({ confidence: 'certain' });
    expect(ask(signed({ canary: true }), { isCanaryRequest: 'true', deploymentId: 'dep1' })).toMatchObject({
      confidence: 'certain',
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
