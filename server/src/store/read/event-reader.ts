import type { Database } from '../database.js';
import type { EventReader } from '../event-store.js';
import { findEvents, readEvents, readNewEvents } from './read-events.js';
import { readFeeds, readRejects } from './read-feeds.js';
import { readLabelValues } from './read-label-values.js';
import { readSeries } from './read-series.js';
import { readTop } from './read-top.js';

/** To add a kind of question: its statement (compiled in a file of its own), its reader, a line here and in EventReader. */
export function createEventReader(database: Database): EventReader {
  return {
    readSeries: (query) => readSeries(database, query),
    readTop: (query) => readTop(database, query),
    readEvents: (query) => readEvents(database, query),
    findEvents: (id) => findEvents(database, id),
    readNewEvents: (query) => readNewEvents(database, query),
    readLabelValues: (label, query) => readLabelValues(database, label, query),
    readFeeds: (nowMs) => readFeeds(database, nowMs),
    readRejects: (limit) => readRejects(database, limit),
  };
}
