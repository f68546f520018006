import { CoreApp } from '@grafana/data';
import { type Why403Query } from '../types';
import { displayText } from './display-text';
import { examples } from './examples';
import { defaultQuery, isComplete, onlyOwnKeys, queryTypes, takesFilter, withQueryType } from './query-types';

const series: Why403Query = {
  refId: 'A',
  version: 1,
  datasource: { uid: 'why403' },
  queryType: 'series',
  metric: 'share',
  by: ['cause'],
  filters: [
    { label: 'stage', operator: '=', values: ['prod'] },
    { label: 'route', operator: '=', values: ['/a'] },
  ],
};

describe('withQueryType', () => {
  it('keeps the filters that the new type takes, and nothing else of the old type', () => {
    expect(withQueryType(series, 'spikes')).toEqual({
      refId: 'A',
      version: 1,
      datasource: { uid: 'why403' },
      queryType: 'spikes',
      measures: ['score'],
      filters: [{ label: 'stage', operator: '=', values: ['prod'] }],
    });
  });

  it.each(queryTypes.map(({ type }) => type))('makes a %s query that is all its own', (type) => {
    const query = withQueryType(series, type);
    expect(onlyOwnKeys(query)).toEqual(query);
  });
});

describe('takesFilter', () => {
  const cases: Array<[Partial<Why403Query>, string, boolean]> = [
    [{ queryType: 'series' }, 'source_ip', true],
    [{ queryType: 'series', metric: 'requests' }, 'stage', true],
    [{ queryType: 'series', metric: 'requests' }, 'cause', false],
    [{ queryType: 'spikes' }, 'cause', true],
    [{ queryType: 'spikes' }, 'route', false],
    [{ queryType: 'coverage' }, 'stage', true],
    [{ queryType: 'coverage' }, 'cause', false],
    [{ queryType: 'event' }, 'stage', false],
  ];
  it.each(cases)('%j by %s: %s', (query, label, expected) => {
    expect(takesFilter({ refId: 'A', ...query }, label)).toBe(expected);
  });
});

describe('defaultQuery', () => {
  it('starts with what each place is for', () => {
    expect(defaultQuery(CoreApp.PanelEditor)).toEqual({ queryType: 'series', metric: 'count', by: ['cause'] });
    expect(defaultQuery(CoreApp.Explore).queryType).toBe('samples');
    expect(defaultQuery(CoreApp.UnifiedAlerting).queryType).toBe('spikes');
  });

  it('has no version, which would hide that a stored query has none', () => {
    expect(defaultQuery(CoreApp.PanelEditor)).not.toHaveProperty('version');
  });
});

describe('isComplete', () => {
  it('does not run an event without id and a top without label', () => {
    expect(isComplete({ refId: 'A', queryType: 'event', eventId: ' ' })).toBe(false);
    expect(isComplete({ refId: 'A', queryType: 'event', eventId: 'e' })).toBe(true);
    expect(isComplete({ refId: 'A', queryType: 'top' })).toBe(false);
    expect(isComplete({ refId: 'A' })).toBe(true);
  });
});

describe('displayText', () => {
  const cases: Array<[Partial<Why403Query>, string]> = [
    [{}, 'Cause series: count'],
    [series, 'Cause series: share by cause (stage = prod, route = /a)'],
    [{ queryType: 'spikes' }, 'Spike score: score'],
    [{ queryType: 'top', topBy: 'culprit' }, 'Top: culprit'],
    [
      { queryType: 'samples', filters: [{ label: 'cause', operator: '!=|', values: ['a', 'b'] }] },
      'Samples (cause ≠ a | b)',
    ],
    [{ queryType: 'coverage', table: 'feeds', field: 'lag' }, 'Coverage: feeds, lag'],
    [{ queryType: 'event', eventId: 'e-7' }, 'Event: e-7'],
  ];
  it.each(cases)('%j', (query, expected) => {
    expect(displayText({ refId: 'A', version: 1, ...query })).toBe(expected);
  });
});

it('gives examples that are complete and filter only by what their type takes', () => {
  for (const { query } of examples) {
    const full = { ...query, refId: 'A' };
    expect(isComplete(full)).toBe(true);
    expect(onlyOwnKeys(full)).toEqual(full);
    expect((query.filters ?? []).every(({ label }) => takesFilter(full, label))).toBe(true);
  }
});
