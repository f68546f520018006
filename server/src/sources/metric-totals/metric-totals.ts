import { AwsError } from '../../aws/aws-error.js';
import type { Snapshot } from '../../aws/discovery/snapshot.js';
import type { Wait } from '../../aws/rate-budget.js';
import type { DenominatorStore } from '../../store/denominator-store.js';
import { StoreError } from '../../store/store-error.js';
import type { Telemetry } from '../../telemetry/telemetry.js';
import type { SourceProblem } from '../source-state.js';
import type { CountRequests } from './count-requests.js';
import { RegionTotals } from './region-totals.js';

export interface MetricTotalsOptions {
  readonly account: string;
  readonly regions: readonly string[];
  /** The newest of each region. */
  readonly snapshots: () => readonly Snapshot[];
  readonly store: DenominatorStore;
  readonly countRequests: CountRequests;
  readonly nowMs: () => number;
  readonly wait: Wait;
  readonly telemetry: Telemetry;
}

/** Counts by CloudWatch's metrics the requests of what was read as refusals only. */
export interface MetricTotals {
  /** What keeps requests of a region from being counted, and what to do. */
  problems(region: string): readonly SourceProblem[];
  /** Until the signal. */
  run(signal: AbortSignal): Promise<void>;
}

const roundMs = 60_000;
/** From one look for the first snapshot to the next. */
const unknownMs = 5_000;
const action = 'cloudwatch:GetMetricData';
const part = 'metrics';

export function createMetricTotals(options: MetricTotalsOptions): MetricTotals {
  const { account, nowMs, wait, telemetry } = options;
  const problems = new Map<string, readonly SourceProblem[]>();

  /** Each once, not in every round. */
  function tell(region: string, found: readonly SourceProblem[]): void {
    const told = new Set(problems.get(region)?.map(({ message }) => message));
    problems.set(region, found);
    for (const { message } of found) {
      if (!told.has(message)) telemetry.sourceProblem({ source: `metrics ${account} ${region}`, problem: message });
    }
  }

  async function follow(region: string, signal: AbortSignal): Promise<void> {
    const totals = new RegionTotals({ ...options, region });
    while (!signal.aborted) {
      const beginMs = nowMs();
      const snapshot = options.snapshots().find((each) => each.region === region);
      if (snapshot === undefined) {
        await wait(unknownMs, signal).catch(() => {});
        continue;
      }
      totals.learn(snapshot);
      try {
        await totals.round(signal);
        tell(region, totals.sharedNames.map(sharedName));
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof AwsError) tell(region, [{ action, part, message: error.message }]);
        // The store has told what was wrong.
        else if (!(error instanceof StoreError)) telemetry.defect({ where: `metrics ${account} ${region}`, error });
      }
      await wait(Math.max(roundMs / 2, roundMs - (nowMs() - beginMs)), signal).catch(() => {});
    }
  }

  return {
    problems: (region) => problems.get(region) ?? [],
    async run(signal) {
      await Promise.all(options.regions.map((region) => follow(region, signal)));
    },
  };
}

const sharedName = (name: string): SourceProblem => ({
  action,
  part,
  message: `Several REST APIs are called ${JSON.stringify(name)}, and CloudWatch adds up their requests: they cannot be counted by metrics until each has a name of its own.`,
});
