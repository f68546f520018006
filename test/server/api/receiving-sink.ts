import { createHash } from 'node:crypto';
import type { CountingUnit, UnitSink } from '../../../server/src/pipeline/counting-unit.js';

export interface ReceivingSink extends UnitSink {
  /** Units whose content was read to its end, with its text. */
  readonly received: { readonly unit: CountingUnit; readonly text: string }[];
  readonly progress: { readonly feed: string; readonly completeUntilMs: number }[];
}

/** Reads what it is given, says how much it was, and stores nothing. */
export function createReceivingSink(newestMs = 0): ReceivingSink {
  const received: { unit: CountingUnit; text: string }[] = [];
  const progress: { feed: string; completeUntilMs: number }[] = [];
  return {
    received,
    progress,
    async accept(unit) {
      const decoder = new TextDecoder();
      const hash = createHash('sha256');
      let text = '';
      let bytes = 0;
      for await (const chunk of unit.content) {
        bytes += chunk.length;
        hash.update(chunk);
        if (text.length < 1_000_000) text += decoder.decode(chunk, { stream: true });
      }
      const isNew = !received.some((known) => known.unit.id === unit.id);
      received.push({ unit, text });
      const lines = text.split('\n').filter((line) => line !== '').length;
      const generation = { rank: bytes, version: 1, name: hash.digest('hex') };
      const stored = { unit: unit.id, generation, feed: unit.feed, firstMs: newestMs, newestMs };
      return { unit: { ...stored, lines, requests: lines, bytes, rejected: {} }, isNew, refused: 0 };
    },
    readUnitsOf: async () => [],
    async reportProgress(feed, _kind, completeUntilMs) {
      progress.push({ feed, completeUntilMs });
    },
  };
}
