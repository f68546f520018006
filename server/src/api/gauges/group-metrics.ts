import type { GroupReport } from '../../sources/source-state.js';
import { groupStates } from '../schemas/source-state.js';

export const groupLabels = {
  account: ({ group }) => group.account,
  region: ({ group }) => group.region,
  log_group: ({ group }) => group.name,
  state: ({ state }) => state,
} as const satisfies Readonly<Record<string, (report: GroupReport) => string>>;

type GroupLabel = keyof typeof groupLabels;
const place = ['account', 'region', 'log_group'] as const satisfies readonly GroupLabel[];

interface GroupMetric {
  readonly name: `why403_group_${string}`;
  readonly help: string;
  /** It only grows. */
  readonly isCounter?: boolean;
  readonly labels: readonly GroupLabel[];
  /** null: the group has none. */
  readonly read: (report: GroupReport) => number | null;
}

/** What is told of each log group that is polled. To add one: its object here, and a line in docs/api.md. */
export const groupMetrics: readonly GroupMetric[] = [
  {
    name: 'why403_group_lag_seconds',
    help: 'Events of this log group that are older have been read',
    labels: place,
    read: ({ lagMs }) => (lagMs === null ? null : lagMs / 1000),
  },
  {
    name: 'why403_group_state',
    help: `1: how the reading of this log group stands (${Object.keys(groupStates).join(', ')})`,
    labels: [...place, 'state'],
    read: () => 1,
  },
  {
    name: 'why403_group_thrifty',
    help: '1: AWS is asked for refusals only of this log group, since its calls do not suffice for all; 0: it is read whole',
    labels: place,
    read: ({ reading }) => (reading === 'thrifty' ? 1 : 0),
  },
  {
    name: 'why403_group_gap_seconds',
    help: 'So much of the time of this log group was passed over after a standstill; a backfill reads it',
    labels: place,
    read: ({ gaps }) => gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) / 1000,
  },
  {
    name: 'why403_group_throttled_calls_total',
    help: 'Calls for this log group that AWS refused because of their rate',
    isCounter: true,
    labels: place,
    read: ({ throttles }) => throttles,
  },
];
