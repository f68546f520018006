import { describe, expect, it, vi } from 'vitest';
import { abandonedAfterMs } from '../../../server/src/pipeline/settle-step.js';
import { accessLine, executionLines, format, wafLine } from '../../parsers/evidence/feed.js';
import { engine, pipelineOn, startMs, truthOf, type UnitText, unitOf, wordsOf } from './bed.js';
import { createMemoryStore, MemoryTables } from './memory-store.js';
import { slowNode } from './slow-node.js';

vi.setConfig({ testTimeout: 60_000 });

const never = Number.POSITIVE_INFINITY;
const one = { n: 1, fate: 'waf' as const, atMs: 0, logs: { access: true, execution: true, waf: true } };
const bareFormat = format.replace(',"apiId":"$context.apiId","stage":"$context.stage"', '');
/** Its row stands under an unknown api until a WAF record tells it. */
const bare: UnitText = { id: 'bare', format: bareFormat, lines: [accessLine(one, bareFormat)] };
/** Its row stands under another time until the access line comes. */
const waf: UnitText = { id: 'waf', format: null, lines: [wafLine({ ...one, atMs: 40 })] };
const execution: UnitText = { id: 'execution', format: null, lines: executionLines(one) };

async function run(
  slow: UnitText,
  others: readonly UnitText[],
  { stopsAt = never, diesAt = never, ruleSet = engine.ruleSetVersion } = {},
) {
  const tables = new MemoryTables();
  let nowMs = startMs;
  const deps = { nowMs: () => nowMs };
  const node = slowNode(stopsAt, diesAt);
  // Nobody hears of it any more: its sender has long had an answer from the other node.
  const left = pipelineOn(createMemoryStore(tables, node.hook), {
    ...deps,
    engine: { ...engine, ruleSetVersion: ruleSet },
  })
    .accept(unitOf(slow))
    .catch(() => {});
  await Promise.race([node.atStop, left]);
  const quick = pipelineOn(createMemoryStore(tables), deps);
  for (const unit of [...others, slow]) await quick.accept(unitOf(unit));
  node.goOn();
  await left;
  nowMs += abandonedAfterMs + 1;
  await quick.sweep(0);
  const rows = tables.standing().filter((row) => !row.cancelled);
  return { tables, rows: rows.map(wordsOf).sort(), statements: node.statements(), unsettled: await quick.sweep(0) };
}

describe.each<[string, UnitText, readonly UnitText[]]>([
  ['an access line', bare, [waf]],
  ['an access line, all else being told by then', bare, [waf, execution]],
  ['a WAF record', waf, [bare]],
  ['an execution log', execution, [bare, waf]],
])('a node that stood still with %s, while another one had it and more', (_name, slow, others) => {
  const truth = truthOf([slow, ...others]);

  it('leaves what is true, wherever it stood still', async () => {
    const { statements } = await run(slow, others);
    for (let stopsAt = 0; stopsAt < statements; stopsAt++) {
      const { tables, rows, unsettled } = await run(slow, others, { stopsAt });
      expect(rows).toEqual(truth.rows);
      expect(tables.countedRequests()).toEqual(truth.requests);
      expect(unsettled).toBe(0);
    }
  });

  it('leaves what is true, wherever it died then', async () => {
    const { statements } = await run(slow, others);
    for (let stopsAt = 0; stopsAt < statements; stopsAt++) {
      for (let diesAt = stopsAt + 1; diesAt < statements + 4; diesAt++) {
        const { tables, rows, unsettled } = await run(slow, others, { stopsAt, diesAt });
        expect(rows).toEqual(truth.rows);
        expect(tables.countedRequests()).toEqual(truth.requests);
        expect(unsettled).toBe(0);
      }
    }
  });

  it('leaves what is true when it has an older rule set, too', async () => {
    const ruleSet = engine.ruleSetVersion - 1;
    const { statements } = await run(slow, others, { ruleSet });
    for (let stopsAt = 0; stopsAt < statements; stopsAt++) {
      const { tables, rows, unsettled } = await run(slow, others, { stopsAt, ruleSet });
      expect(rows).toEqual(truth.rows);
      expect(tables.standing().every((row) => row.cancelled || row.ruleSet === engine.ruleSetVersion)).toBe(true);
      expect(unsettled).toBe(0);
    }
  });
});
