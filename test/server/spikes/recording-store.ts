import type { CellsQuery } from '../../../server/src/query/query.js';
import type { EventReader } from '../../../server/src/store/event-store.js';
import type { CountedTraffic } from '../../spikes-judge/counted-traffic.js';
import { storeOf } from '../../spikes-judge/traffic-store.js';

export interface RecordingStore extends Pick<EventReader, 'readCells'> {
  /** Questions since the last time. */
  asked(): readonly CellsQuery[];
  /** Another traffic, or the same known further, from now on. */
  change(traffic: CountedTraffic, completeUntilMs?: number): void;
}

export function recordingStore(traffic: CountedTraffic, completeUntilMs?: number): RecordingStore {
  let store = storeOf(traffic, completeUntilMs);
  let questions: CellsQuery[] = [];
  return {
    readCells(query) {
      questions.push(query);
      return store.readCells(query);
    },
    asked() {
      const told = questions;
      questions = [];
      return told;
    },
    change(next, until) {
      store = storeOf(next, until);
    },
  };
}
