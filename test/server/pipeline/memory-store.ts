import type { ConfigFacts, CountedRequests, StoredFact } from '../../../parsers/src/index.js';
import { contentOf, partsOfConfig } from '../../../server/src/store/config-content.js';
import type { SnapshotName } from '../../../server/src/store/control-plane-store.js';
import type { RefusalsOnlyMinute } from '../../../server/src/store/denominator-store.js';
import type {
  ConfigHistory,
  ControlPlaneStore,
  DeploymentLog,
  DeploymentSeen,
  FeedKind,
  Generation,
  RefusedRow,
  SampleRow,
  SettleStep,
  StoredUnit,
  UnitStore,
  VerdictStore,
} from '../../../server/src/store/event-store.js';

type Store = UnitStore &
  VerdictStore &
  ConfigHistory &
  DeploymentLog &
  Pick<ControlPlaneStore, 'insertConfigSnapshots'>;

/** The tables, and nothing cleverer than a list: what is inserted stays, and readers pick as the SQL does. */
export class MemoryTables {
  readonly facts: { fact: StoredFact; seenMs: number }[] = [];
  readonly refused: RefusedRow[] = [];
  readonly samples: SampleRow[] = [];
  readonly steps: (SettleStep & { done: boolean; atMs: number })[] = [];
  readonly totals: { unit: string; generation: Generation; count: CountedRequests }[] = [];
  readonly rejects: { unit: string; reason: string }[] = [];
  readonly markers: StoredUnit[] = [];
  readonly snapshots: (SnapshotName & { storedMs: number })[] = [];
  readonly configs = new Map<string, ConfigFacts>();
  readonly refusalsOnly: (RefusalsOnlyMinute & { readonly feed: string })[] = [];
  readonly deployments: DeploymentSeen[] = [];
  readonly progress: { feed: string; kind: FeedKind; completeUntilMs: number }[] = [];

  standing(): RefusedRow[] {
    const highest = new Map<string, RefusedRow>();
    for (const row of this.refused) {
      const key = JSON.stringify([row.tsMs, row.account, row.region, row.apiId, row.stage, row.eventId]);
      const known = highest.get(key);
      const isOlder = known !== undefined && (row.facts - known.facts || row.ruleSet - known.ruleSet) < 0;
      if (!isOlder) highest.set(key, row);
    }
    return [...highest.values()];
  }

  unit(name: string): StoredUnit | undefined {
    return this.markers
      .filter((each) => each.unit === name)
      .sort(byGeneration)
      .at(-1);
  }

  /** Requests by labels and minute, each key of a unit's standing generation once. */
  countedRequests(): Map<string, number> {
    const rows = new Map<string, CountedRequests>();
    for (const { unit, generation, count } of this.totals) {
      const standing = this.unit(unit);
      if (standing === undefined || byGeneration(standing, { generation }) !== 0) continue;
      const { requests: _requests, ...key } = count;
      rows.set(JSON.stringify([unit, key]), count);
    }
    return sumCounts([...rows.values()]);
  }
}

export function sumCounts(counts: readonly CountedRequests[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { requests, ...labels } of counts) {
    const key = JSON.stringify(labels);
    sums.set(key, (sums.get(key) ?? 0) + requests);
  }
  return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Generated = Pick<StoredUnit, 'generation'>;
const byGeneration = ({ generation: a }: Generated, { generation: b }: Generated): number =>
  a.rank - b.rank || a.version - b.version || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** Is awaited before and after each statement; may throw: before, the statement was not carried out; after, it was. */
export type StatementHook = (name: string, when: 'before' | 'after') => Promise<void>;

/** A client of the tables. */
export function createMemoryStore(tables: MemoryTables, hook: StatementHook = async () => {}): Store {
  async function statement<T>(name: string, work: () => T): Promise<T> {
    await hook(name, 'before');
    const result = work();
    await hook(name, 'after');
    return result;
  }
  const factsById = () => new Map(tables.facts.map(({ fact }) => [fact.factId, fact]));

  return {
    insertRefusalsOnly: (feed, minutes) =>
      statement('insertRefusalsOnly', () => {
        for (const minute of minutes) tables.refusalsOnly.push({ ...minute, feed });
      }),
    insertDeploymentsSeen: (seen) =>
      statement('insertDeploymentsSeen', () => {
        tables.deployments.push(...seen);
      }),
    readRefusalsOnly: (feed, { fromMs, toMs }) =>
      statement('readRefusalsOnly', () => {
        const found = tables.refusalsOnly.filter((each) => each.feed === feed && each.inReading);
        const minutes = new Set(found.map(({ minuteMs }) => minuteMs));
        return [...minutes].filter((minute) => minute >= fromMs && minute < toMs).sort((a, b) => a - b);
      }),
    insertTotals: (unit, generation, _feed, counts) =>
      statement('insertTotals', () => {
        for (const count of counts) tables.totals.push({ unit, generation, count });
      }),
    insertRejects: (unit, _feed, _nowMs, unread) =>
      statement('insertRejects', () => {
        for (const { reason } of unread) tables.rejects.push({ unit, reason });
      }),
    insertMarker: (stored) => statement('insertMarker', () => void tables.markers.push(stored)),
    readUnits: (units) =>
      statement('readUnits', () => {
        const found = new Map<string, StoredUnit>();
        for (const name of units) {
          const unit = tables.unit(name);
          if (unit !== undefined) found.set(name, unit);
        }
        return found;
      }),
    readUnitsOf: (prefix) =>
      statement('readUnitsOf', () => {
        const names = new Set(tables.markers.map(({ unit }) => unit).filter((unit) => unit.startsWith(prefix)));
        return [...names].sort().map((name) => tables.unit(name) as StoredUnit);
      }),
    reportProgress: (feed, kind, completeUntilMs) =>
      statement('reportProgress', () => void tables.progress.push({ feed, kind, completeUntilMs })),

    insertFacts: (facts, nowMs) =>
      // As JSON, as the store keeps them.
      statement('insertFacts', () => {
        for (const fact of JSON.parse(JSON.stringify(facts))) tables.facts.push({ fact, seenMs: nowMs });
      }),
    readFacts: (links, limitPerLink) =>
      statement('readFacts', () => {
        const facts = [...factsById().values()].sort((a, b) => (a.factId < b.factId ? -1 : 1));
        return new Map(
          links.map((link) => [link, facts.filter((fact) => fact.links.includes(link)).slice(0, limitPerLink + 1)]),
        );
      }),
    readRefused: (eventIds, within) =>
      statement('readRefused', () =>
        tables
          .standing()
          .filter(({ eventId }) => eventIds.includes(eventId))
          .filter(({ tsMs }) => within === undefined || (tsMs >= within.fromMs && tsMs < within.toMs)),
      ),
    insertRefused: (rows) => statement('insertRefused', () => void tables.refused.push(...rows)),
    insertSamples: (rows) => statement('insertSamples', () => void tables.samples.push(...rows)),
    announceSettling: (steps, nowMs) =>
      statement('announceSettling', () => {
        for (const step of steps) tables.steps.push({ ...step, done: false, atMs: nowMs });
      }),
    markSettled: (steps, nowMs) =>
      statement('markSettled', () => {
        for (const step of steps) tables.steps.push({ ...step, done: true, atMs: nowMs });
      }),
    readUnsettled: ({ sinceMs, abandonedBeforeMs, ruleSet, limit }) =>
      statement('readUnsettled', () => {
        const done = new Set(tables.steps.filter((step) => step.done).map((step) => `${step.factId} ${step.attempt}`));
        const abandonedOf = (factId: string) =>
          tables.steps.filter(
            (step) =>
              step.factId === factId &&
              !step.done &&
              step.atMs < abandonedBeforeMs &&
              !done.has(`${step.factId} ${step.attempt}`),
          );
        const settled = (factId: string) =>
          tables.steps.some((step) => step.done && step.factId === factId && step.ruleSet >= ruleSet);
        const seen = new Set(tables.facts.filter(({ seenMs }) => seenMs >= sinceMs).map(({ fact }) => fact.factId));
        return [...factsById().values()]
          .filter(({ factId }) => seen.has(factId) && (!settled(factId) || abandonedOf(factId).length > 0))
          .slice(0, limit)
          .map((fact) => ({ fact, abandoned: abandonedOf(fact.factId).map((step) => step.attempt) }));
      }),

    insertConfigSnapshots: (snapshots, nowMs) =>
      statement('insertConfigSnapshots', () => {
        for (const { config, ...stage } of snapshots) {
          const content = contentOf(partsOfConfig(config));
          const snapshotId = JSON.stringify([stage, content]);
          tables.configs.set(content, { ...config, ageMs: 0 });
          tables.snapshots.push({ ...stage, content, snapshotId, storedMs: nowMs });
        }
      }),
    readConfigSnapshots: (apiIds, { fromMs, toMs }) =>
      statement('readConfigSnapshots', () => {
        const found = tables.snapshots.filter(
          ({ apiId, takenMs }) => apiIds.includes(apiId) && takenMs >= fromMs && takenMs < toMs,
        );
        const byId = new Map(found.map((each) => [each.snapshotId, each]));
        const order = ({ apiId, stage, account, region }: SnapshotName) =>
          JSON.stringify([apiId, stage, account, region]);
        return [...byId.values()].sort(
          (a, b) => order(a).localeCompare(order(b)) || a.takenMs - b.takenMs || (a.content < b.content ? -1 : 1),
        );
      }),
    readConfigs: (contents) =>
      statement('readConfigs', () => {
        const found = contents.map((content) => [content, tables.configs.get(content)] as const);
        return new Map(found.filter((entry): entry is [string, ConfigFacts] => entry[1] !== undefined));
      }),
    readUnsettledSnapshots: ({ sinceMs, limit }) =>
      statement('readUnsettledSnapshots', () => {
        const done = new Set(tables.steps.filter((step) => step.done).map(({ factId }) => factId));
        const byId = new Map(tables.snapshots.map((each) => [each.snapshotId, each]));
        return [...byId.values()]
          .filter(({ storedMs, snapshotId }) => storedMs >= sinceMs && !done.has(snapshotId))
          .slice(0, limit);
      }),
    readDoubtful: ({ apiIds, fromMs, toMs, causes, limit }) =>
      statement('readDoubtful', () =>
        tables
          .standing()
          .filter((row) => !row.cancelled && apiIds.includes(row.apiId) && row.tsMs >= fromMs && row.tsMs < toMs)
          .filter((row) => row.confidence !== 'certain' || causes.includes(row.cause))
          .sort((a, b) => b.tsMs - a.tsMs)
          .slice(0, limit),
      ),
  };
}
