import type { TimeRange } from '../query/query.js';
import { baselineOf, type HourBaseline } from './baseline.js';
import type { Past } from './history.js';
import { type JudgedCells, judgeCells } from './judge-cells.js';
import type { ReadCells } from './read-cells.js';
import { hourMs } from './rules.js';
import type { SpikeLabels } from './spike.js';
import { stageNameOf } from './stage-cause.js';

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

  constructor(cells: ReadCells, past: Past, firstHour: number) {
    this.cells = cells;
    this.past = past;
    this.firstHour = firstHour;
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
      found.set(name, { name, labels, stage: stageNameOf(labels) });
    }
    return [...found.values()];
  }

  judge({ name, stage }: SeenKey, completeUntilMs: number | null, leastShare: number | null): JudgedCells {
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
      this.baselinesOf(name, stage),
      leastShare,
    );
  }

  private baselinesOf(name: string, stage: string): (hour: number) => HourBaseline {
    const key = this.past.keys.find(name) ?? -1;
    const stageNumber = this.past.stages.find(stage) ?? -1;
    const known = new Map<number, HourBaseline>();
    return (hour) => {
      const found = known.get(hour) ?? baselineOf(this.past.hours, hour - this.firstHour, key, stageNumber);
      known.set(hour, found);
      return found;
    };
  }
}
