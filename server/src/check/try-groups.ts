import { AwsError } from '../aws/aws-error.js';
import type { DiscoveredGroup } from '../aws/discovery/groups-of.js';
import type { RateBudget } from '../aws/rate-budget.js';
import type { LogEventsClient } from '../sources/cloudwatch/log-events-client.js';

/** A group that could not be read. */
export interface UnreadGroup {
  readonly group: DiscoveredGroup;
  readonly error: AwsError;
}

export interface TryGroupsOptions {
  readonly client: LogEventsClient;
  readonly budget: RateBudget;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
  onProgress(done: number, of: number): Promise<void>;
}

/** So many tries of a call that AWS throttles: others may be reading. */
const attempts = 3;

/** Asks each group for the events of one second: the same permission as reading all of them, and nearly nothing to send. */
export async function tryGroups(
  groups: readonly DiscoveredGroup[],
  { client, budget, nowMs, signal, onProgress }: TryGroupsOptions,
): Promise<readonly UnreadGroup[]> {
  const unread: UnreadGroup[] = [];
  const toMs = Math.floor(nowMs());
  for (const [i, group] of groups.entries()) {
    await onProgress(i, groups.length);
    const error = await tryGroup(group);
    if (error !== null) unread.push({ group, error });
  }
  return unread;

  async function tryGroup({ group }: DiscoveredGroup): Promise<AwsError | null> {
    for (let failures = 1; ; failures++) {
      await budget.take(group.name, signal);
      try {
        await client.readPage({ group, fromMs: toMs - 1_000, toMs, filterPattern: null, token: null }, signal);
        return null;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof AwsError)) throw error;
        if (error.kind !== 'throttled' || failures === attempts) return error;
        budget.throttled(error.retryAfterMs);
      }
    }
  }
}
