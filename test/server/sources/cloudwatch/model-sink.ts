import { createHash } from 'node:crypto';
import type { CountingUnit, UnitReceipt, UnitSink } from '../../../../server/src/pipeline/counting-unit.js';
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
  /** Readings that were stored, in order: the same unit may be there several times. */
  readonly accepted: { readonly unit: string; readonly eventIds: readonly string[] }[] = [];

  /** Ids of all events that count, as often as they count. */
  counted(feed?: string): string[] {
    return [...this.units.values()]
      .filter(({ unit }) => feed === undefined || unit.feed === feed)
      .flatMap(({ eventIds }) => eventIds)
      .sort();
  }

  sink(): UnitSink {
    return {
      accept: (unit) => this.accept(unit),
      readUnitsOf: async (prefix) =>
        (this.names.get(ownerOf(prefix)) ?? [])
          .filter((name) => name.startsWith(prefix))
          .sort()
          .map((name) => (this.units.get(name) as Stored).unit),
      reportProgress: async (feed, _kind, completeUntilMs) => {
        this.progress.set(feed, Math.max(completeUntilMs, this.progress.get(feed) ?? 0));
      },
    };
  }

  private async accept({ id, feed, content }: CountingUnit): Promise<UnitReceipt> {
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
    if (isNew) this.units.set(id, { unit, eventIds });
    return { unit: isNew ? unit : before, isNew, refused: 0 };
  }
}

/** `cwl:111122223333:eu-west-1:/aws/apigateway/shop` */
const ownerOf = (name: string): string => name.split(':', 4).join(':');

const isHigher = ({ generation: a }: StoredUnit, { generation: b }: StoredUnit): boolean =>
  a.rank !== b.rank ? a.rank > b.rank : a.name > b.name;

const eventIdsOf = (line: string): string[] =>
  line === '' ? [] : (JSON.parse(line) as { events: { eventId: string }[] }).events.map(({ eventId }) => eventId);
