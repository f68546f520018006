import type { Cause } from '@why403/parsers';
import { type Effect, incidentKinds } from './incident-kinds.js';
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

/** One begins and ends in each slot. Seven kinds in turn: 14 hours, so each kind comes in any 24 hours, at another time each day. */
const slotMs = 2 * 3_600_000;
const gridMs = 10_000;
const shortestMs = 15 * 60_000;
const longestMs = 35 * 60_000;
const marginMs = 5 * 60_000;

/** All incidents that overlap [fromMs, toMs), oldest first. */
export function incidentsOf(seed: number, fromMs: number, toMs: number): readonly Incident[] {
  const found: Incident[] = [];
  for (let slot = Math.floor(fromMs / slotMs); slot * slotMs < toMs; slot++) {
    const { effect: _, ...incident } = incidentOfSlot(seed, slot);
    if (incident.fromMs < toMs && incident.toMs > fromMs) found.push(incident);
  }
  return found;
}

export const slotOf = (timeMs: number): number => Math.floor(timeMs / slotMs);

export function incidentOfSlot(seed: number, slot: number): IncidentRun {
  const kind = incidentKinds[(slot + Math.abs(seed)) % incidentKinds.length] as (typeof incidentKinds)[number];
  const random = new Random(seed, 0x17c1d, slot);
  const onGrid = (ms: number): number => Math.floor(ms / gridMs) * gridMs;
  const durationMs = onGrid(random.between(shortestMs, longestMs));
  const fromMs = slot * slotMs + onGrid(random.between(marginMs, slotMs - marginMs - durationMs));
  const { stage } = kind;
  return {
    id: `${kind.name}-${slot}`,
    title: kind.title,
    apiId: stage.apiId,
    apiName: stage.apiName,
    stage: stage.name,
    cause: kind.cause,
    fromMs,
    toMs: fromMs + durationMs,
    effect: kind.effectOf(random),
  };
}
