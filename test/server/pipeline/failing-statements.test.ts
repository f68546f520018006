import { describe, expect, it, vi } from 'vitest';
import { abandonedAfterMs } from '../../../server/src/pipeline/settle-step.js';
import { accessLine, executionLines, format, type Sent, wafLine } from '../../parsers/evidence/feed.js';
import { pipelineOn, startMs, truthOf, type UnitText, unitOf, wordsOf } from './bed.js';
import { createMemoryStore, MemoryTables, type StatementHook } from './memory-store.js';

vi.setConfig({ testTimeout: 60_000 });

const sent = (n: number, fate: Sent['fate']): Sent => ({
  n,
  fate,
  atMs: n * 1000,
  logs: { access: true, execution: true, waf: true },
});
const all = [sent(1, 'denied'), sent(2, 'served'), sent(3, 'invalid_key'), sent(4, 'waf')];
const bareFormat = format.replace(',"apiId":"$context.apiId","stage":"$context.stage"', '');
const texts: readonly UnitText[] = [
  { id: 'waf', format: null, lines: all.map((one) => wafLine({ ...one, atMs: one.atMs + 40 })) },
  { id: 'access', format: bareFormat, lines: [...all.map((one) => accessLine(one, bareFormat)), 'no line of a log'] },
  { id: 'execution', format: null, lines: all.flatMap(executionLines) },
];

/** Stores all units with a process whose statements the hook may break, then with one that works; only who was refused sends again. */
async function run(hook: StatementHook): Promise<{ tables: MemoryTables; statements: string[]; refused: number }> {
  const tables = new MemoryTables();
  const statements: string[] = [];
  const counting: StatementHook = (name, when) => {
    if (when === 'before') statements.push(name);
    return hook(name, when);
  };
  let nowMs = startMs;
  const broken = pipelineOn(createMemoryStore(tables, counting), { nowMs: () => nowMs });
  const refused: UnitText[] = [];
  for (const text of texts) await broken.accept(unitOf(text)).catch(() => refused.push(text));
  const next = pipelineOn(createMemoryStore(tables), { nowMs: () => nowMs });
  for (const text of refused) await next.accept(unitOf(text));
  nowMs += abandonedAfterMs + 1;
  await next.sweep(0);
  return { tables, statements, refused: refused.length };
}

function expectTruth(tables: MemoryTables): void {
  const truth = truthOf(texts);
  expect(tables.countedRequests()).toEqual(truth.requests);
  expect(
    tables
      .standing()
      .filter((row) => !row.cancelled)
      .map(wordsOf)
      .sort(),
  ).toEqual(truth.rows);
  for (const { id } of texts) expect(tables.unit(id)).toBeDefined();
}

describe('a statement that fails', () => {
  it('is one of these, in this order', async () => {
    const { tables, statements } = await run(async () => {});
    expectTruth(tables);
    const writes = statements.filter((name) => !name.startsWith('read'));
    expect(writes.slice(0, 7)).toEqual([
      'insertFacts',
      'announceSettling',
      'insertSamples',
      'insertRefused',
      'markSettled',
      'insertTotals',
      'insertMarker',
    ]);
    expect(writes).toContain('insertRejects');
  });

  it.each(['not carried out', 'carried out but not answered'])('%s, whichever it is, does no harm', async (how) => {
    const { statements } = await run(async () => {});
    for (const at of statements.keys()) {
      let statement = -1;
      const { tables, refused } = await run(async (_name, when) => {
        if (when === 'before') statement++;
        if (statement === at && when === (how === 'not carried out' ? 'before' : 'after')) throw new Error(how);
      });
      expect(refused).toBe(1);
      expectTruth(tables);
    }
  });

  it('and all after it, as when the process dies, does no harm', async () => {
    const { statements } = await run(async () => {});
    for (const at of statements.keys()) {
      let statement = -1;
      const { tables } = await run(async (_name, when) => {
        if (when === 'before') statement++;
        if (statement >= at) throw new Error('dead');
      });
      expectTruth(tables);
    }
  });
});
