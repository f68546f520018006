import { randomUUID } from 'node:crypto';
import type { StoredFact } from '@why403/parsers';
import type { ConfigHistory, RefusedRow, SampleRow, SettleStep, VerdictStore } from '../store/event-store.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { type Evidence, hasGrown, loadEvidence } from './evidence.js';
import { type Judge, type JudgedRegion, judgeRegion } from './judge-region.js';
import { cancelledRow, refusedRowOf, rowKey, sameRow } from './refused-row.js';
import { createSampler } from './samples.js';

export interface SettlerDeps {
  readonly store: VerdictStore & ConfigHistory;
  readonly engine: {
    readonly judge: Judge;
    readonly ruleSetVersion: number;
  };
  readonly telemetry: Telemetry;
  readonly nowMs: () => number;
}

export interface Settled {
  /** False when not all could be finished: what is right now is written, the sweep will look again. */
  readonly complete: boolean;
  /** Refused requests that the facts belong to, by each event id that they have or had. */
  readonly refused: ReadonlyMap<string, string>;
}

/** By fact: steps on it whose writer died, and which this one clears up after. */
export type Abandoned = ReadonlyMap<string, readonly string[]>;

/** Makes the refused rows what the stored facts say, as far as these facts matter for them. They must be stored already. */
export type Settle = (facts: readonly StoredFact[], abandoned: Abandoned) => Promise<Settled>;

/** A sweep takes a writer for dead that announced itself so long ago. */
export const abandonedAfterMs = 10 * 60_000;
/** Long before that a step writes nothing any more. */
const giveUpAfterMs = 3 * 60_000;

const factsPerStep = 1_000;
/** More at once would take too much memory; then fewer facts are settled at a time. */
const maxRegionFacts = 50_000;
const rowsPerInsert = 5_000;
const rounds = 5;
/** A row stands under the time of one of its request's facts; they lie minutes apart at most. */
const rowsAroundMs = 24 * 3_600_000;

/**
 * Any number of steps may work on the same facts at once, and any may die between two statements (docs/decisions/0005, "Verdicts").
 * Each announces itself, writes what the union of the facts and of the snapshots of the configuration says, then looks whether it has grown and if so does it again:
 * the last to write has seen what all others saw. An announcement that nobody took back tells the sweep where to look.
 */
export function createSettleStep(deps: SettlerDeps): Settle {
  const { store, engine, telemetry, nowMs } = deps;
  const pickSamples = createSampler();

  return async (facts, abandoned) => {
    let complete = true;
    const refused = new Map<string, string>();
    for (let at = 0; at < facts.length; at += factsPerStep) {
      const part = facts.slice(at, at + factsPerStep);
      const done = await telemetry.span('settle', { facts: part.length }, () => settlePart(part, abandoned));
      complete &&= done.complete;
      for (const [id, eventId] of done.refused) refused.set(id, eventId);
    }
    return { complete, refused };
  };

  async function settlePart(own: readonly StoredFact[], abandoned: Abandoned): Promise<Settled> {
    const step = begin(own);
    await store.announceSettling(step.marks, nowMs());
    let evidence = await loadEvidence(store, own, maxRegionFacts);
    for (let round = 0; round < rounds && evidence !== null; round++) {
      const judged = await judgeRegion(engine.judge, own, evidence);
      const left = await writeVerdicts(step, judged, evidence);
      const later: Evidence | null = await loadEvidence(store, own, maxRegionFacts, evidence);
      if (later !== null && !hasGrown(evidence, later)) return finish(step, judged, left, abandoned);
      if (later !== null && round === rounds - 1) return { complete: false, refused: judged.refused };
      evidence = later;
    }
    // Too much for one step. What was announced stays, for this attempt may have written something.
    const middle = Math.ceil(own.length / 2);
    const first = await settlePart(own.slice(0, middle), abandoned);
    const second = await settlePart(own.slice(middle), abandoned);
    return { complete: first.complete && second.complete, refused: new Map([...first.refused, ...second.refused]) };
  }

  function begin(own: readonly StoredFact[]): Step {
    const attempt = randomUUID();
    return {
      attempt,
      marks: own.map(({ factId }) => ({ attempt, factId, ruleSet: engine.ruleSetVersion })),
      giveUpMs: nowMs() + giveUpAfterMs,
      written: new Set(),
    };
  }

  /** Returns the events that a newer rule set has judged: their rows are its business. */
  async function writeVerdicts(step: Step, judged: JudgedRegion, evidence: Evidence): Promise<ReadonlySet<string>> {
    const standing = await readStanding(judged, evidence);
    const left = new Set<string>();
    const right: RefusedRow[] = [];
    const cancelled: RefusedRow[] = [];
    const candidates: { sample: SampleRow; row: RefusedRow; known: boolean }[] = [];
    for (const [eventId, facts] of judged.weights) {
      const rows = standing.get(eventId) ?? [];
      if (rows.some((row) => row.ruleSet > engine.ruleSetVersion)) {
        left.add(eventId);
        continue;
      }
      // Judged from evidence that has expired since.
      if (rows.some((row) => row.facts > facts)) continue;
      const version = { facts, ruleSet: engine.ruleSetVersion };
      const request = judged.requests.get(eventId);
      const row = request === undefined ? null : refusedRowOf(request.record, request.verdict, version);
      const key = row === null ? null : rowKey(row);
      if (row !== null && request !== undefined && !rows.some((each) => sameRow(each, row))) {
        right.push(row);
        const { record, verdict } = request;
        const known = [eventId, ...request.formerEventIds].some((id) => standing.has(id));
        candidates.push({ sample: { eventId, tsMs: row.tsMs, ...version, record, verdict }, row, known });
      }
      for (const each of rows) {
        if (!each.cancelled && rowKey(each) !== key) cancelled.push(cancelledRow(each, version));
      }
    }
    const rows = [...right, ...cancelled];
    for (const row of rows) step.written.add(row.eventId);
    // Samples first: a row that stands is not looked at again. Cancelled rows last: a request is never missing meanwhile.
    await inParts(step, pickSamples(candidates), (part) => store.insertSamples(part, nowMs()));
    await inParts(step, rows, (part) => store.insertRefused(part, nowMs()));
    return left;
  }

  async function readStanding(judged: JudgedRegion, { region }: Evidence): Promise<Map<string, RefusedRow[]>> {
    let fromMs = Number.POSITIVE_INFINITY;
    let toMs = 0;
    for (const { timeMs } of region.facts.values()) {
      fromMs = Math.min(fromMs, timeMs);
      toMs = Math.max(toMs, timeMs);
    }
    const standing = new Map<string, RefusedRow[]>();
    if (judged.weights.size === 0) return standing;
    const within = { fromMs: Math.max(0, fromMs - rowsAroundMs), toMs: toMs + rowsAroundMs };
    for (const row of await store.readRefused([...judged.weights.keys()], within)) {
      const rows = standing.get(row.eventId);
      if (rows === undefined) standing.set(row.eventId, [row]);
      else rows.push(row);
    }
    return standing;
  }

  async function finish(
    step: Step,
    judged: JudgedRegion,
    left: ReadonlySet<string>,
    abandoned: Abandoned,
  ): Promise<Settled> {
    const done: SettleStep[] = [];
    let complete = true;
    for (const mark of step.marks) {
      const events = judged.eventsAround.get(mark.factId) ?? [];
      // What this step wrote before it saw a newer verdict is for the newer node to cancel: it finds the announcement.
      if (events.some((id) => left.has(id) && step.written.has(id))) complete = false;
      else done.push(mark);
      const { factId } = mark;
      const attempts = abandoned.get(factId) ?? [];
      if (attempts.length > 0 && events.some((id) => left.has(id))) complete = false;
      else for (const attempt of attempts) done.push({ attempt, factId, ruleSet: 0 });
    }
    await store.markSettled(done, nowMs());
    return { complete, refused: judged.refused };
  }

  async function inParts<Row>(
    step: Step,
    rows: readonly Row[],
    insert: (part: readonly Row[]) => Promise<void>,
  ): Promise<void> {
    for (let at = 0; at < rows.length; at += rowsPerInsert) {
      if (nowMs() > step.giveUpMs) throw new Error('a settle step took longer than it may; it is repeated');
      await insert(rows.slice(at, at + rowsPerInsert));
    }
  }
}

interface Step {
  readonly attempt: string;
  readonly marks: readonly SettleStep[];
  readonly giveUpMs: number;
  /** Events that it has written rows of. */
  readonly written: Set<string>;
}
