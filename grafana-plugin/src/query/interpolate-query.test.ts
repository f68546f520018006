import { CoreApp } from '@grafana/data';
import { fakeTemplateSrv } from '../test-support/fake-data-source';
import { type LabelFilter, type Why403Query } from '../types';
import { interpolateQuery } from './interpolate-query';
import { defaultQuery } from './query-types';

const variables = fakeTemplateSrv({
  api: 'orders',
  stage: ['prod', 'test'],
  one: ['prod'],
  cause: '$__all',
  none: [],
  event: '  e-7 ',
  step: '15m',
  everything: ['$__all'],
});

const filter = (values: string[], operator: LabelFilter['operator'] = '='): LabelFilter => ({
  label: 'stage',
  operator,
  values,
});

const filtersOf = (filters: LabelFilter[], scopedVars = {}) =>
  interpolateQuery({ refId: 'A', version: 1, queryType: 'series', filters }, variables, scopedVars).filters;

describe('variables in filters', () => {
  const cases: Array<[string, LabelFilter[], LabelFilter[] | undefined]> = [
    ['a plain value stays', [filter(['prod'])], [filter(['prod'])]],
    ['one value', [filter(['$api'])], [filter(['orders'])]],
    ['a variable with several values is one of them', [filter(['$stage'])], [filter(['prod', 'test'], '=|')]],
    ['and none of them when it is left out', [filter(['$stage'], '!=')], [filter(['prod', 'test'], '!=|')]],
    ['a list variable with one value', [filter(['${one}'])], [filter(['prod'])]],
    ['inside a text, each value makes a text', [filter(['x-$stage/v1'])], [filter(['x-prod/v1', 'x-test/v1'], '=|')]],
    ['two in one text make all pairs', [filter(['$api-$stage'])], [filter(['orders-prod', 'orders-test'], '=|')]],
    ['equal values are told once', [filter(['prod', '$stage'])], [filter(['prod', 'test'], '=|')]],
    ['All restricts nothing', [filter(['$cause'])], undefined],
    ['All as a list restricts nothing', [filter(['$everything'])], undefined],
    ['All beside a value restricts nothing', [filter(['prod', '$cause'])], undefined],
    ['nothing chosen restricts nothing', [filter(['$none'])], undefined],
    ['a filter without values says nothing', [filter([])], undefined],
    ['a filter without a label says nothing', [{ label: '', operator: '=', values: ['x'] }], undefined],
    ['an unknown variable stays as it is written', [filter(['$typo'])], [filter(['$typo'])]],
    ['the default stage of an HTTP API is no variable', [filter(['$default'])], [filter(['$default'])]],
    ['a dollar sign in a value is no variable', [filter(['{proxy+}$'])], [filter(['{proxy+}$'])]],
  ];
  it.each(cases)('%s', (_, filters, expected) => {
    expect(filtersOf(filters)).toEqual(expected);
  });

  it('takes the one value of a repeated panel, also when the dashboard is at All', () => {
    const scopedVars = { cause: { value: 'waf_blocked', text: 'waf_blocked' } };
    expect(filtersOf([filter(['$cause'])], scopedVars)).toEqual([filter(['waf_blocked'])]);
  });
});

describe('ad hoc filters', () => {
  const query: Why403Query = { refId: 'A', version: 1, queryType: 'samples', filters: [filter(['prod'])] };

  it('are added to those of the query', () => {
    const adHoc = [{ key: 'source_ip', operator: '!=', value: '203.0.113.7' }];
    expect(interpolateQuery(query, variables, {}, adHoc).filters).toEqual([
      filter(['prod']),
      { label: 'source_ip', operator: '!=', values: ['203.0.113.7'] },
    ]);
  });

  it('with several values keep all of them', () => {
    const adHoc = [{ key: 'route', operator: '=|', value: '/a', values: ['/a', '/b'] }];
    expect(interpolateQuery(query, variables, {}, adHoc).filters?.[1]).toEqual({
      label: 'route',
      operator: '=|',
      values: ['/a', '/b'],
    });
  });

  it('with an operator that we do not have reach the backend, which refuses it by name', () => {
    const adHoc = [{ key: 'route', operator: '=~', value: '/a.*' }];
    expect(interpolateQuery(query, variables, {}, adHoc).filters?.[1]?.operator).toBe('=~');
  });

  it('do not touch an event, which is one request', () => {
    const event: Why403Query = { refId: 'A', version: 1, queryType: 'event', eventId: 'e-7' };
    const adHoc = [{ key: 'stage', operator: '=', value: 'prod' }];
    expect(interpolateQuery(event, variables, {}, adHoc)).not.toHaveProperty('filters');
  });
});

describe('other fields', () => {
  const interpolated = (query: Partial<Why403Query>) =>
    interpolateQuery({ refId: 'A', version: 1, ...query }, variables, {});

  it('replaces variables where a value can be typed', () => {
    expect(interpolated({ queryType: 'event', eventId: '$event' }).eventId).toBe('e-7');
    expect(interpolated({ queryType: 'series', step: '$step', by: ['$stage'] })).toMatchObject({
      step: '15m',
      by: ['prod', 'test'],
    });
    expect(interpolated({ queryType: 'top', topBy: '$api' }).topBy).toBe('orders');
  });

  it('keeps numbers and words of closed sets', () => {
    const query = { queryType: 'spikes', leastShare: 0.2, limit: 5, measures: ['score', 'expected_upper'] } as const;
    expect(interpolated({ ...query, measures: [...query.measures] })).toMatchObject(query);
  });

  it('drops what Grafana laid under the query from the default of another type', () => {
    const stored: Why403Query = { refId: 'A', version: 1, queryType: 'coverage', table: 'feeds' };
    const merged = { ...defaultQuery(CoreApp.PanelEditor), ...stored };
    expect(interpolateQuery(merged, variables, {})).toEqual(stored);
  });

  it('keeps a query without grouping, which the default would group', () => {
    const merged = { ...defaultQuery(CoreApp.PanelEditor), refId: 'A', version: 1, by: [] };
    expect(interpolateQuery(merged, variables, {}).by).toEqual([]);
  });

  it('still knows the first version under the default', () => {
    const merged = { ...defaultQuery(CoreApp.PanelEditor), refId: 'A', by: 'cause, stage', cause: 'waf_blocked' };
    expect(interpolateQuery(merged as unknown as Why403Query, variables, {})).toMatchObject({
      version: 1,
      by: ['cause', 'stage'],
      filters: [{ label: 'cause', values: ['waf_blocked'] }],
    });
  });

  it('leaves a query type that it does not know to the backend', () => {
    const unknown = { refId: 'A', version: 1, queryType: 'serie' as 'series', metric: 'count' as const };
    expect(interpolateQuery(unknown, variables, {})).toEqual(unknown);
  });
});
