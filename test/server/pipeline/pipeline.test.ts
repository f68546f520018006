import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PipelineDeps } from '../../../server/src/pipeline/pipeline.js';
import { createClickHouseEventStore } from '../../../server/src/store/clickhouse-event-store.js';
import type { Database } from '../../../server/src/store/database.js';
import type { EventStore } from '../../../server/src/store/event-store.js';
import { silentTelemetry } from '../../../server/src/telemetry/telemetry.js';
import { accessLine, executionLines, format, type Sent, shortFormat, wafLine } from '../../parsers/evidence/feed.js';
import { useTestDatabase } from '../../support/test-database.js';
import { engine as pipelineEngine, pipelineOn, truthOf, type UnitText, unitOf } from './bed.js';

vi.setConfig({ testTimeout: 60_000 });

const embedded = useTestDatabase();
/** Facts are seen so far ahead that no retention reaches them, whatever the database's clock says. */
const startMs = Date.UTC(2061, 2, 10, 12);
const retention = { rowsDays: 3_000, evidenceDays: 3_000, factsHours: 48 };

let database: Database;
let store: EventStore;
let nowMs = startMs;
const deps = { nowMs: () => nowMs };

async function open(on: Database): Promise<EventStore> {
  const opened = createClickHouseEventStore(on, { nowMs: () => nowMs, telemetry: silentTelemetry });
  await opened.migrate(retention);
  return opened;
}

beforeEach(async () => {
  nowMs = startMs;
  database = await embedded.freshDatabase();
  store = await open(database);
});

const sent = (n: number, fate: Sent['fate'], atMs = n * 1000): Sent => ({
  n,
  fate,
  atMs,
  logs: { access: true, execution: true, waf: true },
});
const all = [sent(1, 'denied'), sent(2, 'served'), sent(3, 'invalid_key'), sent(4, 'waf'), sent(5, 'policy')];
const bareFormat = format.replace(',"apiId":"$context.apiId","stage":"$context.stage"', '');
const access: UnitText = { id: 'access', lines: all.map((one) => accessLine(one)) };
const bare: UnitText = { id: 'bare', format: bareFormat, lines: all.map((one) => accessLine(one, bareFormat)) };
const execution: UnitText = { id: 'execution', format: null, lines: all.flatMap(executionLines) };
const waf: UnitText = { id: 'waf', format: null, lines: all.map((one) => wafLine({ ...one, atMs: one.atMs + 40 })) };
const short: UnitText = { id: 'short', format: shortFormat, lines: all.map((one) => accessLine(one, shortFormat)) };
const wafWithoutId: UnitText = {
  id: 'waf without id',
  format: null,
  lines: all.map((one) => wafLine({ ...one, atMs: one.atMs + 40 }, false)),
};

/** What a reader of the tables sees, without the code under test. */
async function standingRows(): Promise<string[]> {
  const rows = await database.query<Record<string, string>>(
    `SELECT event_id, api_id, stage, toUnixTimestamp64Milli(ts) AS ms, cause, detail, confidence, counted_from
    FROM refused FINAL WHERE cancelled = 0`,
  );
  return rows
    .map((row) =>
      ['event_id', 'api_id', 'stage', 'ms', 'cause', 'detail', 'confidence', 'counted_from']
        .map((name) => row[name])
        .join(' '),
    )
    .sort();
}
async function countedRequests(): Promise<Map<string, number>> {
  const rows = await database.query<Record<string, string | number>>(
    `SELECT toUnixTimestamp(minute) * 1000 AS minuteMs, account, region, api_id AS apiId, stage, route, method,
      status_class AS statusClass, counted_from AS countedFrom, sum(requests) AS n
    FROM totals FINAL
    WHERE (unit, generation) IN (
      SELECT unit, argMax(concat(toString(rank), '.', toString(version), '.', name), (rank, version, name)) FROM unit GROUP BY unit)
    GROUP BY ALL`,
  );
  const sums = rows.map(({ n, minuteMs, ...labels }): [string, number] => [
    JSON.stringify({ minuteMs: Number(minuteMs), ...labels }),
    Number(n),
  ]);
  return new Map(sums.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function expectTruth(texts: readonly UnitText[]): Promise<void> {
  const truth = truthOf(texts);
  expect(await countedRequests()).toEqual(truth.requests);
  expect(await standingRows()).toEqual(truth.rows);
}

describe('what was read is stored once', () => {
  it.each<[string, readonly UnitText[]]>([
    ['an access log', [access]],
    ['an access log sent twice', [access, access]],
    ['a unit that grows', [{ ...access, lines: access.lines.slice(0, 2) }, access]],
    ['a unit of which an old reading comes late', [access, { ...access, lines: access.lines.slice(0, 2) }]],
    ['an execution log that comes later', [access, execution]],
    ['an execution log that comes first', [execution, access]],
    ['an execution log that tells the api of lines that do not', [bare, execution]],
    ['a WAF record before its request', [waf, access]],
    ['a WAF record without a request id', [short, wafWithoutId]],
    ['a WAF record without a request id, first', [wafWithoutId, short]],
    ['all logs', [waf, bare, execution]],
    ['nothing', [{ id: 'nothing', lines: [] }]],
    ['no line that can be read', [{ id: 'noise', lines: ['these are', 'words'] }]],
  ])('%s', async (_name, texts) => {
    const pipeline = pipelineOn(store, deps);
    for (const text of texts) await pipeline.accept(unitOf(text));
    const longest = new Map<string, UnitText>();
    for (const text of texts) {
      if (text.lines.length >= (longest.get(text.id)?.lines.length ?? 0)) longest.set(text.id, text);
    }
    await expectTruth([...longest.values()]);
    expect(await pipeline.sweep(0)).toBe(0);
  });

  it('says whether it was new', async () => {
    const pipeline = pipelineOn(store, deps);
    const first = await pipeline.accept(unitOf(access));
    const second = await pipeline.accept(unitOf(access));
    expect(first).toMatchObject({ isNew: true, refused: 4, unit: { lines: 5, requests: 5, feed: 'orders' } });
    expect(second).toMatchObject({ isNew: false, unit: first.unit });
  });

  it('two services at once on one store', async () => {
    const other = await open(embedded.sameDatabase(database));
    const [a, b] = [pipelineOn(store, deps), pipelineOn(other, deps)];
    const texts = [access, bare, execution, waf];
    await Promise.all(texts.flatMap((text) => [a.accept(unitOf(text)), b.accept(unitOf(text))]));
    await expectTruth(texts);
  });
});

describe('evidence that comes later', () => {
  it('makes the verdict better and keeps the request one', async () => {
    const pipeline = pipelineOn(store, deps);
    const one = [sent(3, 'invalid_key')];
    const lines: UnitText = { id: 'a', lines: one.map((each) => accessLine(each)) };
    const log: UnitText = { id: 'e', format: null, lines: one.flatMap(executionLines) };
    await pipeline.accept(unitOf(lines));
    const before = await standingRows();
    await pipeline.accept(unitOf(log));
    const after = await standingRows();
    expect([before.length, after.length]).toEqual([1, 1]);
    expect(after[0]).toContain('usage_plan_mismatch');
    expect(before[0]).not.toEqual(after[0]);
    const [event] = await store.findEvents(after[0]?.split(' ')[0] ?? '');
    expect(event?.sample?.verdict.cause).toBe('usage_plan_mismatch');
    expect(event?.sample?.record.execution.length).toBeGreaterThan(0);
  });

  it('cancels the row under the key that was guessed', async () => {
    const pipeline = pipelineOn(store, deps);
    await pipeline.accept(unitOf(bare));
    expect((await standingRows()).every((row) => row.includes(' unknown unknown '))).toBe(true);
    await pipeline.accept(unitOf({ ...execution, place: { apiId: 'k4t7wq2zpe', stage: 'prod' } }));
    expect((await standingRows()).some((row) => row.includes(' unknown unknown '))).toBe(false);
  });

  it('does not undo a verdict when the evidence for it has expired', async () => {
    const pipeline = pipelineOn(store, deps);
    for (const text of [access, execution]) await pipeline.accept(unitOf(text));
    const before = await standingRows();
    await database.command('TRUNCATE TABLE fact');
    await pipelineOn(store, deps).accept(
      unitOf({ ...access, lines: [...access.lines, accessLine(sent(9, 'served'))] }),
    );
    expect(await standingRows()).toEqual(before);
  });
});

describe('a new rule set', () => {
  const upgraded = {
    engine: {
      ...engineOf(2),
      judge: ((facts, config) =>
        engineOf(1)
          .judge(facts, config)
          .map((request) => ({
            ...request,
            verdict: { ...request.verdict, detail: 'as the new rules say' },
          }))) as PipelineDeps['engine']['judge'],
    },
  };

  it('judges again all that is stored, by the sweep', async () => {
    await pipelineOn(store, { ...deps, engine: engineOf(1) }).accept(unitOf(access));
    const pipeline = pipelineOn(store, { ...deps, ...upgraded });
    expect(await pipeline.sweep(0)).toBe(truthOf([access]).facts.size);
    const rows = await standingRows();
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row).toContain('as the new rules say');
    expect(await pipeline.sweep(0)).toBe(0);
  });

  it('is not undone by a service that still has the old one', async () => {
    const old = pipelineOn(store, { ...deps, engine: engineOf(1) });
    await old.accept(unitOf(access));
    await pipelineOn(store, { ...deps, ...upgraded }).sweep(0);
    await old.accept(unitOf({ ...access, lines: [...access.lines, accessLine(sent(9, 'served'))] }));
    await old.accept(unitOf(execution));
    const rows = await standingRows();
    for (const row of rows) expect(row).toContain('as the new rules say');
    // The new service sees that there is more evidence now.
    expect(await pipelineOn(store, { ...deps, ...upgraded }).sweep(0)).toBeGreaterThan(0);
    expect(await standingRows()).toHaveLength(4);
  });
});

function engineOf(ruleSetVersion: number): PipelineDeps['engine'] {
  return { ...pipelineEngine, ruleSetVersion };
}
