import type { Database } from '../database.js';
import type { EventReader } from '../event-store.js';
import { readCells } from './read-cells.js';
import { readChanges } from './read-changes.js';
import { readDoubts } from './read-doubts.js';
import { findEvents, readEvents, readNewEvents } from './read-events.js';
import { readFeeds, readRejects } from './read-feeds.js';
import { readFirstSeen } from './read-first-seen.js';
import { readLabelValues } from './read-label-values.js';
import { readSeries } from './read-series.js';
import { readStages } from './read-stages.js';
import { readTop } from './read-top.js';

/** To add a kind of question: its statement (compiled in a file of its own), its reader, a line here and in EventReader. */
export function createEventReader(database: Database): EventReader {
  return {
    readSeries: (query) => readSeries(database, query),
    readCells: (query) => readCells(database, query),
    readTop: (query) => readTop(database, query),
    readFirstSeen: (query) => readFirstSeen(database, query),
    readEvents: (query) => readEvents(database, query),
    findEvents: (id) => findEvents(database, id),
    readNewEvents: (query) => readNewEvents(database, query),
    readLabelValues: (label, query) => readLabelValues(database, label, query),
    readFeeds: (nowMs) => readFeeds(database, nowMs),
    readStages: (query) => readStages(database, query),
    readDoubts: (query) => readDoubts(database, query),
    readRejects: (limit) => readRejects(database, limit),
    readChangeEvents: (query) => readChanges(database, query),
  };
}
