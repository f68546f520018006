import { StopQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, awsErrorOf } from '../aws/aws-error.js';
import type { RegionClients } from '../aws/clients.js';
import type { DiscoveredGroup } from '../aws/discovery/groups-of.js';
import type { CountEvents } from '../sources/cloudwatch/log-events-client.js';
import { groupPattern, type Refusal } from './missing-permissions.js';

export interface TryCountingOptions {
  readonly count: CountEvents;
  readonly clients: Pick<RegionClients, 'logs'>;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/** Each costs as much as AWS charges for the smallest scan. */
const mostCounts = 10;
const noQuery = '00000000-0000-0000-0000-000000000000';

/**
 * Tries what `insights: true` needs: counts one second of one group of each pattern of names, which scans next to nothing, and stops a query that does
 * not exist. Tells what is refused; what else fails keeps nothing from being read.
 */
export async function tryCounting(
  groups: readonly DiscoveredGroup[],
  { count, clients, nowMs, signal }: TryCountingOptions,
): Promise<readonly Refusal[]> {
  const refusals: Refusal[] = [];
  const toMs = Math.floor(nowMs());
  for (const { group } of samplesOf(groups)) {
    const part = `arn:aws:logs:${group.region}:${group.account}:log-group:${group.name}`;
    const error = await failureOf(() => count(group, toMs - 1_000, toMs, signal));
    if (error?.kind === 'denied')
      refusals.push({ action: error.action ?? 'logs:StartQuery', part: partOf(error, part) });
  }
  const call = { action: 'logs:StopQuery', on: 'queries' };
  const error = await failureOf(() =>
    clients.logs.send(new StopQueryCommand({ queryId: noQuery }), { abortSignal: signal }).catch((thrown: unknown) => {
      throw awsErrorOf(thrown, call);
    }),
  );
  if (error?.kind === 'denied') refusals.push({ action: call.action, part: '*' });
  signal.throwIfAborted();
  return refusals;
}

/** IAM knows groups for what begins a query, and nothing for the rest. */
const partOf = ({ action }: AwsError, group: string): string => (action === 'logs:StartQuery' ? group : '*');

/** Of those that one line of a policy allows, the first. */
const samplesOf = (groups: readonly DiscoveredGroup[]): readonly DiscoveredGroup[] =>
  [...new Map([...groups].reverse().map((each) => [groupPattern(each.group.name), each])).values()].slice(
    0,
    mostCounts,
  );

async function failureOf(work: () => Promise<unknown>): Promise<AwsError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}
