import { describe, expect, it, vi } from 'vitest';
import { accessLine, type Sent, shortFormat, wafLine } from '../../parsers/evidence/feed.js';
import { pipelineOn, truthOf, type UnitText, unitOf, wordsOf } from './bed.js';
import { createMemoryStore, MemoryTables } from './memory-store.js';

vi.setConfig({ testTimeout: 60_000 });

// One client: requests 1, 201, 401 come from the same address.
const request = (n: number, atMs: number): Sent => ({
  n,
  fate: 'waf',
  atMs,
  logs: { access: true, execution: false, waf: true },
});
const access = (n: number, atMs: number): UnitText => ({
  id: `access ${n}`,
  format: shortFormat,
  lines: [accessLine(request(n, atMs), shortFormat)],
});
const waf = (n: number, atMs: number): UnitText => ({
  id: `waf ${n}`,
  format: null,
  lines: [wafLine(request(n, atMs), false)],
});

function* orders<T>(list: readonly T[]): Generator<readonly T[]> {
  if (list.length === 0) yield [];
  for (const [index, first] of list.entries()) {
    for (const rest of orders(list.toSpliced(index, 1))) yield [first, ...rest];
  }
}

/** No id links the record to its access line: it is theirs only as long as nothing else fits. */
describe.each<[string, number, readonly UnitText[]]>([
  ['a record and the one line that it fits', 1, [access(1, 1900), waf(1, 2500)]],
  ['a record between two lines', 0, [access(1, 1900), waf(1, 2500), access(201, 3900)]],
  ['a line between two records', 0, [waf(1, 1900), access(1, 2500), waf(201, 3900)]],
  ['a row of lines and records', 0, [access(1, 1900), waf(1, 3500), access(201, 5300), waf(201, 7100)]],
  ['two pairs apart', 2, [access(1, 100), waf(1, 200), access(201, 30_000), waf(201, 30_100)]],
])('%s', (_name, joins, units) => {
  const truth = truthOf(units);

  it('are what they are, whatever comes first', async () => {
    // Requests that were joined have one row, not two.
    expect(truth.rows).toHaveLength(units.length - joins);
    for (const order of orders(units)) {
      const tables = new MemoryTables();
      const pipeline = pipelineOn(createMemoryStore(tables));
      for (const unit of order) await pipeline.accept(unitOf(unit));
      const rows = tables.standing().filter((row) => !row.cancelled);
      expect(rows.map(wordsOf).sort()).toEqual(truth.rows);
      expect(await pipeline.sweep(0)).toBe(0);
    }
  });
});

describe('a link of more facts than can be one request', () => {
  it('identifies nothing: rows stay as they are, and what comes later is stored', async () => {
    const tables = new MemoryTables();
    const pipeline = pipelineOn(createMemoryStore(tables));
    // All in one second from one address: each could be the record's.
    const lines = Array.from({ length: 1_050 }, (_, n) =>
      accessLine({ n: 1 + 200 * n, fate: 'denied', atMs: n % 1000 }, shortFormat),
    );
    const parts = [lines.slice(0, 990), lines.slice(990)];
    for (const [n, part] of parts.entries()) {
      await pipeline.accept(unitOf({ id: `part ${n}`, format: shortFormat, lines: part }));
    }
    await pipeline.accept(unitOf(waf(1, 500)));
    expect(tables.standing().filter((row) => !row.cancelled)).toHaveLength(1_051);
    expect(await pipeline.sweep(0)).toBe(0);
  });
});
