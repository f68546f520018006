import { groupOfCause } from '../model/cause.js';
import type { ConfigFacts } from '../model/config-facts.js';
import type { RequestRecord } from '../model/request-record.js';
import type { Finding, Verdict } from '../model/verdict.js';
import { isContradicted } from './conflicts.js';
import { excludedCauses } from './excluded-causes.js';
import { lowerOf } from './finding.js';
import { remedyFor } from './remedies/index.js';
import { ruleSet } from './rule-set.js';
import { alternativesWithout } from './settled-by.js';
import { readSignals, type Signals } from './signals.js';

/** A configuration snapshot older than this, at the request's time, may no longer be true. */
const staleAfterMs = 60 * 60 * 1000;

/** What was found, and by which rule. */
export interface Decision {
  readonly ruleId: string;
  readonly finding: Finding;
}

/** A snapshot of another API, stage or deployment (a canary's, too) says nothing about this request. */
function isAbout(config: ConfigFacts, record: RequestRecord): boolean {
  const values = record.access?.values;
  const differs = (known: string | undefined, seen: string | null | undefined) =>
    known !== undefined && typeof seen === 'string' && known !== seen;
  if (differs(config.apiId, record.apiId) || differs(config.stage, record.stage)) return false;
  if (differs(config.deploymentId, values?.deploymentId)) return false;
  return values?.isCanaryRequest !== 'true' || config.deploymentId !== undefined;
}

/** Why the request was refused, or that it was not, with proof and fix. Pure: the same facts give the same verdict. */
export function classify(record: RequestRecord, config: ConfigFacts | null = null): Verdict {
  return toVerdict(decide(record, config), record);
}

/** `classify` without the fix, which costs as much again and which a request that is only counted does not need. */
export function decide(record: RequestRecord, config: ConfigFacts | null = null): Decision {
  const signals = readSignals(record, config && isAbout(config, record) ? config : null);
  for (const rule of ruleSet) {
    const found = rule.match(signals);
    if (found) return { ruleId: rule.id, finding: temper(found, signals) };
  }
  throw new Error('the rule set must end with a rule that always matches');
}

/** The access line speaks for itself; what an execution log or an answer adds to it came by the join. */
const restsOnJoin = ({ evidence }: Finding, record: RequestRecord): boolean =>
  record.joinedByRequestId &&
  (record.access === null || evidence.some(({ from }) => from === 'execution' || from === 'response'));

/** Takes back certainty that a stale snapshot or a contradicting source does not support, and causes that are ruled out. */
function temper(finding: Finding, signals: Signals): Finding {
  const { record, config } = signals;
  let { confidence } = finding;
  const fromConfig = config !== null && finding.evidence.some((e) => e.from === 'config');
  if (fromConfig && config.ageMs > staleAfterMs) confidence = lowerOf(confidence);
  // What was said of another request under the same chosen id would look like this.
  if (confidence === 'certain' && (restsOnJoin(finding, record) || isContradicted(finding, record)))
    confidence = 'likely';
  const excluded = excludedCauses(signals);
  const alternatives =
    confidence === 'certain' ? [] : (finding.alternatives ?? []).filter((a) => !excluded.has(a.cause));
  return { ...finding, confidence, alternatives };
}

export function toVerdict({ ruleId, finding }: Decision, record: RequestRecord): Verdict {
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
