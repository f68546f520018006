import { createHash } from 'node:crypto';
import type { Cause } from '@why403/parsers';

/** To add one: a line here with the causes that such a change may explain, likeliest first. */
export const causesOfChange = {
  deployment: [
    'route_not_found',
    'cors_preflight_refused',
    'unsigned_request',
    'authorizer_denied',
    'resource_policy_denied',
    'iam_denied',
    'jwt_scope_missing',
    'api_key_missing',
    'backend_refused',
    'response_override',
  ],
  stage_updated: ['cache_invalidation_denied', 'backend_refused', 'domain_not_mapped'],
  canary: [
    'route_not_found',
    'cors_preflight_refused',
    'unsigned_request',
    'authorizer_denied',
    'resource_policy_denied',
    'backend_refused',
  ],
  web_acl: ['waf_blocked'],
  usage_plan: ['usage_plan_mismatch'],
  api_key: ['api_key_invalid', 'usage_plan_mismatch'],
  authorizer: ['authorizer_denied', 'jwt_scope_missing'],
  resource_policy: ['resource_policy_denied', 'vpc_endpoint_denied', 'iam_denied'],
  gateway_response: ['response_override'],
  /** It changes what is known of refusals, not the refusals. */
  access_log_format: ['unknown'],
  api_added: ['domain_not_mapped'],
  api_removed: ['domain_not_mapped', 'route_not_found'],
} as const satisfies Readonly<Record<string, readonly Cause[]>>;

export type ChangeKind = keyof typeof causesOfChange;
export const changeKinds = Object.keys(causesOfChange) as readonly ChangeKind[];

/** Somebody changed an API: what the control plane said is not what it said before. */
export interface ChangeEvent {
  /** Hash of what changed: the same change seen by two nodes, or twice, is one. */
  readonly id: string;
  /** When it took effect if AWS says, else when it was seen; ms since the epoch. */
  readonly atMs: number;
  readonly seenMs: number;
  readonly account: string;
  readonly region: string;
  /** '' = of the whole account and region. */
  readonly apiId: string;
  /** '' = of the whole API or account. */
  readonly stage: string;
  readonly kind: ChangeKind;
  /** Id or name of what changed, safe for a log line. */
  readonly what: string;
  /** One sentence of ours; names of others may stand in it. */
  readonly summary: string;
  /** Causes that it may explain, likeliest first. */
  readonly mayExplain: readonly Cause[];
}

export interface Change extends Omit<ChangeEvent, 'id' | 'atMs' | 'mayExplain'> {
  /** null: AWS does not say when. */
  readonly tookEffectMs: number | null;
  /** What it was, and is: any text that differs when the thing does. Only its hash is kept. */
  readonly before: string;
  readonly after: string;
}

export function changeEventOf({ tookEffectMs, before, after, ...change }: Change): ChangeEvent {
  const { account, region, apiId, stage, kind, what, seenMs } = change;
  // Not when it was seen: two nodes see it at two times.
  const changed = [kind, account, region, apiId, stage, what, before, after, tookEffectMs];
  return {
    ...change,
    id: createHash('sha256').update(JSON.stringify(changed)).digest('hex').slice(0, 32),
    atMs: tookEffectMs ?? seenMs,
    mayExplain: causesOfChange[kind],
  };
}
