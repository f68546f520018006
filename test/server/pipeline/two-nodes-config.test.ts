import { describe, expect, it, vi } from 'vitest';
import type { ConfigFacts } from '../../../parsers/src/index.js';
import { abandonedAfterMs } from '../../../server/src/pipeline/settle-step.js';
import type { ConfigSnapshot } from '../../../server/src/store/control-plane-store.js';
import { accessLine, apiId, baseMs, stage } from '../../parsers/evidence/feed.js';
import { pipelineOn, startMs, truthOf, type UnitText, unitOf, wordsOf } from './bed.js';
import { createMemoryStore, MemoryTables } from './memory-store.js';
import { slowNode } from './slow-node.js';

vi.setConfig({ testTimeout: 60_000 });

const never = Number.POSITIVE_INFINITY;
const minute = 60_000;

const unit: UnitText = { id: 'access', lines: [accessLine({ n: 1, fate: 'no_token', atMs: 0 })] };
const config: ConfigFacts = {
  ageMs: 0,
  apiId,
  stage,
  apiKind: 'rest',
  routes: [{ path: '/orders', method: 'GET', authorizationType: 'AWS_IAM', apiKeyRequired: false }],
};
const snapshot = (takenMs: number): ConfigSnapshot => ({
  account: '111122223333',
  region: 'eu-west-1',
  apiId,
  stage,
  takenMs,
  config,
});
const truth = truthOf([unit], () => config).rows;

const rowsOf = (tables: MemoryTables): string[] =>
  tables
    .standing()
    .filter((row) => !row.cancelled)
    .map(wordsOf)
    .sort();

/** A node stands still before one of its statements, while another one stores a snapshot and settles all that it changes. */
async function run({ stopsAt = never, diesAt = never }) {
  const tables = new MemoryTables();
  let nowMs = startMs;
  const deps = { nowMs: () => nowMs };
  const node = slowNode(stopsAt, diesAt);
  const left = pipelineOn(createMemoryStore(tables, node.hook), deps)
    .accept(unitOf(unit))
    .catch(() => {});
  await Promise.race([node.atStop, left]);
  const store = createMemoryStore(tables);
  const quick = pipelineOn(store, deps);
  await store.insertConfigSnapshots([snapshot(baseMs - minute)], nowMs);
  await quick.accept(unitOf(unit));
  await quick.sweep(0);
  const between = rowsOf(tables);
  node.goOn();
  await left;
  const atOnce = rowsOf(tables);
  nowMs += abandonedAfterMs + 1;
  await quick.sweep(0);
  return { between, atOnce, rows: rowsOf(tables), unsettled: await quick.sweep(0), statements: node.statements() };
}

describe('a node that stood still while another one learned the configuration', () => {
  it('hides nothing of what the other one wrote, wherever it stood still and whether it lives', async () => {
    const { statements } = await run({});
    for (let stopsAt = 0; stopsAt < statements; stopsAt++) {
      for (let diesAt = stopsAt + 1; diesAt <= statements + 4; diesAt++) {
        const { between, atOnce, rows, unsettled } = await run({ stopsAt, diesAt });
        expect([between, atOnce, rows, unsettled], `${stopsAt} ${diesAt}`).toEqual([truth, truth, truth, 0]);
      }
    }
  });

  it('looks again after it wrote: the sweep of the snapshot came before its row was there', async () => {
    const alone = async (stopsAt: number) => {
      const tables = new MemoryTables();
      const node = slowNode(stopsAt, never);
      const left = pipelineOn(createMemoryStore(tables, node.hook)).accept(unitOf(unit));
      await Promise.race([node.atStop, left]);
      const store = createMemoryStore(tables);
      await store.insertConfigSnapshots([snapshot(baseMs - minute)], startMs);
      const other = pipelineOn(store);
      // Only what is about snapshots: the facts are the business of the node that lives.
      await other.sweep(startMs + 1);
      await store.markSettled(
        tables.snapshots.map(({ snapshotId }) => ({ attempt: 'other', factId: snapshotId, ruleSet: 1 })),
        startMs,
      );
      node.goOn();
      await left;
      await other.sweep(0);
      return { rows: rowsOf(tables), statements: node.statements() };
    };
    const { statements } = await alone(never);
    // Its last statements come after its verdicts are right for good.
    const settledBy = statements - 3;
    for (let stopsAt = 0; stopsAt < settledBy; stopsAt++)
      expect((await alone(stopsAt)).rows, String(stopsAt)).toEqual(truth);
  });
});
