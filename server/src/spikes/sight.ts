import { stageKeyOf } from '../query/completeness.js';
import type { TimeRange } from '../query/query.js';
import type { HourBaseline } from './baseline.js';
import type { Baselines } from './baselines.js';
import type { Past } from './history.js';
import { type JudgedCells, judgeCells } from './judge-cells.js';
import type { ReadCells } from './read-cells.js';
import { hourMs } from './rules.js';
import type { SpikeLabels } from './spike.js';

/** A stage and cause that was refused. */
export interface SeenKey {
  readonly name: string;
  readonly labels: SpikeLabels;
  readonly stage: string;
}

/** Everything that was read for one evaluation: cells of the range, and the hours before them. */
export class Sight {
  private readonly cells: ReadCells;
  private readonly past: Past;
  /** The hour since the epoch that `past` begins with. */
  private readonly firstHour: number;
  private readonly leastShare: number | null;
  private readonly baselineOf: ReturnType<Baselines['from']>;

  constructor(cells: ReadCells, past: Past, firstHour: number, leastShare: number | null, baselines: Baselines) {
    this.cells = cells;
    this.past = past;
    this.firstHour = firstHour;
    this.leastShare = leastShare;
    this.baselineOf = baselines.from(past, firstHour);
  }

  /** All that were refused in the range, in cells or in the hours before. */
  keysIn({ fromMs, toMs }: TimeRange): readonly SeenKey[] {
    const found = new Map<string, SeenKey>();
    const { cells, past } = this;
    const first = Math.max(0, Math.floor((fromMs - cells.fromMs) / cells.cellMs));
    const end = (toMs - cells.fromMs) / cells.cellMs;
    for (const [name, { labels, stage, own }] of cells.keys) {
      if (own.subarray(first, end).some((count) => count > 0)) found.set(name, { name, labels, stage });
    }
    const hours = past.hours.slice(
      Math.floor(fromMs / hourMs) - this.firstHour,
      Math.ceil(toMs / hourMs) - this.firstHour,
    );
    for (const [number, { name, labels }] of past.keys.items.entries()) {
      if (found.has(name) || !hours.some((hour) => hour.levelOf(number) > 0)) continue;
      found.set(name, { name, labels, stage: stageKeyOf(labels) });
    }
    return [...found.values()];
  }

  /** `zeros`: what is expected is told where nothing was refused, too. */
  judge(
    { name, stage }: SeenKey,
    completeUntilMs: number | null,
    asked: TimeRange & { readonly zeros: boolean },
  ): JudgedCells {
    const { fromMs, toMs, cellMs, keys, stages } = this.cells;
    const length = (toMs - fromMs) / cellMs;
    const nothing = new Float64Array(length);
    const untilMs = Math.min(toMs, Math.max(fromMs, completeUntilMs ?? fromMs));
    return judgeCells(
      {
        startMs: fromMs,
        cellMs,
        own: keys.get(name)?.own ?? nothing,
        stageRequests: stages.get(stage)?.requests ?? nothing,
        stageRefused: stages.get(stage)?.refused ?? nothing,
        known: Math.floor((untilMs - fromMs) / cellMs),
      },
      { first: (asked.fromMs - fromMs) / cellMs, end: (asked.toMs - fromMs) / cellMs, zeros: asked.zeros },
      this.baselinesOf(name, stage),
      this.leastShare,
    );
  }

  private baselinesOf(name: string, stage: string): (hour: number) => HourBaseline {
    const key = this.past.keys.find(name) ?? -1;
    const stageNumber = this.past.stages.find(stage) ?? -1;
    return (hour) => this.baselineOf(hour, key, stageNumber);
  }
}
