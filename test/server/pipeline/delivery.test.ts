import { describe, expect, it } from 'vitest';
import type { Delivery, DeliveryPart } from '../../../server/src/pipeline/counting-unit.js';
import { accessLine, executionLines, type Sent } from '../../parsers/evidence/feed.js';
import { pipelineOn, settingsOf, startMs, truthOf, type UnitText, wordsOf } from './bed.js';
import { createMemoryStore, MemoryTables, type StatementHook } from './memory-store.js';

const sent = (n: number, fate: Sent['fate']): Sent => ({
  n,
  fate,
  atMs: n * 1000,
  logs: { access: true, execution: true, waf: true },
});
const all = [sent(1, 'denied'), sent(2, 'served'), sent(3, 'invalid_key'), sent(4, 'waf'), sent(5, 'denied')];
const [rest, first, second]: readonly UnitText[] = [
  { id: 'request', format: null, lines: all.slice(0, 3).map((one) => accessLine(one)) },
  { id: 'payload-1', format: null, lines: all.slice(3).map((one) => accessLine(one)) },
  { id: 'payload-2', format: null, lines: all.flatMap(executionLines) },
] as const as readonly [UnitText, UnitText, UnitText];
const texts = [rest, first, second] as readonly UnitText[];

const bytesOf = ({ lines }: UnitText): Uint8Array =>
  new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
const unitPart = (text: UnitText): DeliveryPart => ({ kind: 'unit', id: text.id, bytes: bytesOf(text) });

function deliveryOf(id: string, parts: readonly DeliveryPart[], failure?: Error): Delivery {
  async function* pieces() {
    yield* parts;
    if (failure !== undefined) throw failure;
  }
  return { id, feed: 'firehose:orders', kind: 'firehose', settings: settingsOf({ format: null }), parts: pieces() };
}

const whole = (id = 'request'): Delivery =>
  deliveryOf(id, [
    unitPart(first as UnitText),
    { kind: 'bytes', bytes: bytesOf(rest as UnitText) },
    unitPart(second as UnitText),
  ]);

function expectTruth(tables: MemoryTables): void {
  const truth = truthOf(texts);
  expect(tables.countedRequests()).toEqual(truth.requests);
  const rows = tables.standing().filter((row) => !row.cancelled);
  expect(rows.map(wordsOf).sort()).toEqual(truth.rows);
}

describe('a delivery', () => {
  it('is stored as the units in it, however often it comes', async () => {
    const tables = new MemoryTables();
    const pipeline = pipelineOn(createMemoryStore(tables));
    const receipts = await pipeline.acceptDelivery(whole());
    expect(receipts.map(({ unit, isNew }) => [unit.unit, isNew])).toEqual([
      ['payload-1', true],
      ['payload-2', true],
      ['request', true],
    ]);
    expectTruth(tables);
    const again = await pipeline.acceptDelivery(whole());
    expect(again.map(({ isNew }) => isNew)).toEqual([false, false, false]);
    expectTruth(tables);
  });

  it('counts a payload once that comes twice in one request, or in another', async () => {
    const tables = new MemoryTables();
    const pipeline = pipelineOn(createMemoryStore(tables));
    await pipeline.acceptDelivery(deliveryOf('other', [unitPart(first as UnitText), unitPart(first as UnitText)]));
    await Promise.all([
      pipeline.acceptDelivery(whole()),
      pipeline.acceptDelivery(deliveryOf('third', [unitPart(second as UnitText)])),
    ]);
    expectTruth(tables);
    expect(new Set(tables.markers.map(({ unit }) => unit))).toEqual(new Set(['payload-1', 'payload-2', 'request']));
  });

  it('that holds nothing leaves nothing', async () => {
    const tables = new MemoryTables();
    expect(await pipelineOn(createMemoryStore(tables)).acceptDelivery(deliveryOf('empty', []))).toEqual([]);
    expect(tables.markers).toEqual([]);
  });

  it('keeps what could not be opened among the rejects, counting all of it', async () => {
    const tables = new MemoryTables();
    const poison: DeliveryPart = {
      kind: 'unread',
      unread: { line: 3, reason: 'corrupt_gzip', detail: 'Expected …', shape: '' },
    };
    const [receipt] = await pipelineOn(createMemoryStore(tables)).acceptDelivery(
      deliveryOf('poisoned', [...Array(250).fill(poison), { kind: 'bytes', bytes: bytesOf(rest as UnitText) }]),
    );
    expect(receipt?.unit).toMatchObject({ requests: 3, lines: 253, rejected: { corrupt_gzip: 250 } });
    expect(tables.rejects.length).toBe(100);
  });

  it('that breaks off fails, and leaves nothing that counts twice', async () => {
    const tables = new MemoryTables();
    const pipeline = pipelineOn(createMemoryStore(tables));
    const broken = deliveryOf(
      'request',
      [unitPart(first as UnitText), { kind: 'bytes', bytes: bytesOf(rest as UnitText).subarray(0, 100) }],
      new Error('gone'),
    );
    await expect(pipeline.acceptDelivery(broken)).rejects.toThrow('gone');
    expect(tables.unit('request')).toBeUndefined();
    await pipeline.acceptDelivery(whole());
    expectTruth(tables);
  });

  it('of more units than are written together is read on while others are stored, within the budget', async () => {
    const tables = new MemoryTables();
    const limits = { inFlightBytes: 2_000, inFlightUnits: 2, rowsDays: 36_500 };
    const pipeline = pipelineOn(createMemoryStore(tables), { limits });
    const payloads = Array.from({ length: 1_203 }, (_, n) => ({
      id: `p${n}`,
      format: null,
      lines: [accessLine(sent(n, n % 2 === 0 ? 'invalid_key' : 'served'))],
    }));
    const receipts = await Promise.all([
      pipeline.acceptDelivery(deliveryOf('one', payloads.slice(0, 700).map(unitPart))),
      pipeline.acceptDelivery(deliveryOf('two', payloads.slice(500).map(unitPart))),
    ]);
    expect(receipts.map(({ length }) => length)).toEqual([700, 703]);
    expect(tables.countedRequests()).toEqual(truthOf(payloads).requests);
  });

  it.each(['not carried out', 'carried out but not answered', 'and all after it'])(
    'a statement that fails (%s), whichever it is, does no harm',
    async (how) => {
      const run = async (hook: StatementHook) => {
        const tables = new MemoryTables();
        let nowMs = startMs;
        const options = { nowMs: () => nowMs };
        const stored = await pipelineOn(createMemoryStore(tables, hook), options)
          .acceptDelivery(whole())
          .then(
            () => true,
            () => false,
          );
        const next = pipelineOn(createMemoryStore(tables), options);
        if (!stored) await next.acceptDelivery(whole());
        nowMs += 3_600_000;
        await next.sweep(0);
        return tables;
      };
      let statements = 0;
      await run(async (_name, when) => void (when === 'before' && statements++));
      for (let at = 0; at < statements; at++) {
        let statement = -1;
        expectTruth(
          await run(async (_name, when) => {
            if (when === 'before') statement++;
            const fails = how === 'and all after it' ? statement >= at : statement === at;
            if (fails && (when === 'before') === (how !== 'carried out but not answered')) throw new Error(how);
          }),
        );
      }
    },
  );
});
