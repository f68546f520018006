import type {
  Cause,
  CountedFrom,
  CountedRequests,
  RequestRecord,
  StoredFact,
  UnreadLine,
  Verdict,
} from '@why403/parsers';
import type { Basis, StageLabels } from '../query/completeness.js';
import type {
  CellsQuery,
  CoverageQuery,
  EventCursor,
  EventFilter,
  EventQuery,
  FirstSeenQuery,
  Frame,
  firstSeenLabels,
  LabelName,
  SeriesQuery,
  TimeRange,
  TopQuery,
} from '../query/query.js';
import type { ChangesAnswer, ChangesQuery, ControlPlaneStore } from './control-plane-store.js';
import type { DenominatorStore, RefusalsOnlyMinute } from './denominator-store.js';
import type { DeploymentLog } from './deployments-seen.js';
import type { FeedEnds } from './feed-ends.js';
import type { RefusedRow } from './refused-event.js';

export type { ConfigHistory, ControlPlaneStore } from './control-plane-store.js';
export type { DenominatorStore } from './denominator-store.js';
export type { DeploymentLog, DeploymentSeen } from './deployments-seen.js';
export type { FeedEnd, FeedEnds, GroupFeed } from './feed-ends.js';
export type { RefusedKey, RefusedRow } from './refused-event.js';

/**
 * Everything that is stored, behind one interface over one SQL dialect. `test/conformance/event-store.ts` says what it promises.
 * Every method fails with `StoreError` (store/store-error.ts) when the database does not answer or refuses.
 * An insert is stored whole or not at all per partition; nothing is promised about two.
 */
export interface EventStore
  extends UnitStore,
    VerdictStore,
    ControlPlaneStore,
    DenominatorStore,
    DeploymentLog,
    FeedEnds,
    UncertainReader,
    EventReader {
  /** Brings the schema up to date and applies the retention. */
  migrate(retention: Retention): Promise<void>;
  /** Rebuilds days that no sweep reads any more and drops the rows that the rebuilding stands for. */
  keepHouse(nowMs: number): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface Retention {
  /** Refused rows, totals and markers. */
  readonly rowsDays: number;
  /** Samples, rejects and what the control plane said; shorter than rows. */
  readonly evidenceDays: number;
  /** Facts; longer than the last sweep. */
  readonly factsHours: number;
}

/** A generation is named by what was seen; the highest counts: by rank, then version, then name. */
export interface Generation {
  /** What was seen, in bytes: a last line that was read while it was being written is one line as well when it is whole. */
  readonly rank: number;
  /** `countingVersion` of the engine. */
  readonly version: number;
  readonly name: string;
}

/** The marker of a reading. */
export interface StoredUnit {
  readonly unit: string;
  readonly generation: Generation;
  readonly feed: string;
  readonly firstMs: number;
  readonly newestMs: number;
  readonly lines: number;
  readonly requests: number;
  readonly bytes: number;
  readonly rejected: Readonly<Record<string, number>>;
}

/**
 * Counting units. Written in this order: facts and verdicts, minutes of refusals only, totals, rejects, marker. What is asked for in one turn of the event loop
 * becomes one statement, so many small units may be written at once.
 */
export interface UnitStore {
  /** Before the totals of the same reading. Never taken back. */
  insertRefusalsOnly(feed: string, minutes: readonly RefusalsOnlyMinute[]): Promise<void>;
  /** Beginnings of the minutes of the range that readings of this feed brought refusals only of, in order. */
  readRefusalsOnly(feed: string, range: TimeRange): Promise<readonly number[]>;
  insertTotals(unit: string, generation: Generation, feed: string, counts: readonly CountedRequests[]): Promise<void>;
  insertRejects(unit: string, feed: string, nowMs: number, unread: readonly UnreadLine[]): Promise<void>;
  /** `days` (of the totals) makes a marker row each; with no totals the day of `nowMs`. */
  insertMarker(stored: StoredUnit, days: readonly string[], nowMs: number): Promise<void>;
  /** The highest complete generation of each of these units that has one. */
  readUnits(units: readonly string[]): Promise<ReadonlyMap<string, StoredUnit>>;
  /** The same for all units whose name begins so, in the order of their names. */
  readUnitsOf(prefix: string): Promise<readonly StoredUnit[]>;
  /** Never ahead of what is stored: call it after the markers. Never goes back. */
  reportProgress(feed: string, kind: FeedKind, completeUntilMs: number, nowMs: number): Promise<void>;
}
export type FeedKind = 'cloudwatch' | 'file' | 'firehose' | 'http' | 'stdin' | 'demo';

export interface SampleRow {
  readonly eventId: string;
  readonly tsMs: number;
  readonly facts: number;
  readonly ruleSet: number;
  readonly record: RequestRecord;
  readonly verdict: Verdict;
}

/** One settle step, of one attempt, on one fact. */
export interface SettleStep {
  /** Unique for each run of a step. */
  readonly attempt: string;
  readonly factId: string;
  readonly ruleSet: number;
}
export interface UnsettledQuery {
  /** Facts first seen since then. */
  readonly sinceMs: number;
  /** Announcements from before then that are not done with are abandoned: their writer cannot live. */
  readonly abandonedBeforeMs: number;
  readonly ruleSet: number;
  readonly limit: number;
}
export interface UnsettledFact {
  readonly fact: StoredFact;
  /** Attempts to mark as settled with it. */
  readonly abandoned: readonly string[];
}

/** By fact id. */
export type KnownFacts = Pick<ReadonlyMap<string, StoredFact>, 'get'>;

/** What settle needs: facts by link, rows by event id. */
export interface VerdictStore {
  insertFacts(facts: readonly StoredFact[], nowMs: number): Promise<void>;
  /**
   * At most `limitPerLink` + 1 facts of each link, each fact once. Facts that the caller knows are looked up by name, and sent only
   * when they are stored with another content.
   */
  readFacts(
    links: readonly string[],
    limitPerLink: number,
    known?: KnownFacts,
  ): Promise<ReadonlyMap<string, readonly StoredFact[]>>;
  /**
   * The standing rows (highest version of each key, cancelled ones included) of these events. `within` spares the days outside of it;
   * without it all that is kept is looked through.
   */
  readRefused(eventIds: readonly string[], within?: TimeRange): Promise<readonly RefusedRow[]>;
  insertRefused(rows: readonly RefusedRow[], nowMs: number): Promise<void>;
  insertSamples(rows: readonly SampleRow[], nowMs: number): Promise<void>;
  /** First of a settle step, before anything is read (0005, "Verdicts"): if its writer dies, the sweep knows where it wrote. */
  announceSettling(steps: readonly SettleStep[], nowMs: number): Promise<void>;
  /** Last of a settle step: its own attempt and the abandoned ones that it has cleared up after. */
  markSettled(steps: readonly SettleStep[], nowMs: number): Promise<void>;
  /** Facts that no step under this rule set (or a newer one) is done with, or that an abandoned step has touched. */
  readUnsettled(query: UnsettledQuery): Promise<readonly UnsettledFact[]>;
}

export interface UncertainIdsQuery extends TimeRange {
  readonly stages: readonly { readonly apiId: string; readonly stage: string }[];
  /** Refusals for these causes are not asked for. */
  readonly exceptCauses: readonly Cause[];
  readonly limit: number;
}
export interface UncertainIds {
  readonly ids: readonly string[];
  /** Ids beyond the limit that were left out. */
  readonly omitted: number;
}

/** What a collector asks, so that it reads no more than it needs. */
export interface UncertainReader {
  /**
   * Request ids (as API Gateway writes them, and no others: callers may choose theirs) of standing refusals whose verdict is not certain.
   * Where there are more than the limit, each kind of refusal (stage, route, cause, detail) has its turn, so that many of one kind hide
   * no other. An id that several refusals have is left out: nothing can be joined by it.
   */
  readUncertainIds(query: UncertainIdsQuery): Promise<UncertainIds>;
}

/** Everything that is asked of the store by people and programs. Ranges are [from, to). */
export interface EventReader {
  readSeries(query: SeriesQuery): Promise<SeriesAnswer>;
  /** Sets of labels with any requests of the metric in the range, largest first. */
  readCells(query: CellsQuery): Promise<CellsAnswer>;
  readTop(query: TopQuery): Promise<TopAnswer>;
  /**
   * Causes on routes that were not refused in the `newAfterMs` before the range, of stages that had requests `stageKnownMs` before it or
   * earlier. Which logs they were counted from before makes no difference.
   */
  readFirstSeen(query: FirstSeenQuery): Promise<FirstSeenAnswer>;
  readEvents(query: EventQuery): Promise<EventPage>;
  /** By event id, request id or extended request id; newest first, at most 20. */
  findEvents(id: string): Promise<readonly StoredEvent[]>;
  /**
   * Events whose standing version was written after the cursor, in the order of writing, those of one ms by event id: for live
   * tails. A verdict that was written again comes again, with the same event id.
   */
  readNewEvents(query: NewEventsQuery): Promise<readonly StoredEvent[]>;
  readLabelValues(label: LabelName, query: LabelValuesQuery): Promise<LabelValuesAnswer>;
  /** Feeds that have not ended, with watermark, units, requests, rejects. */
  readFeeds(nowMs: number): Promise<readonly FeedState[]>;
  /**
   * What is known of the stages that had requests in the range or the day before its end, or were read as refusals only in the range; the
   * most refusing first.
   */
  readStages(query: CoverageQuery): Promise<StagesAnswer>;
  /** Refusals that are not certain, by stage and cause, the most first, with some samples of each. */
  readDoubts(query: CoverageQuery): Promise<DoubtsAnswer>;
  /** Newest rejects. */
  readRejects(limit: number): Promise<readonly StoredReject[]>;
  /** What was changed at the APIs. */
  readChangeEvents(query: ChangesQuery): Promise<ChangesAnswer>;
}

export interface StoredEvent extends Omit<RefusedRow, 'cancelled'> {
  readonly writtenAtMs: number;
  /** The whole verdict; null when the event is not among the samples of its minute or its evidence has expired. */
  readonly sample: { readonly record: RequestRecord; readonly verdict: Verdict } | null;
}

export interface EventPage {
  readonly events: readonly StoredEvent[];
  /** null on the last page. */
  readonly next: EventCursor | null;
}

/** Watermark and basis of an answer. */
export interface Completeness {
  /** Numbers up to here, null after it; ms. null when no feed has told of the stages asked for. */
  readonly completeUntilMs: number | null;
  readonly basis: Basis;
  /** Which logs the requests were counted from. */
  readonly countedFrom: readonly CountedFrom[];
}
export interface SeriesAnswer extends Completeness {
  /** A time column (start of the step, ms), then one number column for each series. */
  readonly frame: Frame;
  /** Series beyond the limit that were left out. */
  readonly omittedSeries: number;
  /** Values up to the watermark that are null since only refusals were read. */
  readonly untoldValues: number;
}
export interface CellsAnswer {
  readonly sets: readonly CellSet[];
  /** Sets beyond the limit that were left out. */
  readonly omittedSets: number;
}
export interface CellSet {
  readonly labels: Readonly<Partial<Record<LabelName, string>>>;
  /** Requests by number of the bucket (ms of its start ÷ step); what is not in it is 0. */
  readonly buckets: ReadonlyMap<number, number>;
  /** Buckets whose number is not known, though `buckets` may have what was refused in them; of `requests` alone, and only if there are any. */
  readonly unknown?: ReadonlySet<number>;
  /** Watermark of the stages that it counts; null when no feed has told of them. */
  readonly completeUntilMs: number | null;
}
export interface FirstSeenAnswer {
  readonly causes: readonly FirstSeen[];
  /** Causes beyond the limit that were left out. */
  readonly omittedCauses: number;
  /** Watermark of the stages asked for. */
  readonly completeUntilMs: number | null;
}
export interface FirstSeen {
  readonly labels: FirstSeenLabels;
  /** In the range. */
  readonly firstSeenMs: number;
  readonly refused: number;
  /** Newest before the range; null when there is none in the `newAfterMs` before it. */
  readonly lastBeforeMs: number | null;
  /** First requests of the stage, as far as the look goes back: `newAfterMs` before the range. */
  readonly stageKnownSinceMs: number;
  /** Watermark of the stage. */
  readonly completeUntilMs: number | null;
}
export type FirstSeenLabels = Readonly<Record<(typeof firstSeenLabels)[number], string>>;
export interface TopAnswer extends Completeness {
  /** One column for the label or dimension, `refused` (requests) and `share` (of all refused of the answer). */
  readonly frame: Frame;
}
export interface NewEventsQuery {
  readonly afterMs: number;
  /** Events first written at exactly `afterMs` follow too if their id is greater: one insert gives many rows one time. */
  readonly afterEventId?: string;
  readonly filter: EventFilter;
  readonly limit: number;
}
export interface LabelValuesQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly filter: EventFilter;
  readonly limit: number;
}
export interface LabelValuesAnswer {
  readonly values: readonly string[];
  readonly complete: boolean;
}
export interface FeedState {
  readonly feed: string;
  readonly kind: FeedKind;
  readonly completeUntilMs: number;
  readonly units: number;
  readonly requests: number;
  readonly rejected: Readonly<Record<string, number>>;
}
export interface StagesAnswer {
  readonly stages: readonly StageCoverage[];
  /** Feeds that delivered any of the stages, those left out included. */
  readonly feeds: ReadonlySet<string>;
  /** Stages beyond the limit that were left out. */
  readonly omittedStages: number;
}
export interface StageCoverage {
  readonly labels: StageLabels;
  /** Logs that the requests of the range were counted from. */
  readonly countedFrom: readonly CountedFrom[];
  /** null: nobody knows those of some of the range's minutes. */
  readonly requests: number | null;
  readonly refused: number;
  /** Refused, and the cause is `unknown`. */
  readonly unknown: number;
  /** Refused, and the verdict is certain. */
  readonly certain: number;
  /** null when no feed has told of the stage. */
  readonly completeUntilMs: number | null;
}
export interface DoubtsAnswer {
  readonly doubts: readonly Doubt[];
  /** Stages and causes beyond the limit that were left out. */
  readonly omittedDoubts: number;
}
export interface Doubt {
  readonly labels: StageLabels & { readonly cause: string };
  /** Refused requests without certainty. */
  readonly refused: number;
  /** Of some of them, a fair choice; few, and none when their evidence has expired. */
  readonly samples: readonly NonNullable<StoredEvent['sample']>[];
}
export interface StoredReject extends UnreadLine {
  readonly feed: string;
  readonly unit: string;
  readonly seenAtMs: number;
}
