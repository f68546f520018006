import { createHash } from 'node:crypto';
import { groupOfCause } from '@why403/parsers';
import { colorOf } from '../query/group-colors.js';
import type { ChangeEvent, ChangeKind } from '../store/change-event.js';
import type { FirstSeen, FirstSeenLabels } from '../store/event-store.js';
import { escapeHtml } from '../text/html.js';
import { visible } from '../text/visible.js';
import { type CauseInfoMap, explanationOf } from './explanation.js';
import type { FoundSpike } from './spike-list.js';

/** A mark for graphs. Graphs render `title` and `text` as HTML: whatever is not ours is escaped here. */
export interface Annotation {
  readonly timeMs: number;
  readonly endMs: number;
  readonly title: string;
  readonly text: string;
  readonly tags: readonly string[];
  /** The same for the same thing, also while it grows. */
  readonly id: string;
  readonly color: string;
}

/** `completeUntilMs`: how far the spike is judged. */
export function annotateSpike(spike: FoundSpike, completeUntilMs: number, causes: CauseInfoMap): Annotation {
  const { labels, beganMs, endedMs, peakRequests, expectedUpper, share, refused } = spike;
  const usual =
    spike.baseline === 'none' ? 'too little history to know what is usual' : `at most ${round(expectedUpper)} usual`;
  const ofStage = share === null ? '' : `, ${percent(share)} of the requests of the stage`;
  return {
    timeMs: beganMs,
    endMs: endedMs ?? Math.max(beganMs, completeUntilMs),
    title: `Spike: ${titleOf(labels.cause, causes)}`,
    text: [
      `<b>${html(labels.api_id)}/${html(labels.stage)}</b> ${html(labels.cause)}`,
      `Up to ${peakRequests} refused requests in 5 minutes, ${usual}${ofStage}.`,
      `${refused} refused requests ${endedMs === null ? 'so far; it goes on' : 'in all'}.`,
    ].join('<br>'),
    tags: tagsOf(['spike', labels.group, labels.cause, labels.api_id, labels.stage]),
    id: idOf('spike', [labels.account, labels.region, labels.api_id, labels.stage, labels.cause], beganMs),
    color: colorFor(labels.group),
  };
}

export function annotateNewCause({ labels, firstSeenMs, refused }: FirstSeen, causes: CauseInfoMap): Annotation {
  return {
    timeMs: firstSeenMs,
    endMs: firstSeenMs,
    title: `New: ${titleOf(labels.cause, causes)}`,
    text: [
      `<b>${html(labels.api_id)}/${html(labels.stage)}</b> ${html(labels.route)} ${html(labels.cause)}`,
      `First refused in 7 days; ${refused} refused requests since.`,
    ].join('<br>'),
    tags: tagsOf(['new_cause', labels.group, labels.cause, labels.api_id, labels.stage]),
    id: idOf('new_cause', newCauseKey(labels), firstSeenMs),
    color: colorFor(labels.group),
  };
}

export function annotateChange(change: ChangeEvent, causes: CauseInfoMap): Annotation {
  const { id, atMs, apiId, stage, kind, summary, mayExplain } = change;
  const where =
    apiId === '' ? `${html(change.account)} ${html(change.region)}` : html(stage === '' ? apiId : `${apiId}/${stage}`);
  const told = mayExplain.map((cause) => titleOf(cause, causes)).join(', ');
  const groups = new Set(mayExplain.map((cause) => groupOfCause[cause]));
  const [group] = groups.size === 1 ? groups : [];
  return {
    timeMs: atMs,
    endMs: atMs,
    title: `Changed: ${changeTitles[kind] ?? html(kind)}`,
    text: [`<b>${where}</b> ${html(summary)}`, ...(told === '' ? [] : [`May explain: ${told}.`])].join('<br>'),
    tags: tagsOf(['change', kind, apiId, stage]),
    id: `change-${id}`,
    color: colorFor(group ?? 'unknown'),
  };
}

const changeTitles: Readonly<Record<ChangeKind, string>> = {
  deployment: 'deployment',
  stage_updated: 'stage settings',
  canary: 'canary',
  web_acl: 'web ACL',
  usage_plan: 'usage plan',
  api_key: 'API key',
  authorizer: 'authorizer',
  resource_policy: 'resource policy',
  gateway_response: 'gateway response',
  access_log_format: 'access log',
  api_added: 'new API or stage',
  api_removed: 'API or stage removed',
};

const newCauseKey = ({ account, region, api_id, stage, route, cause }: FirstSeenLabels): readonly string[] => [
  account,
  region,
  api_id,
  stage,
  route,
  cause,
];

/** Characters that reorder or hide text are shown as escapes, then the text is made harmless. */
const html = (value: string): string => escapeHtml(visible(value));

const titleOf = (cause: string, causes: CauseInfoMap): string => html(explanationOf(cause, null, causes).title);

/** Tags are a list by commas: values that cannot stand in one, or are no plain word, are left out. */
const tagsOf = (values: readonly string[]): readonly string[] => values.filter((value) => tagPattern.test(value));
const tagPattern = /^[\w.$:-]{1,128}$/;

/** A name of its own for each thing: what it is about and when it began. */
const idOf = (kind: string, key: readonly string[], beganMs: number): string =>
  `${kind}-${createHash('sha256')
    .update(JSON.stringify([kind, key, beganMs]))
    .digest('hex')
    .slice(0, 20)}`;

/** Groups of a newer version have no colour here. */
const colorFor = (group: string): string => colorOf({ group }) ?? colorOf({ group: 'unknown' }) ?? '';

const round = (value: number): number => (value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
const percent = (share: number): string => `${round(share * 100)} %`;
