import type { ContextVariable } from '../model/context-variable.js';
import { statusClasses } from '../model/status-class.js';
import { type AccessLabels, labelsOf, statusClassIndex } from './access-labels.js';
import { ByteInterner } from './byte-interner.js';
import { minutesOfEpoch, minutesOfRequestTime } from './byte-time.js';
import { CellCounter, cellWidth } from './cell-counter.js';
import { cleanValue } from './clean-value.js';
import { type PlanStep, scannedVariables } from './line-plan.js';
import { LineWalker } from './line-walker.js';
import { refusingValues } from './refusal.js';

const labelNames = ['apiId', 'domainName', 'stage', 'httpMethod', 'resourcePath', 'routeKey'] as const;
type LabelName = (typeof labelNames)[number];

const noMinute = -0x80000000;
const placeOf = (variable: ContextVariable): number => scannedVariables.indexOf(variable);
const statusPlace = placeOf('status');
const epochPlace = placeOf('requestTimeEpoch');
const timePlace = placeOf('requestTime');

interface Refusing {
  readonly place: number;
  readonly words: readonly Uint8Array[];
}

/** Counts lines that are no refusals straight from their bytes. */
export class FastCounter {
  private readonly walker: LineWalker;
  private readonly cells = new CellCounter();
  private readonly key = new Int32Array(cellWidth);
  private readonly refusing: readonly Refusing[];
  private interners: readonly ByteInterner[];
  private readonly places: readonly number[];

  constructor(plan: readonly PlanStep[]) {
    this.walker = new LineWalker(plan);
    this.places = labelNames.map(placeOf);
    this.interners = createInterners();
    const inPlan = new Set(plan.map((step) => step.place));
    const encoder = new TextEncoder();
    this.refusing = [...refusingValues]
      .map(([variable, words]) => ({ place: placeOf(variable), words: [...words].map((word) => encoder.encode(word)) }))
      .filter(({ place }) => inPlan.has(place));
  }

  /** True when the line was counted; false when it must be read as text: a possible refusal, or an odd line. */
  count(bytes: Uint8Array, from: number, to: number): boolean {
    const { walker, key } = this;
    if (!walker.walk(bytes, from, to) || this.mayBeRefused(bytes)) return false;
    const minute = this.minute(bytes);
    if (Number.isNaN(minute)) return false;
    if (!this.setLabels(bytes)) return false;
    key[6] = minute;
    key[7] = statusClassIndex(this.status(bytes));
    this.cells.add(key);
    return true;
  }

  drain(visit: (labels: AccessLabels, count: number) => void): void {
    this.cells.drain((keys, at, count) => {
      const label = (i: number): string | null => this.interners[i]?.labels[keys[at + i] as number] ?? null;
      const values: Partial<Record<LabelName, string | null>> = {};
      for (let i = 0; i < labelNames.length; i++) {
        if (keys[at + i] !== 0) values[labelNames[i] as LabelName] = label(i);
      }
      const minute = keys[at + 6] as number;
      const labels: AccessLabels = {
        ...labelsOf(values),
        minuteMs: minute === noMinute ? null : minute * 60_000,
        statusClass: statusClasses[keys[at + 7] as number] ?? 'other',
      };
      visit(labels, count);
    });
    // numbers are only good until here, so tables that grew large can start anew
    if (this.interners.some((interner) => interner.isCrowded)) this.interners = createInterners();
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

  /** Minute of the line; `noMinute` when it has no time; NaN when its time has another form. */
  private minute(bytes: Uint8Array): number {
    const { begins, ends } = this.walker;
    let from = begins[epochPlace] as number;
    if (from >= 0) {
      const minute = minutesOfEpoch(bytes, from, ends[epochPlace] as number);
      if (!Number.isNaN(minute) && minute < 0x7fffffff) return minute;
      if (!isAbsentAt(bytes, from, ends[epochPlace] as number)) return Number.NaN;
    }
    from = begins[timePlace] as number;
    if (from < 0 || isAbsentAt(bytes, from, ends[timePlace] as number)) return noMinute;
    return minutesOfRequestTime(bytes, from, ends[timePlace] as number);
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

function createInterners(): ByteInterner[] {
  const decoder = new TextDecoder();
  return labelNames.map((name) => new ByteInterner((bytes) => cleanValue(name, decoder.decode(bytes)) ?? null));
}

const isAbsentAt = (bytes: Uint8Array, from: number, to: number): boolean =>
  to === from || (to === from + 1 && bytes[from] === 0x2d);
