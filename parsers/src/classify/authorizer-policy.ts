import type { AuthorizerPolicy } from '../model/facts.js';

/**
 * What the returned policy says of the method: any matching Deny wins. null when the method is not known, or when
 * statements are missing from the log that could say otherwise.
 */
export function judgePolicy(policy: AuthorizerPolicy, methodArn: string | null): 'denies' | 'allows' | 'silent' | null {
  if (policy.statements.length === 0) return null;
  const whole = policy.incomplete !== true;
  if (methodArn === null) return whole && policy.statements.every((x) => x.effect === 'Deny') ? 'denies' : null;
  const hits = policy.statements.filter((x) => x.resources.some((r) => wildcardMatch(r, methodArn)));
  if (hits.some((x) => x.effect === 'Deny')) return 'denies';
  if (!whole) return null;
  return hits.length > 0 ? 'allows' : 'silent';
}

/** IAM wildcards `*` and `?`; linear in practice by the two-pointer walk with one backtrack point. */
export function wildcardMatch(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t]) && pattern[p] !== '*') {
      p++;
      t++;
    } else if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
