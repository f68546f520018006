import type { DescribeLogGroupsRequest } from '@aws-sdk/client-cloudwatch-logs';
import { invalidParameter } from '../../aws-failure.js';
import type { CallContext, Operation, Place } from '../../aws-service.js';
import { pageNumberOf, pageOfList } from '../../page-token.js';
import { type FakeLogGroup, regionOf } from '../../world.js';
import { classOf, groupArn, groupSubject, isThere, nameOfIdentifier } from './log-groups.js';

interface PlacedGroup {
  readonly group: FakeLogGroup;
  readonly place: Place;
}

function groupsInReach(input: DescribeLogGroupsRequest, call: CallContext): readonly PlacedGroup[] {
  const linked = input.includeLinkedAccounts ? (call.here.linkedAccounts ?? []) : [];
  const wanted = input.accountIdentifiers;
  return [call.account, ...linked]
    .filter((account) => wanted === undefined || wanted.includes(account))
    .flatMap((account) =>
      (regionOf(call.world, account, call.region).logGroups ?? [])
        .filter((group) => isThere(group, call.nowMs))
        .map((group) => ({ group, place: { account, region: call.region } })),
    )
    .sort((a, b) => (a.group.name < b.group.name ? -1 : 1));
}

/** Infrequent Access and ESSENTIALS come together when either is asked for. */
const isOfClass = (group: FakeLogGroup, wanted: string | undefined): boolean => {
  const cheap = ['INFREQUENT_ACCESS', 'ESSENTIALS'];
  return (
    wanted === undefined || classOf(group) === wanted || (cheap.includes(wanted) && cheap.includes(classOf(group)))
  );
};

const describe = ({ group, place }: PlacedGroup, onlyBasics: boolean): object => {
  const basics = {
    logGroupName: group.name,
    creationTime: group.createdAtMs ?? 0,
    // This one ends in `:*`, for IAM; logGroupArn is what identifiers want.
    arn: `${groupArn(place, group.name)}:*`,
  };
  if (onlyBasics) return basics;
  return {
    ...basics,
    logGroupArn: groupArn(place, group.name),
    logGroupClass: classOf(group),
    metricFilterCount: 0,
    storedBytes: 0,
    retentionInDays: group.retentionDays,
  };
};

export const describeLogGroups: Operation<DescribeLogGroupsRequest> = {
  iamAction: 'logs:DescribeLogGroups',
  subject: (input, place) => ({
    ...groupSubject(place, '', pageNumberOf(input.nextToken)),
    key: input.logGroupNamePrefix ?? input.logGroupNamePattern ?? '',
  }),
  answer: (input, call) => {
    const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupIdentifiers: identifiers } = input;
    if (prefix !== undefined && pattern !== undefined) {
      throw invalidParameter('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
    }
    const limit = input.limit ?? 50;
    if (!(limit >= 1 && limit <= 50)) throw invalidParameter(`Value '${limit}' at 'limit' must be between 1 and 50`);
    const found = groupsInReach(input, call).filter(
      ({ group }) =>
        group.name.startsWith(prefix ?? '') &&
        group.name.toLowerCase().includes((pattern ?? '').toLowerCase()) &&
        isOfClass(group, input.logGroupClass) &&
        (identifiers?.some((identifier) => nameOfIdentifier(identifier) === group.name) ?? true),
    );
    const scope = JSON.stringify([prefix, pattern, input.logGroupClass, identifiers, input.includeLinkedAccounts]);
    const page = pageOfList(found, limit, input.nextToken, scope);
    if (!page) throw invalidParameter('The specified nextToken is invalid.');
    return { logGroups: page.items.map((item) => describe(item, pattern !== undefined)), nextToken: page.next };
  },
};
