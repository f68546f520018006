import { createHash } from 'node:crypto';
import type {
  CountingUnit,
  RefusalsOnly,
  UnitReceipt,
  UnitSink,
} from '../../../../server/src/pipeline/counting-unit.js';
import { refusalsOnlyMinutes } from '../../../../server/src/pipeline/refusals-only.js';
import { stageKeyOf } from '../../../../server/src/query/completeness.js';
import type { StoredUnit } from '../../../../server/src/store/event-store.js';

interface Stored {
  readonly unit: StoredUnit;
  readonly eventIds: readonly string[];
}

/** What the store promises of units, and no more: of two readings of one, that with more bytes stands. */
export class ModelStore {
  readonly units = new Map<string, Stored>();
  /** By kind and group, so that looking up does not take longer the more groups there are. */
  private readonly names = new Map<string, string[]>();
  readonly progress = new Map<string, number>();
  /** Minutes that were read as refusals only, by feed: true where a reading of them was, false where its requests may have begun. */
  readonly refusalsOnly = new Map<string, Map<number, boolean>>();
  /** The same minutes, of either kind, by stage. */
  readonly withoutDenominator = new Map<string, Set<number>>();
  /** Readings that were stored, in order: the same unit may be there several times. */
  readonly accepted: { readonly unit: string; readonly eventIds: readonly string[] }[] = [];

  /** Ids of all events that count, as often as they count. */
  counted(feed?: string): string[] {
    return [...this.units.values()]
      .filter(({ unit }) => feed === undefined || unit.feed === feed)
      .flatMap(({ eventIds }) => eventIds)
      .sort();
  }

  /** What is stored does not stay for ever. */
  expire(isExpired: (unit: string) => boolean): void {
    for (const unit of [...this.units.keys()].filter(isExpired)) this.units.delete(unit);
    for (const [owner, names] of this.names) {
      this.names.set(
        owner,
        names.filter((name) => this.units.has(name)),
      );
    }
  }

  sink(): UnitSink {
    return {
      accept: (unit) => this.accept(unit),
      readUnitsOf: async (prefix) =>
        (this.names.get(ownerOf(prefix)) ?? [])
          .filter((name) => name.startsWith(prefix))
          .sort()
          .map((name) => (this.units.get(name) as Stored).unit),
      readRefusalsOnly: async (feed, { fromMs, toMs }) =>
        [...(this.refusalsOnly.get(feed) ?? [])]
          .filter(([minuteMs, inReading]) => inReading && minuteMs >= fromMs && minuteMs < toMs)
          .map(([minuteMs]) => minuteMs)
          .sort((a, b) => a - b),
      reportProgress: async (feed, _kind, completeUntilMs) => {
        this.progress.set(feed, Math.max(completeUntilMs, this.progress.get(feed) ?? 0));
      },
    };
  }

  private async accept({ id, feed, content, refusalsOnly }: CountingUnit): Promise<UnitReceipt> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const bytes of content) text += decoder.decode(bytes, { stream: true });
    const eventIds = text.split('\n').flatMap(eventIdsOf);
    const rank = text.length;
    const unit: StoredUnit = {
      unit: id,
      generation: { rank, version: 1, name: createHash('sha256').update(text).digest('hex') },
      feed,
      firstMs: 0,
      newestMs: 0,
      lines: eventIds.length,
      requests: eventIds.length,
      bytes: rank,
      rejected: {},
    };
    this.accepted.push({ unit: id, eventIds });
    const before = this.units.get(id)?.unit;
    const isNew = before === undefined || isHigher(unit, before);
    if (before === undefined) this.names.set(ownerOf(id), [...(this.names.get(ownerOf(id)) ?? []), id]);
    if (isNew && refusalsOnly !== undefined) this.mark(feed, refusalsOnly);
    if (isNew) this.units.set(id, { unit, eventIds });
    return { unit: isNew ? unit : before, isNew, refused: 0 };
  }

  private mark(feed: string, of: RefusalsOnly): void {
    const ofFeed = this.refusalsOnly.get(feed) ?? new Map<number, boolean>();
    this.refusalsOnly.set(feed, ofFeed);
    for (const { minuteMs, inReading, account, region, apiId, stage } of refusalsOnlyMinutes(of, [])) {
      ofFeed.set(minuteMs, inReading || ofFeed.get(minuteMs) === true);
      const key = stageKeyOf({ account, region, api_id: apiId, stage });
      this.withoutDenominator.set(key, (this.withoutDenominator.get(key) ?? new Set()).add(minuteMs));
    }
  }
}

/** `cwl:111122223333:eu-west-1:/aws/apigateway/shop` */
const ownerOf = (name: string): string => name.split(':', 4).join(':');

const isHigher = ({ generation: a }: StoredUnit, { generation: b }: StoredUnit): boolean =>
  a.rank !== b.rank ? a.rank > b.rank : a.name > b.name;

const eventIdsOf = (line: string): string[] =>
  line === '' ? [] : (JSON.parse(line) as { events: { eventId: string }[] }).events.map(({ eventId }) => eventId);
