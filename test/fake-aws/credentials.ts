import type { Place, Principal } from './aws-service.js';
import type { PolicyDocument } from './iam-policy.js';
import type { FakeWorld } from './world.js';

/** A role that somebody assumed. */
export interface Session {
  readonly sessionToken: string;
  readonly expiresAtMs: number;
  readonly principal: Principal;
}

/** Sessions by access key id. */
export type Sessions = Map<string, Session>;

export type Identified =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly reason: 'unknownKey' | 'expired'; readonly account: string };

/** The key id that an account has when the world names none. */
export const defaultKeyOf = (account: string): string => `AKIA${account}`;

export interface Scope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** `AWS4-HMAC-SHA256 Credential=AKIA…/20261123/eu-central-1/logs/aws4_request, …`. The signature itself is not checked. */
export function scopeOf(authorization: string | undefined): Scope | null {
  const found = /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(
    authorization ?? '',
  );
  if (!found) return null;
  const [, accessKeyId, region, service] = found as unknown as [string, string, string, string];
  return { accessKeyId, region, service };
}

const user = (account: string, name: string, policy: PolicyDocument | undefined): Principal => ({
  account,
  arn: `arn:aws:iam::${account}:user/${name}`,
  userId: `AIDA${account}`,
  policy: policy ?? null,
});

/** Whose key this is; the moment decides whether it still works. */
export function identify(
  world: FakeWorld,
  sessions: Sessions,
  accessKeyId: string,
  sessionToken: string | undefined,
  nowMs: number,
): Identified {
  const session = sessions.get(accessKeyId);
  if (session) {
    const account = session.principal.account;
    if (session.sessionToken !== sessionToken) return { ok: false, reason: 'unknownKey', account };
    if (nowMs >= session.expiresAtMs) return { ok: false, reason: 'expired', account };
    return { ok: true, principal: session.principal };
  }
  for (const [account, { accessKeys }] of Object.entries(world.accounts)) {
    const keys = accessKeys ?? [{ id: defaultKeyOf(account) }];
    const key = keys.find((candidate) => candidate.id === accessKeyId);
    if (!key) continue;
    if (key.sessionToken !== undefined && key.sessionToken !== sessionToken) {
      return { ok: false, reason: 'unknownKey', account };
    }
    if (nowMs >= (key.expiresAtMs ?? Number.POSITIVE_INFINITY)) return { ok: false, reason: 'expired', account };
    return { ok: true, principal: user(account, key.userName ?? 'tester', key.policy) };
  }
  return { ok: false, reason: 'unknownKey', account: 'unknown' };
}

export const credentialMessages = {
  expired: 'The security token included in the request is expired',
  unknownKey: 'The security token included in the request is invalid.',
} as const;

export const placeOf = (scope: Scope, account: string): Place => ({ account, region: scope.region });
