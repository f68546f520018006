import { matchesGlob } from './glob.js';

/** So many calls in any span of so long, for each account and region. */
export interface Quota {
  /** `logs:FilterLogEvents`, or a pattern: all operations that it covers share the quota. */
  readonly operation: string;
  /** Absent = every region that no earlier quota of the same pattern names. */
  readonly regions?: readonly string[];
  readonly calls: number;
  readonly perMs: number;
}

const perSecond = (operation: string, calls: number, regions?: readonly string[]): Quota => ({
  operation,
  calls,
  perMs: 1_000,
  ...(regions ? { regions } : {}),
});

const slowRegions = ['eu-central-1', 'ap-northeast-3', 'ap-southeast-3', 'ca-west-1', 'il-central-1'];

/** As AWS publishes them. API Gateway's burst of 40 is left out: who stays below the rate never needs it. */
export const awsQuotas: readonly Quota[] = [
  perSecond('logs:FilterLogEvents', 25, ['us-east-1']),
  perSecond('logs:FilterLogEvents', 5, slowRegions),
  perSecond('logs:FilterLogEvents', 10),
  perSecond('logs:DescribeLogGroups', 10),
  perSecond('logs:DescribeSubscriptionFilters', 5),
  perSecond('logs:StartQuery', 10),
  perSecond('logs:GetQueryResults', 10),
  perSecond('apigateway*:*', 10),
  { operation: 'apigateway:GetResources', calls: 5, perMs: 2_000 },
  perSecond('cloudwatch:GetMetricData', 50),
];

export const noQuotas: readonly Quota[] = [];

export interface QuotaMeter {
  /** False when the call would exceed a quota; it is not counted then. */
  admit(operation: string, account: string, region: string, nowMs: number): boolean;
}

export function createQuotaMeter(quotas: readonly Quota[]): QuotaMeter {
  const admitted = new Map<string, number[]>();

  const applying = (operation: string, region: string): readonly Quota[] => {
    const covering = quotas.filter(
      (quota) => matchesGlob(quota.operation, operation) && (quota.regions?.includes(region) ?? true),
    );
    // The first of a pattern is the most precise.
    return covering.filter(
      (quota, index) => covering.findIndex((other) => other.operation === quota.operation) === index,
    );
  };

  return {
    admit: (operation, account, region, nowMs) => {
      const meters = applying(operation, region).map((quota) => {
        const key = `${quota.operation} ${account} ${region}`;
        const recent = (admitted.get(key) ?? []).filter((atMs) => atMs > nowMs - quota.perMs);
        admitted.set(key, recent);
        return { quota, recent };
      });
      if (meters.some(({ quota, recent }) => recent.length >= quota.calls)) return false;
      for (const { recent } of meters) recent.push(nowMs);
      return true;
    },
  };
}
