import { describe, expect, it } from 'vitest';
import type { ChangesQuery } from '../../../server/src/store/control-plane-store.js';
import type { EventReader, FirstSeen, FirstSeenAnswer } from '../../../server/src/store/event-store.js';
import { change } from './annotated.js';
import { ago, fakeSpikes, spike, spikeLabels, spikeSeries } from './spiking.js';
import { startApi, storeAway, testNowMs } from './start-api.js';

const newCause = (more: Partial<FirstSeen['labels']>, firstSeenMs: number): FirstSeen => ({
  labels: { ...spikeLabels(), route: '/orders/{id}', ...more },
  firstSeenMs,
  refused: 5,
  lastBeforeMs: null,
  stageKnownSinceMs: 0,
  completeUntilMs: ago(1),
});

const spikes = () =>
  fakeSpikes({
    series: [
      spikeSeries({ spikes: [spike(), spike({ beganMs: ago(300), endedMs: ago(280) })] }),
      spikeSeries({ labels: spikeLabels({ cause: 'iam_denied', group: 'iam' }) }),
    ],
  });
const seen: FirstSeenAnswer = {
  causes: [newCause({ cause: 'iam_denied', group: 'iam' }, ago(30)), newCause({ stage: '<b>x' }, ago(400))],
  omittedCauses: 2,
  completeUntilMs: ago(2),
};

const unchanged = { changes: [], omitted: 0 };

interface Answer {
  readonly completeUntil: number;
  readonly omitted: number;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly values: readonly unknown[] }[];
}

async function read(
  query = '',
  store: EventReader = { ...storeAway, readFirstSeen: async () => seen, readChangeEvents: async () => unchanged },
): Promise<Answer> {
  const api = await startApi({ store, spikes: spikes() });
  const response = await api.fetch(`/api/v1/annotations${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}
const column = ({ columns }: Answer, name: string) => columns.find((each) => each.name === name)?.values;

describe('/api/v1/annotations', () => {
  it('has spikes and new causes, newest first; a spike that goes on ends where it is judged', async () => {
    const answer = await read();
    expect(answer.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'time time',
      'timeEnd time',
      'title string',
      'text string',
      'tags string',
      'id string',
      'color string',
    ]);
    expect(column(answer, 'time')).toEqual([ago(20), ago(30), ago(300), ago(400)]);
    expect(column(answer, 'timeEnd')).toEqual([ago(1), ago(30), ago(280), ago(400)]);
    expect(column(answer, 'title')).toEqual([
      'Spike: Blocked by AWS WAF',
      expect.stringMatching(/^New: /),
      'Spike: Blocked by AWS WAF',
      'New: Blocked by AWS WAF',
    ]);
    expect(column(answer, 'tags')).toEqual([
      'spike,waf,waf_blocked,orders,prod',
      'new_cause,iam,iam_denied,orders,prod',
      'spike,waf,waf_blocked,orders,prod',
      'new_cause,waf,waf_blocked,orders',
    ]);
    const colors = column(answer, 'color') as string[];
    expect(colors[0]).toBe(colors[2]);
    expect(colors[0]).not.toBe(colors[1]);
    expect(new Set(column(answer, 'id')).size).toBe(4);
    expect((column(answer, 'text') as string[])[3]).toContain('<b>orders/&lt;b&gt;x</b>');
    expect(answer).toMatchObject({ completeUntil: ago(2), omitted: 2 });
  });

  it.each([
    ['?kind=spike', [ago(20), ago(300)], 0, ago(1)],
    ['?kind=new_cause', [ago(30), ago(400)], 2, ago(2)],
    ['?kind=new_cause&kind=spike', [ago(20), ago(30), ago(300), ago(400)], 2, ago(2)],
    ['?limit=1', [ago(20)], 5, ago(2)],
  ])('%s', async (query, times, omitted, completeUntil) => {
    const answer = await read(query);
    expect(column(answer, 'time')).toEqual(times);
    expect(answer).toMatchObject({ omitted, completeUntil });
  });

  it('has changes between them, of the stages asked for and what may explain the causes asked for', async () => {
    const asked: ChangesQuery[] = [];
    const store: EventReader = {
      ...storeAway,
      readFirstSeen: async () => seen,
      readChangeEvents: async (query) => {
        asked.push(query);
        return { changes: [change({ atMs: ago(25) }), change({ atMs: ago(500), kind: 'deployment' })], omitted: 3 };
      },
    };
    const answer = await read('?limit=5&stage=prod&group=waf&not.cause=iam_denied', store);
    expect(column(answer, 'time')).toEqual([ago(20), ago(25), ago(30), ago(300), ago(400)]);
    expect((column(answer, 'title') as string[])[1]).toBe('Changed: web ACL');
    expect(answer.omitted).toBe(1 + 2 + 3);
    expect(asked).toMatchObject([
      { filter: { stage: { in: ['prod'] } }, causes: ['waf_blocked'], kinds: null, limit: 5 },
    ]);
    expect(
      column(await read('?kind=change', { ...storeAway, readChangeEvents: store.readChangeEvents }), 'time'),
    ).toEqual([ago(25), ago(500)]);
    // Changes are not judged: they have no watermark.
    const only = await read('?kind=change', { ...storeAway, readChangeEvents: store.readChangeEvents });
    expect(only.completeUntil).toBeNull();
    expect(asked.at(-1)).toMatchObject({ causes: null });
  });

  it('asks only for what is marked', async () => {
    expect(column(await read('?kind=spike', storeAway), 'time')).toHaveLength(2);
  });

  it('have the same ids when they are asked for again, over another range', async () => {
    const [first, second] = [await read('?from=now-12h'), await read(`?from=${testNowMs - 86_400_000}`)];
    expect(column(second, 'id')).toEqual(column(first, 'id'));
  });
});
