import { z } from 'zod';
import { excerpt } from '../errors/excerpt.js';
import { count } from './number.js';

/** A moment as a caller names it: fixed, or so long before now. */
export type Moment = { readonly at: number } | { readonly agoMs: number };

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

// 2026-03-01T12:30:00.250+01:00; a plus that was not encoded arrives as a blank
const isoPattern = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+\- ]\d{2}:\d{2}))?$/;
// now-6h
const relativePattern = /^now(?:-(\d{1,6})([smhdw]))?$/;
// 1772368200250
const epochPattern = /^\d{1,15}$/;
/** Below it (3 March 1973 in ms) a number can only be meant in seconds. */
const leastEpochMs = 100_000_000_000;

const expected = 'expected ISO 8601 with a zone (2026-03-01T12:30:00Z), ms since the epoch, `now` or `now-6h`';

/** The moment, or what is wrong with the text. */
export function parseMoment(text: string): Moment | string {
  const relative = relativePattern.exec(text);
  if (relative !== null) {
    const [, count, unit] = relative;
    return { agoMs: count === undefined ? 0 : Number(count) * (unitMs[unit as string] as number) };
  }
  if (epochPattern.test(text)) {
    const at = Number(text);
    return at < leastEpochMs ? `${expected}, came ${text}, which would be seconds: add 000` : { at };
  }
  if (isoPattern.test(text)) {
    const at = Date.parse(text.replace(' ', '+'));
    if (!Number.isNaN(at)) return { at };
  }
  return `${expected}, came ${excerpt(text)}`;
}

export const momentMs = (moment: Moment, nowMs: number): number =>
  'at' in moment ? moment.at : Math.floor(nowMs) - moment.agoMs;

export const moment = z.string().transform((text, context): Moment => {
  const parsed = parseMoment(text);
  if (typeof parsed !== 'string') return parsed;
  context.addIssue({ code: 'custom', message: parsed });
  return z.NEVER;
});

export const rangeShape = {
  from: moment.optional().meta({
    description: 'Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.',
    param: { example: 'now-6h' },
  }),
  to: moment.optional().meta({
    description: 'End, exclusive; like `from`. Default `now`.',
    param: { example: 'now' },
  }),
};

// 5m
const stepPattern = /^(\d{1,6})([smhd])$/;

/** ms, or `auto`. */
export const step = z
  .string()
  .transform((text, context): number | 'auto' => {
    if (text === 'auto') return 'auto';
    const parts = stepPattern.exec(text);
    const ms = parts === null ? 0 : Number(parts[1]) * (unitMs[parts[2] as string] as number);
    if (ms > 0 && ms % 60_000 === 0) return ms;
    context.addIssue({
      code: 'custom',
      message: `expected whole minutes such as 60s, 5m or 1h, or auto, came ${excerpt(text)}`,
    });
    return z.NEVER;
  })
  .optional()
  .meta({
    description:
      'Width of a bucket, whole minutes: `60s`, `5m`, `1h`, `1d`. Buckets begin at multiples of it. `auto` (default): as `points` says.',
    param: { example: '5m' },
  });

export const points = count('With `step=auto`: at most so many buckets. Default 300.', 300);

export const epochMs = z.int().meta({ description: 'ms since the epoch' });
