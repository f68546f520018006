import { createHash } from 'node:crypto';
import type {
  CountingUnit,
  Delivery,
  DeliverySink,
  UnitReceipt,
  UnitSink,
} from '../../../server/src/pipeline/counting-unit.js';

export interface ReceivingSink extends UnitSink, DeliverySink {
  /** Units whose content was read to its end, with its text. */
  readonly received: { readonly unit: CountingUnit; readonly text: string }[];
  /** Deliveries that were read to their end: the text of the request's own unit, of units of their own by name, and what was not read. */
  readonly deliveries: ReceivedDelivery[];
  readonly progress: { readonly feed: string; readonly completeUntilMs: number }[];
}

export interface ReceivedDelivery {
  readonly delivery: Delivery;
  readonly text: string;
  readonly units: ReadonlyMap<string, string>;
  readonly unread: readonly string[];
}

/** Reads what it is given, says how much it was, and stores nothing. */
export function createReceivingSink(newestMs = 0): ReceivingSink {
  const received: { unit: CountingUnit; text: string }[] = [];
  const deliveries: ReceivedDelivery[] = [];
  const progress: { feed: string; completeUntilMs: number }[] = [];
  return {
    received,
    deliveries,
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
    async acceptDelivery(delivery) {
      let text = '';
      const units = new Map<string, string>();
      const unread: string[] = [];
      for await (const part of delivery.parts) {
        if (part.kind === 'bytes') text += new TextDecoder().decode(part.bytes);
        else if (part.kind === 'unit') units.set(part.id, new TextDecoder().decode(part.bytes));
        else unread.push(`${part.unread.line} ${part.unread.reason}`);
      }
      deliveries.push({ delivery, text, units, unread });
      const generation = { rank: text.length, version: 1, name: '' };
      const receipt: UnitReceipt = {
        unit: {
          unit: delivery.id,
          generation,
          feed: delivery.feed,
          firstMs: newestMs,
          newestMs,
          lines: 0,
          requests: 0,
          bytes: text.length,
          rejected: {},
        },
        isNew: true,
        refused: 0,
      };
      return text === '' && unread.length === 0 && units.size === 0 ? [] : [receipt];
    },
    readUnitsOf: async () => [],
    readRefusalsOnly: async () => [],
    async reportProgress(feed, _kind, completeUntilMs) {
      progress.push({ feed, completeUntilMs });
    },
  };
}
