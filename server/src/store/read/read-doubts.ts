import { stageKeyOf } from '../../query/completeness.js';
import type { CoverageQuery, TimeRange } from '../../query/query.js';
import type { Database } from '../database.js';
import type { Doubt, DoubtsAnswer } from '../event-store.js';
import { askByDays, askNow } from './by-days.js';
import { compileDoubts, type DoubtRow, samplesOfEach } from './coverage-statement.js';
import type { EventKeyRow } from './event-statement.js';
import { readCountingBasis } from './read-counting-basis.js';
import { readByKeys } from './read-events.js';

/** Whole records, all held at once: each stage and cause has its part of them. */
const maxSamples = 1_000;
/** Stages and causes of one day; where a day has more, the range is asked for as one. */
const doubtsOfPart = 5_000;

export async function readDoubts(database: Database, query: CoverageQuery): Promise<DoubtsAnswer> {
  const { fromMs, toMs, filter, limit } = query;
  const range = { fromMs, toMs };
  const { days, kinds, nowMs } = await readCountingBasis(database, { range, filter, nowMs: query.nowMs });
  const asked = { filter, nowMs, kinds };
  const ofPart = (part: TimeRange) => compileDoubts({ ...asked, ...part, limit: Math.max(limit, doubtsOfPart) });
  const parts = await askByDays<DoubtRow>(database, { range, days }, ofPart, isAll);
  const whole = parts ?? [await askNow<DoubtRow>(database, compileDoubts({ ...asked, ...range, limit }), days)];
  const doubts = addUp(whole);
  const told = doubts.slice(0, limit);
  const samples = await readSamples(database, told);
  return {
    doubts: told.map(({ labels, refused }) => ({ labels, refused, samples: samples.get(keyOf(labels)) ?? [] })),
    omittedDoubts: parts === null ? Math.max(0, groupsOf(whole[0]) - told.length) : doubts.length - told.length,
  };
}

const groupsOf = (rows: readonly DoubtRow[] = []): number => Number(rows[0]?.groups ?? 0);
const isAll = (rows: readonly DoubtRow[]): boolean => rows.length === groupsOf(rows);

interface DoubtUnderWay {
  readonly labels: Doubt['labels'];
  refused: number;
  readonly lowest: EventKeyRow[];
}

/** Most refused first. Of samples the newest days' come first: they tell of the formats as they are now. */
function addUp(parts: readonly (readonly DoubtRow[])[]): readonly DoubtUnderWay[] {
  const doubts = new Map<string, DoubtUnderWay>();
  for (const { account, region, api_id, stage, cause, refused, lowest } of parts.toReversed().flat()) {
    const labels = { account, region, api_id, stage, cause };
    const doubt = doubts.get(keyOf(labels)) ?? { labels, refused: 0, lowest: [] };
    doubts.set(keyOf(labels), doubt);
    doubt.refused += Number(refused);
    const places = samplesOfEach - doubt.lowest.length;
    doubt.lowest.push(...lowest.slice(0, places).map(([event_id, ts_ms]) => ({ event_id, ts_ms })));
  }
  return [...doubts.values()].sort((a, b) => b.refused - a.refused || (keyOf(a.labels) < keyOf(b.labels) ? -1 : 1));
}

async function readSamples(
  database: Database,
  doubts: readonly DoubtUnderWay[],
): Promise<ReadonlyMap<string, Doubt['samples']>> {
  const ofEach = Math.max(1, Math.min(samplesOfEach, Math.floor(maxSamples / doubts.length)));
  const keys = doubts.flatMap(({ lowest }) => lowest.slice(0, ofEach));
  const samples = new Map<string, Doubt['samples'][number][]>();
  for (const { sample, account, region, apiId, stage, cause } of await readByKeys(database, keys)) {
    if (sample === null) continue;
    const key = keyOf({ account, region, api_id: apiId, stage, cause });
    samples.set(key, [...(samples.get(key) ?? []), sample]);
  }
  return samples;
}

const keyOf = (labels: Doubt['labels']): string => `${stageKeyOf(labels)} ${labels.cause}`;
