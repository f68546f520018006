import { causeCatalogue } from '../../../parsers/src/index.js';
import { annotateSpike } from '../../../server/src/api/annotation.js';
import { causeMap } from '../../../server/src/api/explanation.js';
import type { FoundSpike } from '../../../server/src/api/spike-list.js';
import { type ChangeEvent, changeEventOf } from '../../../server/src/store/change-event.js';
import type { FirstSeen } from '../../../server/src/store/event-store.js';

export const causes = causeMap(causeCatalogue);
export const beganMs = Date.UTC(2026, 2, 1, 12);
export const minute = 60_000;

export const labels = {
  account: '111122223333',
  region: 'eu-west-1',
  api_id: 'orders',
  stage: 'prod',
  cause: 'waf_blocked',
  group: 'waf',
};
export const spike = (more: Partial<FoundSpike> = {}): FoundSpike => ({
  labels,
  beganMs,
  endedMs: null,
  peakAtMs: beganMs + 5 * minute,
  peakScore: 3.2,
  peakRequests: 130,
  expected: 8,
  expectedUpper: 20.6,
  share: 0.234,
  refused: 410,
  baseline: 'time_of_day',
  ...more,
});
export const newCause = (more: Partial<FirstSeen['labels']> = {}): FirstSeen => ({
  labels: { ...labels, route: '/orders/{id}', ...more },
  firstSeenMs: beganMs,
  refused: 12,
  lastBeforeMs: null,
  stageKnownSinceMs: 0,
  completeUntilMs: beganMs,
});
export const annotate = (more: Partial<FoundSpike> = {}) => annotateSpike(spike(more), beganMs + 10 * minute, causes);
export const change = (more: Partial<ChangeEvent> = {}): ChangeEvent => ({
  ...changeEventOf({
    account: '111122223333',
    region: 'eu-west-1',
    apiId: 'orders',
    stage: 'prod',
    kind: 'web_acl',
    what: 'front',
    summary: 'The web ACL of stage prod of orders is now front.',
    tookEffectMs: null,
    seenMs: beganMs,
    before: '',
    after: 'front',
  }),
  ...more,
});
