import { type AnalysisFilter, noFilter } from '../analyze/filter.js';
import { closest } from '../text/closest.js';
import type { Arguments } from './arguments.js';
import { UsageError } from './usage-error.js';

const minuteMs = 60_000;
const hint = '`why403 analyze --help` shows options and examples.';

/** The closed sets that causes and groups are taken from. */
export interface CauseWords {
  readonly causes: readonly string[];
  readonly groups: readonly string[];
}

export const filterOptions = {
  from: 'value',
  to: 'value',
  api: 'value',
  stage: 'value',
  route: 'value',
  method: 'value',
  cause: 'value',
  group: 'value',
  status: 'value',
} as const;

export function readFilter({ values }: Pick<Arguments, 'values'>, words: CauseWords): AnalysisFilter {
  const list = (name: keyof typeof filterOptions): readonly string[] | null => {
    const given = values.get(name);
    if (given === undefined) return null;
    const parts = given
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    if (parts.length === 0) throw new UsageError(`--${name} needs a value, or several with commas between them.`, hint);
    return parts;
  };
  const set = (name: keyof typeof filterOptions): ReadonlySet<string> | null => {
    const parts = list(name);
    return parts === null ? null : new Set(parts);
  };
  const known = (name: 'cause' | 'group', all: readonly string[]): ReadonlySet<string> | null => {
    const parts = list(name);
    for (const part of parts ?? []) {
      if (all.includes(part)) continue;
      const meant = closest(part, all);
      throw new UsageError(
        `There is no ${name} ${part}.`,
        meant === null
          ? `\`why403 causes\` lists causes and groups.`
          : `Did you mean ${meant}? \`why403 causes\` lists all.`,
      );
    }
    return parts === null ? null : new Set(parts);
  };
  const fromMs = readTime('from', values.get('from'));
  const toMs = readTime('to', values.get('to'));
  if (fromMs !== null && toMs !== null && toMs <= fromMs) {
    throw new UsageError('--to is not later than --from: the range is empty.', hint);
  }
  const status = set('status');
  for (const part of status ?? []) {
    if (!/^[1-5]\d\d$/.test(part)) throw new UsageError(`--status needs statuses such as 403, got ${part}.`, hint);
  }
  return {
    ...noFilter,
    fromMs,
    toMs,
    api: set('api'),
    stage: set('stage'),
    route: set('route'),
    method: upperCase(set('method')),
    cause: known('cause', words.causes),
    group: known('group', words.groups),
    status,
  };
}

const upperCase = (words: ReadonlySet<string> | null): ReadonlySet<string> | null =>
  words === null ? null : new Set([...words].map((word) => word.toUpperCase()));

// `2026-05-14`, `2026-05-14T09:30`, `2026-05-14 09:30:00Z`, `2026-05-14T09:30+02:00`
const timeShape = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::00(?:\.0{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

function readTime(name: 'from' | 'to', text: string | undefined): number | null {
  if (text === undefined) return null;
  const match = timeShape.exec(text);
  const ms = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2] ?? '00:00'}:00${match[3] ?? 'Z'}`);
  // Date.parse rolls 31 February over on some engines; ours must name the day it was given.
  const isReal =
    !Number.isNaN(ms) && new Date(Date.parse(`${match?.[1]}T00:00:00Z`)).toISOString().startsWith(match?.[1] ?? '-');
  if (!isReal || ms % minuteMs !== 0) {
    throw new UsageError(
      `--${name} needs a time in whole minutes such as 2026-05-14T09:30 (UTC), 2026-05-14T09:30+02:00 or 2026-05-14, got ${text}.`,
      hint,
    );
  }
  return ms;
}
