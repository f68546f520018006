import React from 'react';
import { type DataSourceApi } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import { examples } from '../query/examples';
import { startUser } from '../test-support/combobox';
import { type Why403Query } from '../types';
import { QueryHelp } from './QueryHelp';

it('puts the example that was clicked into the query that is open', async () => {
  const clicked: Why403Query[] = [];
  const datasource = {} as DataSourceApi<Why403Query>;
  render(<QueryHelp datasource={datasource} query={{ refId: 'C' }} onClickExample={(query) => clicked.push(query)} />);
  for (const { title } of examples) {
    await startUser().click(screen.getByText(title));
  }
  expect(clicked.map(({ refId }) => refId)).toEqual(examples.map(() => 'C'));
  expect(clicked.map(({ queryType }) => queryType)).toEqual(examples.map(({ query }) => query.queryType));
});
