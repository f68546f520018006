import { describe, expect, it } from 'vitest';
import { type Evaluation, InstanceStates, type StateSettings } from './instance-states.js';

const minuteMs = 60_000;
const usual: StateSettings = {
  intervalMs: minuteMs,
  forMs: 0,
  keepFiringMs: 0,
  missingEvaluations: 2,
  noDataState: 'NoData',
  execErrState: 'Error',
};
const keeping = { noDataState: 'KeepLast', execErrState: 'KeepLast' } as const;
const minutes = (count: number) => count * minuteMs;

/**
 * One character for each evaluation: `.` normal, `!` alerting, `0` a null for this label set, ` ` another label set only,
 * `-` no data at all, `x` an error.
 */
function run(
  settings: Partial<StateSettings>,
  signs: string,
): { readonly states: string; readonly last: InstanceStates } {
  const states = new InstanceStates({ ...usual, ...settings });
  const others = { labels: { cause: 'other' }, result: 'normal' } as const;
  const letters: Readonly<Record<string, string>> = {
    normal: '.',
    pending: 'p',
    alerting: 'A',
    recovering: 'r',
    nodata: 'N',
    error: 'E',
  };
  const told = [...signs].map((sign, i) => {
    states.evaluate(evaluationOf(sign), minutes(i));
    const mine = states.all().find(({ labels }) => labels['cause'] === 'mine');
    return mine === undefined ? '_' : letters[mine.state];
  });
  return { states: told.join(''), last: states };

  function evaluationOf(sign: string): Evaluation {
    const mine = (result: 'normal' | 'alerting' | 'no_data'): Evaluation => ({
      kind: 'results',
      results: [others, { labels: { cause: 'mine' }, result }],
    });
    if (sign === '-') return { kind: 'no_data', refId: 'A' };
    if (sign === 'x') return { kind: 'error', message: 'the data source does not answer' };
    if (sign === ' ') return { kind: 'results', results: [others] };
    return mine(sign === '!' ? 'alerting' : sign === '0' ? 'no_data' : 'normal');
  }
}

describe('the simulation of alert instances', () => {
  it.each<[string, Partial<StateSettings>, string, string]>([
    ['fires at once without `for`, and resolves at once', {}, '.!!..', '.AA..'],
    ['waits as long as `for` says', { forMs: minutes(2) }, '.!!!!.', '.ppAA.'],
    ['begins to wait anew after a normal minute', { forMs: minutes(2) }, '!!.!!!', 'pp.ppA'],
    ['keeps firing for a while, and on when it rises again', { keepFiringMs: minutes(3) }, '!...!....', 'ArrrArrr.'],
    ['does not keep what was only pending', { forMs: minutes(2), keepFiringMs: minutes(3) }, '!!..', 'pp..'],

    // https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rule-evaluation/stale-alert-instances/
    ['resolves and forgets what was missing for two evaluations', {}, '!!   ', 'AAA__'],
    ['and for as many as are asked for', { missingEvaluations: 4 }, '!!     ', 'AAAAA__'],
    ['stays firing when what was missing comes back in time', { missingEvaluations: 4 }, '!   !', 'AAAAA'],

    // https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rule-evaluation/nodata-and-error-states/
    ['KeepLast: nothing changes while there is no data', keeping, '.--!----.', '...AAAAA.'],
    ['KeepLast: nor while one label set is null', keeping, '!0000.', 'AAAAA.'],
    ['KeepLast: nor while the query fails', keeping, '!xxxx.', 'AAAAA.'],
    ['KeepLast: what waits goes on waiting', { ...keeping, forMs: minutes(2) }, '!---', 'ppAA'],
    ['KeepLast: what recovers goes on recovering', { ...keeping, keepFiringMs: minutes(2) }, '!.---', 'Arr..'],
    ['KeepLast: what is never told again is still missing', keeping, '!--   ', 'AAAA__'],
    ['OK: no data is normal', { noDataState: 'OK' }, '!-!0', 'A.A.'],
    ['OK: an error is normal', { execErrState: 'OK' }, '!x!', 'A.A'],
    ['Alerting: no data fires all there are', { noDataState: 'Alerting' }, '.--.', '.AA.'],
    ['Alerting: after `for`', { noDataState: 'Alerting', forMs: minutes(2) }, '.----.', '.ppAA.'],
    ['Alerting: so does an error', { execErrState: 'Alerting', forMs: minutes(1) }, '.xx.', '.pA.'],
    ['NoData: a null is a state of its own', {}, '.0.', '.N.'],
    ['NoData: that waits as long as `for` says', { forMs: minutes(1) }, '.00', '.pN'],
    ['NoData: without any data the others are missing', {}, '!----', 'AA___'],
  ])('%s', (_, settings, signs, expected) => {
    expect(run(settings, signs).states).toBe(expected);
  });

  it.each<[string, Partial<StateSettings>, string, string]>([
    ['Alerting raises one instance when there never was any', { noDataState: 'Alerting' }, '-', 'alerting'],
    ['KeepLast has nothing to keep then', keeping, '-', 'normal'],
    ['NoData raises its own alert', {}, '!-', 'nodata'],
    ['Error raises its own alert', {}, '!x', 'error'],
  ])('%s', (_, settings, signs, expected) => {
    const { last } = run(settings, signs);
    const own = last.all().find(({ labels }) => labels['cause'] === undefined);
    expect(own).toMatchObject({ state: expected, labels: { alertname: expect.stringMatching(/^Datasource/) } });
  });
});
