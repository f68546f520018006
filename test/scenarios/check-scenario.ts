import type { RequestRecord, Verdict } from '../../parsers/src/model/index.js';
import { confidenceLevel, type ExpectedEvidence, type ExpectedRequest, type Scenario } from './scenario-file.js';

/** What the engine said, as far as scenarios look at it. */
export interface Outcomes {
  readonly requests: readonly { readonly record: RequestRecord; readonly verdict: Verdict }[];
  readonly rejected: readonly { readonly line: number; readonly reason: string; readonly detail: string }[];
  readonly warnings: readonly string[];
}

/** Every difference in one list, in words; empty when the scenario holds. */
export function checkScenario(scenario: Scenario, got: Outcomes): string[] {
  const problems: string[] = [];
  if (got.requests.length !== scenario.requests.length) {
    const list = got.requests.map(({ verdict }) => sayVerdict(verdict)).join('; ');
    problems.push(`${scenario.requests.length} requests wanted, ${got.requests.length} got: ${list || 'none'}`);
  }
  scenario.requests.forEach((want, index) => {
    const request = got.requests[index];
    if (request)
      for (const p of checkRequest(want, request)) problems.push(`request ${index + 1} (line ${want.line}): ${p}`);
  });
  const rejected = got.rejected.map((r) => r.reason);
  if (rejected.join() !== scenario.rejected.join()) {
    problems.push(
      `rejected wanted [${scenario.rejected}], got [${got.rejected.map((r) => `${r.reason} (${r.detail})`)}]`,
    );
  }
  if (got.warnings.length !== scenario.warnings.length)
    problems.push(`warnings got: ${got.warnings.join(' | ') || 'none'}`);
  scenario.warnings.forEach((words, index) => {
    if (!got.warnings[index]?.includes(words)) problems.push(`warning ${index + 1} should contain '${words}'`);
  });
  return problems;
}

const sayVerdict = (v: Verdict): string =>
  `${v.outcome} ${v.cause ?? '-'}/${v.detail ?? '-'} ${v.confidence}` +
  ` [${v.alternatives.map((a) => a.cause).join(', ')}] by ${v.decidedBy}`;

function checkRequest(
  want: ExpectedRequest,
  { record, verdict }: { readonly record: RequestRecord; readonly verdict: Verdict },
): string[] {
  const problems: string[] = [];
  const alternatives = verdict.alternatives.map((a) => a.cause);
  const said = sayVerdict(verdict);
  if (verdict.outcome !== want.outcome) return [`wanted ${want.outcome} ${want.causes.join(' or ')}, got ${said}`];
  if (want.causes.length > 0 && !want.causes.some((c) => c === verdict.cause)) {
    problems.push(`wanted ${want.causes.join(' or ')}, got ${said}`);
  }
  if (want.detail && !want.detail.includes(verdict.detail))
    problems.push(`wanted detail ${want.detail.join(' or ')}, got ${said}`);
  if (want.confidence) {
    const level = confidenceLevel(verdict.confidence);
    const { atLeast, atMost } = want.confidence;
    if (level < atLeast || level > atMost) problems.push(`confidence out of bounds: ${said}`);
  }
  if (want.culprit === null && verdict.culprit) problems.push(`no culprit wanted, got ${verdict.culprit.kind}`);
  if (want.culprit) {
    const names = `${verdict.culprit?.id ?? ''} ${verdict.culprit?.name ?? ''}`;
    if (verdict.culprit?.kind !== want.culprit.kind || !names.includes(want.culprit.names)) {
      const culprit = verdict.culprit ? `${verdict.culprit.kind} ${names}` : 'none';
      problems.push(`wanted culprit ${want.culprit.kind} '${want.culprit.names}', got ${culprit}`);
    }
  }
  for (const cause of want.alternativesContain ?? []) {
    if (!alternatives.includes(cause)) problems.push(`alternative ${cause} is missing: ${said}`);
  }
  for (const cause of want.alternativesExclude ?? []) {
    if (cause === verdict.cause || alternatives.includes(cause))
      problems.push(`${cause} is excluded by the evidence: ${said}`);
  }
  if (want.noAlternatives && alternatives.length > 0) problems.push(`no alternatives wanted: ${said}`);
  for (const cause of want.considers ?? []) {
    if (cause !== verdict.cause && !alternatives.slice(0, 3).includes(cause))
      problems.push(`${cause} is not considered: ${said}`);
  }
  for (const evidence of want.evidence) {
    if (!verdict.evidence.some((e) => fits(evidence, e))) {
      const list = verdict.evidence.map((e) => `${e.from}.${e.field}=${e.value}`).join(' | ');
      problems.push(`evidence ${sayEvidence(evidence)} is missing: ${list || 'none'}`);
    }
  }
  if (want.status !== undefined && record.status !== want.status) {
    problems.push(`wanted status ${want.status ?? 'none'}, got ${record.status ?? 'none'}`);
  }
  for (const words of want.reasonContains) {
    if (!verdict.reason.includes(words)) problems.push(`reason should contain '${words}': ${verdict.reason}`);
  }
  for (const [field, value] of want.record) {
    if (record[field] !== value) problems.push(`wanted ${field} ${value ?? 'none'}, got ${record[field] ?? 'none'}`);
  }
  return problems;
}

const fits = (want: ExpectedEvidence, got: Verdict['evidence'][number]): boolean =>
  want.from === got.from &&
  (want.field === null || want.field.toLowerCase() === got.field.toLowerCase()) &&
  (want.value === null || (want.exact ? got.value === want.value : got.value.includes(want.value)));

const sayEvidence = (e: ExpectedEvidence): string =>
  `${e.from}${e.field ? `.${e.field}` : ''}${e.value ? ` ${e.exact ? '=' : '~'} ${e.value}` : ''}`;
