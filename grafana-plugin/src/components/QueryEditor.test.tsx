import React, { useState } from 'react';
import { CoreApp } from '@grafana/data';
import { act, render, screen, waitFor } from '@testing-library/react';
import { queryTypes } from '../query/query-types';
import { findOption, options, startUser, type User } from '../test-support/combobox';
import { fakeDataSource, fakeTemplateSrv } from '../test-support/fake-data-source';
import { type QueryType, type Why403Query } from '../types';
import { QueryEditor } from './QueryEditor';

/** The editor inside something that keeps the query, as a panel does, and writes down each query that was run. */
async function open(query: Partial<Why403Query>, app = CoreApp.PanelEditor, fail?: unknown) {
  const { datasource, requests } = fakeDataSource({
    values: { stage: ['prod', 'test'], cause: ['waf_blocked', 'iam_denied'] },
    templateSrv: fakeTemplateSrv({ api: 'orders' }),
    fail,
  });
  const runs: Why403Query[] = [];
  let latest: Why403Query = { refId: 'A', version: 1, ...query };
  function Panel() {
    const [shown, setShown] = useState(latest);
    return (
      <QueryEditor
        datasource={datasource}
        query={shown}
        app={app}
        onChange={(next) => {
          latest = next;
          setShown(next);
        }}
        onRunQuery={() => runs.push(latest)}
      />
    );
  }
  // the labels arrive after the first render
  await act(async () => void render(<Panel />));
  return { runs, requests, user: startUser(), query: () => latest };
}

const field = (label: string) => screen.getByLabelText(label);

async function choose(user: User, name: string, option: RegExp) {
  await user.click(field(name));
  await user.click(await findOption(option));
}

async function type(user: User, label: string | RegExp, text: string) {
  const input = screen.getByLabelText(label);
  await user.clear(input);
  await user.type(input, text);
}

describe('choosing a query type', () => {
  const labelsOf: Record<QueryType, string[]> = {
    series: ['Metric', 'Group by', 'Step', 'Limit'],
    spikes: ['Show', 'Least share', 'Step', 'Limit'],
    newCauses: ['Least requests', 'Limit'],
    coverage: ['Table', 'Number - optional'],
    top: ['Count by', 'Limit'],
    samples: ['Order', 'Limit'],
    event: ['Event id'],
    annotations: ['Mark', 'Least share', 'Limit'],
  };

  it.each(queryTypes.map(({ type: queryType, name }) => [name, queryType] as const))(
    '%s shows its fields, each with a label, and runs',
    async (name, queryType) => {
      const { user, runs } = await open({ queryType: queryType === 'series' ? 'top' : 'series' });
      await choose(user, 'Query type', new RegExp(`^${name}`));
      expect(runs.at(-1)?.queryType).toBe(queryType);
      for (const label of labelsOf[queryType]) {
        expect(screen.getAllByLabelText(label).length).toBeGreaterThan(0);
      }
    }
  );

  it('says of each type whether it can be alerted on', async () => {
    const { user } = await open({ queryType: 'top' });
    expect(screen.getByText(/Not for alert rules\.$/)).toBeInTheDocument();
    await user.click(field('Query type'));
    expect(await screen.findByText('Can be alerted on')).toBeInTheDocument();
    expect(options()).toHaveLength(queryTypes.length);
  });

  it('keeps filters that the new type takes', async () => {
    const filters = [{ label: 'stage', operator: '=' as const, values: ['prod'] }];
    const { user, query } = await open({ queryType: 'top', topBy: 'route', filters });
    await choose(user, 'Query type', /^Spike score/);
    expect(query()).toEqual({ refId: 'A', version: 1, queryType: 'spikes', measures: ['score'], filters });
  });
});

describe('fields', () => {
  it('runs a choice at once', async () => {
    const { user, runs } = await open({ queryType: 'series', by: ['cause'] });
    await choose(user, 'Metric', /^Share of requests/);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ metric: 'share', by: ['cause'] });
  });

  it('runs what is typed when the field is left, not with each key', async () => {
    const { user, runs } = await open({ queryType: 'event' });
    await type(user, 'Event id', 'e-12345');
    expect(runs).toHaveLength(0);
    await user.tab();
    expect(runs.map(({ eventId }) => eventId)).toEqual(['e-12345']);
  });

  it('runs what is typed with Enter, once', async () => {
    const { user, runs } = await open({ queryType: 'event' });
    await type(user, 'Event id', 'e-1{Enter}');
    await user.tab();
    expect(runs).toHaveLength(1);
  });

  it('does not run a field that was left as it was', async () => {
    const { user, runs } = await open({ queryType: 'samples', limit: 5 });
    await type(user, 'Limit', '5');
    await user.tab();
    expect(runs).toHaveLength(0);
  });

  it.each(['0', '-3', '2.5'])('marks the limit %s and does not run it', async (limit) => {
    const { user, runs } = await open({ queryType: 'top', topBy: 'route' });
    await type(user, 'Limit', limit);
    await user.tab();
    expect(screen.getByLabelText('Limit')).toBeInvalid();
    expect(runs).toHaveLength(0);
  });

  it('takes a limit away when its field is emptied', async () => {
    const { user, query } = await open({ queryType: 'top', topBy: 'route', limit: 5 });
    await user.clear(screen.getByLabelText('Limit'));
    await user.tab();
    expect(query().limit).toBeUndefined();
  });

  it('shows a share as percent and stores a part', async () => {
    const { user, query } = await open({ queryType: 'spikes', leastShare: 0.07 });
    expect(screen.getByLabelText('Least share')).toHaveValue(7);
    await type(user, 'Least share', '12.5');
    await user.tab();
    expect(query().leastShare).toBe(0.125);
  });

  it('takes the cause out of the grouping and the filters of all requests, which have none', async () => {
    const { user, query } = await open({
      queryType: 'series',
      by: ['cause', 'stage'],
      filters: [
        { label: 'cause', operator: '=', values: ['waf_blocked'] },
        { label: 'stage', operator: '=', values: ['prod'] },
      ],
    });
    await choose(user, 'Metric', /^All requests/);
    expect(query().by).toEqual(['stage']);
    expect(query().filters?.map(({ label }) => label)).toEqual(['stage']);
  });

  it('shows a query of the first version as what it means', async () => {
    await open({ version: undefined, by: ' stage,', cause: 'waf_blocked' } as unknown as Partial<Why403Query>);
    expect(screen.getByText('waf_blocked')).toBeInTheDocument();
    expect(screen.getByText('stage')).toBeInTheDocument();
  });
});

describe('filters', () => {
  it('asks for values under the other filters and the range, and runs once there is a value', async () => {
    const { user, runs, requests, query } = await open({
      queryType: 'series',
      filters: [{ label: 'stage', operator: '=', values: ['prod'] }],
    });
    await user.click(field('Add filter'));
    await choose(user, 'Label of new filter', /^cause/);
    expect(runs).toHaveLength(0);
    await choose(user, 'Values of cause', /^waf_blocked/);
    expect(requests.at(-1)).toEqual({ path: 'labels/cause/values', params: { stage: ['prod'] } });
    expect(query().filters?.[1]).toEqual({ label: 'cause', operator: '=', values: ['waf_blocked'] });
    expect(runs).toHaveLength(1);
  });

  it('turns to "is not", and with several values to "none of them"', async () => {
    const { user, query } = await open({
      queryType: 'series',
      filters: [{ label: 'cause', operator: '=|', values: ['a', 'b'] }],
    });
    await choose(user, 'Operator of cause', /^is not/);
    expect(query().filters?.[0]).toEqual({ label: 'cause', operator: '!=|', values: ['a', 'b'] });
  });

  it('runs when a filter with values is removed, and not when an empty one is', async () => {
    const { user, runs } = await open({
      queryType: 'series',
      filters: [
        { label: 'stage', operator: '=', values: [] },
        { label: 'cause', operator: '=', values: ['a'] },
      ],
    });
    await user.click(field('Remove stage'));
    expect(runs).toHaveLength(0);
    await user.click(field('Remove cause'));
    expect(runs).toHaveLength(1);
    expect(runs[0]?.filters).toEqual([]);
  });

  it('offers dashboard variables on panels', async () => {
    const { user } = await open({ queryType: 'series', filters: [{ label: 'stage', operator: '=', values: [] }] });
    await user.click(field('Values of stage'));
    expect(await findOption(/\$api/)).toBeInTheDocument();
  });

  it('offers only labels that the query type takes', async () => {
    const { user } = await open({ queryType: 'coverage', filters: [{ label: '', operator: '=', values: [] }] });
    await user.click(field('Label of new filter'));
    await findOption(/^stage/);
    expect(options().some(({ textContent }) => /^cause/.test(textContent ?? ''))).toBe(false);
  });

  it('can be typed while the service does not answer', async () => {
    // the list reports that its options could not be loaded
    jest.spyOn(console, 'error').mockImplementation();
    const filters = [{ label: 'stage', operator: '=' as const, values: [] }];
    const { user, query } = await open({ queryType: 'series', filters }, CoreApp.PanelEditor, new Error('down'));
    await user.type(field('Values of stage'), 'prod');
    await user.click(await findOption(/prod/));
    expect(query().filters?.[0]?.values).toEqual(['prod']);
  });

  it('has none for an event, which is one request', async () => {
    await open({ queryType: 'event', eventId: 'e' });
    expect(screen.queryByText('Filters')).not.toBeInTheDocument();
  });
});

describe('inside an alert rule', () => {
  it('offers only what can be alerted on', async () => {
    const { user } = await open({ queryType: 'series' }, CoreApp.UnifiedAlerting);
    await user.click(field('Query type'));
    await waitFor(() => expect(options()).toHaveLength(4));
    expect(screen.queryByText('Not for alert rules')).not.toBeInTheDocument();
  });

  it('says of another type what to take instead', async () => {
    await open({ queryType: 'top', topBy: 'route' }, CoreApp.UnifiedAlerting);
    expect(screen.getByText('Top cannot be alerted on')).toBeInTheDocument();
    expect(screen.getByText('Take Cause series, Spike score, New causes or Coverage.')).toBeInTheDocument();
  });

  it('says that there are no variables', async () => {
    const filters = [{ label: 'api_id', operator: '=' as const, values: ['$api'] }];
    await open({ queryType: 'series', filters }, CoreApp.UnifiedAlerting);
    expect(screen.getByText('Alert rules know no dashboard variables')).toBeInTheDocument();
  });

  it('takes one measure of a spike', async () => {
    const { user, query } = await open({ queryType: 'spikes', measures: ['score'] }, CoreApp.UnifiedAlerting);
    await choose(user, 'Show', /^Refused in 5 minutes/);
    expect(query().measures).toEqual(['count']);
  });

  it('wants the number of a coverage table', async () => {
    const { user, query } = await open({ queryType: 'coverage', table: 'stages' }, CoreApp.UnifiedAlerting);
    expect(screen.getByText('Choose the number to alert on.')).toBeInTheDocument();
    await choose(user, 'Number', /^Lag/);
    expect(query().field).toBe('lag');
    expect(screen.queryByText('Choose the number to alert on.')).not.toBeInTheDocument();
  });
});
