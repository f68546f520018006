import type { ApiKeyConfig } from '@why403/parsers';
import type { DiscoveredPlan, Snapshot } from './snapshot.js';
import type { Told } from './told-change.js';

/** Changes of plans and keys, which belong to the account and region. */
export function* accountChanges(before: Snapshot, after: Snapshot): Iterable<Told> {
  if (before.usagePlans !== null && after.usagePlans !== null) {
    for (const [old, now] of pairs(before.usagePlans, after.usagePlans)) yield* planChanges(old, now);
  }
  if (before.apiKeys !== null && after.apiKeys !== null) {
    for (const [old, now] of pairs(before.apiKeys, after.apiKeys)) yield* keyChanges(old, now);
  }
}

/** What was and what is, by id. */
function pairs<T extends { readonly id: string }>(
  before: readonly T[],
  after: readonly T[],
): Iterable<readonly [T | undefined, T | undefined]> {
  const old = new Map(before.map((each) => [each.id, each]));
  const now = new Map(after.map((each) => [each.id, each]));
  return [...new Set([...old.keys(), ...now.keys()])].map((id) => [old.get(id), now.get(id)]);
}

function* planChanges(old: DiscoveredPlan | undefined, now: DiscoveredPlan | undefined): Iterable<Told> {
  const plan = now ?? old;
  if (plan === undefined) return;
  const { id, name } = plan;
  const base = { kind: 'usage_plan', what: id, tookEffectMs: null } as const;
  const stages = difference(old?.stages.map(textOfStage), now?.stages.map(textOfStage));
  for (const { item, isAdded } of stages) {
    const [apiId = '', stage = ''] = item.split(' ');
    const summary = isAdded
      ? `The stage ${stage} of API ${apiId} was added to the usage plan ${name}.`
      : `The stage ${stage} of API ${apiId} was taken out of the usage plan ${name}.`;
    yield { ...base, apiId, stage, summary, ...presence(item, isAdded) };
  }
  if (old?.keyIds === null || now?.keyIds === null) return;
  for (const { item, isAdded } of difference(old?.keyIds ?? [], now?.keyIds ?? [])) {
    const summary = `The key ${item} was ${isAdded ? 'added to' : 'taken out of'} the usage plan ${name}.`;
    yield { ...base, apiId: '', stage: '', summary, ...presence(item, isAdded) };
  }
}

const textOfStage = ({ apiId, stage }: { readonly apiId: string; readonly stage: string }): string =>
  `${apiId} ${stage}`;

const presence = (item: string, isAdded: boolean): Pick<Told, 'before' | 'after'> =>
  isAdded ? { before: '', after: item } : { before: item, after: '' };

function difference(before: readonly string[] = [], after: readonly string[] = []) {
  const added = after.filter((item) => !before.includes(item)).map((item) => ({ item, isAdded: true }));
  const removed = before.filter((item) => !after.includes(item)).map((item) => ({ item, isAdded: false }));
  return [...removed, ...added];
}

function* keyChanges(old: ApiKeyConfig | undefined, now: ApiKeyConfig | undefined): Iterable<Told> {
  const key = now ?? old;
  if (key === undefined || JSON.stringify(old) === JSON.stringify(now)) return;
  const verb =
    old === undefined
      ? 'created'
      : now === undefined
        ? 'deleted'
        : old.enabled !== now.enabled
          ? now.enabled
            ? 'enabled'
            : 'disabled'
          : 'changed';
  yield {
    apiId: '',
    stage: '',
    kind: 'api_key',
    what: key.id,
    tookEffectMs: now !== undefined && now.changedMs !== old?.changedMs ? now.changedMs : null,
    summary: `The API key ${key.name || key.id} was ${verb}.`,
    before: JSON.stringify(old) ?? '',
    after: JSON.stringify(now) ?? '',
  };
}
