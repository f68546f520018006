import { httpApisPart, restApisPart, type Snapshot } from '../../aws/discovery/snapshot.js';
import type { FeedEnds } from '../../store/event-store.js';
import type { Telemetry } from '../../telemetry/telemetry.js';
import { feedOf } from '../cloudwatch/unit-names.js';
import type { GroupRegistry } from '../group-registry.js';

export interface EndedFeedsDeps {
  readonly store: FeedEnds;
  readonly groups: Pick<GroupRegistry, 'isListed' | 'isKnown'>;
  readonly telemetry: Telemetry;
  readonly nowMs: () => number;
}

const hourMs = 3_600_000;

/** Whether it would show every stage that there is: only then does what is missing tell something. */
export const isWhole = ({ problems }: Snapshot): boolean =>
  !problems.some(({ part }) => part === restApisPart || part === httpApisPart || part.endsWith('/stages'));

/**
 * Notes which feeds have ended: no stage that is read logs to their groups, not since the last sweep of what they had. Without it
 * whatever sums up several stages would wait for them as long as their counts are in the range. A group that is denied, that fails or
 * that is silent has not ended: a stage logs there.
 */
export async function noteEndedFeeds(snapshot: Snapshot, deps: EndedFeedsDeps): Promise<void> {
  const { store, groups, telemetry, nowMs } = deps;
  const { account, region, problems, takenMs } = snapshot;
  if (!isWhole(snapshot) || !groups.isKnown(account, region)) return;
  const prefix = feedOf({ account, region, name: '' });
  const areWebAclsKnown = !problems.some(({ action }) => action.startsWith('wafv2:'));
  const feeds = (await store.readFeedsOf(prefix)).filter(
    ({ feed, hasEnded }) =>
      hasEnded === groups.isListed(feed) && (areWebAclsKnown || !isOfWaf(feed.slice(prefix.length))),
  );
  await store.insertFeedEnds(
    feeds.map(({ feed, hasEnded }) => ({ feed, hasEnded: !hasEnded })),
    nowMs(),
  );
  for (const { feed, hasEnded, completeUntilMs } of feeds) {
    if (hasEnded || completeUntilMs >= takenMs - hourMs) continue;
    const until = new Date(completeUntilMs).toISOString();
    const problem = `No stage that is read logs there any more. It was read until ${until}; what came later, if anything did, is not read.`;
    telemetry.sourceProblem({ source: feed, problem });
  }
}

/** AWS wants it in the name. */
const isOfWaf = (group: string): boolean => group.startsWith('aws-waf-logs-');
