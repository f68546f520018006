import { type CountedKey, type CountedTraffic, dayMs, minuteMs, nameOf } from '../../spikes-judge/counted-traffic.js';

/** A Wednesday. */
export const startMs = Date.UTC(2026, 5, 10);

/** Requests per minute, by minutes since `startMs`. */
export type Rate = (minute: number) => number;

export interface MadeStage {
  readonly api?: string;
  /** All requests, refused ones among them. */
  readonly requests: Rate;
  readonly refused: Readonly<Record<string, Rate>>;
}

/** Exactly what is told, without chance. */
export function madeTraffic(days: number, ...stages: readonly MadeStage[]): CountedTraffic {
  const minutes = (days * dayMs) / minuteMs;
  const requests = new Map<string, CountedKey>();
  const refused = new Map<string, CountedKey>();
  for (const { api = 'orders', requests: all, refused: causes } of stages) {
    const place = { account: '111122223333', region: 'eu-west-1', api_id: api, stage: 'prod' };
    const add = (to: Map<string, CountedKey>, cause: string, rate: Rate): void => {
      const labels = { ...place, cause, group: cause === '' ? '' : `group of ${cause}` };
      to.set(nameOf(labels), { labels, counts: Uint32Array.from({ length: minutes }, (_, minute) => rate(minute)) });
    };
    add(requests, '', all);
    for (const [cause, rate] of Object.entries(causes)) add(refused, cause, rate);
  }
  return { name: 'made', fromMs: startMs, toMs: startMs + days * dayMs, requests, refused, incidents: [] };
}

/** The minute of a day and time. */
export const at = (day: number, hour: number, minute = 0): number => (day * 24 + hour) * 60 + minute;
export const msOf = (minute: number): number => startMs + minute * minuteMs;

/** `usual` refused each minute, and `more` from one minute to another. */
export const raised =
  (usual: number, more: number, from: number, to: number): Rate =>
  (minute) =>
    usual + (minute >= from && minute < to ? more : 0);
