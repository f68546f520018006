import type { RequestRecord, Verdict } from '@why403/parsers';
import type { Column } from '../../query/query.js';
import type { StoredEvent } from '../../store/event-store.js';
import { visible } from '../../text/visible.js';
import { type CauseInfoMap, explanationOf } from '../explanation.js';
import { executionLogGroup } from '../log-group.js';
import { onlyTheRow } from './event.js';

export const reportParts = ['verdict', 'remedy', 'evidence', 'alternative', 'request', 'log'] as const;

type Line = readonly [name: string, value: string];

/** More lines of one log tell nobody more. */
const maxLogLines = 200;

/**
 * One refused request as a table that is read from top to bottom: why it was refused, what to do, the proof, what else it could have
 * been, then the request and its logs. Words of the caller have escapes in place of control characters; commands are as they are.
 */
export function toReportColumns(event: StoredEvent, causes: CauseInfoMap): readonly Column[] {
  const { sample } = event;
  const parts: Readonly<Record<(typeof reportParts)[number], readonly Line[]>> = {
    verdict: verdictLines(event, causes),
    remedy: sample === null ? [] : remedyLines(sample.verdict),
    evidence: sample === null ? [['note', onlyTheRow]] : evidenceLines(sample.verdict),
    alternative: sample === null ? [] : alternativeLines(sample.verdict, causes),
    request: requestLines(event),
    log: sample === null ? [] : logLines(event, sample.record),
  };
  const rows = reportParts.flatMap((part) => parts[part].map(([name, value]) => ({ part, name, value })));
  return (['part', 'name', 'value'] as const).map((name) => ({
    name,
    type: 'string',
    values: rows.map((row) => row[name]),
  }));
}

const howSure = {
  certain: 'certain: the evidence below can have no other cause',
  likely: 'likely: the evidence speaks for it, the alternatives below are not ruled out',
  possible: 'possible: the best of several explanations, settle the alternatives below first',
} as const;

function verdictLines(event: StoredEvent, causes: CauseInfoMap): Line[] {
  const detail = event.detail === '' ? null : event.detail;
  const words = explanationOf(event.cause, detail, causes);
  return known([
    ['why', words.title],
    ['reason', visible(event.reason)],
    ['refused by', event.culpritKind === '' ? '' : `${event.culpritKind} ${visible(event.culprit)}`.trim()],
    ['detail', words.detail ?? detail ?? ''],
    ['confidence', howSure[event.confidence] ?? event.confidence],
    ['what it means', words.meaning],
    ['cause', `${event.cause} (group ${event.group})`],
  ]);
}

const remedyLines = ({ remedy }: Verdict): Line[] => [
  ['in short', visible(remedy.summary)],
  ...remedy.steps.map((step, index): Line => [`step ${index + 1}`, visible(step)]),
  ...remedy.commands.map((command, index): Line => [`command ${index + 1}`, command]),
];

const evidenceLines = ({ evidence }: Verdict): Line[] =>
  evidence.map(({ from, field, value }) => [`${from}: ${visible(field)}`, visible(value)]);

const alternativeLines = ({ alternatives }: Verdict, causes: CauseInfoMap): Line[] =>
  alternatives.map(({ cause, confidence, settledBy }) => [
    `${explanationOf(cause, null, causes).title} (${confidence})`,
    visible(settledBy),
  ]);

function requestLines(event: StoredEvent): Line[] {
  return known([
    ['time', new Date(event.tsMs).toISOString()],
    ['request', visible(`${event.method} ${event.path}`)],
    ['route', visible(event.route)],
    ['status', event.status === 0 ? '' : String(event.status)],
    ['API', visible(event.apiId)],
    ['stage', visible(event.stage)],
    ['region', visible(event.region)],
    ['account', visible(event.account)],
    ['caller', visible(event.sourceIp)],
    ['principal', visible(event.principal)],
    ['API key', visible(event.apiKeyId)],
    ['user agent', visible(event.userAgent)],
    ['request id', visible(event.requestId)],
    ['extended request id', visible(event.extendedRequestId)],
    ['event id', event.eventId],
    ['X-Ray trace', visible(event.sample?.record.traceId ?? '')],
  ]);
}

function logLines(event: StoredEvent, record: RequestRecord): Line[] {
  const { access, execution, waf } = record;
  const group = executionLogGroup(event);
  return [
    ...known([['log group', group ?? '']]),
    ...Object.entries(access?.values ?? {}).map(
      ([name, value]): Line => [`access $context.${visible(name)}`, value === null ? '-' : visible(value)],
    ),
    ...execution.slice(0, maxLogLines).map(({ kind, text }): Line => [`execution ${kind}`, visible(text)]),
    ...(execution.length > maxLogLines ? [['execution', `${execution.length - maxLogLines} more lines`] as const] : []),
    ...(waf === null
      ? []
      : known([
          ['waf action', waf.action],
          ['waf web ACL', visible(waf.webaclId ?? '')],
          ['waf rule', visible([waf.terminatingRuleId ?? '', ...waf.rulePath].filter(Boolean).join(' > '))],
          ['waf labels', visible(waf.labels.join(', '))],
          ['waf client', visible([waf.clientIp, waf.country].filter(Boolean).join(' '))],
          ['waf request', visible([waf.method, waf.host, waf.uri].filter(Boolean).join(' '))],
          ['waf joined by', record.wafJoin === 'approximate' ? 'place, caller, path and time: no id links it' : ''],
        ])),
  ];
}

/** What no log tells is left out. */
const known = (lines: readonly Line[]): Line[] => lines.filter(([, value]) => value !== '' && value !== 'unknown');
