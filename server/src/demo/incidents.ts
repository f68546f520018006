import type { Cause } from '@why403/parsers';
import { type Effect, type IncidentKind, incidentKinds } from './incident-kinds.js';
import { Random } from './random.js';

/** Something that went wrong at the demo's company: what any detection of spikes should find. */
export interface Incident {
  readonly id: string;
  readonly title: string;
  readonly apiId: string;
  readonly apiName: string;
  readonly stage: string;
  readonly cause: Cause;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The incident with what it does to requests. */
export interface IncidentRun extends Incident {
  readonly effect: Effect;
}

/**
 * Which incidents there are: none (every day is quiet), one after another, or from a moment on all kinds at once, without end.
 * The traffic around them is the same.
 */
export type IncidentPlan = 'none' | 'scheduled' | { readonly allFromMs: number };

/** One begins and ends in each slot. Seven kinds in turn: 14 hours, so each kind comes in any 24 hours, at another time each day. */
const slotMs = 2 * 3_600_000;
const gridMs = 10_000;
const shortestMs = 15 * 60_000;
const longestMs = 35 * 60_000;
const marginMs = 5 * 60_000;

/** All incidents that overlap [fromMs, toMs), oldest first. */
export function incidentsOf(
  seed: number,
  fromMs: number,
  toMs: number,
  plan: IncidentPlan = 'scheduled',
): readonly Incident[] {
  return incidentRunsOf(seed, plan, fromMs, toMs).map(({ effect: _, ...incident }) => incident);
}

/** With what they do to requests. */
export function incidentRunsOf(seed: number, plan: IncidentPlan, fromMs: number, toMs: number): readonly IncidentRun[] {
  const runs: IncidentRun[] = [];
  if (plan === 'scheduled') {
    for (let slot = slotOf(fromMs); slot * slotMs < toMs; slot++) runs.push(incidentOfSlot(seed, slot));
  } else if (plan !== 'none') {
    const at = { fromMs: plan.allFromMs, toMs: Number.POSITIVE_INFINITY };
    runs.push(...incidentKinds.map((kind) => runOf(kind, kind.name, at)));
  }
  return runs.filter((run) => run.fromMs < toMs && run.toMs > fromMs);
}

const slotOf = (timeMs: number): number => Math.floor(timeMs / slotMs);

function incidentOfSlot(seed: number, slot: number): IncidentRun {
  const kind = incidentKinds[(slot + Math.abs(seed)) % incidentKinds.length] as (typeof incidentKinds)[number];
  const random = new Random(seed, 0x17c1d, slot);
  const onGrid = (ms: number): number => Math.floor(ms / gridMs) * gridMs;
  const durationMs = onGrid(random.between(shortestMs, longestMs));
  const fromMs = slot * slotMs + onGrid(random.between(marginMs, slotMs - marginMs - durationMs));
  return runOf(kind, `${kind.name}-${slot}`, { fromMs, toMs: fromMs + durationMs });
}

function runOf(kind: IncidentKind, id: string, { fromMs, toMs }: Pick<Incident, 'fromMs' | 'toMs'>): IncidentRun {
  const { title, stage, cause, effect } = kind;
  const { apiId, apiName } = stage;
  return { id, title, apiId, apiName, stage: stage.name, cause, fromMs, toMs, effect };
}
