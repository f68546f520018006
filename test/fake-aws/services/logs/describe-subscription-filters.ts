import type { DescribeSubscriptionFiltersRequest } from '@aws-sdk/client-cloudwatch-logs';
import { AwsFailure, invalidParameter } from '../../aws-failure.js';
import type { Operation } from '../../aws-service.js';
import { pageNumberOf, pageOfList } from '../../page-token.js';
import { epochSeconds, toWire } from '../../wire-shape.js';
import { classOf, groupOf, groupSubject } from './log-groups.js';

const rules = { date: epochSeconds, name: (name: string) => name, maps: new Set<string>() };

export const describeSubscriptionFilters: Operation<DescribeSubscriptionFiltersRequest> = {
  iamAction: 'logs:DescribeSubscriptionFilters',
  subject: (input, place) => groupSubject(place, input.logGroupName ?? '', pageNumberOf(input.nextToken)),
  answer: (input, call) => {
    const group = groupOf(input, call);
    if (classOf(group) !== 'STANDARD') {
      throw new AwsFailure('ValidationException', 'This operation is only supported on the Standard log class.');
    }
    const prefix = input.filterNamePrefix ?? '';
    const found = (group.subscriptionFilters ?? []).filter(({ filterName }) => (filterName ?? '').startsWith(prefix));
    const page = pageOfList(found, input.limit ?? 50, input.nextToken, `${group.name} ${prefix}`);
    if (!page) throw invalidParameter('The specified nextToken is invalid.');
    return {
      subscriptionFilters: page.items.map((filter) => toWire({ logGroupName: group.name, ...filter }, rules)),
      nextToken: page.next,
    };
  },
};
