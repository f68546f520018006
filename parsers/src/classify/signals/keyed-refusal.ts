import type { ConfigFacts } from '../../model/config-facts.js';
import type { RequestRecord } from '../../model/request-record.js';
import type { Evidence } from '../../model/verdict.js';
import { asksNoCertificate } from '../config-trust.js';
import type { Refusal } from './refusal.js';

/**
 * The bare word in a REST stage's own log, of a method that requires a key: besides the key check only a web ACL and the client's
 * certificate make API Gateway say it there. When both are ruled out, it was the key. (Hosts, mappings and stages that do not exist
 * have no log to write to.)
 */
export function refusalOfKeyed(
  refusal: Refusal,
  config: ConfigFacts,
  record: RequestRecord,
  wafAllowed: Evidence | null,
): Refusal {
  if (refusal.type !== 'FORBIDDEN' || refusal.strength !== 'gateway') return refusal;
  if (record.apiKind !== 'rest') return refusal;
  if (!asksNoCertificate(config, record.access?.values.domainName)) return refusal;
  const noWaf: Evidence | null =
    wafAllowed ?? (config.webAcl === null ? { from: 'config', field: 'webAcl', value: 'none' } : null);
  if (noWaf === null) return refusal;
  const required: Evidence = { from: 'config', field: 'apiKeyRequired', value: 'true' };
  return { ...refusal, type: 'INVALID_API_KEY', evidence: [...refusal.evidence, required, noWaf] };
}
