import { z } from 'zod';
import type { BackfillReport } from '../../sources/backfiller.js';
import type { PastGroup } from '../../sources/past-reading.js';
import { orNull } from './or-null.js';
import { groupStates } from './source-state.js';
import { epochMs } from './time.js';

const { reading: _, ...conditions } = groupStates;

/** What each means. To add one: a line here. */
const pastStates = {
  waiting: 'its turn has not come',
  reading: 'is being read',
  done: 'all of it is read',
  ...conditions,
} as const satisfies Readonly<Record<PastGroup['state'], string>>;

const states = Object.entries(pastStates).map(([state, meaning]) => `\`${state}\`: ${meaning}`);

const progressShape = {
  windows: z.int().meta({ description: 'Windows of time that the range has.' }),
  doneWindows: z.int().meta({ description: 'Those that are stored, from before or by this backfill.' }),
  events: z.int().meta({ description: 'Events that this backfill read.' }),
};

const group = z
  .strictObject({
    account: z.string(),
    region: z.string(),
    group: z.string().meta({ description: 'Its name.' }),
    state: z
      .enum(Object.keys(pastStates) as [PastGroup['state'], ...PastGroup['state'][]])
      .meta({ description: `${states.join('; ')}.` }),
    message: z.string().meta({ description: 'Why it could not be read and what to do; empty otherwise.' }),
    ...progressShape,
  })
  .meta({ id: 'BackfillGroup' });

export const backfill = z
  .strictObject({
    id: z.string(),
    state: z.enum(['running', 'done', 'stopped', 'failed']).meta({
      description: '`failed`: it has ended and something is missing; `problems` and `groups` say what and why.',
    }),
    from: epochMs,
    to: epochMs,
    api: orNull(z.string()).meta({ description: 'null: all.' }),
    stage: orNull(z.string()).meta({ description: 'null: all.' }),
    startedAt: epochMs,
    endedAt: orNull(epochMs).meta({ description: 'null: it is running.' }),
    ...progressShape,
    problems: z.array(z.string()).meta({ description: 'What could not even be found, and what to do.' }),
    groups: z.array(group).meta({ description: 'Log groups, in the order in which they are read.' }),
  })
  .meta({ id: 'Backfill' });

export function toldBackfill(report: BackfillReport): z.output<typeof backfill> {
  const groups = report.groups.map(({ group: { account, region, name }, ...each }) => ({
    account,
    region,
    group: name,
    ...each,
  }));
  const sum = (of: keyof typeof progressShape): number => groups.reduce((total, each) => total + each[of], 0);
  return {
    id: report.id,
    state: report.state,
    from: report.range.fromMs,
    to: report.range.toMs,
    api: report.api,
    stage: report.stage,
    startedAt: report.startedMs,
    endedAt: report.endedMs,
    windows: sum('windows'),
    doneWindows: sum('doneWindows'),
    events: sum('events'),
    problems: [...report.problems],
    groups,
  };
}
