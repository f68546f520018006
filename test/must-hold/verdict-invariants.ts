import type { Explanation } from '../../parsers/src/engine/explain.js';
import { type Cause, causeCatalogue, groupOfCause, rejectReasons, type Verdict } from '../../parsers/src/index.js';

const detailsOf = new Map<Cause, ReadonlySet<string>>(
  causeCatalogue.map(({ cause, details }) => [cause, new Set(details.map(({ detail }) => detail))]),
);

const outcomes = { refused: true, not_refused: true, undetermined: true } satisfies Record<Verdict['outcome'], true>;
const confidences = { certain: true, likely: true, possible: true } satisfies Record<Verdict['confidence'], true>;
const sources = { access: true, execution: true, waf: true, config: true, response: true } satisfies Record<
  Verdict['evidence'][number]['from'],
  true
>;

/** No sentence or value of an explanation is longer; the longest are paths. */
const maxText = 8192;
// biome-ignore lint/suspicious/noControlCharactersInRegex: looking for them
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** What is wrong with an explanation, whatever the input was; empty when nothing is. */
export function brokenInvariants({ requests, rejected, warnings }: Explanation): readonly string[] {
  const broken: string[] = [];
  for (const { record, verdict } of requests) {
    broken.push(...brokenVerdict(verdict));
    if (!/^[0-9a-f]{32}$/.test(record.eventId)) broken.push(`event id ${record.eventId}`);
    if (!Number.isInteger(record.line) || record.line < 1) broken.push(`line ${record.line}`);
    const { status, timeMs } = record;
    if (status !== null && !(Number.isInteger(status) && status >= 100 && status <= 999))
      broken.push(`status ${status}`);
    if (timeMs !== null && !Number.isFinite(timeMs)) broken.push(`time ${timeMs}`);
  }
  for (const { line, reason, detail } of rejected) {
    if (!Number.isInteger(line) || line < 1) broken.push(`reject at line ${line}`);
    if (!Object.hasOwn(rejectReasons, reason)) broken.push(`reject reason ${reason}`);
    broken.push(...brokenSentence('reject', detail));
  }
  for (const warning of warnings) broken.push(...brokenSentence('warning', warning));
  return broken;
}

function brokenVerdict(verdict: Verdict): string[] {
  const { outcome, cause, group, detail, confidence, alternatives, reason, evidence, remedy, decidedBy } = verdict;
  const broken: string[] = [];
  if (!Object.hasOwn(outcomes, outcome)) broken.push(`outcome ${outcome}`);
  if (!Object.hasOwn(confidences, confidence)) broken.push(`confidence ${confidence}`);
  if (outcome === 'refused') {
    if (cause === null) broken.push('refused without a cause');
    else if (group !== groupOfCause[cause]) broken.push(`${cause} in the group ${group}`);
    if (cause !== null && detail !== null && !detailsOf.get(cause)?.has(detail)) broken.push(`${cause} / ${detail}`);
  } else if (cause !== null || group !== null || detail !== null || alternatives.length > 0) {
    broken.push(`${outcome} with ${cause}, ${group}, ${detail}, ${alternatives.length} alternatives`);
  }

  const named = alternatives.map((alternative) => alternative.cause);
  if (named.length > 4) broken.push(`${named.length} alternatives`);
  if (new Set(named).size < named.length) broken.push(`an alternative twice: ${named}`);
  if (cause !== null && named.includes(cause)) broken.push(`${cause} is an alternative of itself`);
  for (const alternative of alternatives) {
    if (!['likely', 'possible'].includes(alternative.confidence)) broken.push(`alternative ${alternative.confidence}`);
    broken.push(...brokenSentence('settledBy', alternative.settledBy));
  }
  if (confidence === 'certain' && named.length > 0) broken.push(`certain, and yet ${named}`);

  broken.push(...brokenSentence('reason', reason));
  if (outcome === 'refused' && evidence.length === 0) broken.push(`${cause} without evidence`);
  if (evidence.length > 64) broken.push(`${evidence.length} pieces of evidence`);
  for (const { from, field, value } of evidence) {
    if (!Object.hasOwn(sources, from)) broken.push(`evidence from ${from}`);
    if (field === '' || field.length > 200 || unprintable.test(field))
      broken.push(`evidence field ${field.slice(0, 80)}`);
    if (value.length > maxText) broken.push(`evidence ${field} of ${value.length} characters`);
  }

  broken.push(...brokenSentence('summary', remedy.summary));
  for (const step of remedy.steps) broken.push(...brokenSentence('step', step));
  for (const command of remedy.commands) broken.push(...brokenSentence('command', command));
  if (!/^[a-z][a-z0-9-]*$/.test(decidedBy)) broken.push(`decided by ${decidedBy}`);
  return broken;
}

/** Our own sentences and commands: one line each, something in it, nothing that could turn a terminal around. */
function brokenSentence(what: string, text: string): string[] {
  if (text.trim() === '') return [`empty ${what}`];
  if (text.length > maxText) return [`${what} of ${text.length} characters`];
  const found = unprintable.exec(text);
  return found === null
    ? []
    : [`${what} with \\u${found[0].charCodeAt(0).toString(16)}: ${JSON.stringify(text.slice(0, 200))}`];
}
