import { AwsError } from '../aws/aws-error.js';
import type { CountRequests } from '../sources/metric-totals/count-requests.js';

export interface TryMetricsOptions {
  readonly countRequests: CountRequests;
  readonly account: string;
  readonly region: string;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/** Tries what `metricTotals: true` needs: one minute of one metric, which need not exist. null: it may be asked for. */
export async function tryMetrics(options: TryMetricsOptions): Promise<AwsError | null> {
  const { countRequests, account, region, nowMs, signal } = options;
  const toMs = Math.floor(nowMs() / 60_000) * 60_000;
  const metrics = [{ ApiName: 'why403', Stage: 'check' }];
  try {
    await countRequests({ account, region, fromMs: toMs - 60_000, toMs, metrics }, signal);
    return null;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AwsError) return error;
    throw error;
  }
}
