import { type ChangeEvent, changeEventOf } from '../../store/change-event.js';
import { accountChanges } from './account-changes.js';
import { type DiscoveredStage, type Snapshot, wasRead } from './snapshot.js';
import { stageChanges } from './stage-changes.js';
import type { Told } from './told-change.js';

/**
 * What somebody changed between two snapshots of one account and region, in order of time. What either could not read is not compared:
 * a part that is missing is no change.
 */
export function diffSnapshots(before: Snapshot, after: Snapshot): readonly ChangeEvent[] {
  const { account, region, takenMs: seenMs } = after;
  return [...apiChanges(before, after), ...accountChanges(before, after)]
    .map((told) => changeEventOf({ ...told, summary: summaryOf(told, before, after), account, region, seenMs }))
    .sort((a, b) => a.atMs - b.atMs);
}

/** Looks follow each other within minutes; more between two of them is worth a word. */
const standstillMs = 3_600_000;

function summaryOf({ summary, tookEffectMs }: Told, before: Snapshot, after: Snapshot): string {
  if (tookEffectMs !== null || after.takenMs - before.takenMs < standstillMs) return summary;
  const [from, to] = [before, after].map(({ takenMs }) => new Date(takenMs).toISOString());
  return `${summary} It was done between ${from} and ${to}: nobody looked meanwhile, and AWS does not say when.`;
}

/**
 * What to compare the next snapshot with: this one, and of what it could not read, what is known from before. The same holds for what
 * `discover` takes over from the last one.
 */
export function knownAfter(before: Snapshot | null, after: Snapshot): Snapshot {
  if (before === null) return after;
  const present = new Set(after.stages.map(keyOf));
  const unread = before.stages.filter(
    (stage) => !present.has(keyOf(stage)) && !wasRead(after, stage.apiKind, stage.apiId),
  );
  return {
    ...after,
    stages: [...after.stages, ...unread],
    usagePlans: after.usagePlans ?? before.usagePlans,
    apiKeys: after.apiKeys ?? before.apiKeys,
  };
}

const keyOf = ({ apiId, stage }: DiscoveredStage): string => `${apiId} ${stage}`;

function* apiChanges(before: Snapshot, after: Snapshot): Iterable<Told> {
  const old = byApi(before);
  const now = byApi(after);
  for (const [apiId, stages] of now) {
    const known = old.get(apiId);
    if (known !== undefined) yield* stagesOfApi(before, after, known, stages);
    else if (wasRead(before, stages[0].apiKind, apiId)) yield added(stages[0]);
  }
  for (const [apiId, [first]] of old) {
    if (!now.has(apiId) && wasRead(after, first.apiKind, apiId)) yield removed(first);
  }
}

type Stages = [DiscoveredStage, ...DiscoveredStage[]];

function byApi({ stages }: Snapshot): ReadonlyMap<string, Stages> {
  const apis = new Map<string, Stages>();
  for (const stage of stages) {
    const others = apis.get(stage.apiId);
    if (others === undefined) apis.set(stage.apiId, [stage]);
    else others.push(stage);
  }
  return apis;
}

function* stagesOfApi(before: Snapshot, after: Snapshot, old: Stages, now: Stages): Iterable<Told> {
  const [{ apiId, apiKind }] = now;
  for (const stage of now) {
    const known = old.find((each) => each.stage === stage.stage);
    if (known !== undefined) yield* stageChanges(known, stage);
    else if (wasRead(before, apiKind, apiId)) {
      yield {
        ...ofStage(stage),
        summary: `The stage ${stage.stage} of ${nameOf(stage)} was created.`,
        after: 'created',
      };
    }
  }
  if (!wasRead(after, apiKind, apiId)) return;
  for (const stage of old) {
    if (now.some((each) => each.stage === stage.stage)) continue;
    const summary = `The stage ${stage.stage} of ${nameOf(stage)} was deleted.`;
    yield { ...ofStage(stage), tookEffectMs: null, summary, after: 'deleted' };
  }
}

const ofStage = ({ apiId, stage, lastUpdatedMs }: DiscoveredStage) => ({
  apiId,
  stage,
  kind: 'stage_updated' as const,
  what: stage,
  tookEffectMs: lastUpdatedMs,
  before: '',
});

const kindNames = { rest: 'REST API', http: 'HTTP API', websocket: 'WebSocket API' } as const;

const nameOf = ({ apiId, apiName, apiKind }: DiscoveredStage): string =>
  `the ${kindNames[apiKind]} ${apiName === '' ? apiId : `${apiName} (${apiId})`}`;

const ofApi = (kind: 'api_added' | 'api_removed', verb: string, stage: DiscoveredStage): Told => ({
  apiId: stage.apiId,
  stage: '',
  kind,
  what: stage.apiId,
  tookEffectMs: null,
  summary: `${nameOf(stage).replace(/^t/, 'T')} was ${verb}.`,
  before: '',
  after: verb,
});

const added = (stage: DiscoveredStage): Told => ofApi('api_added', 'created', stage);
const removed = (stage: DiscoveredStage): Told => ofApi('api_removed', 'deleted', stage);
