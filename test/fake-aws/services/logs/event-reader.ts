import { hashText } from '../../hash.js';
import type { FakeLogEvent, FakeLogGroup } from '../../world.js';

/** An event with all its members. */
export interface StoredEvent {
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly visibleAt: number;
  readonly message: string;
  readonly eventId: string;
  readonly logStreamName: string;
}

/** CloudWatch's order: event time, then ingestion, then id. */
export type EventPosition = readonly [timestamp: number, ingestionTime: number, eventId: string];

export const positionOf = (event: StoredEvent): EventPosition => [event.timestamp, event.ingestionTime, event.eventId];

export const compareEvents = (a: StoredEvent, b: StoredEvent): number =>
  a.timestamp - b.timestamp ||
  a.ingestionTime - b.ingestionTime ||
  (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0);

const isAfter = (event: StoredEvent, [timestamp, ingestionTime, eventId]: EventPosition): boolean =>
  (event.timestamp - timestamp || event.ingestionTime - ingestionTime || (event.eventId > eventId ? 1 : -1)) > 0;

export interface EventReader {
  /** Visible events with `fromMs <= timestamp <= toMs` that come after a position, in order. Lazy. */
  read(group: FakeLogGroup, fromMs: number, toMs: number, nowMs: number, after?: EventPosition): Iterable<StoredEvent>;
}

/** 56 digits that sort by time, then by what tells the event apart. */
const idOf = (timestamp: number, distinct: string): string =>
  `3${String(timestamp).padStart(15, '0')}${distinct.padStart(40, '0')}`;

const complete = (event: FakeLogEvent, distinct: (event: FakeLogEvent) => string): StoredEvent => {
  const ingestionTime = event.ingestionTime ?? event.timestamp;
  return {
    timestamp: event.timestamp,
    ingestionTime,
    visibleAt: event.visibleAt ?? ingestionTime,
    message: event.message,
    eventId: event.eventId ?? idOf(event.timestamp, distinct(event)),
    logStreamName: event.logStreamName ?? 'stream',
  };
};

const byContent = (event: FakeLogEvent): string =>
  `${hashText(event.message)}${String(hashText(`${event.logStreamName} ${event.ingestionTime} ${event.message}`, 7)).padStart(10, '0')}`;

/** Puts events of one millisecond in order; between milliseconds the function must keep it. */
function* ordered(events: Iterable<FakeLogEvent>): Iterable<StoredEvent> {
  let same: StoredEvent[] = [];
  for (const event of events) {
    const last = same[0]?.timestamp ?? event.timestamp;
    if (event.timestamp < last) {
      throw new Error(`an events function must keep to the order of time: ${event.timestamp} came after ${last}`);
    }
    if (event.timestamp > last) {
      yield* same.sort(compareEvents);
      same = [];
    }
    same.push(complete(event, byContent));
  }
  yield* same.sort(compareEvents);
}

const firstFrom = (sorted: readonly StoredEvent[], fromMs: number): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as StoredEvent).timestamp < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
};

function* between(sorted: readonly StoredEvent[], fromMs: number, toMs: number): Iterable<StoredEvent> {
  for (let index = firstFrom(sorted, fromMs); index < sorted.length; index++) {
    const event = sorted[index] as StoredEvent;
    if (event.timestamp > toMs) return;
    yield event;
  }
}

export function createEventReader(): EventReader {
  /** Lists are sorted once for each length. */
  const sortedLists = new WeakMap<readonly FakeLogEvent[], readonly StoredEvent[]>();

  const sortedOf = (list: readonly FakeLogEvent[]): readonly StoredEvent[] => {
    const known = sortedLists.get(list);
    if (known?.length === list.length) return known;
    const sorted = list.map((event, index) => complete(event, () => String(index + 1))).sort(compareEvents);
    sortedLists.set(list, sorted);
    return sorted;
  };

  return {
    *read(group, fromMs, toMs, nowMs, after) {
      const { events = [], retentionDays } = group;
      const keptFromMs = retentionDays === undefined ? 0 : nowMs - retentionDays * 86_400_000;
      const startMs = Math.max(fromMs, after?.[0] ?? 0, keptFromMs);
      const found =
        typeof events === 'function' ? ordered(events(startMs, toMs)) : between(sortedOf(events), startMs, toMs);
      for (const event of found) {
        if (event.visibleAt <= nowMs && (after === undefined || isAfter(event, after))) yield event;
      }
    },
  };
}
