import type { TimeRange } from '../../query/query.js';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

const down = (ms: number, widthMs: number): number => Math.floor(ms / widthMs) * widthMs;
const up = (ms: number, widthMs: number): number => Math.ceil(ms / widthMs) * widthMs;

/** The range and what lacks to whole widths on both sides. */
export const widen = ({ fromMs, toMs }: TimeRange, widthMs: number): TimeRange => ({
  fromMs: down(fromMs, widthMs),
  toMs: up(toMs, widthMs),
});
