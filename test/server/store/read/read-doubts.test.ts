import { beforeAll, describe, expect, it } from 'vitest';
import type { CoverageQuery } from '../../../../server/src/query/query.js';
import type { Database } from '../../../../server/src/store/database.js';
import type { DoubtsAnswer, RefusedRow } from '../../../../server/src/store/event-store.js';
import { refusedRow, sampleRow } from '../../../conformance/store-rows.js';
import { useTestDatabase } from '../../../support/test-database.js';
import { at, openWorld } from './world.js';

const embedded = useTestDatabase();
let database: Database;
beforeAll(async () => {
  database = await embedded.freshDatabase();
});

const day = (more: Partial<CoverageQuery> = {}): CoverageQuery => ({
  fromMs: at(0),
  toMs: at(24 * 60),
  filter: {},
  limit: 10,
  nowMs: at(60),
  ...more,
});

const doubtful = (eventId: string, minute: number, more: Partial<RefusedRow> = {}): RefusedRow =>
  refusedRow(eventId, { tsMs: at(minute), confidence: 'possible', cause: 'unknown', group: 'unknown', ...more });

/** The sample of a row. */
const sampleOf = ({ eventId, tsMs, facts }: RefusedRow) => sampleRow(eventId, { tsMs, facts });

/** `stage cause: refused [samples]` */
const inShort = ({ doubts }: DoubtsAnswer): string[] =>
  doubts.map(
    ({ labels, refused, samples }) =>
      `${labels.stage} ${labels.cause}: ${refused} [${samples.map(({ record }) => record.eventId)}]`,
  );

describe('doubts', () => {
  it('are none in an empty store', async () => {
    const { reader } = await openWorld(database);
    expect(await reader.readDoubts(day())).toEqual({ doubts: [], omittedDoubts: 0 });
  });

  it('are the refusals that are not certain, by stage and cause, with what samples they have', async () => {
    const world = await openWorld(database);
    const rows = [
      doubtful('old', 1),
      doubtful('unsampled', 2),
      doubtful('new', 3),
      doubtful('key', 3, { cause: 'api_key_missing', group: 'api_key', confidence: 'likely' }),
      doubtful('test', 3, { stage: 'test' }),
      doubtful('sure', 3, { confidence: 'certain' }),
      doubtful('before the range', -1),
    ];
    await world.insertRefused(rows);
    await world.insertSamples(rows.filter(({ eventId }) => eventId !== 'unsampled').map(sampleOf));
    expect(inShort(await world.reader.readDoubts(day()))).toEqual([
      'prod unknown: 3 [new,old]',
      'prod api_key_missing: 1 [key]',
      'test unknown: 1 [test]',
    ]);
    expect(inShort(await world.reader.readDoubts(day({ filter: { stage: { in: ['test'] } } })))).toEqual([
      'test unknown: 1 [test]',
    ]);
    const { doubts, omittedDoubts } = await world.reader.readDoubts(day({ limit: 1 }));
    expect([doubts.length, omittedDoubts]).toEqual([1, 2]);
  });

  it('do not listen to the sample of a verdict that stands no more', async () => {
    const world = await openWorld(database);
    await world.insertRefused([doubtful('improved', 1)]);
    await world.insertSamples([sampleOf(doubtful('improved', 1))]);
    await world.insertRefused([doubtful('improved', 1, { facts: 2 })]);
    expect(inShort(await world.reader.readDoubts(day()))).toEqual(['prod unknown: 1 []']);
  });

  it('have few samples each, looked for where they are kept: at the lowest ids', async () => {
    const world = await openWorld(database);
    const noisy = Array.from({ length: 30 }, (_, n) => doubtful(`noisy ${n + 10}`, 100 - n));
    const rows = [...noisy, doubtful('quiet', 0, { stage: 'quiet' })];
    await world.insertRefused(rows);
    await world.insertSamples([...noisy.slice(0, 20), ...rows.slice(-1)].map(sampleOf));
    const { doubts } = await world.reader.readDoubts(day());
    expect(doubts.map(({ labels, refused, samples }) => [labels.stage, refused, samples.length])).toEqual([
      ['prod', 30, 5],
      ['quiet', 1, 1],
    ]);
  });
});
