import type { LogGroup } from './cloudwatch/log-events-client.js';
import { feedOf } from './cloudwatch/unit-names.js';

/** Log groups of an account and region that come in two ways. They are counted once; somebody should know. */
export interface Overlap {
  readonly account: string;
  readonly region: string;
  /** Names, the first few. */
  readonly groups: readonly string[];
  readonly count: number;
  /** Who counts them: an entry of `sources`. */
  readonly countedBy: string;
  /** The entry, or the feed of deliveries, that brings them too. */
  readonly alsoBy: string;
  /** What is done, and what to do. */
  readonly message: string;
}

/** What one entry of `sources` has to do with the others. */
export interface GroupClaims {
  /** Of the groups that it finds, all of them: those that it is to read. */
  own<T extends { readonly group: LogGroup }>(groups: readonly T[]): readonly T[];
  /** Looking begins anew: what was looked through before says nothing. */
  begun(): void;
  /** Account and region were looked through. */
  looked(account: string, region: string): void;
}

/** What the way of deliveries has to know. */
export interface PolledGroups {
  /** null: it is not known yet; AWS has not told all entries which groups there are. */
  isPolled(group: LogGroup): boolean | null;
  /** Something came of a group that is polled. */
  delivered(group: LogGroup, feed: string): void;
}

export interface GroupRegistryDeps {
  readonly nowMs: () => number;
  /** Each once, when it is noticed. */
  readonly onOverlap: (overlap: Overlap) => void;
}

/** A reader that has to let go of a group finishes what it has under way. */
const handOverMs = 2 * 60_000;
/** Whoever finds a group after a longer time no longer reads what was written before: until then it may be polled, and counted so. */
const unknownMs = 72 * 3_600_000;
/** A delivery is told of for so long. */
const deliveredMs = 3_600_000;
const mostDelivered = 2_000;
const mostNames = 10;

interface Entry {
  readonly name: string;
  readonly regions: readonly string[];
  readonly account: string | null;
  /** By feed. */
  listed: ReadonlyMap<string, LogGroup>;
  readonly looked: Set<string>;
}

/** Who reads which log group, in this process: two would count the same requests twice. Of two entries the first one does. */
export class GroupRegistry implements PolledGroups {
  private readonly deps: GroupRegistryDeps;
  private readonly startedMs: number;
  private readonly entries: Entry[] = [];
  private readonly holders = new Map<string, { readonly entry: Entry; readonly fromMs: number }>();
  private readonly deliveries = new Map<string, { readonly group: LogGroup; readonly feed: string; atMs: number }>();
  private readonly told = new Set<string>();

  constructor(deps: GroupRegistryDeps) {
    this.deps = deps;
    this.startedMs = deps.nowMs();
  }

  /** In the order of the configuration. `account` null: of the credentials that the service has. */
  open(name: string, account: string | null, regions: readonly string[]): GroupClaims {
    const alike = this.entries.filter((each) => each.name === name || each.name.startsWith(`${name} #`)).length;
    const entry: Entry = {
      name: alike === 0 ? name : `${name} #${alike + 1}`,
      account,
      regions,
      listed: new Map(),
      looked: new Set(),
    };
    this.entries.push(entry);
    return {
      own: (groups) => this.ownOf(entry, groups),
      begun: () => entry.looked.clear(),
      looked: (of, region) => {
        entry.looked.add(`${of} ${region}`);
      },
    };
  }

  isPolled(group: LogGroup): boolean | null {
    const feed = feedOf(group);
    if (this.entries.some(({ listed }) => listed.has(feed))) return true;
    const isYoung = this.deps.nowMs() - this.startedMs < unknownMs;
    return isYoung && !this.isKnown(group.account, group.region) ? null : false;
  }

  /** Feeds that an entry finds. */
  isListed(feed: string): boolean {
    return this.entries.some(({ listed }) => listed.has(feed));
  }

  /** All entries that could find groups there have looked. */
  isKnown(account: string, region: string): boolean {
    return this.entries
      .filter((entry) => entry.regions.includes(region) && (entry.account ?? account) === account)
      .every(
        ({ looked }) => looked.has(`${account} ${region}`) || [...looked].some((place) => isElsewhere(place, account)),
      );
  }

  delivered(group: LogGroup, feed: string): void {
    const key = `${feed} ${feedOf(group)}`;
    const isKnown = this.deliveries.delete(key);
    this.deliveries.set(key, { group, feed, atMs: this.deps.nowMs() });
    if (this.deliveries.size > mostDelivered) this.deliveries.delete(this.deliveries.keys().next().value as string);
    if (!isKnown) this.tell();
  }

  overlaps(): readonly Overlap[] {
    const found = new Map<
      string,
      { place: LogGroup; names: string[]; countedBy: string; alsoBy: string; isDelivery: boolean }
    >();
    const add = (group: LogGroup, countedBy: string, alsoBy: string, isDelivery: boolean): void => {
      const key = JSON.stringify([group.account, group.region, countedBy, alsoBy]);
      const known = found.get(key);
      if (known === undefined) found.set(key, { place: group, names: [group.name], countedBy, alsoBy, isDelivery });
      else known.names.push(group.name);
    };
    const first = new Map<string, Entry>();
    for (const entry of this.entries) {
      for (const [feed, group] of entry.listed) {
        const reader = first.get(feed);
        if (reader === undefined) first.set(feed, entry);
        else add(group, reader.name, entry.name, false);
      }
    }
    const oldestMs = this.deps.nowMs() - deliveredMs;
    for (const { group, feed, atMs } of this.deliveries.values()) {
      const reader = first.get(feedOf(group));
      if (reader !== undefined && atMs >= oldestMs) add(group, reader.name, feed, true);
    }
    return [...found.values()].map(({ place: { account, region }, names, countedBy, alsoBy, isDelivery }) => {
      const some = {
        account,
        region,
        groups: names.sort().slice(0, mostNames),
        count: names.length,
        countedBy,
        alsoBy,
      };
      return { ...some, message: isDelivery ? ofDelivery(some) : ofEntries(some) };
    });
  }

  private ownOf<T extends { readonly group: LogGroup }>(entry: Entry, groups: readonly T[]): readonly T[] {
    const now = this.deps.nowMs();
    entry.listed = new Map(groups.map(({ group }) => [feedOf(group), group]));
    for (const [feed, holder] of this.holders) {
      if (holder.entry === entry && !entry.listed.has(feed)) this.handOver(feed, now);
    }
    const own = groups.filter(({ group }) => {
      const feed = feedOf(group);
      const holder = this.holders.get(feed);
      const rightful = this.entries.find(({ listed }) => listed.has(feed)) as Entry;
      if (holder?.entry !== rightful) this.handOver(feed, now);
      const { entry: reader, fromMs } = this.holders.get(feed) as { entry: Entry; fromMs: number };
      return reader === entry && fromMs <= now;
    });
    if (own.length < groups.length) this.tell();
    return own;
  }

  /** To the first entry that finds it; at once if nobody has read it. */
  private handOver(feed: string, now: number): void {
    const next = this.entries.find(({ listed }) => listed.has(feed));
    const isFree = !this.holders.has(feed);
    if (next === undefined) this.holders.delete(feed);
    else this.holders.set(feed, { entry: next, fromMs: isFree ? now : now + handOverMs });
  }

  private tell(): void {
    for (const overlap of this.overlaps()) {
      const key = JSON.stringify([overlap.account, overlap.region, overlap.countedBy, overlap.alsoBy]);
      if (this.told.has(key)) continue;
      this.told.add(key);
      this.deps.onOverlap(overlap);
    }
  }
}

/** An entry without a role has found out its account, and it is another one. */
const isElsewhere = (place: string, account: string): boolean => !place.startsWith(`${account} `);

type Told = Omit<Overlap, 'message'>;

const whatOf = ({ groups, count, account, region }: Told): string => {
  const others = count > groups.length ? ` and ${count - groups.length} more` : '';
  return `${count === 1 ? 'Log group' : 'Log groups'} ${groups.join(', ')}${others} of ${account} ${region}`;
};

const ofEntries = (told: Told): string =>
  `${whatOf(told)}: found by two entries of \`sources\`, ${told.countedBy} and ${told.alsoBy}. The first one reads; leave them out of one of the two (\`include\`, \`exclude\`).`;

const ofDelivery = (told: Told): string =>
  `${whatOf(told)}: polled by ${told.countedBy}, and delivered by a subscription (${told.alsoBy}) as well. What is delivered is taken as evidence and not counted; remove the subscription filter, or leave the stage out of the source (\`exclude\`).`;
