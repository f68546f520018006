import type { UnitSink } from '../../pipeline/counting-unit.js';
import type { LogGroup } from '../../sources/cloudwatch/log-events-client.js';
import { feedOf, startOfUnit, startPrefix } from '../../sources/cloudwatch/unit-names.js';
import type { PolledGroups } from '../../sources/group-registry.js';
import type { EventReader } from '../../store/event-store.js';

export interface CountedElsewhereDeps {
  readonly groups: Pick<PolledGroups, 'isPolled'>;
  readonly store: Pick<EventReader, 'readFeeds'>;
  readonly sink: Pick<UnitSink, 'readUnitsOf'>;
  readonly nowMs: () => number;
}

/** Whether polling counts the events of this group from then on, so that a delivery of them is evidence only. */
export type CountedElsewhere = (group: LogGroup, firstMs: number) => Promise<boolean>;

const askedEveryMs = 30_000;

/**
 * A group that is polled is counted from the moment on that its reading began with: what is stored says when that was. One that could
 * never be read (its events are denied, say) is not counted by polling.
 */
export function createCountedElsewhere({ groups, store, sink, nowMs }: CountedElsewhereDeps): CountedElsewhere {
  let asked = { atMs: Number.NEGATIVE_INFINITY, feeds: Promise.resolve<ReadonlySet<string>>(new Set()) };
  /** Of groups that are read: it never changes. */
  const starts = new Map<string, number>();

  async function feedsRead(): Promise<ReadonlySet<string>> {
    const now = nowMs();
    if (now - asked.atMs >= askedEveryMs) {
      const feeds = store.readFeeds(now).then((all) => new Set(all.map(({ feed }) => feed)));
      const asking = { atMs: now, feeds };
      asked = asking;
      feeds.catch(() => {
        // The next one asks again.
        asking.atMs = Number.NEGATIVE_INFINITY;
      });
    }
    return asked.feeds;
  }

  return async (group, firstMs) => {
    if (groups.isPolled(group) === false) return false;
    const feed = feedOf(group);
    if (!(await feedsRead()).has(feed)) return false;
    let sinceMs = starts.get(feed);
    if (sinceMs === undefined) {
      const units = await sink.readUnitsOf(startPrefix(group));
      sinceMs = Math.min(...units.flatMap(({ unit }) => startOfUnit(unit) ?? []));
      if (Number.isFinite(sinceMs)) starts.set(feed, sinceMs);
    }
    return firstMs >= sinceMs;
  };
}
