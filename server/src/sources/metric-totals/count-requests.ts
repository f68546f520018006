/** By name, as CloudWatch has them: `{ ApiName: 'orders', Stage: 'prod' }`. */
export type Dimensions = Readonly<Record<string, string>>;

/** So many metrics in one call. */
export const mostMetrics = 500;

export interface CountQuestion {
  readonly account: string;
  readonly region: string;
  /** In whole minutes; [from, to). */
  readonly fromMs: number;
  readonly toMs: number;
  /** Each a stage; at most `mostMetrics`. */
  readonly metrics: readonly Dimensions[];
}

/** What one metric says. */
export interface MinuteCounts {
  /** Requests by minute. CloudWatch keeps no zeros: a minute without requests is not there. */
  readonly requests: ReadonlyMap<number, number>;
  /** False: AWS has more minutes than these, and did not give them. */
  readonly isWhole: boolean;
}

/**
 * Requests of each stage and minute, by the metric `Count` of API Gateway; in the order of the question's metrics. Minutes of the last quarter of an hour
 * may still grow. AWS charges for each metric of each call, however many minutes it is asked for. Throws `AwsError`, or the
 * signal's reason.
 */
export type CountRequests = (question: CountQuestion, signal: AbortSignal) => Promise<readonly MinuteCounts[]>;
