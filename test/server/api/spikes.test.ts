import { describe, expect, it } from 'vitest';
import { wellFormed } from '../../../server/src/text/well-formed.js';
import { payloads } from '../../support/hostile-values.js';
import { ago, fakeSpikes, hour, minute, spike, spikeLabels, spikeSeries } from './spiking.js';
import { type ApiOptions, problemOf, startApi, testNowMs } from './start-api.js';

const get = async (path: string, options: ApiOptions) => (await startApi(options)).fetch(path);
interface Answer {
  readonly spikes: readonly { readonly began: number }[];
  readonly columns: readonly { readonly name: string; readonly unit?: string; readonly color?: string }[];
}
const json = async (path: string, options: ApiOptions): Promise<Answer> =>
  (await (await get(path, options)).json()) as Answer;

const iam = spikeLabels({ cause: 'iam_denied', group: 'iam', stage: 'test' });

describe('/api/v1/spikes', () => {
  it('tells each spike whole, the one that began last first', async () => {
    const spikes = fakeSpikes({
      series: [
        spikeSeries({ spikes: [spike({ beganMs: ago(300), endedMs: ago(280) }), spike()] }),
        spikeSeries({
          labels: iam,
          spikes: [spike({ beganMs: ago(100), endedMs: ago(90), expected: null, share: null, baseline: 'none' })],
        }),
      ],
    });
    const answer = await json('/api/v1/spikes?from=now-6h', { spikes });
    expect(answer).toEqual({
      from: testNowMs - 6 * hour,
      to: testNowMs,
      completeUntil: ago(1),
      omittedSpikes: 0,
      spikes: [
        {
          account: '111122223333',
          region: 'eu-west-1',
          apiId: 'orders',
          stage: 'prod',
          cause: 'waf_blocked',
          group: 'waf',
          began: ago(20),
          ended: null,
          peakAt: ago(15),
          peakScore: 4.5,
          peakRequests: 130,
          expected: 8,
          expectedUpper: 20.5,
          share: 0.25,
          refused: 410,
          baseline: 'time_of_day',
        },
        expect.objectContaining({ stage: 'test', began: ago(100), ended: ago(90), expected: null, baseline: 'none' }),
        expect.objectContaining({ stage: 'prod', began: ago(300), ended: ago(280) }),
      ],
    });
  });

  it('asks for whole hours, and tells only of what touches the range', async () => {
    const spikes = fakeSpikes({
      series: [
        spikeSeries({
          spikes: [
            spike({ beganMs: ago(70), endedMs: ago(61) }),
            spike({ beganMs: ago(65), endedMs: ago(59) }),
            spike({ beganMs: ago(45), endedMs: ago(40) }),
            spike({ beganMs: ago(31), endedMs: null }),
            spike({ beganMs: ago(30), endedMs: null }),
          ],
        }),
      ],
    });
    const { spikes: told } = await json('/api/v1/spikes?from=now-60m&to=now-30m', { spikes });
    expect(told.map(({ began }) => began)).toEqual([ago(31), ago(45), ago(65)]);
    expect(spikes.asked).toMatchObject([{ fromMs: ago(90), toMs: ago(30) }]);
  });

  it('hands on the filter and the least share; 0 is a least share that asks for nothing', async () => {
    const spikes = fakeSpikes({});
    const api = await startApi({ spikes });
    await api.fetch('/api/v1/spikes?least_share=0.2&cause=waf_blocked&not.stage=test&api_id=a&api_id=b');
    await api.fetch('/api/v1/spikes?least_share=0');
    expect(spikes.asked).toMatchObject([
      {
        leastShare: 0.2,
        filter: { cause: { in: ['waf_blocked'] }, stage: { notIn: ['test'] }, api_id: { in: ['a', 'b'] } },
      },
      { leastShare: null, filter: {} },
    ]);
  });

  it('says how many a limit left out', async () => {
    const spikes = fakeSpikes({ series: [spikeSeries({ spikes: [spike(), spike({ beganMs: ago(50) })] })] });
    expect(await json('/api/v1/spikes?limit=1', { spikes })).toMatchObject({
      spikes: [{ began: ago(20) }],
      omittedSpikes: 1,
    });
  });

  it('of a store that nothing was told of is empty and knows nothing', async () => {
    const spikes = fakeSpikes({ completeUntilMs: null });
    expect(await json('/api/v1/spikes', { spikes })).toMatchObject({ completeUntil: null, spikes: [] });
  });
});

describe('/api/v1/spikes/series', () => {
  const times = [ago(15), ago(10), ago(5)];

  it('has a time column, then the score of each series with its colour and baseline', async () => {
    const spikes = fakeSpikes({
      times,
      series: [spikeSeries(), spikeSeries({ labels: iam, baseline: 'none' })],
      omittedSeries: 3,
    });
    const answer = await json('/api/v1/spikes/series?from=now-15m&step=5m', { spikes });
    expect(answer).toEqual({
      from: ago(15),
      to: testNowMs,
      step: 5 * minute,
      measures: ['score'],
      completeUntil: ago(1),
      omittedSeries: 3,
      columns: [
        { name: 'time', type: 'time', unit: 'ms', values: times },
        {
          name: 'score',
          type: 'number',
          unit: 'score',
          labels: spikeLabels(),
          values: [0, 4.5, null],
          completeUntil: ago(1),
          color: expect.stringMatching(/^#[0-9a-f]{6}$/),
          baseline: 'time_of_day',
        },
        expect.objectContaining({ name: 'score', labels: iam, baseline: 'none' }),
      ],
    });
    const [, waf, other] = answer.columns;
    expect(waf?.color).not.toBe(other?.color);
  });

  it('has the measures that were asked for, each with its unit', async () => {
    const spikes = fakeSpikes({ times, series: [spikeSeries()] });
    const measures = ['count', 'expected', 'expected_upper', 'share', 'score'];
    const { columns } = await json(`/api/v1/spikes/series?${measures.map((each) => `measure=${each}`).join('&')}`, {
      spikes,
    });
    expect(columns.slice(1).map(({ name, unit }) => `${name} ${unit}`)).toEqual([
      'count requests',
      'expected requests',
      'expected_upper requests',
      'share ratio',
      'score score',
    ]);
  });

  it.each([
    ['from=now-6h&step=1m', { stepMs: minute, fromMs: ago(360), toMs: testNowMs, limit: 50 }],
    ['from=now-6h', { stepMs: 2 * minute }],
    ['from=now-6h&points=1000', { stepMs: minute }],
    ['from=now-6h&points=10', { stepMs: hour, fromMs: ago(390), toMs: testNowMs + 30 * minute }],
    ['from=now-1h&limit=7&least_share=.5', { limit: 7, leastShare: 0.5 }],
  ])('%s', async (query, asked) => {
    const spikes = fakeSpikes({});
    expect((await get(`/api/v1/spikes/series?${query}`, { spikes })).status).toBe(200);
    expect(spikes.asked).toMatchObject([asked]);
  });
});

const paths = ['/api/v1/spikes', '/api/v1/spikes/series', '/api/v1/new-causes', '/api/v1/annotations'];
const filters = 'account, region, api_id, stage, cause, group';

describe.each(paths)('%s', (path) => {
  it.each([
    [
      'route=/a',
      'parameter_unknown',
      `query "route": there is no such parameter; expected one of from, to, ${filters}`,
    ],
    ['not.source_ip=203.0.113.1', 'parameter_unknown', filters],
    ['method=GET', 'parameter_unknown', filters],
    ['cuase=waf_blocked', 'parameter_unknown', 'did you mean cause?'],
    ['cause=waf_bloked', 'parameter_invalid', 'did you mean waf_blocked?'],
    ['group=firewall', 'parameter_invalid', 'expected one of'],
    ['from=yesterday', 'parameter_invalid', 'expected ISO 8601'],
    ['from=now&to=now-1h', 'range_invalid', 'Expected from before to'],
    ['from=now-400d', 'range_too_long', 'Expected at most 92 days'],
    ['limit=0', 'parameter_invalid', 'whole number of at least 1'],
    ['limit=100000', 'parameter_invalid', 'expected at most'],
    [`stage=${'x'.repeat(1025)}`, 'parameter_invalid', 'expected at most 1024 characters'],
  ])('?%s is refused: %s', async (query, code, sentence) => {
    const spikes = fakeSpikes({});
    const response = await get(`${path}?${query}`, { spikes });
    expect(response.status).toBe(400);
    const problem = await problemOf(response);
    expect(problem.code).toBe(code);
    expect(problem.detail).toContain(sentence);
    expect(spikes.asked).toEqual([]);
  });

  it('says when the store is away', async () => {
    const response = await get(path, {});
    expect(response.status).toBe(503);
    expect(await problemOf(response)).toMatchObject({ code: 'store_unavailable', retryable: true });
  });
});

describe('parameters of one route', () => {
  it.each([
    ['/api/v1/spikes?least_share=20', 'from 0 to 1 such as 0.2, came "20"'],
    ['/api/v1/spikes?least_share=', 'from 0 to 1'],
    ['/api/v1/spikes?least_share=-0.1', 'from 0 to 1'],
    ['/api/v1/spikes?least_share=0x1', 'from 0 to 1'],
    ['/api/v1/spikes?step=5m', 'there is no such parameter'],
    ['/api/v1/spikes/series?measure=scores', 'did you mean score?'],
    ['/api/v1/spikes/series?step=90s', 'whole minutes'],
    ['/api/v1/spikes/series?points=0', 'whole number of at least 1'],
    ['/api/v1/spikes/series?points=20000', 'expected at most 11000'],
    ['/api/v1/spikes/series?from=now-30d&step=1m', 'Expected at most'],
    ['/api/v1/new-causes?least=0', 'whole number of at least 1'],
    ['/api/v1/new-causes?least_share=0.1', 'there is no such parameter'],
    ['/api/v1/annotations?kind=spikes', 'did you mean spike?'],
  ])('%s is refused', async (path, sentence) => {
    const response = await get(path, { spikes: fakeSpikes({}) });
    expect(response.status).toBe(400);
    expect((await problemOf(response)).detail).toContain(sentence);
  });

  it('hostile values of a filter stay values', async () => {
    const spikes = fakeSpikes({});
    const api = await startApi({ spikes });
    for (const value of payloads.filter((each) => wellFormed(each) === each)) {
      const response = await api.fetch(`/api/v1/spikes?stage=${encodeURIComponent(value)}`);
      expect(response.status).toBe(200);
      expect(spikes.asked.at(-1)?.filter).toEqual({ stage: { in: [value] } });
    }
  });
});
