import React, { useState } from 'react';
import { type DataQueryRequest, dateTime } from '@grafana/data';
import { act, render, screen } from '@testing-library/react';
import { lastValueFrom } from 'rxjs';
import { findOption, options, startUser } from '../test-support/combobox';
import { fakeDataSource, fakeTemplateSrv } from '../test-support/fake-data-source';
import { type Why403VariableQuery } from '../types';
import { VariableSupport } from './variable-support';

const range = { from: dateTime(1_000), to: dateTime(2_000), raw: { from: 'now-1h', to: 'now' } };

const request = (query: Partial<Why403VariableQuery>) =>
  ({ targets: [{ refId: 'v', ...query }], range, scopedVars: {} }) as unknown as DataQueryRequest<Why403VariableQuery>;

const ask = (support: VariableSupport, query: Partial<Why403VariableQuery>) =>
  lastValueFrom(support.query(request(query)));

describe('the values of a variable', () => {
  it('are those of the label in the time range', async () => {
    const { datasource, requests } = fakeDataSource({ values: { stage: ['prod', 'test'] } });
    const answer = await ask(new VariableSupport(datasource), { label: 'stage' });
    expect(answer.data).toEqual([
      { text: 'prod', value: 'prod' },
      { text: 'test', value: 'test' },
    ]);
    expect(requests.at(-1)).toEqual({ path: 'labels/stage/values', params: { from: 1_000, to: 2_000 } });
  });

  it.each<[string, string | string[], object]>([
    ['one value', 'orders', { api_id: ['orders'] }],
    ['several values', ['orders', 'users'], { api_id: ['orders', 'users'] }],
    ['All', '$__all', {}],
  ])('depend on another variable with %s', async (_, value, params) => {
    const { datasource, requests } = fakeDataSource({ templateSrv: fakeTemplateSrv({ api: value }) });
    const filters = [{ label: 'api_id', operator: '=' as const, values: ['$api'] }];
    await ask(new VariableSupport(datasource), { label: 'stage', filters });
    expect(requests.at(-1)?.params).toEqual({ from: 1_000, to: 2_000, ...params });
  });

  it('are none, without a request, when the filters exclude each other', async () => {
    const { datasource, requests } = fakeDataSource({ values: { stage: ['prod'] } });
    const filters = ['a', 'b'].map((value) => ({ label: 'api_id', operator: '=' as const, values: [value] }));
    expect((await ask(new VariableSupport(datasource), { label: 'stage', filters })).data).toEqual([]);
    expect(requests.map(({ path }) => path)).toEqual(['labels']);
  });

  it('fail as the service fails', async () => {
    const { datasource } = fakeDataSource({ fail: new Error('down') });
    await expect(ask(new VariableSupport(datasource), { label: 'stage' })).rejects.toThrow('down');
  });

  it('are none while no label is chosen', async () => {
    const { datasource } = fakeDataSource();
    expect((await ask(new VariableSupport(datasource), {})).data).toEqual([]);
  });
});

describe('the editor of a variable', () => {
  it('offers the bounded labels, and runs what is chosen', async () => {
    const { datasource } = fakeDataSource();
    const support = new VariableSupport(datasource);
    const Editor = support.editor;
    const runs: Why403VariableQuery[] = [];
    let latest = { refId: 'v', ...support.getDefaultQuery() } as Why403VariableQuery;
    function Page() {
      const [query, setQuery] = useState(latest);
      return (
        <Editor
          datasource={datasource}
          query={query}
          onChange={(next) => {
            latest = next;
            setQuery(next);
          }}
          onRunQuery={() => runs.push(latest)}
        />
      );
    }
    await act(async () => void render(<Page />));
    const user = startUser();
    await user.click(screen.getByLabelText('Values of'));
    const cause = await findOption(/^cause/);
    expect(options().some(({ textContent }) => textContent?.startsWith('source_ip'))).toBe(false);
    await user.click(cause);
    expect(runs).toEqual([{ refId: 'v', label: 'cause' }]);
  });
});
