import { lowest, stageKeyOf, stageLabelNames } from '../query/completeness.js';
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

/** Hours, and the numbers that their names have in them. */
interface Kept {
  /** What was used last comes last. */
  readonly hours: Map<number, KeptHour>;
  readonly keys: Numbering<HistoryKey>;
  readonly stages: Numbering<SpikeLabels>;
}

/** Read in one turn. */
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
  private kept = nothingKept();
  private readings = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: HistoryOptions) {
    this.options = options;
  }

  /**
   * Who comes second finds what the first has read. They take turns, a day each: months that somebody asks for do not hold up the
   * alert rules.
   */
  async read(fromHour: number, toHour: number, nowMs: number): Promise<Past> {
    // Names that are gone leave their numbers behind: once there are too many, all is read anew.
    if (this.kept.keys.items.length > 2 * this.options.maxKeys) this.kept = nothingKept();
    const { kept } = this;
    const hours: PastHour[] = [];
    for (let first = fromHour; first < toHour; first += hoursAtOnce) {
      const turn = this.last.then(() => this.readDay(kept, first, Math.min(first + hoursAtOnce, toHour), nowMs));
      this.last = turn.catch(() => undefined);
      hours.push(...(await turn));
    }
    return { hours, keys: kept.keys, stages: kept.stages };
  }

  private async readDay(kept: Kept, fromHour: number, toHour: number, nowMs: number): Promise<readonly PastHour[]> {
    const found = new Map<number, PastHour>();
    const use = (hour: number, used: KeptHour): void => {
      kept.hours.delete(hour);
      kept.hours.set(hour, used);
      found.set(hour, used.past);
    };
    const missing: number[] = [];
    for (let hour = fromHour; hour < toHour; hour++) {
      const known = kept.hours.get(hour);
      if (known === undefined || known.freshUntilMs <= nowMs) missing.push(hour);
      else use(hour, known);
    }
    for (const [first, end] of runsOf(missing)) {
      for (const [hour, read] of await this.readHours(kept, first, end, nowMs)) use(hour, read);
    }
    this.dropOldest(kept);
    return Array.from({ length: toHour - fromHour }, (_, i) => found.get(fromHour + i) as PastHour);
  }

  private dropOldest({ hours }: Kept): void {
    let numbers = 0;
    for (const { past } of hours.values()) numbers += past.size;
    for (const [hour, { past }] of hours) {
      if (numbers <= this.options.maxNumbers) return;
      hours.delete(hour);
      numbers -= past.size;
    }
  }

  private async readHours(
    kept: Kept,
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
    const stages = requests.sets.map((set) => ({ set, number: stageOf(kept, set) }));
    const keys = refused.sets.map((set) => ({ set, number: keyOf(kept, set) }));
    const hours = Array.from(
      { length: end - first },
      () => new PastHour(++this.readings, kept.keys.items.length, kept.stages.items.length),
    );
    for (const { set, number } of stages) {
      for (const [hour, count] of set.buckets) setAt(hours[hour - first]?.requests, number, count);
    }
    for (const past of hours) past.accepted.set(past.requests);
    for (const { set, number } of stages) {
      for (const hour of set.unknown ?? []) {
        const past = hours[hour - first];
        // It was looked at, and what was refused is known; whether anything else was asked for is not.
        setAt(past?.requests, number, Math.max(1, past?.requestsOf(number) ?? 0));
        setAt(past?.accepted, number, Number.NaN);
      }
    }
    const counts = new Float64Array(leadCells + (end - first) * cellsPerHour);
    const firstCell = (first * hourMs - leadMs) / windowMs;
    for (const { set, number } of keys) {
      counts.fill(0);
      for (const [cell, count] of set.buckets) setAt(counts, cell - firstCell, count);
      const { stage } = kept.keys.items[number] as HistoryKey;
      for (const [i, past] of hours.entries()) {
        const { level, lasting, burst } = digestHour(counts, leadCells + i * cellsPerHour);
        past.levels[number] = level;
        past.lasting[number] = lasting;
        past.bursts[number] = burst;
        past.accepted[stage] = Math.max(0, past.acceptedOf(stage) - level * cellsPerHour);
      }
    }
    const complete = lowest([...requests.sets, ...refused.sets].map(({ completeUntilMs }) => completeUntilMs));
    return hours.map((past, i) => [first + i, { past, freshUntilMs: freshUntil(first + i, complete, nowMs) }] as const);
  }
}

const nothingKept = (): Kept => ({ hours: new Map(), keys: new Numbering(), stages: new Numbering() });

const stageOf = ({ stages }: Kept, { labels }: Pick<CellSet, 'labels'>): number =>
  stages.of(stageKeyOf(labels), () => spikeLabelsOf(labels));

function keyOf(kept: Kept, { labels }: Pick<CellSet, 'labels'>): number {
  const name = keyNameOf(labels);
  return kept.keys.of(name, () => ({ name, labels: spikeLabelsOf(labels), stage: stageOf(kept, { labels }) }));
}

function setAt(numbers: Float32Array | Float64Array | undefined, at: number, value: number): void {
  if (numbers !== undefined && at >= 0 && at < numbers.length) numbers[at] = value;
}

/** [4, 5, 6, 9] → [4, 7), [9, 10) */
function runsOf(hours: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const hour of hours) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === hour) run[1] = hour + 1;
    else runs.push([hour, hour + 1]);
  }
  return runs;
}

function freshUntil(hour: number, completeUntilMs: number | null, nowMs: number): number {
  const endMs = (hour + 1) * hourMs;
  if (completeUntilMs === null || endMs > completeUntilMs) return nowMs + minuteMs;
  return nowMs + Math.max(minuteMs, (nowMs - endMs) / 2);
}
