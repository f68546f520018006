import { baselineOf, type HourBaseline, type StageHistory, stageHistoryOf } from './baseline.js';
import type { Past } from './history.js';
import { historyHours } from './rules.js';

interface KnownHour {
  /** The newest reading among the hours that it is compared with: another one and all is worked out anew. */
  readonly reading: number;
  readonly ofKeys: Map<number, HourBaseline>;
}

/**
 * What history lets expect of hours and keys, kept while the hours before them are those that it came from: a dashboard of a week
 * asks for the same week every minute.
 */
export class Baselines {
  private readonly maxKept: number;
  private readonly hours = new Map<number, KnownHour>();
  private keys: Past['keys'] | null = null;
  private kept = 0;

  constructor(maxKept: number) {
    this.maxKept = maxKept;
  }

  /** `firstHour`: the hour since the epoch that `past` begins with. */
  from(past: Past, firstHour: number): (hour: number, key: number, stage: number) => HourBaseline {
    // Numbers of keys were given anew.
    if (this.keys !== past.keys) this.clear();
    this.keys = past.keys;
    const known = new Map<number, Map<number, HourBaseline>>();
    const histories = new Map<number, Map<number, StageHistory>>();
    const historyOf = (hour: number, stage: number): StageHistory => {
      const ofStage = ofNumber(histories, stage, () => new Map<number, StageHistory>());
      return ofNumber(ofStage, hour, () => stageHistoryOf(past.hours, hour - firstHour, stage));
    };
    return (hour, key, stage) => {
      const ofKeys = ofNumber(known, hour, () => this.knownHour(hour, readingOf(past, hour - firstHour)).ofKeys);
      // Keys without a number have no past: those of one stage are alike.
      return ofNumber(ofKeys, key >= 0 ? key : -2 - stage, () => {
        this.kept++;
        return baselineOf(historyOf(hour, stage), key);
      });
    };
  }

  private knownHour(hour: number, reading: number): KnownHour {
    const found = this.hours.get(hour);
    if (found?.reading === reading) return found;
    this.kept -= found?.ofKeys.size ?? 0;
    if (this.kept > this.maxKept) this.clear();
    const added = { reading, ofKeys: new Map() };
    this.hours.set(hour, added);
    return added;
  }

  private clear(): void {
    this.hours.clear();
    this.kept = 0;
  }
}

/** Hours are numbered as they are read, so that one that was read again makes the highest number higher. */
function readingOf({ hours }: Past, end: number): number {
  let reading = 0;
  for (let i = Math.max(0, end - historyHours); i < Math.min(end, hours.length); i++)
    reading = Math.max(reading, hours[i]?.reading ?? 0);
  return reading;
}

function ofNumber<T>(map: Map<number, T>, number: number, create: () => T): T {
  const found = map.get(number);
  if (found !== undefined) return found;
  const created = create();
  map.set(number, created);
  return created;
}
