import { describe, expect, it } from 'vitest';
import type { GaugeEvaluation } from '../../../../server/src/api/gauges/evaluate-gauges.js';
import type { StoreGauge } from '../../../../server/src/api/gauges/gauge.js';
import { gaugesAt } from '../../../../server/src/api/gauges/gauges-at.js';
import type { CellSet, FirstSeen } from '../../../../server/src/store/event-store.js';
import { minute, spikeLabels, spikeSeries } from '../spiking.js';

/** 12:00; minutes are told from here. */
const noonMs = Date.UTC(2026, 2, 1, 12);
const at = (minutes: number): number => noonMs + minutes * minute;
const day = 24 * 60;

const place = { account: '111122223333', region: 'eu-west-1', api_id: 'orders', stage: 'prod' };
const cells = (
  labels: CellSet['labels'],
  counts: Readonly<Record<number, number>>,
  completeUntil: number | null = 0,
): CellSet => ({
  labels,
  buckets: new Map(Object.entries(counts).map(([from, count]) => [at(Number(from)) / minute, count])),
  completeUntilMs: completeUntil === null ? null : at(completeUntil),
});
const none: GaugeEvaluation = {
  refused: { sets: [], omittedSets: 0 },
  requests: { sets: [], omittedSets: 0 },
  spikes: { completeUntilMs: null, omittedSeries: 0, times: [], series: [] },
  newCauses: { causes: [], omittedCauses: 0, completeUntilMs: null },
  newCauseCells: { sets: [], omittedSets: 0 },
};
const valuesOf = (evaluation: Partial<GaugeEvaluation>, gauge: StoreGauge, atMs = noonMs, maxSeries = 10) =>
  gaugesAt({ ...none, ...evaluation }, atMs, maxSeries).find((each) => each.gauge === gauge)?.values ?? [];
const of = (sets: readonly CellSet[]) => ({ sets, omittedSets: 0 });
const waf = spikeLabels();

describe('refused requests and requests', () => {
  it.each<[string, number | null, number | undefined]>([
    ['sum the five minutes before now', 0, 1 + 2 + 4],
    ['or before what is complete; a minute that is cut does not count', -1.5, 2 + 4 + 8],
    ['of a stage that lags a quarter of an hour', -15, 16],
    ['are missing for a stage that lags more', -15.1, undefined],
    ['are missing for a stage that nothing is known of', null, undefined],
    ['never look beyond the minute that is asked for', 60, 1 + 2 + 4],
  ])('%s', (_, completeUntil, sum) => {
    const refused = of([
      cells(waf, { 0: 99, '-1': 1, '-3': 2, '-5': 4, '-6': 8, '-20': 16, '-21': 32 }, completeUntil),
    ]);
    expect(valuesOf({ refused }, 'why403_refused_requests')).toEqual(
      sum === undefined ? [] : [{ labels: { ...waf, window: '5m' }, value: sum }],
    );
  });

  it.each<[string, number, boolean]>([
    ['of the five minutes', -5, true],
    ['before them', -6, false],
    ['after what is complete', 0, false],
  ])('requests are no number where nobody knows those %s', (_, unknown, isUnknown) => {
    const set = { ...cells(place, { '-1': 1, '-5': 4 }), unknown: new Set([at(unknown) / minute]) };
    const value = isUnknown ? Number.NaN : 5;
    expect(valuesOf({ requests: of([set]) }, 'why403_requests')).toEqual([
      { labels: { ...place, window: '5m' }, value },
    ]);
  });

  it('are bounded, and what is left out is counted', () => {
    const refused = { sets: [cells(waf, { '-1': 9 }), cells(waf, { '-1': 5 }), cells(waf, {})], omittedSets: 4 };
    const [reading] = gaugesAt({ ...none, refused }, noonMs, 2);
    expect(reading).toMatchObject({ values: [{ value: 9 }, { value: 5 }], omitted: 5 });
  });
});

describe('spike gauges', () => {
  const times = [at(-3), at(-2), at(-1), at(0)];
  const series = (completeUntil: number | null) =>
    spikeSeries({
      completeUntilMs: completeUntil === null ? null : at(completeUntil),
      values: {
        score: [0.1, 0.2, 0.3, null],
        expected_upper: [11, 12, 13, null],
        count: [],
        expected: [],
        share: [],
      },
    });
  const spikes = (completeUntil: number | null) => ({
    completeUntilMs: null,
    omittedSeries: 0,
    times,
    series: [series(completeUntil)],
  });

  it.each<[number | null, number | undefined, number | undefined]>([
    [0, 0.3, 13],
    [-0.5, 0.2, 12],
    [-2, 0.1, 11],
    [-3, undefined, undefined],
    [-16, undefined, undefined],
    [null, undefined, undefined],
    [1, 0.3, 13],
  ])('complete up to minute %j: score %j, upper bound %j', (completeUntil, score, upper) => {
    const { group: _, ...labels } = waf;
    const told = (value: number | undefined) => (value === undefined ? [] : [{ labels, value }]);
    expect(valuesOf({ spikes: spikes(completeUntil) }, 'why403_spike_score')).toEqual(told(score));
    expect(valuesOf({ spikes: spikes(completeUntil) }, 'why403_spike_expected_upper_requests')).toEqual(told(upper));
  });
});

describe('new causes', () => {
  const route = { ...waf, route: '/orders/{id}' };
  const firstSeen = (more: Partial<FirstSeen> = {}): FirstSeen => ({
    labels: route,
    firstSeenMs: at(-10),
    refused: 9,
    lastBeforeMs: null,
    stageKnownSinceMs: at(-3 * day),
    completeUntilMs: at(0),
    ...more,
  });
  const newAt = (atMinute: number, counts: Readonly<Record<number, number>>, more: Partial<FirstSeen> = {}) =>
    valuesOf(
      {
        newCauses: {
          causes: [firstSeen({ completeUntilMs: at(atMinute), ...more })],
          omittedCauses: 0,
          completeUntilMs: null,
        },
        newCauseCells: of([cells(route, counts)]),
      },
      'why403_new_cause',
      at(atMinute),
    ).map(({ value }) => value);

  it('have the refused requests of thirty minutes, and the route among their labels', () => {
    expect(
      valuesOf(
        {
          newCauses: { causes: [firstSeen()], omittedCauses: 0, completeUntilMs: null },
          newCauseCells: of([cells(route, { '-10': 2, '-1': 3, 0: 50 })]),
        },
        'why403_new_cause',
      ),
    ).toEqual([{ labels: { ...place, route: '/orders/{id}', cause: 'waf_blocked' }, value: 5 }]);
  });

  it('begin with the third request, and are new no longer half an hour after the first', () => {
    const counts = { 0: 1, 1: 1, 2: 1, 3: 5 };
    expect([1, 2, 3, 4, 29, 30, 31, 40].map((atMinute) => newAt(atMinute, counts))).toEqual([
      [],
      [],
      [3],
      [8],
      [8],
      [8],
      [],
      [],
    ]);
  });

  it.each<[string, Partial<FirstSeen>, number[]]>([
    ['seen just within seven days of the window', { lastBeforeMs: at(-30 - 7 * day) }, []],
    ['seen before that', { lastBeforeMs: at(-31 - 7 * day) }, [4]],
    ['of a stage known for just a day before the window', { stageKnownSinceMs: at(-30 - day) }, [4]],
    ['of a stage known for less', { stageKnownSinceMs: at(-29 - day) }, []],
    ['of a stage that lags', { completeUntilMs: at(-16) }, []],
  ])('%s', (_, more, values) => {
    expect(newAt(0, { '-10': 4 }, more)).toEqual(values);
  });
});

describe('unknown ratio', () => {
  const unknown = spikeLabels({ cause: 'unknown', group: 'unknown' });

  it.each<[string, CellSet[], number]>([
    [
      'a part of all refused requests of the hour',
      [cells(waf, { '-60': 20, '-61': 99 }), cells(unknown, { '-1': 20 })],
      0.5,
    ],
    ['few refused requests count as twenty', [cells(unknown, { '-1': 5 })], 0.25],
    ['nothing unknown', [cells(waf, { '-1': 50 })], 0],
    ['nothing refused', [], 0],
  ])('%s', (_, sets, ratio) => {
    const requests = of([cells(place, { '-1': 500 })]);
    expect(valuesOf({ refused: of(sets), requests }, 'why403_unknown_ratio')).toEqual([
      { labels: place, value: ratio },
    ]);
  });

  it('of each stage its own; none of a stage that lags', () => {
    const test = { ...place, stage: 'test' };
    const refused = of([cells(unknown, { '-1': 30 }), cells({ ...waf, stage: 'test' }, { '-1': 30 })]);
    const requests = of([cells(place, {}), cells(test, {}), cells({ ...place, stage: 'slow' }, {}, -16)]);
    expect(valuesOf({ refused, requests }, 'why403_unknown_ratio')).toEqual([
      { labels: place, value: 1 },
      { labels: test, value: 0 },
    ]);
  });
});

describe('a minute', () => {
  it('has the same values out of a long evaluation and out of a short one', () => {
    const short = of([cells(waf, { '-1': 1, '-5': 4 }, 0)]);
    const long = of([cells(waf, { '-900': 7, '-1': 1, '-5': 4, 3: 9 }, 600)]);
    expect(gaugesAt({ ...none, refused: long }, noonMs, 10)).toEqual(gaugesAt({ ...none, refused: short }, noonMs, 10));
  });
});
