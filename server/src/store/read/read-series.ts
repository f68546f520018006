import { lowest, stageLabelNames } from '../../query/completeness.js';
import { denominatedBy } from '../../query/denominators.js';
import { type LabelName, labelNames, type SeriesQuery, totalLabelNames } from '../../query/query.js';
import {
  type BucketCounts,
  basisOf,
  bucketRange,
  type CountedSeries,
  countUntold,
  renderSeriesFrame,
} from '../../query/series-frame.js';
import type { Database } from '../database.js';
import type { SeriesAnswer } from '../event-store.js';
import { type Labels, labelsOf, pick, readCounted } from './counted-sets.js';
import { type CountedQuery, compileRefused, compileRequests } from './counted-statement.js';
import { type CountingBasis, readCountingBasis } from './read-counting-basis.js';
import type { Statement } from './statement.js';

/**
 * Series are the sets of labels that have refused requests (for `requests`: any requests) in the range; without labels there is
 * always one. The denominator of a share is all requests with the same labels, that of a portion all refused ones, cause and group
 * left out.
 */
export async function readSeries(database: Database, query: SeriesQuery): Promise<SeriesAnswer> {
  const range = bucketRange(query);
  const { filter, by, stepMs, limit } = query;
  const basis = await readCountingBasis(database, { range, filter, nowMs: query.nowMs });
  const { metersKinds } = basis.denominators;
  const counted = { range, filter, by, stepMs, limit, nowMs: basis.nowMs, kinds: basis.kinds, metersKinds };
  const compile = query.metric === 'requests' ? compileRequests : compileRefused;
  const found = await readCounted(database, compile, counted, basis.days);
  const sets = found.sets.map((set) => ({ labels: labelsOf(by, set), counts: set.counts }));
  if (sets.length === 0 && by.length === 0) sets.push({ labels: {}, counts: new Map() });

  const whole = query.metric === 'share' || query.metric === 'portion' ? wholes[query.metric] : null;
  const denominatorOf =
    whole !== null && sets.length > 0 ? await readDenominators(database, counted, sets, whole, basis) : () => nothing;
  const of = denominatedBy(by, filter);
  const knownOf = (labels: Labels) => {
    const stage = pick(labels, stageLabelNames);
    return {
      watermark: basis.stages.watermarkOf(stage),
      gaps: basis.denominators.gapsOf(stage, of, stepMs),
    };
  };
  const series = sets.map(
    ({ labels, counts }): CountedSeries => ({
      labels,
      counts,
      requests: denominatorOf(labels),
      ...knownOf(labels),
    }),
  );
  const told = series.length === 0 ? [knownOf({})] : series;
  return {
    frame: renderSeriesFrame(query, series),
    omittedSeries: found.omitted,
    untoldValues: countUntold(query, series),
    completeUntilMs: lowest(told.map(({ watermark }) => watermark.completeUntilMs)),
    basis: basisOf(query, told),
    countedFrom: basis.countedFrom,
  };
}

/** What shares and portions are parts of, and the labels by which it is known. */
interface Whole {
  readonly by: readonly LabelName[];
  readonly compile: (counted: CountedQuery) => Statement;
}

const wholes: Readonly<Record<'share' | 'portion', Whole>> = {
  share: { by: totalLabelNames, compile: compileRequests },
  portion: {
    by: labelNames.filter((name) => name !== 'cause' && name !== 'group'),
    compile({ filter: { cause: _, group: __, ...filter }, ...counted }) {
      return compileRefused({ ...counted, filter });
    },
  },
};

/** The wholes of the sets of labels that were found. */
async function readDenominators(
  database: Database,
  counted: CountedQuery,
  sets: readonly { readonly labels: Labels }[],
  whole: Whole,
  { days }: CountingBasis,
): Promise<(labels: Labels) => BucketCounts> {
  const by = whole.by.filter((name) => counted.by.includes(name));
  const only = new Map(
    sets.map(({ labels }) => by.map((name) => labels[name] ?? '')).map((each) => [keyOf(each), each]),
  );
  const found = await readCounted(
    database,
    whole.compile,
    { ...counted, by, only: [...only.values()], limit: only.size },
    days,
  );
  const requests = new Map(found.sets.map(({ labels, counts }) => [keyOf(labels), counts]));
  return (labels) => requests.get(keyOf(by.map((name) => labels[name] ?? ''))) ?? nothing;
}

const nothing: BucketCounts = new Map();

const keyOf = (labels: readonly string[]): string => JSON.stringify(labels);
