import { describe, expect, it } from 'vitest';
import type { CountedRequests } from '../../../parsers/src/index.js';
import { refusalsOnlyMinutes } from '../../../server/src/pipeline/refusals-only.js';
import type { StageLabels } from '../../../server/src/query/completeness.js';
import { counted } from '../../conformance/store-rows.js';
import { accessLine, apiId, baseMs } from '../../parsers/evidence/feed.js';
import { pipelineOn, unitOf } from './bed.js';
import { createMemoryStore, MemoryTables } from './memory-store.js';

const minuteMs = 60_000;
/** Of each minute of a stage: `prod 0`, with `?` if the reading began later, and the kind if only that has no denominator. */
const inShort = (minutes: ReturnType<typeof refusalsOnlyMinutes>): string[] =>
  minutes
    .map(({ stage, minuteMs: ms, inReading, countedFrom }) =>
      [stage, (ms - baseMs) / minuteMs, inReading ? '' : '?', countedFrom ?? ''].join(' ').trim(),
    )
    .sort();

const stageOf = (stage: string): StageLabels => ({
  account: '111122223333',
  region: 'eu-west-1',
  api_id: 'orders',
  stage,
});
const window = (stages: readonly string[], minutes = 1) => ({
  stages: stages.map(stageOf),
  fromMs: baseMs,
  toMs: baseMs + minutes * minuteMs,
});
const at = (minute: number, more: Partial<CountedRequests> = {}): CountedRequests =>
  counted(baseMs + minute * minuteMs, 1, more);

describe('minutes that a reading of refusals only leaves without denominator', () => {
  it.each<[string, Parameters<typeof refusalsOnlyMinutes>, readonly string[]]>([
    [
      'those of the window, and the one before: a request is logged when it is over',
      [window(['prod'], 2), []],
      ['prod -1 ?', 'prod 0', 'prod 1'],
    ],
    [
      'of each stage that is counted from the feed, refused or not',
      [window(['prod', 'test']), [at(0)]],
      ['prod -1 ?', 'prod 0', 'test -1 ?', 'test 0'],
    ],
    [
      'of other stages that it shows, as far as they are counted from this kind of log',
      [window([]), [at(0, { countedFrom: 'execution' })]],
      ['prod -1 ? execution', 'prod 0  execution'],
    ],
    [
      'those in which it counts anything',
      [window(['prod']), [at(-4), at(1)]],
      ['prod -1 ?', 'prod -4 ?', 'prod 0', 'prod 1 ?'],
    ],
    ['of no stage, but it was read so', [window([]), []], ['-1 ?', '0']],
    [
      'the minutes that a window cuts',
      [{ ...window(['prod']), fromMs: baseMs + 1, toMs: baseMs + minuteMs + 1 }, []],
      ['prod -1 ?', 'prod 0', 'prod 1'],
    ],
  ])('%s', (_, args, minutes) => {
    expect(inShort(refusalsOnlyMinutes(...args))).toEqual([...minutes].sort());
  });
});

describe('a unit of refusals only', () => {
  const refusalsOnly = { stages: [{ ...stageOf('prod'), api_id: apiId }], fromMs: baseMs, toMs: baseMs + minuteMs };
  const line = (n: number) => accessLine({ n, fate: 'denied', atMs: n });
  const unit = (lines: number) =>
    unitOf({
      id: 'window',
      lines: Array.from({ length: lines }, (_, n) => line(n)),
      place: { account: '111122223333', region: 'eu-west-1' },
    });

  it('says so before its totals are there, whatever happens then', async () => {
    const tables = new MemoryTables();
    const store = createMemoryStore(tables, async (name, when) => {
      if (name === 'insertTotals' && when === 'before') throw new Error('the process dies here');
    });
    await expect(pipelineOn(store).accept({ ...unit(2), refusalsOnly })).rejects.toThrow('dies');
    expect(await pipelineOn(createMemoryStore(tables)).readRefusalsOnly('orders', refusalsOnly)).toEqual([baseMs]);
    expect(inShort(tables.refusalsOnly)).toEqual(['prod -1 ?', 'prod 0']);
    expect(tables.totals).toEqual([]);
  });

  it('says so if nothing was refused', async () => {
    const tables = new MemoryTables();
    await pipelineOn(createMemoryStore(tables)).accept({ ...unit(0), refusalsOnly });
    expect(inShort(tables.refusalsOnly)).toEqual(['prod -1 ?', 'prod 0']);
  });

  it('says nothing where a reading that saw more stands: its totals do not count', async () => {
    const tables = new MemoryTables();
    const pipeline = pipelineOn(createMemoryStore(tables));
    await pipeline.accept(unit(3));
    await pipeline.accept({ ...unit(2), refusalsOnly });
    expect(tables.refusalsOnly).toEqual([]);
    await pipeline.accept({ ...unit(4), refusalsOnly });
    expect(inShort(tables.refusalsOnly)).toEqual(['prod -1 ?', 'prod 0']);
  });
});
