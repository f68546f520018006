import type { Cause, ConfigFacts } from '@why403/parsers';
import type { EventFilter, TimeRange } from '../query/query.js';
import type { ChangeEvent, ChangeKind } from './change-event.js';
import type { RefusedRow } from './refused-event.js';

/** A stage by its place. */
export interface StageKey {
  readonly account: string;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
}

/** How a stage was configured at a time. */
export interface ConfigSnapshot extends StageKey {
  readonly takenMs: number;
  /** Its `ageMs` is not kept. */
  readonly config: ConfigFacts;
}

/** The same without what it says. */
export interface SnapshotName extends StageKey {
  readonly takenMs: number;
  /** Names what it says: the same for two snapshots that say the same. */
  readonly content: string;
  readonly snapshotId: string;
}

/** A snapshot is kept when it says something else than the one before, and each time that so much has passed. */
export const confirmedEveryMs = 30 * 60_000;

export interface UnsettledSnapshots {
  /** Stored since then. */
  readonly sinceMs: number;
  readonly limit: number;
}

export interface DoubtfulQuery extends TimeRange {
  readonly apiIds: readonly string[];
  /** Rows of these causes whatever their confidence; of others, those that are not certain. */
  readonly causes: readonly Cause[];
  readonly limit: number;
}

/** What settle needs to judge by the configuration of the time (docs/decisions/0013-config-facts.md). */
export interface ConfigHistory {
  /** All of these APIs that were taken in the range, each once, in order of stage and time. */
  readConfigSnapshots(apiIds: readonly string[], taken: TimeRange): Promise<readonly SnapshotName[]>;
  /** By `content`; missing are those that have expired. */
  readConfigs(contents: readonly string[]): Promise<ReadonlyMap<string, ConfigFacts>>;
  /** Those that no settle step is noted as done with, by their `snapshotId`; the first stored first. */
  readUnsettledSnapshots(query: UnsettledSnapshots): Promise<readonly SnapshotName[]>;
  /** Standing refusals of these APIs that another configuration may change; newest first. */
  readDoubtful(query: DoubtfulQuery): Promise<readonly RefusedRow[]>;
}

/** What one look at the control plane of an account and region showed. */
export interface StoredLook {
  readonly account: string;
  readonly region: string;
  /** Whoever looks at other APIs of the same place has looks of its own. */
  readonly scope: string;
  readonly takenMs: number;
  /** Texts, at least one; what other looks have too is stored once. */
  readonly parts: readonly string[];
}

/** What discovery remembers. */
export interface LookStore {
  /** In the order of time; one that shows what the one before did may be left out. */
  insertLook(look: StoredLook, nowMs: number): Promise<void>;
  /** All since then and the last one before, in the order of time; missing are those that have expired. */
  readLooks(of: Pick<StoredLook, 'account' | 'region' | 'scope'>, sinceMs: number): Promise<readonly StoredLook[]>;
}

/** What discovery brings. */
export interface ControlPlaneStore extends ConfigHistory, LookStore {
  /** In the order of time; two programs may store the same. A snapshot that only confirms the one before may be left out. */
  insertConfigSnapshots(snapshots: readonly ConfigSnapshot[], nowMs: number): Promise<void>;
  insertChangeEvents(events: readonly ChangeEvent[]): Promise<void>;
}

export interface ChangesQuery extends TimeRange {
  /** What is of a whole account or API is of each of its stages. */
  readonly filter: Pick<EventFilter, 'account' | 'region' | 'api_id' | 'stage'>;
  /** Those that may explain one of them; null: any. */
  readonly causes: readonly Cause[] | null;
  /** null: all. */
  readonly kinds: readonly ChangeKind[] | null;
  readonly limit: number;
}

export interface ChangesAnswer {
  /** Newest first. */
  readonly changes: readonly ChangeEvent[];
  /** Changes beyond the limit that were left out. */
  readonly omitted: number;
}
