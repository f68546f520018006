import type { AwsService } from '../../aws-service.js';
import { jsonProtocol } from '../../protocols/json.js';
import { describeLogGroups } from './describe-log-groups.js';
import { describeSubscriptionFilters } from './describe-subscription-filters.js';
import { createEventReader } from './event-reader.js';
import { createFilterLogEvents } from './filter-log-events.js';
import { createInsightsOperations } from './insights.js';

export interface LogsOptions {
  /** How many events a page of FilterLogEvents looks at, matching or not; default 100,000. */
  readonly scannedPerPage: number;
  /** How long an Insights query runs on the fake's clock; default 0. */
  readonly queryMs: number;
}

/** CloudWatch Logs. */
export function createLogsService(options: LogsOptions): AwsService {
  const reader = createEventReader();
  return {
    name: 'logs',
    claims: (_request, service) => service === 'logs',
    protocol: jsonProtocol('Logs_20140328', '1.1'),
    operations: {
      DescribeLogGroups: describeLogGroups,
      DescribeSubscriptionFilters: describeSubscriptionFilters,
      FilterLogEvents: createFilterLogEvents(reader, options.scannedPerPage),
      ...createInsightsOperations(reader, options.queryMs),
    },
  };
}
