import type { LogEntry } from '../model/index.js';
import { BoundedMap } from './bounded-map.js';
import { eventIdOf } from './event-id.js';

/** Tells equal lines apart and deliveries of the same CloudWatch event from new ones, within bounds. */
export class LineOrdinals {
  private readonly countOfLine: BoundedMap<string, number>;
  private readonly deliveredEvents: BoundedMap<string, true>;
  private lastEntry: LogEntry | null = null;
  /** Event id of the first request that began in the last entry, and how many began there. */
  private firstOfEntry: string | null = null;
  private openingsInEntry = 0;

  constructor(capacity: number) {
    this.countOfLine = new BoundedMap(capacity);
    this.deliveredEvents = new BoundedMap(capacity);
  }

  /** True when the entry's CloudWatch event was delivered before. Facts of one entry come one after the other. */
  isRepeated(entry: LogEntry): boolean {
    if (entry === this.lastEntry) return false;
    if (entry.eventId !== null) {
      const key = `${entry.eventId} ${entry.logGroup} ${entry.logStream} ${entry.text.length} ${checksum(entry.text)}`;
      if (this.deliveredEvents.has(key)) return true;
      this.deliveredEvents.set(key, true);
    }
    this.lastEntry = entry;
    this.firstOfEntry = null;
    this.openingsInEntry = 0;
    return false;
  }

  /** Event id of a request that begins with this entry, which `isRepeated` has seen, and has no extended id. */
  eventIdFor(entry: LogEntry): string {
    const ordinal = this.openingsInEntry++;
    // A block of text can hold thousands of requests: it is hashed once, not for each of them.
    if (this.firstOfEntry !== null) {
      return eventIdOf({ firstLine: this.firstOfEntry, cloudWatchEventId: null, ordinal });
    }
    this.firstOfEntry = this.lineEventId(entry);
    return this.firstOfEntry;
  }

  private lineEventId({ text: firstLine, eventId: cloudWatchEventId }: LogEntry): string {
    const first = eventIdOf({ firstLine, cloudWatchEventId, ordinal: 0 });
    if (cloudWatchEventId !== null) return first;
    const ordinal = this.countOfLine.get(first) ?? 0;
    this.countOfLine.set(first, ordinal + 1);
    return ordinal === 0 ? first : eventIdOf({ firstLine, cloudWatchEventId, ordinal });
  }
}

/** FNV-1a: enough to see that two texts under one event id are not the same text. */
function checksum(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
