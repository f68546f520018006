import type { EventReader } from '../../../server/src/store/event-store.js';

type Store = Pick<EventReader, 'readCells'>;
const minuteMs = 60_000;

/** The same store, had it read refusals only in these minutes. */
export function readThriftily(store: Store, isThrifty: (ms: number) => boolean): Store {
  return {
    async readCells(query) {
      const answer = await store.readCells(query);
      if (query.metric !== 'requests') return answer;
      const unknown = new Set<number>();
      for (let ms = query.fromMs; ms < query.toMs; ms += minuteMs)
        if (isThrifty(ms)) unknown.add(Math.floor(ms / query.stepMs));
      const sets = answer.sets.map((set) => ({
        ...set,
        buckets: new Map([...set.buckets].filter(([bucket]) => !unknown.has(bucket))),
        unknown,
      }));
      return { ...answer, sets };
    },
  };
}
