import {
  CoreApp,
  type DataFrame,
  type DataQueryRequest,
  dateTime,
  hasLogsLabelTypesSupport,
  hasQueryModificationSupport,
} from '@grafana/data';
import { type BackendSrv, type BackendSrvRequest, setBackendSrv } from '@grafana/runtime';
import { lastValueFrom, of } from 'rxjs';
import { fakeDataSource, fakeTemplateSrv, knownLabels } from './test-support/fake-data-source';
import { type Why403Query } from './types';

const timeRange = { from: dateTime(1_000), to: dateTime(2_000), raw: { from: 'now-1h', to: 'now' } };

describe('a query', () => {
  it('goes to the backend with variables and ad hoc filters in it', async () => {
    const sent: BackendSrvRequest[] = [];
    setBackendSrv({
      fetch: (request: BackendSrvRequest) => {
        sent.push(request);
        return of({ data: { results: {} } });
      },
    } as unknown as BackendSrv);
    const { datasource } = fakeDataSource({ templateSrv: fakeTemplateSrv({ stage: ['prod', 'test'] }) });
    const request = {
      requestId: 'q',
      range: timeRange,
      scopedVars: {},
      intervalMs: 60_000,
      maxDataPoints: 100,
      filters: [{ key: 'cause', operator: '!=', value: 'route_not_found' }],
      targets: [
        {
          refId: 'A',
          version: 1,
          queryType: 'series',
          by: ['cause'],
          filters: [{ label: 'stage', operator: '=', values: ['$stage'] }],
        },
      ],
    } as unknown as DataQueryRequest<Why403Query>;
    await lastValueFrom(datasource.query(request));
    expect(sent[0]?.url).toContain('/api/ds/query');
    expect(sent[0]?.data.queries[0]).toMatchObject({
      refId: 'A',
      version: 1,
      queryType: 'series',
      by: ['cause'],
      filters: [
        { label: 'stage', operator: '=|', values: ['prod', 'test'] },
        { label: 'cause', operator: '!=', values: ['route_not_found'] },
      ],
      datasource: { uid: 'why403' },
      maxDataPoints: 100,
    });
  });

  it.each<[string, Partial<Why403Query>, boolean]>([
    ['of an event whose variable is empty', { queryType: 'event', eventId: '$event' }, false],
    ['of an event', { queryType: 'event', eventId: 'e-1' }, true],
    ['that is hidden', { queryType: 'series', hide: true }, false],
    ['of causes', { queryType: 'series' }, true],
  ])('%s: runs %s', (_, query, runs) => {
    const { datasource } = fakeDataSource({ templateSrv: fakeTemplateSrv({ event: '' }) });
    expect(datasource.filterQuery({ refId: 'A', ...query } as Why403Query)).toBe(runs);
  });

  it('tells alerting whether it holds variables', () => {
    const { datasource } = fakeDataSource({ templateSrv: fakeTemplateSrv({ api: 'a' }) });
    const filters = (value: string) => [{ label: 'api_id', operator: '=' as const, values: [value] }];
    expect(datasource.targetContainsTemplate({ refId: 'A', filters: filters('$api') })).toBe(true);
    expect(datasource.targetContainsTemplate({ refId: 'A', filters: filters('a') })).toBe(false);
  });

  it('opens elsewhere with its variables replaced and its data source named', () => {
    const { datasource } = fakeDataSource({ templateSrv: fakeTemplateSrv({ event: 'e-1' }) });
    const [query] = datasource.interpolateVariablesInQueries(
      [{ refId: 'A', queryType: 'event', eventId: '$event' }],
      {}
    );
    expect(query).toMatchObject({ eventId: 'e-1', datasource: { uid: 'why403' } });
  });
});

describe('ad hoc filters', () => {
  const keys = async (...queries: Array<Partial<Why403Query>>) => {
    const { datasource } = fakeDataSource();
    const { data } = await datasource.getTagKeys({
      filters: [],
      queries: queries.map((query) => ({ refId: 'A', version: 1, ...query }) as Why403Query),
    });
    return data.map(({ value }) => value);
  };

  it('offer all labels and dimensions', async () => {
    expect(await keys()).toEqual(knownLabels.map(({ name }) => name));
  });

  it('offer what every query of the dashboard can be filtered by', async () => {
    expect(await keys({ queryType: 'series' }, { queryType: 'spikes' }, { queryType: 'event', eventId: 'e' })).toEqual([
      'account',
      'region',
      'api_id',
      'stage',
      'cause',
      'group',
    ]);
  });

  it('offer values under the other filters', async () => {
    const { datasource, requests } = fakeDataSource({ values: { cause: ['waf_blocked'] } });
    const answer = await datasource.getTagValues({
      key: 'cause',
      filters: [
        { key: 'stage', operator: '=', value: 'prod' },
        { key: 'cause', operator: '=', value: 'iam_denied' },
      ],
      timeRange,
    });
    expect(answer.data).toEqual([{ text: 'waf_blocked', value: 'waf_blocked' }]);
    expect(requests.at(-1)).toEqual({
      path: 'labels/cause/values',
      params: { from: 1_000, to: 2_000, stage: ['prod'] },
    });
  });

  it('list no values of a dimension, which has too many', async () => {
    const { datasource, requests } = fakeDataSource({ values: { source_ip: ['203.0.113.7'] } });
    expect(await datasource.getTagValues({ key: 'source_ip', filters: [] })).toEqual({ data: [] });
    expect(requests.map(({ path }) => path)).toEqual(['labels']);
  });

  it.each([
    [
      "the backend's sentence",
      { status: 502, data: { message: 'Why403 at http://w:4030 did not answer' } },
      /did not answer/,
    ],
    ['a plain error', new Error('network'), /network/],
  ])('tell a failure as data: %s', async (_, fail, message) => {
    const { datasource } = fakeDataSource({ fail });
    const answer = await datasource.getTagKeys();
    expect(answer.data).toEqual([]);
    expect(answer.error?.message).toMatch(message);
  });
});

it('groups by bounded labels only', async () => {
  const keys = await fakeDataSource().datasource.getGroupByKeys();
  expect(keys.map(({ value }) => value)).toEqual([
    'account',
    'region',
    'api_id',
    'stage',
    'route',
    'method',
    'cause',
    'group',
  ]);
});

it('asks for the labels once, and again after a failure', async () => {
  const { datasource, requests } = fakeDataSource();
  await Promise.all([datasource.labels(), datasource.labels()]);
  expect(requests).toHaveLength(1);
  const failing = fakeDataSource({ fail: new Error('down') });
  await expect(failing.datasource.labels()).rejects.toThrow('down');
  await expect(failing.datasource.labels()).rejects.toThrow('down');
  expect(failing.requests).toHaveLength(2);
});

describe('the details of a line', () => {
  const { datasource } = fakeDataSource();
  const samples: Why403Query = { refId: 'A', version: 1, queryType: 'samples' };

  it('filter for and filter out', () => {
    expect(hasQueryModificationSupport(datasource)).toBe(true);
    const options = { key: 'source_ip', value: '203.0.113.7' };
    expect(datasource.modifyQuery(samples, { type: 'ADD_FILTER', options }).filters).toEqual([
      { label: 'source_ip', operator: '=', values: ['203.0.113.7'] },
    ]);
    expect(datasource.modifyQuery(samples, { type: 'ADD_FILTER_OUT', options }).filters).toEqual([
      { label: 'source_ip', operator: '!=', values: ['203.0.113.7'] },
    ]);
  });

  it.each<[string, Why403Query, string, Record<string, string>]>([
    [
      'a label that the query type does not take',
      { ...samples, queryType: 'spikes' },
      'ADD_FILTER',
      { key: 'path', value: '/' },
    ],
    ['what is no label, such as the status', samples, 'ADD_FILTER', { key: 'status', value: '403' }],
    ['another action', samples, 'ADD_STRING_FILTER', { key: 'path', value: '/' }],
    ['an empty value', samples, 'ADD_FILTER', { key: 'path', value: '' }],
  ])('leave the query alone for %s', (_, query, type, options) => {
    expect(datasource.modifyQuery(query, { type, options })).toEqual(query);
  });

  it('stand under the headings that the service gives', () => {
    expect(hasLogsLabelTypesSupport(datasource)).toBe(true);
    const frame = {
      fields: [{ name: 'labelTypes', values: [{ cause: 'label', source_ip: 'dimension' }] }],
    } as unknown as DataFrame;
    expect(datasource.getLabelDisplayTypeFromFrame('cause', frame, 0)).toBe('Labels');
    expect(datasource.getLabelDisplayTypeFromFrame('source_ip', frame, 0)).toBe('Request');
    expect(datasource.getLabelDisplayTypeFromFrame('other', frame, 0)).toBeNull();
    expect(datasource.getLabelDisplayTypeFromFrame('cause', frame, 5)).toBeNull();
    expect(datasource.getLabelDisplayTypeFromFrame('cause', undefined, null)).toBeNull();
  });
});

it('does not draw a default query for dashboards that Explore would not have', () => {
  const { datasource } = fakeDataSource();
  expect(datasource.getDefaultQuery(CoreApp.Explore)).toEqual({ queryType: 'samples' });
  expect(datasource.getQueryDisplayText({ refId: 'A', version: 1, queryType: 'samples' })).toBe('Samples');
});
