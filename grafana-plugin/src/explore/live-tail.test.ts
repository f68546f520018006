import { type DataQueryRequest } from '@grafana/data';
import { type GrafanaLiveSrv, type LiveDataStreamOptions, setGrafanaLiveSrv } from '@grafana/runtime';
import { lastValueFrom, of, toArray } from 'rxjs';
import { fakeDataSource, fakeTemplateSrv } from '../test-support/fake-data-source';
import { type LabelFilter, type Why403Query } from '../types';
import { streamPath } from './live-tail';

const streams: LiveDataStreamOptions[] = [];

beforeEach(() => {
  streams.length = 0;
  setGrafanaLiveSrv({
    getDataStream: (options: LiveDataStreamOptions) => {
      streams.push(options);
      return of({ data: [] });
    },
  } as unknown as GrafanaLiveSrv);
});

const is = (label: string, ...values: string[]): LabelFilter => ({ label, operator: '=', values });

const follow = (...targets: Array<Partial<Why403Query>>) => {
  const { datasource } = fakeDataSource({ templateSrv: fakeTemplateSrv({ stage: ['prod', 'test'] }) });
  const request = {
    requestId: 'live',
    liveStreaming: true,
    scopedVars: {},
    targets: targets.map((target) => ({ refId: 'A', version: 1, ...target })),
  } as unknown as DataQueryRequest<Why403Query>;
  return lastValueFrom(datasource.query(request).pipe(toArray()));
};

const decoded = (path: string | undefined) => Buffer.from(path?.split('/')[1] ?? '', 'base64url').toString('ascii');

describe('streamPath', () => {
  it('is the filters as a query string', () => {
    const filters: LabelFilter[] = [is('cause', 'waf_blocked'), { label: 'stage', operator: '!=', values: ['test'] }];
    expect(decoded(streamPath({ refId: 'A', filters }))).toBe('cause=waf_blocked&not.stage=test');
  });

  it('is the same for the same filters in another order: viewers share a stream', () => {
    const one = streamPath({ refId: 'A', filters: [is('cause', 'a', 'b'), is('stage', 'prod')] });
    const other = streamPath({ refId: 'B', filters: [is('stage', 'prod'), is('cause', 'b', 'a')] });
    expect(one).toBe(other);
  });

  it('has only characters that a channel may have', () => {
    const filters = [is('route', '/orders/{id}?a=b&c', 'ü ÿ>>???')];
    const path = streamPath({ refId: 'A', filters });
    expect(path).toMatch(/^samples\/[A-Za-z0-9_-]+$/);
    expect(new URLSearchParams(decoded(path)).getAll('route').sort()).toEqual(['/orders/{id}?a=b&c', 'ü ÿ>>???']);
  });

  it('is short without filters', () => {
    expect(streamPath({ refId: 'A' })).toBe('samples/');
  });
});

describe('following live', () => {
  it('opens the stream of this data source, with variables replaced', async () => {
    await follow({ queryType: 'samples', filters: [is('stage', '$stage')] });
    expect(streams).toHaveLength(1);
    expect(streams[0]?.addr).toMatchObject({ scope: 'ds', stream: 'why403' });
    expect(decoded(streams[0]?.addr.path)).toBe('stage=prod&stage=test');
  });

  it('leaves out what is hidden', async () => {
    await follow({ queryType: 'samples', hide: true }, { refId: 'B', queryType: 'samples' });
    expect(streams.map(({ key }) => key)).toEqual(['live-B']);
  });

  it.each<[string, Partial<Why403Query>, RegExp]>([
    ['other query types', { queryType: 'series' }, /choose the query type Samples/],
    [
      'more filters than a channel can name',
      { queryType: 'samples', filters: [is('route', 'x'.repeat(300))] },
      /Too many/,
    ],
    [
      'filters that exclude each other',
      { queryType: 'samples', filters: [is('a', '1'), is('a', '2')] },
      /exclude each other/,
    ],
  ])('refuses %s with a sentence', async (_, query, sentence) => {
    await expect(follow(query)).rejects.toThrow(sentence);
  });
});
