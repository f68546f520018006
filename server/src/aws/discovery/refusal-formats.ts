import { type compileAccessLogFormat, refusalPattern } from '@why403/parsers';
import type { ThriftyReading } from '../../sources/cloudwatch/cloudwatch-group.js';
import type { Window } from '../../sources/cloudwatch/windows.js';

/** What the access-log formats of a group ask AWS for, from a moment of event time on. */
export interface PatternsFrom {
  readonly fromMs: number;
  /** Lines of this time may have these formats or those before. */
  readonly mixed: Window;
  /** Windows that begin before may have been read by those before: what that took for a refusal must come again to be taken back. */
  readonly knownByMs: number;
  readonly formats: readonly string[];
  /** null: none can be made of one of the formats. */
  readonly patterns: readonly string[] | null;
  readonly misses: readonly string[];
}

export function patternsFrom(
  { fromMs, mixed, knownByMs }: Pick<PatternsFrom, 'fromMs' | 'mixed' | 'knownByMs'>,
  formats: readonly string[],
  compile: typeof compileAccessLogFormat,
): PatternsFrom {
  const made = formats.map((format) => {
    const compiled = compile(format);
    return compiled.ok ? refusalPattern(compiled.value) : null;
  });
  const patterns = made.flatMap((each) => each?.pattern ?? []);
  return {
    fromMs,
    mixed,
    knownByMs,
    formats,
    patterns: patterns.length < Math.max(1, formats.length) ? null : patterns,
    misses: [...new Set(made.flatMap((each) => each?.misses ?? []))],
  };
}

/** The newest formats decide whether it can be. `history` in order of time, at least one. */
export function thriftyAccess(history: readonly PatternsFrom[]): Pick<ThriftyReading, 'patternsOf' | 'misses'> | null {
  const newest = history.at(-1);
  if (newest === undefined || newest.patterns === null) return null;
  return { patternsOf: async (window) => patternsIn(history, window), misses: newest.misses };
}

export const noPatternFromFormat =
  'Its access-log format does not let AWS pick refusals out: $context.status is missing or touches another variable.';

/** Of WAF the engine takes these for refusals, and no other. */
export const wafRefusals = '{ ($.action = "BLOCK") || ($.action = "CAPTCHA") || ($.action = "CHALLENGE") }';

const everything = [''];
/** AWS takes no longer one. */
const maxLength = 1024;

/** Of all formats that a line of the window may have, or may have been read by. */
function patternsIn(history: readonly PatternsFrom[], { fromMs, toMs }: Window): readonly string[] {
  const joined: string[] = [];
  for (const [i, { mixed, patterns }] of history.entries()) {
    const next = history[i + 1];
    const endsMs = next === undefined ? Number.POSITIVE_INFINITY : Math.max(next.mixed.toMs, next.knownByMs);
    if ((i > 0 && mixed.fromMs >= toMs) || endsMs <= fromMs) continue;
    if (patterns === null) return everything;
    for (const pattern of patterns) if (!joined.includes(pattern)) joined.push(pattern);
  }
  return inFewPatterns(joined);
}

/** `?"a"` and `?"b"` are `?"a" ?"b"`: any of the terms will do. */
function inFewPatterns(patterns: readonly string[]): string[] {
  const few: string[] = [];
  for (const pattern of patterns) {
    const last = few.at(-1);
    if (last !== undefined && last.length + 1 + pattern.length <= maxLength) few[few.length - 1] = `${last} ${pattern}`;
    else few.push(pattern);
  }
  return few;
}
