import type { ApiKeyConfig, UsagePlanConfig } from '../model/config-facts.js';
import type { Evidence } from '../model/verdict.js';
import type { Signals } from './signals.js';

export interface ApiKeyEvidence {
  /** null: nothing tells. */
  readonly sent: boolean | null;
  /** What the execution log gives as the reason. */
  readonly reason: 'missing' | 'no_plan_for_key_and_stage' | 'stage_not_in_plan' | 'other' | null;
  /** Masked, last six characters left. */
  readonly masked: string | null;
  /** AWS knows the key: the access log names its id. */
  readonly keyId: string | null;
  /** From the configuration: undefined = not read, null = read and no such key. */
  readonly key: ApiKeyConfig | null | undefined;
  /** Plans that hold the key, when key and plans are known. */
  readonly plans: readonly UsagePlanConfig[] | null;
  /** Of the refusal and of the key, each once. */
  readonly evidence: readonly Evidence[];
}

export function readApiKeyEvidence(s: Signals): ApiKeyEvidence {
  const evidence: Evidence[] = [];
  const refusedLine = s.line('api_key_refused');
  const check = s.line('usage_plan_check');
  if (refusedLine) evidence.push({ from: 'execution', field: 'API Key', value: refusedLine.text });
  else if (check) evidence.push({ from: 'execution', field: 'Verifying Usage Plan', value: check.text });

  const logged = s.value('identity.apiKey');
  const keyId = s.value('identity.apiKeyId') ?? null;
  if (logged) evidence.push({ from: 'access', field: 'identity.apiKey', value: logged });
  if (keyId) evidence.push({ from: 'access', field: 'identity.apiKeyId', value: keyId });
  // With the key taken from the authorizer the header is ignored.
  const pasted = s.config?.apiKeySource === 'AUTHORIZER' ? null : (s.record.response?.request.apiKeySent ?? null);
  if (pasted !== null) evidence.push({ from: 'response', field: 'x-api-key', value: pasted ? 'sent' : 'not sent' });

  const masked = refusedLine?.apiKey ?? check?.apiKey ?? logged ?? null;
  const reason = refusedLine?.reason ?? null;
  let sent: boolean | null = pasted;
  if (masked || keyId) sent = true;
  else if (reason === 'missing') sent = false;
  else if (refusedLine && refusedLine.reason !== 'other') sent = true;
  else if (check) sent = false;

  const keys = s.config?.apiKeys;
  const found = keys?.find((k) => matches(k, keyId, masked));
  // A key whose id AWS logged exists, whatever the snapshot holds; only an ending that no key has is unknown.
  const key = keys && (masked || keyId) ? (found ?? (keyId ? undefined : null)) : undefined;
  const plans = key && s.config?.usagePlans ? s.config.usagePlans.filter((p) => p.keyIds.includes(key.id)) : null;
  if (key) evidence.push({ from: 'config', field: 'apiKey.enabled', value: String(key.enabled) });
  const refusal = s.refusal?.evidence ?? [];
  const all = [...refusal, ...evidence.filter((e) => !refusal.some((r) => r.value === e.value))];
  return { sent, reason, masked, keyId, key, plans, evidence: all };
}

const matches = (key: ApiKeyConfig, keyId: string | null, masked: string | null): boolean =>
  keyId !== null ? key.id === keyId : masked !== null && masked.length === key.length && masked.endsWith(key.lastSix);
