import { groupOfCause } from '../model/cause.js';
import type { ConfigFacts } from '../model/config-facts.js';
import type { RequestRecord } from '../model/request-record.js';
import type { Finding, Verdict } from '../model/verdict.js';
import { isContradicted } from './conflicts.js';
import { lowerOf } from './finding.js';
import { remedyFor } from './remedies/index.js';
import { ruleSet } from './rule-set.js';
import { alternativesWithout } from './settled-by.js';
import { readSignals } from './signals.js';

/** A configuration snapshot older than this, at the request's time, may no longer be true. */
const staleAfterMs = 60 * 60 * 1000;

/** Why the request was refused, or that it was not, with proof and fix. Pure: the same facts give the same verdict. */
export function classify(record: RequestRecord, config: ConfigFacts | null = null): Verdict {
  const signals = readSignals(record, config);
  for (const rule of ruleSet) {
    const found = rule.match(signals);
    if (found) return toVerdict(rule.id, temper(found, record, config), record);
  }
  throw new Error('the rule set must end with a rule that always matches');
}

/** Takes back certainty that a stale snapshot or a contradicting source does not support. */
function temper(finding: Finding, record: RequestRecord, config: ConfigFacts | null): Finding {
  let { confidence } = finding;
  const fromConfig = config !== null && finding.evidence.some((e) => e.from === 'config');
  if (fromConfig && config.ageMs > staleAfterMs) confidence = lowerOf(confidence);
  if (confidence === 'certain' && isContradicted(finding, record)) confidence = 'likely';
  return confidence === finding.confidence ? finding : { ...finding, confidence };
}

function toVerdict(ruleId: string, finding: Finding, record: RequestRecord): Verdict {
  return {
    outcome: finding.outcome,
    cause: finding.cause,
    group: finding.cause === null ? null : groupOfCause[finding.cause],
    detail: finding.detail,
    culprit: finding.culprit ?? null,
    confidence: finding.confidence,
    alternatives: alternativesWithout(finding.cause, finding.alternatives ?? []),
    reason: finding.reason,
    evidence: finding.evidence,
    remedy: remedyFor(finding, record),
    decidedBy: ruleId,
  };
}
