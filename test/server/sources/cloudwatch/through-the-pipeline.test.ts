import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { accessLine, baseMs } from '../../../parsers/evidence/feed.js';
import { pipelineOn, settingsOf, truthOf } from '../../pipeline/bed.js';
import { createMemoryStore, MemoryTables } from '../../pipeline/memory-store.js';
import { bed, event, groupOf, hour, logGroup, minute, second, startMs } from './bed.js';

const shop = logGroup('/aws/apigateway/shop');

test('polled access lines count exactly once through engine, pipeline and store, across restarts and sweeps', async () => {
  const on = bed([shop], { pageEvents: 7 });
  const lines = Array.from({ length: 240 }, (_, n) => {
    const atMs = startMs + n * 15 * second;
    const fate = n % 4 === 0 ? ('denied' as const) : ('served' as const);
    return { atMs, text: accessLine({ n, fate, atMs: atMs - baseMs }), lateMs: n % 9 === 0 ? hour : second };
  });
  on.aws.write(
    shop,
    lines.map(({ atMs, text, lateMs }, n) => event(n, atMs, lateMs, text)),
  );
  on.groups = [{ ...groupOf(shop), settings: [{ fromMs: 0, settings: settingsOf({}) }] }];
  const tables = new MemoryTables();
  const pipeline = () => pipelineOn(createMemoryStore(tables), { nowMs: on.clock.nowMs });

  for (let i = 0; i < 6; i++) {
    on.start({ sink: pipeline(), rules: { sweepAgesMs: [15 * minute, 2 * hour] } });
    await on.run(20 * minute + i * 7 * second);
    await on.stop();
  }
  on.start({ sink: pipeline(), rules: { sweepAgesMs: [15 * minute, 2 * hour] } });
  for (let i = 0; i < 40; i++) {
    await on.run(10 * minute);
    for (let turn = 0; turn < 20; turn++) await setImmediate();
  }
  await on.stop();

  const truth = truthOf([{ id: 'all', lines: lines.map(({ text }) => text) }]);
  expect(tables.countedRequests()).toEqual(truth.requests);
  expect(
    tables
      .standing()
      .filter((row) => !row.cancelled)
      .map(({ eventId }) => eventId)
      .sort(),
  ).toEqual(truth.rows.map((row) => row.split(' ')[0]).sort());
  // What the cheap check of sweeps rests on: the store's lines are CloudWatch's events.
  const standing = [...new Set(tables.markers.map(({ unit }) => unit))].map((unit) => tables.unit(unit));
  expect(standing.reduce((sum, unit) => sum + (unit?.lines ?? 0), 0)).toBe(lines.length);
  expect(tables.rejects).toEqual([]);
});
