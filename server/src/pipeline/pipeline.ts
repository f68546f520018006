import { createHash } from 'node:crypto';
import type { CountedRequests, createUnitReader, StoredFact, UnitContent } from '@why403/parsers';
import type {
  ConfigHistory,
  DeploymentLog,
  FeedKind,
  StoredUnit,
  UnitStore,
  VerdictStore,
} from '../store/event-store.js';
import { compareGenerations } from '../store/generation.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { createByteBudget } from './byte-budget.js';
import type { CountingUnit, Delivery, DeliverySink, UnitReceipt, UnitSink } from './counting-unit.js';
import { eventIdsOf } from './fact-clusters.js';
import { leaveOutExpired } from './leave-out-expired.js';
import { type ReadUnit, readDelivery } from './read-delivery.js';
import { readUnit } from './read-unit.js';
import { createRecentFacts } from './recent-facts.js';
import { refusalsOnlyMinutes } from './refusals-only.js';
import { createSeenDeployments } from './seen-deployments.js';
import { createSettler } from './settle.js';
import type { Abandoned, Settled, SettlerDeps } from './settle-step.js';
import { createNamedTurns, createTurns } from './turns.js';

export interface PipelineDeps {
  readonly store: UnitStore & VerdictStore & ConfigHistory & DeploymentLog;
  readonly engine: SettlerDeps['engine'] & {
    readonly createUnitReader: typeof createUnitReader;
    readonly countingVersion: number;
  };
  readonly telemetry: Telemetry;
  readonly nowMs: () => number;
  readonly limits: PipelineLimits;
}

export interface PipelineLimits {
  /** Bytes that are read and not yet stored; half of them are for units that are arriving. */
  readonly inFlightBytes: number;
  /** Units that are read, or wait to be stored, at once; those that are arriving do not count. */
  readonly inFlightUnits: number;
  /** Requests older than that are not kept. */
  readonly rowsDays: number;
}

export interface Pipeline extends UnitSink, DeliverySink {
  /**
   * Settles what no settle step under this rule set has finished with: to be called at start and every minute. Returns the number
   * of facts.
   */
  sweep(sinceMs: number): Promise<number>;
}

/** Units whose rows are being written at once; the others are read meanwhile. */
const writtenAtOnce = 16;
const rowsPerInsert = 10_000;
const nothingAbandoned: Abandoned = new Map();
const recentFacts = { maxFacts: 100_000, keepMs: 6 * 3_600_000 };

/**
 * Reads units and stores them in the order that makes a crash between any two statements harmless: facts, verdicts, totals, rejects, and
 * last the marker (docs/decisions/0005-counting-scheme.md).
 */
export function createPipeline(deps: PipelineDeps): Pipeline {
  const { store, engine, telemetry, nowMs, limits } = deps;
  const settler = createSettler(deps);
  // One each, so that what is there never waits for what somebody else is still sending.
  const budgets = {
    there: createByteBudget(limits.inFlightBytes / 2),
    arriving: createByteBudget(limits.inFlightBytes / 2),
  };
  const inTurnOfUnit = createNamedTurns();
  const inFlight = createTurns(limits.inFlightUnits);
  const writing = createTurns(writtenAtOnce);
  const recent = createRecentFacts(recentFacts);
  const deployments = createSeenDeployments();

  const budgetOf = ({ isArriving }: UnitHead) => (isArriving === true ? budgets.arriving : budgets.there);

  const openReader = ({ settings }: Pick<CountingUnit, 'settings'>) =>
    engine.createUnitReader(settings, () => createHash('sha256'));

  async function take(unit: CountingUnit): Promise<UnitReceipt> {
    const share = budgetOf(unit).open();
    const startedMs = nowMs();
    try {
      const reader = openReader(unit);
      const content = await telemetry.span('read unit', { feed: unit.feed }, () => readUnit(unit, reader, share));
      const [receipt] = await keep(unit, [{ id: unit.id, content }], startedMs);
      return receipt as UnitReceipt;
    } catch (error) {
      telemetry.unitFailed({ feed: unit.feed, unit: unit.id, error });
      throw error;
    } finally {
      share.release();
    }
  }

  async function takeDelivery(delivery: Delivery): Promise<readonly UnitReceipt[]> {
    const share = budgetOf(delivery).open();
    const receipts: UnitReceipt[] = [];
    let startedMs = nowMs();
    try {
      for await (const group of readDelivery(delivery, () => openReader(delivery), share)) {
        receipts.push(...(await keep(delivery, group, startedMs)));
        startedMs = nowMs();
      }
      return receipts;
    } catch (error) {
      telemetry.unitFailed({ feed: delivery.feed, unit: delivery.id, error });
      throw error;
    } finally {
      share.release();
    }
  }

  async function keep(head: UnitHead, read: readonly ReadUnit[], startedMs: number): Promise<UnitReceipt[]> {
    const kept = read.map(({ id, content }) => ({ id, content: leaveOutExpired(content, limits.rowsDays, nowMs()) }));
    const receipts = await writing(() => telemetry.span('store unit', { feed: head.feed }, () => write(head, kept)));
    const durationMs = nowMs() - startedMs;
    for (const receipt of receipts) if (receipt.isNew) tellStored(head, receipt, durationMs);
    return receipts;
  }

  /** Units that are written together: each counts when its own marker stands, so a crash leaves some of them whole and the others not. */
  async function write({ feed, refusalsOnly }: UnitHead, read: readonly ReadUnit[]): Promise<UnitReceipt[]> {
    const standing = await store.readUnits(read.map(({ id }) => id));
    const units = read.map(({ id, content }) => {
      const stored = storedUnitOf({ id, feed }, content, engine.countingVersion);
      const before = standing.get(id);
      const order = before === undefined ? 1 : compareGenerations(stored.generation, before.generation);
      // Verdicts even if the unit was stored: whoever sends it again may be repairing what another writer left half done.
      return { stored, content, before, order, facts: recent.without(content.facts, nowMs()) };
    });
    const unseen = units.flatMap(({ order, facts }) => (order === 0 ? [] : facts));
    await inParts(unseen, (part) => store.insertFacts(part, nowMs()));
    const facts = units.flatMap((unit) => unit.facts);
    const seen = deployments.in(facts);
    if (seen.length > 0) {
      await store.insertDeploymentsSeen(seen);
      deployments.keep(seen);
    }
    const settled = await settler.settle(facts, nothingAbandoned);
    if (settled.complete) recent.add(facts, nowMs());

    const fresh = units.filter(({ before, order }) => before === undefined || order > 0);
    // Before the totals: nobody takes these for all requests, wherever this ends.
    if (refusalsOnly !== undefined) {
      const minutes = fresh.flatMap(({ content }) => refusalsOnlyMinutes(refusalsOnly, content.counts));
      await inParts(minutes, (part) => store.insertRefusalsOnly(feed, part));
    }
    // At once: the store makes few statements of them.
    await Promise.all(
      fresh.map(({ stored, content }) =>
        inParts(content.counts, (part) => store.insertTotals(stored.unit, stored.generation, feed, part)),
      ),
    );
    for (const { stored, content } of fresh) {
      if (content.unread.length > 0) await store.insertRejects(stored.unit, feed, nowMs(), content.unread);
    }
    await Promise.all(fresh.map(({ stored, content }) => store.insertMarker(stored, daysOf(content.counts), nowMs())));
    return units.map(({ stored, before, order, facts }) => {
      const isNew = before === undefined || order > 0;
      return { unit: isNew ? stored : (before as StoredUnit), isNew, refused: countRefused(facts, settled) };
    });
  }

  function tellStored({ feed, kind }: UnitHead, { unit, refused }: UnitReceipt, durationMs: number): void {
    const { lines, requests, rejected } = unit;
    telemetry.unitStored({ feed, kind, unit: unit.unit, lines, requests, refused, rejected, durationMs });
  }

  const inItsTurn = <T>({ id, isArriving }: UnitHead, work: () => Promise<T>): Promise<T> =>
    inTurnOfUnit(id, () => (isArriving === true ? work() : inFlight(work)));

  return {
    accept: (unit) => inItsTurn(unit, () => take(unit)),
    acceptDelivery: (delivery) => inItsTurn(delivery, () => takeDelivery(delivery)),
    readUnitsOf: (prefix) => store.readUnitsOf(prefix),
    readRefusalsOnly: (feed, range) => store.readRefusalsOnly(feed, range),
    reportProgress: (feed: string, kind: FeedKind, completeUntilMs: number) =>
      store.reportProgress(feed, kind, completeUntilMs, nowMs()),
    sweep: (sinceMs) => settler.sweep(sinceMs),
  };
}

type UnitHead = Omit<CountingUnit, 'content'>;

function storedUnitOf(unit: Pick<CountingUnit, 'id' | 'feed'>, content: UnitContent, version: number): StoredUnit {
  let requests = 0;
  for (const count of content.counts) requests += count.requests;
  return {
    unit: unit.id,
    // Bytes, not lines: a last line that was read while it was still being written is one line as well when it is whole.
    generation: { rank: content.bytes, version, name: content.name },
    feed: unit.feed,
    firstMs: content.firstMs ?? 0,
    newestMs: content.newestMs ?? 0,
    lines: content.lines,
    requests,
    bytes: content.bytes,
    rejected: content.rejected,
  };
}

function daysOf(counts: readonly CountedRequests[]): string[] {
  const days = new Set<number>();
  for (const { minuteMs } of counts) days.add(Math.floor(minuteMs / 86_400_000));
  return [...days].sort((a, b) => a - b).map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
}

function countRefused(facts: readonly StoredFact[], { refused }: Settled): number {
  const events = new Set<string>();
  for (const fact of facts) {
    for (const id of eventIdsOf(fact)) {
      const event = refused.get(id);
      if (event !== undefined) events.add(event);
    }
  }
  return events.size;
}

async function inParts<Row>(rows: readonly Row[], insert: (part: readonly Row[]) => Promise<void>): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsPerInsert) await insert(rows.slice(at, at + rowsPerInsert));
}
