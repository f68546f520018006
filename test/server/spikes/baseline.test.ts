import { describe, expect, it } from 'vitest';
import {
  type Bound,
  baselineOf,
  boundOf,
  type HourBaseline,
  stageHistoryOf,
} from '../../../server/src/spikes/baseline.js';
import { toDeviations } from '../../../server/src/spikes/deviations.js';
import { PastHour } from '../../../server/src/spikes/past-hours.js';
import { burstMargin, historyHours, leastUpper } from '../../../server/src/spikes/rules.js';

interface Hour {
  readonly level?: number;
  readonly lasting?: number;
  readonly burst?: number;
  readonly requests?: number;
  readonly accepted?: number;
}

/** One stage (0) and one key (0), hour by hour; `ago` 1 is the hour before the one that is judged. */
function baseline(hours: number, hourOf: (ago: number) => Hour): HourBaseline {
  const past = Array.from({ length: hours }, (_, i) => {
    const { level = 0, lasting = 0, burst = 0, requests = 1200, accepted = requests } = hourOf(hours - i);
    const hour = new PastHour(1, 1, 1);
    hour.levels[0] = level;
    hour.lasting[0] = lasting;
    hour.bursts[0] = burst;
    hour.requests[0] = requests;
    hour.accepted[0] = accepted;
    return hour;
  });
  return baselineOf(stageHistoryOf(past, hours, 0), 0);
}

describe('what an hour is compared with', () => {
  it.each([
    ['nothing, of a stage that is 23 hours old', 23, () => ({}), 'none'],
    ['the day before, of one that is a day old', 24, () => ({}), 'day'],
    ['the day before, as long as two earlier days have this time', 2 * 24 + 1, () => ({}), 'day'],
    ['this time of three earlier days', 3 * 24 + 1, () => ({}), 'time_of_day'],
    [
      'this time of day, after an outage of some hours',
      historyHours,
      (ago: number) => (ago < 6 ? { requests: 0 } : {}),
      'time_of_day',
    ],
    [
      'the day before, where this time of day had no requests',
      historyHours,
      (ago: number) => (ago % 24 === 0 ? { requests: 0 } : {}),
      'day',
    ],
    [
      'nothing, of a stage with a request a day',
      historyHours,
      (ago: number) => ({ requests: ago % 24 === 3 ? 1 : 0 }),
      'none',
    ],
  ])('is %s', (_, hours, hourOf, kind) => {
    expect(baseline(hours, hourOf).kind).toBe(kind);
  });

  it('at this time of day: what is usual in this hour, not in the others', () => {
    const { expected } = baseline(historyHours, (ago) => ({ level: [23, 0, 1].includes(ago % 24) ? 40 : 3 }));
    expect(expected).toBe(40);
  });

  it('is not lifted by two days of incidents at this time', () => {
    const { expected } = baseline(historyHours, (ago) => ({ level: ago > 20 && ago < 52 ? 500 : 3 }));
    expect(expected).toBe(3);
  });

  it('of a day: its busy hours, and not the four hours of an incident', () => {
    const { expected } = baseline(24, (ago) => ({ level: ago <= 4 ? 500 : ago <= 12 ? 20 : 2 }));
    expect(expected).toBe(20);
  });

  it('hours without requests are no history: nothing is expected of them', () => {
    const { expected, kind } = baseline(historyHours, (ago) => (ago > 5 * 24 ? { requests: 0 } : { level: 7 }));
    expect({ expected, kind }).toEqual({ expected: 7, kind: 'time_of_day' });
  });
});

describe('how busy a stage usually is', () => {
  it.each<[string, (ago: number) => number, number | null]>([
    ['told by all hours', () => 1200, 100],
    ['told by most of them', (ago) => (ago <= 2 * 24 ? Number.NaN : 1200), 100],
    ['not told by a few: most were read as refusals only', (ago) => (ago <= 4 * 24 + 1 ? Number.NaN : 1200), null],
    ['not told at all', () => Number.NaN, null],
  ])('%s', (_, acceptedOf, accepted) => {
    expect(baseline(historyHours, (ago) => ({ accepted: acceptedOf(ago) })).accepted).toBe(accepted);
  });
});

describe('what lasts for part of an hour', () => {
  const lastingOn = (nights: number): number =>
    baseline(historyHours, (ago) => ({ lasting: ago % 24 === 0 && ago <= nights * 24 ? 75 : 1 })).lasting;

  it('each night, as a job does, is usual in its hour after four nights', () => {
    expect([lastingOn(3), lastingOn(4), lastingOn(7)]).toEqual([1, 75, 75]);
  });

  it('is not usual in the hours beside it', () => {
    expect(baseline(historyHours, (ago) => ({ lasting: ago % 24 === 1 ? 75 : 1 })).lasting).toBe(1);
  });
});

describe('bursts', () => {
  it('that come again and again are allowed for, with a margin', () => {
    const { deviations } = baseline(historyHours, (ago) => ({ burst: ago % 10 === 0 ? 12 : 2 }));
    expect(deviations).toBeCloseTo(12 * burstMargin);
  });

  it('that came once or twice are no habit', () => {
    const { deviations } = baseline(historyHours, (ago) => ({ burst: ago === 7 || ago === 90 ? 40 : 0 }));
    expect(deviations).toBe(5);
  });
});

describe('the bound of five minutes', () => {
  const usual: HourBaseline = {
    kind: 'time_of_day',
    expected: 36,
    lasting: 0,
    deviations: 5,
    accepted: 1000,
    hasAccepted: true,
  };
  const bound = (more: Partial<HourBaseline>, accepted: number | null = 1000): Bound =>
    boundOf({ ...usual, ...more }, accepted);

  it('is what chance may add to what is expected', () => {
    const { expected, upper } = bound({});
    expect(expected).toBe(36);
    expect(toDeviations(upper) - toDeviations(36)).toBeCloseTo(5);
  });

  it.each<[string, Partial<HourBaseline>, number | null]>([
    ['nobody knows how busy it is', {}, null],
    ['nobody knows how busy it usually is', { accepted: null }, 5000],
  ])('is that of a usual load where %s', (_, more, accepted) => {
    expect(bound(more, accepted)).toEqual(bound({}));
  });

  it('is never so low that a handful of requests is a spike', () => {
    expect(bound({ expected: 0 }).upper).toBe(leastUpper);
  });

  it('grows with the load of the stage, and does not shrink with it', () => {
    expect(bound({}, 2010).expected).toBe(72);
    expect(bound({}, 0).expected).toBe(36);
    expect(bound({}, 990)).toEqual(bound({}, 10));
  });

  it('is hardly moved by the load of a stage with hardly any', () => {
    expect(bound({ accepted: 0.5 }, 3).expected).toBeLessThan(36 * 1.3);
  });

  it('leaves room above what lasts in this hour on most days', () => {
    const { upper } = bound({ expected: 0, lasting: 75 });
    expect(toDeviations(upper) - toDeviations(75)).toBeCloseTo(5);
  });

  it('without a baseline is a floor', () => {
    expect(bound({ kind: 'none' })).toEqual({ expected: null, upper: 20 });
  });
});
