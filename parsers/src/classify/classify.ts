import { groupOfCause } from '../model/cause.js';
import type { ConfigFacts } from '../model/config-facts.js';
import type { RequestRecord } from '../model/request-record.js';
import type { Evidence, Finding, Verdict } from '../model/verdict.js';
import { configsInForce, doubtOf, restsOnRoute } from './config-trust.js';
import { isContradicted } from './conflicts.js';
import { excludedCauses } from './excluded-causes.js';
import { lowerOf } from './finding.js';
import { remedyFor } from './remedies/index.js';
import { ruleSet } from './rule-set.js';
import { alternative, alternativesWithout } from './settled-by.js';
import { readSignals, type Signals } from './signals.js';

/** What was found, and by which rule. */
export interface Decision {
  readonly ruleId: string;
  readonly finding: Finding;
}

/** Why the request was refused, or that it was not, with proof and fix. Pure: the same facts give the same verdict. */
export function classify(record: RequestRecord, config: ConfigFacts | null = null): Verdict {
  return toVerdict(decide(record, config), record);
}

/** `classify` without the fix, which costs as much again and which a request that is only counted does not need. */
export function decide(record: RequestRecord, config: ConfigFacts | null = null): Decision {
  const [likelier, other] = config === null ? [] : configsInForce(config, record);
  const decision = decideBy(record, likelier ?? null);
  return other === undefined ? decision : decisionOfBoth(decision, decideBy(record, other));
}

function decideBy(record: RequestRecord, config: ConfigFacts | null): Decision {
  const signals = readSignals(record, config);
  for (const rule of ruleSet) {
    const found = rule.match(signals);
    if (found) return { ruleId: rule.id, finding: temper(found, signals) };
  }
  throw new Error('the rule set must end with a rule that always matches');
}

/** Either configuration may have been in force: certain is only what both say. */
function decisionOfBoth({ ruleId, finding }: Decision, { finding: other }: Decision): Decision {
  const agree = finding.cause === other.cause && finding.detail === other.detail;
  if (agree) {
    const isSure = finding.confidence !== 'certain' || other.confidence === 'certain';
    return {
      ruleId,
      finding: isSure ? finding : { ...finding, confidence: other.confidence, ...alternativesOf(other) },
    };
  }
  const confidence = lowerOf(finding.confidence);
  const changed: Evidence = { from: 'config', field: 'changed', value: 'about the time of the request' };
  const others =
    other.cause === null || other.cause === finding.cause ? [] : [alternative(other.cause, lowerOf(other.confidence))];
  const alternatives = [...others, ...(finding.alternatives ?? [])];
  return { ruleId, finding: { ...finding, confidence, alternatives, evidence: [...finding.evidence, changed] } };
}

const alternativesOf = ({ alternatives }: Finding): Pick<Finding, 'alternatives'> =>
  alternatives === undefined ? {} : { alternatives };

/** The access line speaks for itself; what an execution log or an answer adds to it came by the join. */
const restsOnJoin = ({ evidence }: Finding, record: RequestRecord): boolean =>
  record.joinedByRequestId &&
  (record.access === null || evidence.some(({ from }) => from === 'execution' || from === 'response'));

/** Takes back certainty that a doubtful configuration or a contradicting source does not support, and causes that are ruled out. */
function temper(finding: Finding, signals: Signals): Finding {
  const { record, config, routeIsSure } = signals;
  let { confidence, evidence } = finding;
  const doubt = config === null ? null : doubtOf(config, record, evidence);
  if (doubt !== null) {
    confidence = lowerOf(confidence);
    evidence = [...evidence, doubt];
  }
  // A path that can be read in two ways may lead to another route.
  if (confidence === 'certain' && restsOnRoute(evidence) && !routeIsSure) confidence = 'likely';
  // What was said of another request under the same chosen id would look like this.
  if (confidence === 'certain' && (restsOnJoin(finding, record) || isContradicted(finding, record)))
    confidence = 'likely';
  const excluded = excludedCauses(signals);
  const alternatives =
    confidence === 'certain' ? [] : (finding.alternatives ?? []).filter((a) => !excluded.has(a.cause));
  return { ...finding, confidence, evidence, alternatives };
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
