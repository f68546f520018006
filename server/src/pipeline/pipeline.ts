import { createHash } from 'node:crypto';
import type { CountedRequests, createUnitReader, StoredFact, UnitContent } from '@why403/parsers';
import type { FeedKind, StoredUnit, UnitStore, VerdictStore } from '../store/event-store.js';
import { compareGenerations } from '../store/generation.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { createByteBudget } from './byte-budget.js';
import type { CountingUnit, UnitReceipt, UnitSink } from './counting-unit.js';
import { eventIdsOf } from './fact-clusters.js';
import { leaveOutExpired } from './leave-out-expired.js';
import { readUnit } from './read-unit.js';
import { createRecentFacts } from './recent-facts.js';
import { createSettler } from './settle.js';
import type { Abandoned, Settled, SettlerDeps } from './settle-step.js';
import { createNamedTurns, createTurns } from './turns.js';

export interface PipelineDeps {
  readonly store: UnitStore & VerdictStore;
  readonly engine: SettlerDeps['engine'] & {
    readonly createUnitReader: typeof createUnitReader;
    readonly countingVersion: number;
  };
  readonly telemetry: Telemetry;
  readonly nowMs: () => number;
  readonly limits: PipelineLimits;
}

export interface PipelineLimits {
  /** Bytes that are read and not yet stored. */
  readonly inFlightBytes: number;
  /** Units that are read, or wait to be stored, at once. */
  readonly inFlightUnits: number;
  /** Requests older than that are not kept. */
  readonly rowsDays: number;
}

export interface Pipeline extends UnitSink {
  /**
   * Settles what no settle step under this rule set has finished with: to be called at start and every minute. Returns the number
   * of facts.
   */
  sweep(sinceMs: number): Promise<number>;
}

/** Units whose rows are being written at once; the others are read meanwhile. */
const writtenAtOnce = 4;
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
  const budget = createByteBudget(limits.inFlightBytes);
  const inTurnOfUnit = createNamedTurns();
  const inFlight = createTurns(limits.inFlightUnits);
  const writing = createTurns(writtenAtOnce);
  const recent = createRecentFacts(recentFacts);

  async function take(unit: CountingUnit): Promise<UnitReceipt> {
    const share = budget.open();
    const startedMs = nowMs();
    try {
      const reader = engine.createUnitReader(unit.settings, () => createHash('sha256'));
      const seen = await telemetry.span('read unit', { feed: unit.feed }, () => readUnit(unit, reader, share));
      const content = leaveOutExpired(seen, limits.rowsDays, nowMs());
      const receipt = await writing(() =>
        telemetry.span('store unit', { feed: unit.feed }, () => write(unit, content)),
      );
      if (receipt.isNew) tellStored(unit, receipt, nowMs() - startedMs);
      return receipt;
    } catch (error) {
      telemetry.unitFailed({ feed: unit.feed, unit: unit.id, error });
      throw error;
    } finally {
      share.release();
    }
  }

  async function write(unit: CountingUnit, content: UnitContent): Promise<UnitReceipt> {
    const stored = storedUnitOf(unit, content, engine.countingVersion);
    const before = (await store.readUnits([unit.id])).get(unit.id);
    const order = before === undefined ? 1 : compareGenerations(stored.generation, before.generation);
    const isNew = order > 0;
    // Verdicts even if the unit was stored: whoever sends it again may be repairing what another writer left half done.
    const facts = recent.without(content.facts, nowMs());
    if (order !== 0) await inParts(facts, (part) => store.insertFacts(part, nowMs()));
    const settled = await settler.settle(facts, nothingAbandoned);
    if (settled.complete) recent.add(facts, nowMs());
    const refused = countRefused(facts, settled);
    if (before !== undefined && !isNew) return { unit: before, isNew, refused };

    await inParts(content.counts, (part) => store.insertTotals(unit.id, stored.generation, unit.feed, part));
    if (content.unread.length > 0) await store.insertRejects(unit.id, unit.feed, nowMs(), content.unread);
    await store.insertMarker(stored, daysOf(content.counts), nowMs());
    return { unit: stored, isNew, refused };
  }

  function tellStored({ feed, kind, id }: CountingUnit, { unit, refused }: UnitReceipt, durationMs: number): void {
    const { lines, requests, rejected } = unit;
    telemetry.unitStored({ feed, kind, unit: id, lines, requests, refused, rejected, durationMs });
  }

  return {
    accept: (unit) => inTurnOfUnit(unit.id, () => inFlight(() => take(unit))),
    readUnitsOf: (prefix) => store.readUnitsOf(prefix),
    reportProgress: (feed: string, kind: FeedKind, completeUntilMs: number) =>
      store.reportProgress(feed, kind, completeUntilMs, nowMs()),
    sweep: (sinceMs) => settler.sweep(sinceMs),
  };
}

function storedUnitOf(unit: CountingUnit, content: UnitContent, version: number): StoredUnit {
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
