import { groupsOf } from '../../aws/discovery/groups-of.js';
import { listings, type Snapshot } from '../../aws/discovery/snapshot.js';
import type { StageFilters } from '../../aws/discovery/stage-filters.js';
import type { LookMemory } from '../../aws/discovery/stored-looks.js';
import type { FeedEnds } from '../../store/event-store.js';
import type { Telemetry } from '../../telemetry/telemetry.js';
import type { LogGroup } from '../cloudwatch/log-events-client.js';
import { feedOf } from '../cloudwatch/unit-names.js';
import type { GroupRegistry } from '../group-registry.js';

export interface EndedFeedsDeps {
  readonly store: FeedEnds;
  readonly groups: Pick<GroupRegistry, 'isListed' | 'isKnown'>;
  /** Feeds of groups that were let go of: looks at all their stages showed that these no longer log there. */
  readonly letGo: ReadonlySet<string>;
  readonly telemetry: Telemetry;
  readonly nowMs: () => number;
}

const hourMs = 3_600_000;

/** Whether it would show every stage that there is: only then does what is missing tell something. */
export const isWhole = ({ problems }: Snapshot): boolean =>
  !problems.some(({ part }) => listings.includes(part) || part.endsWith('/stages'));

/** Which groups one run of discovery had, and has no longer. It lets go of those only that it saw abandoned, a day later. */
export class GroupsHad {
  private readonly feeds = new Set<string>();

  private add(groups: readonly { readonly group: LogGroup }[]): void {
    for (const { group } of groups) this.feeds.add(feedOf(group));
  }

  /** With what earlier processes saw: some of that may be let go of at the first look of this one. */
  withRecalled(memory: LookMemory, filters: StageFilters): LookMemory {
    return {
      keep: (snapshot) => memory.keep(snapshot),
      recall: async (...asked) => {
        const earlier = await memory.recall(...asked);
        for (const look of earlier.looks) this.add(groupsOf(look, filters));
        return earlier;
      },
    };
  }

  /** `groups`: all that it has now. */
  letGo(groups: readonly { readonly group: LogGroup }[]): ReadonlySet<string> {
    this.add(groups);
    const now = new Set(groups.map(({ group }) => feedOf(group)));
    return new Set([...this.feeds].filter((feed) => !now.has(feed)));
  }
}

/**
 * Notes which feeds have ended: no stage that is read logs to their groups, not since the last sweep of what they had. Without it
 * whatever sums up several stages would wait for them as long as their counts are in the range. A group that is denied, that fails or
 * that is silent has not ended: a stage logs there. Where some stages cannot be listed, maybe for good, any group may be theirs; those
 * only have ended that were let go of.
 */
export async function noteEndedFeeds(snapshot: Snapshot, deps: EndedFeedsDeps): Promise<void> {
  const { store, groups, letGo, telemetry, nowMs } = deps;
  const { account, region, problems, takenMs } = snapshot;
  const prefix = feedOf({ account, region, name: '' });
  const isAllKnown = isWhole(snapshot) && groups.isKnown(account, region);
  const areWebAclsKnown = !problems.some(({ action }) => action.startsWith('wafv2:'));
  const isOver = (feed: string): boolean =>
    (isAllKnown || letGo.has(feed)) && (areWebAclsKnown || !isOfWaf(feed.slice(prefix.length)));
  const feeds = (await store.readFeedsOf(prefix)).filter(({ feed, hasEnded }) =>
    groups.isListed(feed) ? hasEnded : !hasEnded && isOver(feed),
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
