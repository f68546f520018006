import type { GroupKind } from '../aws/discovery/groups-of.js';
import type { DiscoveryProblem } from '../aws/discovery/snapshot.js';
import type { GroupCondition, GroupState } from './cloudwatch/group-state.js';

/** How a source stands, for people: what it reads, how far, and what keeps it from it. */
export interface SourceState {
  /** `aws 111122223333` */
  readonly name: string;
  /** It has reached what it reads, at least once. */
  readonly hasRead: boolean;
  /** What keeps all of it from being read now, and what to do; null: nothing. */
  readonly problem: string | null;
  readonly accounts: readonly AccountState[];
  readonly groups: readonly GroupReport[];
}

/** An account and region. */
export interface AccountState {
  readonly source: string;
  /** null: not known yet. */
  readonly account: string | null;
  readonly region: string;
  /** Stages that are read. */
  readonly stages: number;
  /** When what is known of them was asked for, ms; null: not yet. */
  readonly takenMs: number | null;
  readonly problems: readonly SourceProblem[];
}

/** What could not be asked for, by which IAM action, and what to do. */
export type SourceProblem = Pick<DiscoveryProblem, 'action' | 'part' | 'message'>;

/** A log group: how its reading stands, and whose it is. `absent`: not there, and it need not be (no stage uses it any
 * more, or AWS makes it when there is something to log). */
export interface GroupReport extends Omit<GroupState, 'state'> {
  readonly kind: GroupKind;
  readonly stages: readonly { readonly apiId: string; readonly stage: string }[];
  readonly state: GroupCondition | 'absent';
}
