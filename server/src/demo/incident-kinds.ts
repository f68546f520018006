import type { Cause } from '@why403/parsers';
import { batchRole, biggestPartner, type Caller } from './callers.js';
import { type DemoRoute, type DemoStage, stages } from './company.js';
import type { OutcomeName } from './outcomes.js';

/** What an incident does to the requests of its stage. */
export interface Effect {
  readonly stage: DemoStage;
  readonly outcome: OutcomeName;
  hits(route: DemoRoute, caller: Caller): boolean;
  /** Of the requests that it hits, how many fail. */
  readonly share: number;
  /** Clients try again: how many times more of the requests that it hits come. */
  readonly retries: number;
}

export interface IncidentKind {
  readonly name: string;
  readonly title: string;
  readonly stage: DemoStage;
  readonly cause: Cause;
  readonly effect: Effect;
}

function kind(
  name: string,
  title: string,
  stage: DemoStage,
  cause: Cause,
  effect: Omit<Effect, 'stage'>,
): IncidentKind {
  return { name, title, stage, cause, effect: { stage, ...effect } };
}

const all = (): boolean => true;

/** They take turns. To add one: here; its outcome in outcomes.ts, if it is a new one. */
export const incidentKinds: readonly IncidentKind[] = [
  kind('authorizer-deploy', 'A deploy of the orders authorizer denies everyone', stages.orders, 'authorizer_denied', {
    outcome: 'authorizerDenied',
    hits: all,
    share: 0.98,
    retries: 1.6,
  }),
  kind('waf-managed-rule', 'A managed WAF rule switched to block stops uploads', stages.media, 'waf_blocked', {
    outcome: 'wafBlocked',
    hits: ({ method }) => method !== 'GET',
    share: 0.9,
    retries: 4,
  }),
  kind(
    'usage-plan-without-stage',
    'The usage plan lost the new stage v2',
    stages.partnerCatalogV2,
    'usage_plan_mismatch',
    { outcome: 'stageInNoPlan', hits: all, share: 1, retries: 3 },
  ),
  kind(
    'preflight-broken',
    'A deploy removed OPTIONS: browsers cannot reach cart and checkout',
    stages.storefront,
    'cors_preflight_refused',
    { outcome: 'noRoute', hits: ({ method }) => method === 'OPTIONS', share: 1, retries: 3 },
  ),
  kind(
    'partner-key-disabled',
    'The API key of the biggest partner was disabled',
    stages.partnerCatalog,
    'api_key_invalid',
    { outcome: 'keyRefused', hits: (_, { name }) => name === biggestPartner, share: 1, retries: 3 },
  ),
  kind(
    'resource-policy-edit',
    'An edit of the resource policy shuts out the reporting services',
    stages.reports,
    'resource_policy_denied',
    { outcome: 'policyDenied', hits: all, share: 0.95, retries: 4 },
  ),
  kind(
    'batch-credentials-expired',
    'The batch job signs with credentials that have expired',
    stages.pricing,
    'expired_token',
    { outcome: 'sessionExpired', hits: (_, { name }) => name === batchRole, share: 1, retries: 3 },
  ),
];
