import { stageKeyOf } from '../../query/completeness.js';
import type { CoverageQuery } from '../../query/query.js';
import type { Database } from '../database.js';
import type { Doubt, DoubtsAnswer } from '../event-store.js';
import { compileDoubts, type DoubtRow, samplesOfEach } from './coverage-statement.js';
import { readCountingBasis } from './read-counting-basis.js';
import { readByKeys } from './read-events.js';
import { runStatement } from './statement.js';

/** Whole records, all held at once: each stage and cause has its part of them. */
const maxSamples = 1_000;

export async function readDoubts(database: Database, query: CoverageQuery): Promise<DoubtsAnswer> {
  const { fromMs, toMs, filter, nowMs } = query;
  const basis = await readCountingBasis(database, { range: { fromMs, toMs }, filter, nowMs });
  const rows = await runStatement<DoubtRow>(
    database,
    compileDoubts({ ...query, nowMs: basis.nowMs, kinds: basis.kinds }),
  );
  const ofEach = Math.max(1, Math.min(samplesOfEach, Math.floor(maxSamples / rows.length)));
  const keys = rows.flatMap(({ lowest }) => lowest.slice(0, ofEach).map(([event_id, ts_ms]) => ({ event_id, ts_ms })));
  const samples = new Map<string, Doubt['samples'][number][]>();
  for (const { sample, account, region, apiId, stage, cause } of await readByKeys(database, keys)) {
    if (sample === null) continue;
    const key = keyOf({ account, region, api_id: apiId, stage, cause });
    samples.set(key, [...(samples.get(key) ?? []), sample]);
  }
  return {
    doubts: rows.map(({ account, region, api_id, stage, cause, refused }): Doubt => {
      const labels = { account, region, api_id, stage, cause };
      return { labels, refused: Number(refused), samples: samples.get(keyOf(labels)) ?? [] };
    }),
    omittedDoubts: Math.max(0, Number(rows[0]?.groups ?? 0) - rows.length),
  };
}

const keyOf = (labels: Doubt['labels']): string => `${stageKeyOf(labels)} ${labels.cause}`;
