/** Calls a second that AWS allows in one account and region; not adjustable, shared with every other reader and the console. */
export interface Quota {
  readonly perSecond: number;
  /** Where it is another. */
  readonly regions: Readonly<Record<string, number>>;
}

/**
 * By IAM action. Source: "CloudWatch Logs quotas" in the CloudWatch Logs user guide. To add one: a line here.
 */
export const quotas = {
  'logs:FilterLogEvents': {
    perSecond: 10,
    regions: {
      'us-east-1': 25,
      'eu-central-1': 5,
      'ap-northeast-3': 5,
      'ap-southeast-3': 5,
      'ca-west-1': 5,
      'il-central-1': 5,
    },
  },
  'logs:StartQuery': { perSecond: 10, regions: {} },
  'logs:GetQueryResults': { perSecond: 10, regions: {} },
  // 50 calls and 180,000 data points a second: five calls as large as ours may be (sources/metric-totals/plan-questions.ts).
  'cloudwatch:GetMetricData': { perSecond: 5, regions: {} },
} as const satisfies Record<string, Quota>;

export type LimitedAction = keyof typeof quotas;

export function quotaOf(action: LimitedAction, region: string): number {
  const quota: Quota = quotas[action];
  return Object.hasOwn(quota.regions, region) ? (quota.regions[region] as number) : quota.perSecond;
}
