import { describe, expect, it } from 'vitest';
import type { ExpectedInstance } from './demo-truth.js';
import { faultsAt } from './expected-state.js';

const instance: ExpectedInstance = {
  rule: 'why403-waf',
  apiId: 'a1b2c3d4e5',
  stage: 'prod',
  cause: 'waf_blocked',
  route: null,
  incident: 'waf-managed-rule-1',
  fromMs: 10,
  byMs: 20,
  untilMs: 30,
  goneMs: 40,
};

describe('what the simulation holds against the truth', () => {
  it.each([
    ['before it begins it must not fire', 9, true, /for nothing$/],
    ['in its first minutes it may', 10, true, null],
    ['or not yet', 19, false, null],
    ['then it must', 20, false, /does not fire \(waf-managed-rule-1\)$/],
    ['and it does', 20, true, null],
    ['after its end it may', 39, true, null],
    ['until it must not', 40, true, /for nothing$/],
  ] as const)('%s', (_, atMs, fires, fault) => {
    const found = faultsAt([instance], fires ? [instance] : [], atMs);
    expect(found).toEqual(fault === null ? [] : [expect.stringMatching(fault)]);
  });

  it('tells another cause, stage or rule from it', () => {
    const others = [{ cause: 'iam_denied' }, { stage: 'staging' }, { rule: 'why403-keys' }, { route: '/orders' }];
    const firing = [instance, ...others.map((other) => ({ ...instance, ...other }))];
    expect(faultsAt([instance], firing, 25)).toHaveLength(others.length);
  });
});
