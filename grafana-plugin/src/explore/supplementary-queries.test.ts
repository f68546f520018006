import {
  type DataFrame,
  type DataQueryRequest,
  type DataSourceApi,
  dateTime,
  FieldType,
  hasSupplementaryQuerySupport,
  SupplementaryQueryType,
} from '@grafana/data';
import { lastValueFrom, of } from 'rxjs';
import { fakeDataSource } from '../test-support/fake-data-source';
import { type Why403Query } from '../types';
import { supplementaryQuery, supplementaryRequest } from './supplementary-queries';

const { LogsSample, LogsVolume } = SupplementaryQueryType;
const filters = [{ label: 'stage', operator: '=' as const, values: ['prod'] }];
const query = (changes: Partial<Why403Query>): Why403Query => ({ refId: 'A', version: 1, filters, ...changes });
const range = { from: dateTime(1_000), to: dateTime(2_000), raw: { from: 'now-1h', to: 'now' } };
const request = (...targets: Why403Query[]) =>
  ({ requestId: 'explore', targets, range, scopedVars: {} }) as unknown as DataQueryRequest<Why403Query>;

describe('supplementaryQuery', () => {
  it('counts the samples by cause, under their filters', () => {
    expect(supplementaryQuery({ type: LogsVolume }, query({ queryType: 'samples', limit: 5 }))).toEqual({
      refId: 'log-volume-A',
      version: 1,
      queryType: 'series',
      metric: 'count',
      by: ['cause'],
      filters,
    });
  });

  it.each<[Partial<Why403Query>]>([[{ queryType: 'series', metric: 'share' }], [{ queryType: 'spikes' }]])(
    'shows some of the lines behind %j',
    (changes) => {
      expect(supplementaryQuery({ type: LogsSample, limit: 7 }, query(changes))).toMatchObject({
        refId: 'log-sample-A',
        queryType: 'samples',
        limit: 7,
        filters,
      });
    }
  );

  it.each<[string, SupplementaryQueryType, Partial<Why403Query>]>([
    ['no volume of what is no log', LogsVolume, { queryType: 'series' }],
    [
      'no lines of all requests, of which only refusals are kept',
      LogsSample,
      { queryType: 'series', metric: 'requests' },
    ],
    ['no lines of lines', LogsSample, { queryType: 'samples' }],
    ['nothing of a hidden query', LogsVolume, { queryType: 'samples', hide: true }],
  ])('%s', (_, type, changes) => {
    expect(supplementaryQuery({ type }, query(changes))).toBeUndefined();
  });
});

it('asks for the queries that have something, and for nothing when none has', () => {
  const samples = query({ queryType: 'samples' });
  const top = query({ refId: 'B', queryType: 'top' });
  expect(supplementaryRequest(LogsVolume, request(samples, top))?.targets.map(({ refId }) => refId)).toEqual([
    'log-volume-A',
  ]);
  expect(supplementaryRequest(LogsVolume, request(top))).toBeUndefined();
});

describe('in Explore', () => {
  it.each([LogsVolume, LogsSample])('%s is offered', (type) => {
    expect(hasSupplementaryQuerySupport(fakeDataSource().datasource as unknown as DataSourceApi, type)).toBe(true);
  });

  it('draws the volume as bars by cause, in the colours of the backend', async () => {
    const { datasource } = fakeDataSource();
    const color = { mode: 'fixed', fixedColor: '#e0555b' };
    const frame: DataFrame = {
      refId: 'log-volume-A',
      length: 1,
      fields: [
        { name: 'time', type: FieldType.time, values: [1_000], config: {} },
        { name: 'count', type: FieldType.number, values: [3], config: { displayNameFromDS: 'waf_blocked', color } },
      ],
    };
    datasource.query = () => of({ data: [frame] });
    const source = query({ queryType: 'samples' });
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- what Explore still asks first
    const answer = await lastValueFrom(datasource.getDataProvider(LogsVolume, request(source))!);
    const [volume] = answer.data as [DataFrame];
    expect(volume.meta?.custom).toEqual({
      logsVolumeType: 'FullRange',
      absoluteRange: { from: 1_000, to: 2_000 },
      datasourceName: 'Why403',
      sourceQuery: source,
    });
    expect(volume.fields[1]?.config).toMatchObject({
      displayNameFromDS: 'waf_blocked',
      color,
      custom: { drawStyle: 'bars', stacking: { mode: 'normal' } },
    });
  });
});
