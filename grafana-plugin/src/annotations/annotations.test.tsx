import React from 'react';
import { type AnnotationQuery } from '@grafana/data';
import { act, render, screen } from '@testing-library/react';
import { fakeDataSource } from '../test-support/fake-data-source';
import { type Why403Query } from '../types';
import { AnnotationQueryEditor } from './AnnotationQueryEditor';
import { annotationSupport } from './annotation-support';

const stored = (target?: Partial<Why403Query>) =>
  ({ name: 'Spikes', ...(target === undefined ? {} : { target }) }) as AnnotationQuery<Why403Query>;

describe('the query of an annotation', () => {
  const cases: Array<[string, Partial<Why403Query> | undefined, Partial<Why403Query>]> = [
    ['never edited', undefined, { refId: 'Anno', version: 1, queryType: 'annotations' }],
    ['without a type', { refId: 'A' }, { refId: 'A', version: 1, queryType: 'annotations' }],
    [
      'of the first version',
      { refId: 'A', queryType: 'annotations', cause: 'waf_blocked' } as Partial<Why403Query>,
      {
        refId: 'A',
        version: 1,
        queryType: 'annotations',
        filters: [{ label: 'cause', operator: '=', values: ['waf_blocked'] }],
      },
    ],
    [
      'that is another query',
      { refId: 'A', version: 1, queryType: 'samples', limit: 5 },
      { refId: 'A', version: 1, queryType: 'samples', limit: 5 },
    ],
  ];
  it.each(cases)('%s', (_, target, expected) => {
    expect(annotationSupport.prepareQuery?.(stored(target))).toEqual(expected);
  });

  it('starts as annotations', () => {
    expect(annotationSupport.getDefaultQuery?.()).toMatchObject({ queryType: 'annotations' });
  });

  it('shows one of the first version with its filters, though Grafana lays the default under it', async () => {
    const { datasource } = fakeDataSource();
    const query = { ...annotationSupport.getDefaultQuery?.(), refId: 'A', cause: 'waf_blocked' } as Why403Query;
    const ignore = () => undefined;
    await act(
      async () =>
        void render(
          <AnnotationQueryEditor datasource={datasource} query={query} onChange={ignore} onRunQuery={ignore} />
        )
    );
    expect(screen.getByText('waf_blocked')).toBeInTheDocument();
  });

  it('has an editor that opens on annotations', async () => {
    const { datasource } = fakeDataSource();
    await act(
      async () =>
        void render(
          <AnnotationQueryEditor
            datasource={datasource}
            query={{ refId: 'Anno' }}
            annotation={stored()}
            onChange={() => undefined}
            onRunQuery={() => undefined}
          />
        )
    );
    expect(screen.getByLabelText('Query type')).toHaveValue('Annotations');
    expect(screen.getByLabelText('Mark')).toBeInTheDocument();
  });
});
