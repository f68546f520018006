import type { ExecutionLine, RequestRecord } from '@why403/parsers';
import { countedFromKinds } from '@why403/parsers';
import { z } from 'zod';
import type { StoredEvent } from '../../store/event-store.js';
import { type CauseInfoMap, explanationOf } from '../explanation.js';
import { orNull } from './or-null.js';
import { epochMs } from './time.js';
import { cause, confidence, detail, group, verdict } from './verdict.js';

const text = z.string().nullable();

const rowShape = {
  eventId: z.string().meta({ description: 'Never changes.' }),
  time: epochMs,
  account: z.string(),
  region: z.string(),
  apiId: z.string(),
  stage: z.string(),
  route: z.string(),
  method: z.string(),
  cause,
  group,
  detail: orNull(detail),
  confidence,
  culprit: z
    .strictObject({ kind: z.string(), name: z.string() })
    .nullable()
    .meta({ description: 'The object that refused: name, else id.' }),
  status: z.int().nullable().meta({ description: 'What the client got, if a log shows it.' }),
  sourceIp: text,
  principal: text,
  apiKeyId: text,
  userAgent: text,
  path: text.meta({ description: "The caller's own words." }),
  requestId: text,
  extendedRequestId: text,
  reason: z.string(),
  decidedBy: z.string().meta({ description: 'Rule that decided.' }),
  countedFrom: z.enum(countedFromKinds),
  facts: z.int().meta({
    description: 'Facts that the verdict was made of, and looks at the configuration about the time of the request.',
  }),
  ruleSet: z.int().meta({ description: 'Number of the rule set that made it.' }),
  writtenAt: epochMs.meta({ description: 'When the event was first stored, ms since the epoch.' }),
  evidenceKept: z
    .boolean()
    .meta({ description: 'The whole verdict with its evidence can be read at /api/v1/events/{id}.' }),
};

export const eventRow = z.strictObject(rowShape).meta({ id: 'Event', description: 'A refused request.' });

const sources = z
  .strictObject({
    access: z
      .strictObject({ format: z.string(), values: z.record(z.string(), text) })
      .nullable()
      .meta({ description: 'Values of the access line by `$context` variable; null was logged as `-`.' }),
    execution: z
      .array(z.strictObject({ kind: z.string(), text: z.string() }))
      .meta({ description: 'Lines in log order.' }),
    waf: z
      .strictObject({
        action: z.string(),
        webaclId: text,
        terminatingRuleId: text,
        terminatingRuleType: text,
        rulePath: z.array(z.string()),
        responseCodeSent: z.int().nullable(),
        labels: z.array(z.string()),
        clientIp: text,
        country: text,
        method: text,
        uri: text,
        host: text,
        userAgent: text,
      })
      .nullable(),
    wafJoin: z
      .enum(['id', 'approximate'])
      .nullable()
      .meta({ description: '`approximate`: no id links the WAF record; place, caller, path and time do.' }),
    joinedByRequestId: z
      .boolean()
      .meta({ description: 'Only a request id, which callers may choose, joins some of these sources.' }),
  })
  .meta({ id: 'Sources', description: 'What the logs said, redacted while reading.' });

export const eventDetail = z
  .strictObject({
    ...rowShape,
    explanation: z
      .strictObject({ title: z.string(), meaning: z.string(), detail: text })
      .meta({ description: 'What the cause and its detail mean.' }),
    verdict: orNull(verdict),
    sources: orNull(sources),
    note: text.meta({ description: 'Why there is no evidence, if there is none.' }),
  })
  .meta({ id: 'EventDetail' });

const known = (value: string): string | null => (value === '' ? null : value);

export function toEventRow(event: StoredEvent): z.output<typeof eventRow> {
  return {
    eventId: event.eventId,
    time: event.tsMs,
    account: event.account,
    region: event.region,
    apiId: event.apiId,
    stage: event.stage,
    route: event.route,
    method: event.method,
    cause: event.cause,
    group: event.group,
    detail: known(event.detail),
    confidence: event.confidence,
    culprit: event.culpritKind === '' ? null : { kind: event.culpritKind, name: event.culprit },
    status: event.status === 0 ? null : event.status,
    sourceIp: known(event.sourceIp),
    principal: known(event.principal),
    apiKeyId: known(event.apiKeyId),
    userAgent: known(event.userAgent),
    path: known(event.path),
    requestId: known(event.requestId),
    extendedRequestId: known(event.extendedRequestId),
    reason: event.reason,
    decidedBy: event.decidedBy,
    countedFrom: event.countedFrom,
    facts: event.facts,
    ruleSet: event.ruleSet,
    writtenAt: event.writtenAtMs,
    evidenceKept: event.sample !== null,
  };
}

export const onlyTheRow =
  'Only the row is left: the evidence has expired, or the event is not among those of its minute whose evidence is kept.';

export function toEventDetail(event: StoredEvent, causes: CauseInfoMap) {
  const { sample } = event;
  return {
    ...toEventRow(event),
    explanation: explanationOf(event.cause, known(event.detail), causes),
    verdict: sample === null ? null : toVerdict(sample.verdict),
    sources: sample === null ? null : toSources(sample.record),
    note: sample === null ? onlyTheRow : null,
  };
}

/** Field by field: what is stored may have more fields than this version documents. */
export function toVerdict(stored: NonNullable<StoredEvent['sample']>['verdict']) {
  const { culprit, remedy } = stored;
  return {
    outcome: stored.outcome,
    cause: stored.cause,
    group: stored.group,
    detail: stored.detail,
    culprit: culprit === null ? null : { kind: culprit.kind, id: culprit.id, name: culprit.name },
    confidence: stored.confidence,
    alternatives: stored.alternatives.map(({ cause, confidence, settledBy }) => ({ cause, confidence, settledBy })),
    reason: stored.reason,
    evidence: stored.evidence.map(({ from, field, value }) => ({ from, field, value })),
    remedy: { summary: remedy.summary, steps: remedy.steps, commands: remedy.commands },
    decidedBy: stored.decidedBy,
  };
}

function toSources(record: RequestRecord) {
  const { access, waf } = record;
  return {
    access: access === null ? null : { format: access.format, values: access.values as Record<string, string | null> },
    execution: record.execution.map(({ kind, text }: ExecutionLine) => ({ kind, text })),
    waf:
      waf === null
        ? null
        : {
            action: waf.action,
            webaclId: waf.webaclId,
            terminatingRuleId: waf.terminatingRuleId,
            terminatingRuleType: waf.terminatingRuleType,
            rulePath: waf.rulePath,
            responseCodeSent: waf.responseCodeSent,
            labels: waf.labels,
            clientIp: waf.clientIp,
            country: waf.country,
            method: waf.method,
            uri: waf.uri,
            host: waf.host,
            userAgent: waf.userAgent,
          },
    wafJoin: record.wafJoin,
    joinedByRequestId: record.joinedByRequestId,
  };
}
