import type { ContextVariable } from '../model/context-variable.js';
import { statusClasses } from '../model/status-class.js';
import { type AccessLabels, labelsOf, statusClassIndex } from './access-labels.js';
import { isAbsent } from './access-values.js';
import { ByteInterner } from './byte-interner.js';
import { msOfEpoch, msOfRequestTime } from './byte-time.js';
import { CellCounter, cellWidth } from './cell-counter.js';
import { cleanValue } from './clean-value.js';
import { isDoubtfulLabel, type LearnedPlan } from './learned-plan.js';
import { type PlanStep, scannedVariables } from './line-plan.js';
import { LineWalker } from './line-walker.js';
import { refusingValues } from './refusal.js';

const labelNames = ['accountId', 'apiId', 'domainName', 'stage', 'httpMethod', 'resourcePath', 'routeKey'] as const;
type LabelName = (typeof labelNames)[number];

/** Places of the minute and the status class in a cell's key, behind the labels. */
const minuteAt = labelNames.length;
const statusAt = minuteAt + 1;

const noMinute = -0x80000000;
const noTime = -1;
const placeOf = (variable: ContextVariable): number => scannedVariables.indexOf(variable);
const statusPlace = placeOf('status');
const epochPlace = placeOf('requestTimeEpoch');
const timePlace = placeOf('requestTime');

interface Refusing {
  readonly place: number;
  readonly words: readonly Uint8Array[];
}

/**
 * What became of a line: `odd` ones (a layout, value or time that the byte scanner does not read) must be read as text, and so
 * must `refused` ones, which may be a refusal and fit the template as a whole.
 */
export type FastReading = 'counted' | 'refused' | 'odd';

/** Counts lines that are no refusals straight from their bytes. */
export class FastCounter {
  /** Earliest and latest time of the lines counted since the last drain; Infinity and -Infinity when none had one. */
  firstMs = Number.POSITIVE_INFINITY;
  newestMs = Number.NEGATIVE_INFINITY;
  private readonly needsTime: boolean;
  /** A layout that was learned from one line: its values may mean something else in another. */
  private readonly learned: LearnedPlan | null;
  private readonly walker: LineWalker;
  private readonly cells = new CellCounter();
  private readonly key = new Int32Array(cellWidth);
  private readonly refusing: readonly Refusing[];
  private interners: readonly ByteInterner[];
  private readonly places: readonly number[];

  constructor(plan: readonly PlanStep[], needsTime = false, learned: LearnedPlan | null = null) {
    this.needsTime = needsTime;
    this.learned = learned;
    this.walker = new LineWalker(plan);
    this.places = labelNames.map(placeOf);
    this.interners = createInterners(learned);
    const inPlan = new Set(plan.map((step) => step.place));
    const encoder = new TextEncoder();
    this.refusing = [...refusingValues]
      .map(([variable, words]) => ({ place: placeOf(variable), words: [...words].map((word) => encoder.encode(word)) }))
      .filter(({ place }) => inPlan.has(place));
  }

  count(bytes: Uint8Array, from: number, to: number): FastReading {
    const { walker, key } = this;
    if (!walker.walk(bytes, from, to)) return 'odd';
    if (this.mayBeRefused(bytes)) return 'refused';
    const ms = this.timeMs(bytes);
    if (Number.isNaN(ms) || !this.setLabels(bytes)) return 'odd';
    const status = this.status(bytes);
    if (status === 0 && this.learned !== null) return 'odd';
    if (ms === noTime) {
      if (this.needsTime) return 'odd';
      key[minuteAt] = noMinute;
    } else {
      key[minuteAt] = Math.floor(ms / 60_000);
      if (ms < this.firstMs) this.firstMs = ms;
      if (ms > this.newestMs) this.newestMs = ms;
    }
    key[statusAt] = statusClassIndex(status);
    this.cells.add(key);
    return 'counted';
  }

  get size(): number {
    return this.cells.size;
  }

  drain(visit: (labels: AccessLabels, count: number) => void): void {
    this.cells.drain((keys, at, count) => {
      const label = (i: number): string | null => this.interners[i]?.labels[keys[at + i] as number] ?? null;
      const values: Partial<Record<LabelName, string | null>> = {};
      for (let i = 0; i < labelNames.length; i++) {
        if (keys[at + i] !== 0) values[labelNames[i] as LabelName] = label(i);
      }
      const minute = keys[at + minuteAt] as number;
      const labels: AccessLabels = {
        ...labelsOf(values),
        minuteMs: minute === noMinute ? null : minute * 60_000,
        statusClass: statusClasses[keys[at + statusAt] as number] ?? 'other',
      };
      visit(labels, count);
    });
    this.firstMs = Number.POSITIVE_INFINITY;
    this.newestMs = Number.NEGATIVE_INFINITY;
    // numbers are only good until here, so tables that grew large can start anew
    if (this.interners.some((interner) => interner.isCrowded)) this.interners = createInterners(this.learned);
  }

  private mayBeRefused(bytes: Uint8Array): boolean {
    for (const { place, words } of this.refusing) {
      const begin = this.walker.begins[place] as number;
      const length = (this.walker.ends[place] as number) - begin;
      for (const word of words) {
        if (word.length !== length) continue;
        let i = 0;
        while (i < length && bytes[begin + i] === word[i]) i++;
        if (i === length) return true;
      }
    }
    return false;
  }

  private status(bytes: Uint8Array): number {
    const begin = this.walker.begins[statusPlace] as number;
    if (begin < 0 || (this.walker.ends[statusPlace] as number) - begin !== 3) return 0;
    let status = 0;
    for (let i = begin; i < begin + 3; i++) {
      const digit = (bytes[i] as number) - 0x30;
      if (digit < 0 || digit > 9) return 0;
      status = status * 10 + digit;
    }
    return status;
  }

  /** Time of the line; `noTime` when it has none; NaN when its time has another form. */
  private timeMs(bytes: Uint8Array): number {
    const { begins, ends } = this.walker;
    let from = begins[epochPlace] as number;
    if (from >= 0) {
      const ms = msOfEpoch(bytes, from, ends[epochPlace] as number);
      if (!Number.isNaN(ms)) return ms;
      if (!isAbsentAt(bytes, from, ends[epochPlace] as number)) return Number.NaN;
    }
    from = begins[timePlace] as number;
    if (from < 0 || isAbsentAt(bytes, from, ends[timePlace] as number)) return noTime;
    return msOfRequestTime(bytes, from, ends[timePlace] as number);
  }

  private setLabels(bytes: Uint8Array): boolean {
    const { begins, ends } = this.walker;
    for (let i = 0; i < labelNames.length; i++) {
      const place = this.places[i] as number;
      const from = begins[place] as number;
      let id = 0;
      if (from >= 0) {
        id = (this.interners[i] as ByteInterner).intern(bytes, from, ends[place] as number);
        if (id < 0) return false;
      }
      this.key[i] = id;
    }
    return true;
  }
}

function createInterners(learned: LearnedPlan | null): ByteInterner[] {
  const decoder = new TextDecoder();
  return labelNames.map(
    (name) =>
      new ByteInterner((bytes) => {
        const text = decoder.decode(bytes);
        if (learned !== null && !isAbsent(text) && isDoubtfulLabel(name, text, learned.bare.has(name)))
          return undefined;
        return cleanValue(name, text) ?? null;
      }),
  );
}

const isAbsentAt = (bytes: Uint8Array, from: number, to: number): boolean =>
  to === from || (to === from + 1 && bytes[from] === 0x2d);
