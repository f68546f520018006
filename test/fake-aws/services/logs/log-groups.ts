import { AwsFailure, invalidParameter } from '../../aws-failure.js';
import type { CallContext, Place, Subject } from '../../aws-service.js';
import { type FakeLogGroup, type FakeRegion, regionOf } from '../../world.js';

export const groupArn = ({ region, account }: Place, name: string): string =>
  `arn:aws:logs:${region}:${account}:log-group:${name}`;

/** IAM asks for a group's streams: a policy that names the group without `:*` does not fit, as in AWS. */
export const groupSubject = (place: Place, name: string, page = 1): Subject => ({
  key: name,
  arn: `${groupArn(place, name)}:log-stream:`,
  page,
});

export const isThere = (group: FakeLogGroup, nowMs: number): boolean =>
  nowMs < (group.deletedAtMs ?? Number.POSITIVE_INFINITY) && nowMs >= (group.createdAtMs ?? 0);

export const classOf = (group: FakeLogGroup): string => group.class ?? 'STANDARD';

const missing = (): AwsFailure =>
  new AwsFailure('ResourceNotFoundException', 'The specified log group does not exist.');

const constraint = (value: string, member: string, pattern: string): AwsFailure =>
  invalidParameter(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`,
  );

const arnPattern = /^arn:aws[\w-]*:logs:([^:]+):(\d{12}):log-group:([^:]+)$/;

/** Name of the group that a name or an ARN means, for the call log; never fails. */
export function nameOfIdentifier(identifier: string | undefined): string {
  return /:log-group:([^:]+)/.exec(identifier ?? '')?.[1] ?? identifier ?? '';
}

function groupIn(region: FakeRegion, name: string, nowMs: number): FakeLogGroup {
  const found = region.logGroups?.find((group) => group.name === name && isThere(group, nowMs));
  if (!found) throw missing();
  return found;
}

export interface GroupNaming {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}

/** Either a name, or an identifier: a name or an ARN (without `:*`), which a linked account's group needs. */
export function groupOf(naming: GroupNaming, call: CallContext): FakeLogGroup {
  const { logGroupName: name, logGroupIdentifier: identifier } = naming;
  if ((name === undefined) === (identifier === undefined)) {
    throw invalidParameter(
      name === undefined
        ? 'Either logGroupName or logGroupIdentifier must be specified'
        : 'LogGroupName and LogGroupIdentifier can not both be specified',
    );
  }
  if (name !== undefined) {
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) throw constraint(name, 'logGroupName', '[\\.\\-_/#A-Za-z0-9]+');
    return groupIn(call.here, name, call.nowMs);
  }
  return groupByIdentifier(identifier as string, call);
}

export function groupByIdentifier(identifier: string, call: CallContext): FakeLogGroup {
  if (!/^[\w#+=/:,.@-]{1,2048}$/.test(identifier)) {
    throw constraint(identifier, 'logGroupIdentifier', '[\\w#+=/:,.@-]*');
  }
  if (!identifier.startsWith('arn:')) return groupIn(call.here, identifier, call.nowMs);
  const [, region, account, name] = arnPattern.exec(identifier) ?? [];
  if (!region || !account || !name) throw invalidParameter(`The log group identifier ${identifier} is not valid`);
  const reachable = account === call.account || (call.here.linkedAccounts?.includes(account) ?? false);
  // A group of another region or an account without a link looks like one that is not there.
  if (region !== call.region || !reachable) throw missing();
  return groupIn(regionOf(call.world, account, region), name, call.nowMs);
}
