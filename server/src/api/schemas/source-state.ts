import { z } from 'zod';
import type { Overlap } from '../../sources/group-registry.js';
import type { AccountState, GroupReport } from '../../sources/source-state.js';
import { orNull } from './or-null.js';
import { epochMs } from './time.js';

/** What each means, in the order in which people should care. To add one: a line here. */
export const groupStates = {
  denied: 'a permission is missing',
  infrequent_access: 'its class cannot be polled',
  failing: 'no answer, or one that says to come back',
  throttled: 'AWS refuses calls because of their rate',
  deleted: 'there is no such group, and a stage logs to it',
  reading: 'all is well',
  absent: 'it is not there and need not be: no stage uses it any more, or AWS makes it when there is something to log',
} as const satisfies Readonly<Record<GroupReport['state'], string>>;

const states = Object.entries(groupStates).map(([state, meaning]) => `\`${state}\`: ${meaning}`);

export const groupReport = z
  .strictObject({
    account: z.string(),
    region: z.string(),
    group: z.string().meta({ description: 'Its name.' }),
    kind: z.enum(['access', 'execution', 'waf']),
    stages: z
      .array(z.strictObject({ apiId: z.string(), stage: z.string() }))
      .meta({ description: 'Whose requests it holds.' }),
    state: z
      .enum(Object.keys(groupStates) as [GroupReport['state'], ...GroupReport['state'][]])
      .meta({ description: `${states.join('; ')}.` }),
    since: epochMs.meta({ description: 'Since when it has been so, ms since the epoch.' }),
    message: z.string().meta({ description: 'What is wrong and what to do; empty when nothing is.' }),
    reading: z.enum(['whole', 'thrifty']).meta({
      description:
        '`thrifty`: AWS is asked for refusals only, because its calls do not suffice for all. Requests counted from this group have no denominator then.',
    }),
    readingSince: epochMs.meta({ description: 'Since when it has been read so, ms since the epoch.' }),
    misses: z
      .array(z.string())
      .meta({ description: 'Refusals that are left out while it is read thriftily, a sentence each.' }),
    wholeBecause: orNull(z.string()).meta({
      description: 'Why it is read whole, however busy it is; null: it can be read thriftily.',
    }),
    lagMs: orNull(z.int()).meta({ description: 'Now less `completeUntil`; null before it was looked at.' }),
    completeUntil: orNull(epochMs).meta({ description: 'Read once up to here; null as long as nothing was.' }),
    finalUntil: orNull(epochMs).meta({ description: 'Read again by the last sweep up to here.' }),
    behindWindows: z.int().meta({ description: 'Windows that could be read and are not.' }),
    events: z.int().meta({ description: 'Events read since the service started.' }),
    lateEvents: z.int().meta({ description: 'Events that only a sweep found, likewise.' }),
    throttles: z.int().meta({ description: 'Calls that AWS refused because of their rate, likewise.' }),
    gaps: z.array(z.strictObject({ from: epochMs, to: epochMs })).meta({
      description:
        'What was not read because the service stood still, or was not let in, for more than three days; a backfill reads it.',
    }),
  })
  .meta({ id: 'LogGroupState' });

export const overlap = z
  .strictObject({
    account: z.string(),
    region: z.string(),
    groups: z.array(z.string()).meta({ description: 'Names of log groups, the first ten.' }),
    count: z.int().meta({ description: 'All of them.' }),
    countedBy: z.string().meta({ description: 'The entry of the configuration that reads and counts them.' }),
    alsoBy: z.string().meta({ description: 'The other entry, or the feed that delivers them.' }),
    message: z.string().meta({ description: 'What is done, and what to do.' }),
  })
  .meta({ id: 'LogGroupOverlap' });

const mostProblems = 100;

export const accountState = z
  .strictObject({
    source: z.string().meta({ description: 'Of the configuration.' }),
    account: orNull(z.string()).meta({ description: 'null: not known yet.' }),
    region: z.string(),
    stages: z.int().meta({ description: 'Stages that are read.' }),
    takenAt: orNull(epochMs).meta({ description: 'When APIs and stages were last looked at; null: not yet.' }),
    problems: z
      .array(
        z.strictObject({
          action: z.string().meta({ description: 'The IAM action that was used.' }),
          part: z.string().meta({ description: 'What was asked for.' }),
          message: z.string().meta({ description: 'What is wrong and what to do.' }),
        }),
      )
      .meta({ description: `What could not be read, the first ${mostProblems} of each look.` }),
  })
  .meta({ id: 'AccountState' });

export const toldGroup = (report: GroupReport): z.output<typeof groupReport> => ({
  account: report.group.account,
  region: report.group.region,
  group: report.group.name,
  kind: report.kind,
  stages: report.stages.map(({ apiId, stage }) => ({ apiId, stage })),
  state: report.state,
  since: report.sinceMs,
  message: report.message,
  reading: report.reading,
  readingSince: report.readingSinceMs,
  misses: [...report.misses],
  wholeBecause: report.wholeBecause,
  lagMs: report.lagMs,
  completeUntil: report.watermarkMs,
  finalUntil: report.sweptUntilMs,
  behindWindows: report.windowsBehind,
  events: report.events,
  lateEvents: report.lateEvents,
  throttles: report.throttles,
  gaps: report.gaps.map(({ fromMs, toMs }) => ({ from: fromMs, to: toMs })),
});

export const toldOverlap = ({ groups, ...told }: Overlap): z.output<typeof overlap> => ({
  ...told,
  groups: [...groups],
});

export const toldAccount = ({ takenMs, problems, ...state }: AccountState): z.output<typeof accountState> => ({
  ...state,
  takenAt: takenMs,
  problems: problems.slice(0, mostProblems).map(({ action, part, message }) => ({ action, part, message })),
});
