import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../../server/src/store/database.js';
import { createUnitStore } from '../../../../server/src/store/units.js';
import { counted, generation, storedUnit } from '../../../conformance/store-rows.js';
import { useTestDatabase } from '../../../support/test-database.js';
import { at, openWorld } from './world.js';

const embedded = useTestDatabase();
let database: Database;
beforeAll(async () => {
  database = await embedded.freshDatabase();
});

describe('feeds', () => {
  it('tell watermark, units, requests and rejects of the last day, each unit as it counts now', async () => {
    const { reader } = await openWorld(database);
    const units = createUnitStore(database);
    const mark = (unit: string, rank: number, minute: number, more = {}) =>
      units.insertMarker(
        storedUnit(unit, generation(rank), { feed: 'file:a', requests: rank, ...more }),
        ['2061-06-01', '2061-05-31'],
        at(minute),
      );
    await mark('one', 3, 0, { rejected: { unrecognised: 1 } });
    await mark('one', 5, 1, { rejected: { unrecognised: 2, line_too_long: 1 } });
    await mark('two', 7, 0, { rejected: { line_too_long: 4 } });
    await mark('days ago', 100, -25 * 60);
    await mark('of another feed', 9, 0, { feed: 'http:b' });
    await units.reportProgress('file:a', 'file', at(3), at(3));
    await units.reportProgress('file:a', 'file', at(2), at(4));
    await units.reportProgress('stdin', 'stdin', at(1), at(1));
    expect(await reader.readFeeds(at(5))).toEqual([
      {
        feed: 'file:a',
        kind: 'file',
        completeUntilMs: at(3),
        units: 2,
        requests: 12,
        rejected: { unrecognised: 2, line_too_long: 5 },
      },
      { feed: 'stdin', kind: 'stdin', completeUntilMs: at(1), units: 0, requests: 0, rejected: {} },
    ]);
  });

  it('a reading that is not complete does not count', async () => {
    const { reader } = await openWorld(database);
    const units = createUnitStore(database);
    await units.insertTotals('one', generation(2), 'file:a', [counted(at(0), 2)]);
    await units.reportProgress('file:a', 'file', at(0), at(0));
    expect(await reader.readFeeds(at(5))).toMatchObject([{ units: 0, requests: 0 }]);
  });
});

describe('rejects', () => {
  it('come newest first, each once', async () => {
    const { reader } = await openWorld(database);
    const units = createUnitStore(database);
    const line = (number: number) => ({
      line: number,
      reason: 'unrecognised' as const,
      detail: 'Expected one of the formats.',
      shape: 'a{9}',
    });
    await units.insertRejects('one', 'file:a', at(1), [line(1), line(2)]);
    await units.insertRejects('two', 'http:b', at(2), [line(7)]);
    await units.insertRejects('one', 'file:a', at(1), [line(1)]);
    expect(await reader.readRejects(10)).toEqual([
      { ...line(7), unit: 'two', feed: 'http:b', seenAtMs: at(2) },
      { ...line(1), unit: 'one', feed: 'file:a', seenAtMs: at(1) },
      { ...line(2), unit: 'one', feed: 'file:a', seenAtMs: at(1) },
    ]);
    expect(await reader.readRejects(1)).toMatchObject([{ line: 7 }]);
  });

  it('are gone when their unit was read better, and stay while another reading does not count', async () => {
    const { reader } = await openWorld(database);
    const units = createUnitStore(database);
    const line = (reason: 'unrecognised' | 'no_event_time') => ({ line: 1, reason, detail: '', shape: 'a' });
    const stored = (rank: number, rejected: Readonly<Record<string, number>>) => ({
      ...{ unit: 'one', generation: generation(rank), feed: 'cwl:a', firstMs: at(0), newestMs: at(0) },
      ...{ lines: 2, requests: 1, bytes: rank, rejected },
    });
    await units.insertRejects('one', 'cwl:a', at(1), [line('unrecognised'), line('no_event_time')]);
    const reasons = async () => (await reader.readRejects(10)).map(({ reason }) => reason);
    expect(await reasons()).toEqual(['no_event_time', 'unrecognised']);
    await units.insertMarker(stored(2, { unrecognised: 1, no_event_time: 1 }), [], at(1));
    expect(await reasons()).toEqual(['no_event_time', 'unrecognised']);
    await units.insertMarker(stored(3, { no_event_time: 1 }), [], at(2));
    await units.insertMarker(stored(1, { unrecognised: 1 }), [], at(3));
    expect(await reasons()).toEqual(['no_event_time']);
  });
});
