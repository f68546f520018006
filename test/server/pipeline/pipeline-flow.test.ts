import { describe, expect, it } from 'vitest';
import { createByteBudget } from '../../../server/src/pipeline/byte-budget.js';
import { queueSettling } from '../../../server/src/pipeline/settle-queue.js';
import type { Settle } from '../../../server/src/pipeline/settle-step.js';
import { silentTelemetry } from '../../../server/src/telemetry/telemetry.js';
import { accessLine, readLines } from '../../parsers/evidence/feed.js';
import { pipelineOn, settingsOf, truthOf, unitOf } from './bed.js';
import { createMemoryStore, MemoryTables } from './memory-store.js';

const lineOf = (n: number): string => accessLine({ n, fate: 'denied', atMs: n });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

describe('a store that stands still', () => {
  it('stops the reading when the budget is used up, and no unit waits for one that came later', async () => {
    const tables = new MemoryTables();
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const pipeline = pipelineOn(
      createMemoryStore(tables, () => gate),
      {
        limits: { inFlightBytes: 10_000, inFlightUnits: 4, rowsDays: 36_500 },
      },
    );
    let read = 0;
    const unit = (id: string) => ({
      ...unitOf({ id, lines: [] }),
      content: (function* () {
        for (let n = 1; n <= 20; n++) {
          const bytes = new TextEncoder().encode(`${lineOf(n)}\n`);
          read += bytes.length;
          yield bytes;
        }
      })(),
    });
    const accepted = Promise.all(Array.from({ length: 12 }, (_, i) => pipeline.accept(unit(`unit ${i}`))));
    await turns(200);
    // The first unit is let through whatever its length, and each of the others has one piece in its hand.
    const unitBytes = 20 * (lineOf(1).length + 1);
    expect(read).toBeLessThan(10_000 + unitBytes);
    expect(tables.markers).toEqual([]);
    open();
    await accepted;
    expect(tables.markers).toHaveLength(12);
  });

  it('lets other work have its turn while a long unit is read', async () => {
    const pipeline = pipelineOn(createMemoryStore(new MemoryTables()));
    const text = Array.from({ length: 4000 }, (_, n) => accessLine({ n, fate: 'served', atMs: n })).join('\n');
    let others = 0;
    let running = true;
    const other = (async () => {
      while (running) {
        await turn();
        others++;
      }
    })();
    const content = [new TextEncoder().encode(`${text}\n`)];
    await pipeline.accept({ ...unitOf({ id: 'long', lines: [] }), content });
    running = false;
    await other;
    expect(others).toBeGreaterThanOrEqual(Math.floor(text.length / (64 * 1024)));
  });
});

describe('units under way', () => {
  it('of one name follow each other', async () => {
    const tables = new MemoryTables();
    const pipeline = pipelineOn(createMemoryStore(tables));
    const unit = { id: 'twice', lines: [lineOf(1), lineOf(2)] };
    const receipts = await Promise.all([1, 2, 3].map(() => pipeline.accept(unitOf(unit))));
    expect(receipts.map(({ isNew }) => isNew)).toEqual([true, false, false]);
    expect(tables.markers).toHaveLength(1);
    expect(tables.countedRequests()).toEqual(truthOf([unit]).requests);
  });

  it.each([
    { what: 'however many they are', lines: 1, inFlightBytes: 1024 * 1024 },
    { what: 'however much they bring', lines: 20, inFlightBytes: 10_000 },
  ])('that are still arriving hold up no other, $what', async ({ lines, inFlightBytes }) => {
    const tables = new MemoryTables();
    const limits = { inFlightBytes, inFlightUnits: 2, rowsDays: 36_500 };
    const pipeline = pipelineOn(createMemoryStore(tables), { limits });
    let sendRest: () => void = () => {};
    const isSent = new Promise<void>((resolve) => {
      sendRest = resolve;
    });
    const arriving = [1, 2, 3].map((n) =>
      pipeline.accept({
        ...unitOf({ id: `arriving ${n}`, lines: [] }),
        isArriving: true,
        content: (async function* () {
          for (let i = 0; i < lines; i++) yield new TextEncoder().encode(`${lineOf(n * 100 + i)}\n`);
          await isSent;
        })(),
      }),
    );
    await turns(200);
    await pipeline.accept(unitOf({ id: 'there', lines: [lineOf(4)] }));
    expect(tables.markers).toHaveLength(1);
    sendRest();
    await Promise.all(arriving);
    expect(tables.markers).toHaveLength(4);
  });

  it('that cannot be read to their end leave nothing behind, and are told', async () => {
    const tables = new MemoryTables();
    const failed: string[] = [];
    const pipeline = pipelineOn(createMemoryStore(tables), {
      telemetry: { ...silentTelemetry, unitFailed: ({ unit }) => failed.push(unit) },
    });
    const broken = {
      ...unitOf({ id: 'broken', lines: [] }),
      content: (async function* () {
        yield new TextEncoder().encode(`${lineOf(1)}\n`);
        throw new Error('the sender went away');
      })(),
    };
    await expect(pipeline.accept(broken)).rejects.toThrow('the sender went away');
    expect(failed).toEqual(['broken']);
    expect({ ...tables }).toEqual({ ...new MemoryTables() });
    // Its name and its bytes are free again.
    await pipeline.accept(unitOf({ id: 'broken', lines: [lineOf(1)] }));
    expect(tables.markers).toHaveLength(1);
  });

  it('that grow write their facts once', async () => {
    const tables = new MemoryTables();
    const pipeline = pipelineOn(createMemoryStore(tables));
    const lines = Array.from({ length: 10 }, (_, n) => lineOf(n + 1));
    for (let seen = 1; seen <= lines.length; seen++) {
      await pipeline.accept(unitOf({ id: 'growing', lines: lines.slice(0, seen) }));
    }
    expect(tables.facts).toHaveLength(10);
    expect(tables.countedRequests()).toEqual(truthOf([{ id: 'growing', lines }]).requests);
  });

  it('of one name with less in them than was stored: what stands is told, totals stay', async () => {
    const tables = new MemoryTables();
    const pipeline = pipelineOn(createMemoryStore(tables));
    const lines = [1, 2, 3].map(lineOf);
    const { unit } = await pipeline.accept(unitOf({ id: 'reused', lines }));
    const later = await pipeline.accept(unitOf({ id: 'reused', lines: [lineOf(4)] }));
    expect(later).toMatchObject({ isNew: false, unit });
    expect(tables.markers).toHaveLength(1);
    expect(tables.countedRequests()).toEqual(truthOf([{ id: 'reused', lines }]).requests);
    // Evidence is kept whatever it came in.
    expect(tables.standing()).toHaveLength(4);
  });

  it('keep their days: the marker names each day that has totals', async () => {
    const days: (readonly string[])[] = [];
    const store = createMemoryStore(new MemoryTables());
    const pipeline = pipelineOn({
      ...store,
      insertMarker: (stored, of, nowMs) => {
        days.push(of);
        return store.insertMarker(stored, of, nowMs);
      },
    });
    const dayMs = 86_400_000;
    const lines = [0, 2 * dayMs, 1000].map((atMs, n) => accessLine({ n: n + 1, fate: 'served', atMs }));
    await pipeline.accept(unitOf({ id: 'days', lines }));
    expect(days).toEqual([['2026-05-14', '2026-05-16']]);
  });

  it('tell and count what is older than the store keeps, instead of storing what would vanish', async () => {
    const tables = new MemoryTables();
    const dayMs = 86_400_000;
    const limits = { inFlightBytes: 1024 * 1024, inFlightUnits: 4, rowsDays: 30 };
    const pipeline = pipelineOn(createMemoryStore(tables), { limits });
    const lines = [-31 * dayMs, -29 * dayMs, 0].map((atMs, n) => accessLine({ n: n + 1, fate: 'denied', atMs }));
    const { unit } = await pipeline.accept(unitOf({ id: 'old', lines }));
    expect(unit).toMatchObject({ lines: 3, requests: 2, rejected: { expired: 1 } });
    expect(tables.rejects).toEqual([{ unit: 'old', reason: 'expired' }]);
    expect(tables.standing()).toHaveLength(2);
  });

  it('are read as their settings say', async () => {
    const tables = new MemoryTables();
    const pipeline = pipelineOn(createMemoryStore(tables));
    const place = { apiId: 'from-settings', stage: 'beta' };
    const format = '$context.requestId $context.requestTimeEpoch $context.status';
    const settings = settingsOf({ format, place });
    const content = [new TextEncoder().encode('5b0e7d1c-93a4-4f26-8c11-000000000001 1778751000000 403\n')];
    await pipeline.accept({ id: 'placed', feed: 'orders', kind: 'http', settings, content });
    expect(tables.standing()).toMatchObject([{ apiId: 'from-settings', stage: 'beta' }]);
  });
});

describe('the byte budget', () => {
  it('never lets the first wait, and others only while it is used up', async () => {
    const budget = createByteBudget(100);
    const [first, second] = [budget.open(), budget.open()];
    await first.take(90);
    let came = false;
    const waiting = second.take(20).then(() => {
      came = true;
    });
    await first.take(500);
    await turns(3);
    expect(came).toBe(false);
    first.release();
    await waiting;
    expect(budget.used()).toBe(20);
    second.release();
    expect(budget.used()).toBe(0);
  });
});

describe('settling together', () => {
  const facts = (n: number) => readLines([lineOf(n)]).facts;

  it('makes one step of all who wait', async () => {
    const steps: number[] = [];
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const settle: Settle = async (list) => {
      steps.push(list.length);
      await gate;
      return { complete: true, refused: new Map() };
    };
    const queued = queueSettling(settle);
    const queue = (list: readonly number[]) => list.map((n) => queued(facts(n), new Map()));
    const first = queue([1, 2]);
    await turn();
    const later = queue([3, 4, 5, 5]);
    open();
    await Promise.all([...first, ...later]);
    expect(steps).toEqual([2, 3]);
  });

  it('does not let one that cannot be settled hold up the others', async () => {
    const bad = facts(2)[0]?.factId;
    const queued = queueSettling(async (list) => {
      await turn();
      if (list.some(({ factId }) => factId === bad)) throw new Error('cannot be judged');
      return { complete: true, refused: new Map() };
    });
    const results = await Promise.allSettled([1, 2, 3].map((n) => queued(facts(n), new Map())));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
