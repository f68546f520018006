import { stageKeyOf, stageLabelNames } from '../query/completeness.js';
import type { CellSet, EventReader } from '../store/event-store.js';
import { cellsPerHour, digestHour, leadCells } from './hour-digest.js';
import { Numbering, PastHour } from './past-hours.js';
import { hourMs, minuteMs, windowMs } from './rules.js';
import type { SpikeLabels } from './spike.js';
import { keyLabelNames, keyNameOf, spikeLabelsOf } from './stage-cause.js';

export interface HistoryKey {
  readonly name: string;
  readonly labels: SpikeLabels;
  readonly stage: number;
}

/** Consecutive hours that are over, and what the numbers in them stand for. */
export interface Past {
  readonly hours: readonly PastHour[];
  readonly keys: Numbering<HistoryKey>;
  readonly stages: Numbering<SpikeLabels>;
}

export interface History {
  /** Hours since the epoch, [from, to). */
  read(fromHour: number, toHour: number, nowMs: number): Promise<Past>;
}

export interface HistoryOptions {
  readonly store: Pick<EventReader, 'readCells'>;
  /** At most so many stages and causes, the largest. */
  readonly maxKeys: number;
  /** Four bytes each; the hours that were not asked for longest go first. */
  readonly maxNumbers: number;
}

interface KeptHour {
  readonly past: PastHour;
  readonly freshUntilMs: number;
}

const hoursAtOnce = 24;

/**
 * Digests of past hours, kept so that an evaluation reads the newest minutes only. Always of all stages, whatever is asked. Late
 * evidence may change an hour for a day or more: it is read again once it is half as old again as it was, and soon as long as some
 * stage is not complete up to its end.
 */
export function createHistory(options: HistoryOptions): History {
  return new KeptHistory(options);
}

class KeptHistory implements History {
  private readonly options: HistoryOptions;
  private hours = new Map<number, KeptHour>();
  private keys = new Numbering<HistoryKey>();
  private stages = new Numbering<SpikeLabels>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: HistoryOptions) {
    this.options = options;
  }

  /** One after another: who comes second finds what the first has read. */
  read(fromHour: number, toHour: number, nowMs: number): Promise<Past> {
    const reading = this.last.then(() => this.readNow(fromHour, toHour, nowMs));
    this.last = reading.catch(() => undefined);
    return reading;
  }

  private async readNow(fromHour: number, toHour: number, nowMs: number): Promise<Past> {
    // Names that are gone leave their numbers behind: once there are too many, all is read anew.
    if (this.keys.items.length > 2 * this.options.maxKeys) {
      this.hours = new Map();
      this.keys = new Numbering();
      this.stages = new Numbering();
    }
    const found = new Map<number, PastHour>();
    const missing: number[] = [];
    for (let hour = fromHour; hour < toHour; hour++) {
      const kept = this.hours.get(hour);
      if (kept === undefined || kept.freshUntilMs <= nowMs) missing.push(hour);
      else this.keep(hour, kept, found);
    }
    for (const [first, end] of runsOf(missing)) {
      for (const [hour, kept] of await this.readHours(first, end, nowMs)) this.keep(hour, kept, found);
    }
    this.dropOldest();
    const hours = Array.from({ length: toHour - fromHour }, (_, i) => found.get(fromHour + i) as PastHour);
    return { hours, keys: this.keys, stages: this.stages };
  }

  /** As the one that was used last. */
  private keep(hour: number, kept: KeptHour, found: Map<number, PastHour>): void {
    this.hours.delete(hour);
    this.hours.set(hour, kept);
    found.set(hour, kept.past);
  }

  private dropOldest(): void {
    let numbers = 0;
    for (const { past } of this.hours.values()) numbers += past.size;
    for (const [hour, { past }] of this.hours) {
      if (numbers <= this.options.maxNumbers) return;
      this.hours.delete(hour);
      numbers -= past.size;
    }
  }

  private async readHours(
    first: number,
    end: number,
    nowMs: number,
  ): Promise<readonly (readonly [number, KeptHour])[]> {
    const { store, maxKeys: limit } = this.options;
    const range = { toMs: end * hourMs, filter: {}, limit, nowMs };
    const leadMs = leadCells * windowMs;
    const [refused, requests] = await Promise.all([
      store.readCells({
        ...range,
        metric: 'count',
        fromMs: first * hourMs - leadMs,
        stepMs: windowMs,
        by: keyLabelNames,
      }),
      store.readCells({ ...range, metric: 'requests', fromMs: first * hourMs, stepMs: hourMs, by: stageLabelNames }),
    ]);
    const stages = requests.sets.map((set) => ({ set, number: this.stageOf(set) }));
    const keys = refused.sets.map((set) => ({ set, number: this.keyOf(set) }));
    const hours = Array.from(
      { length: end - first },
      () => new PastHour(this.keys.items.length, this.stages.items.length),
    );
    for (const { set, number } of stages) {
      for (const [hour, count] of set.buckets) setAt(hours[hour - first]?.requests, number, count);
    }
    for (const past of hours) past.accepted.set(past.requests);
    const counts = new Float64Array(leadCells + (end - first) * cellsPerHour);
    const firstCell = (first * hourMs - leadMs) / windowMs;
    for (const { set, number } of keys) {
      counts.fill(0);
      for (const [cell, count] of set.buckets) setAt(counts, cell - firstCell, count);
      const { stage } = this.keys.items[number] as HistoryKey;
      for (const [i, past] of hours.entries()) {
        const { level, lasting, burst } = digestHour(counts, leadCells + i * cellsPerHour);
        past.levels[number] = level;
        past.lasting[number] = lasting;
        past.bursts[number] = burst;
        past.accepted[stage] = Math.max(0, past.acceptedOf(stage) - level * cellsPerHour);
      }
    }
    const complete = completeUntil([...requests.sets, ...refused.sets]);
    return hours.map((past, i) => [first + i, { past, freshUntilMs: freshUntil(first + i, complete, nowMs) }] as const);
  }

  private stageOf({ labels }: Pick<CellSet, 'labels'>): number {
    return this.stages.of(stageKeyOf(labels), () => spikeLabelsOf(labels));
  }

  private keyOf({ labels }: CellSet): number {
    const name = keyNameOf(labels);
    return this.keys.of(name, () => ({ name, labels: spikeLabelsOf(labels), stage: this.stageOf({ labels }) }));
  }
}

function setAt(numbers: Float32Array | Float64Array | undefined, at: number, value: number): void {
  if (numbers !== undefined && at >= 0 && at < numbers.length) numbers[at] = value;
}

/** [4, 5, 6, 9] → [4, 7), [9, 10); none longer than a day. */
function runsOf(hours: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const hour of hours) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === hour && hour - run[0] < hoursAtOnce) run[1] = hour + 1;
    else runs.push([hour, hour + 1]);
  }
  return runs;
}

/** All stages that were seen in the hours are complete up to here; null: of one it is not known, or none was seen. */
function completeUntil(sets: readonly CellSet[]): number | null {
  let until: number | null = null;
  for (const { completeUntilMs } of sets) {
    if (completeUntilMs === null) return null;
    until = Math.min(until ?? completeUntilMs, completeUntilMs);
  }
  return until;
}

function freshUntil(hour: number, completeUntilMs: number | null, nowMs: number): number {
  const endMs = (hour + 1) * hourMs;
  if (completeUntilMs === null || endMs > completeUntilMs) return nowMs + minuteMs;
  return nowMs + Math.max(minuteMs, (nowMs - endMs) / 2);
}
