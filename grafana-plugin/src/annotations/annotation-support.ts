import { type AnnotationQuery, type AnnotationSupport } from '@grafana/data';
import { migrateQuery } from '../query/migrate-query';
import { type Why403Query } from '../types';
import { AnnotationQueryEditor } from './AnnotationQueryEditor';

/** Dashboards keep annotation queries under `target`; one that was never edited has none. */
export const annotationSupport: AnnotationSupport<Why403Query> = {
  QueryEditor: AnnotationQueryEditor,
  // no version: Grafana lays it under what is stored, and a query of the first version is known by having none
  getDefaultQuery: () => ({ queryType: 'annotations' }),
  prepareQuery: ({ target }: AnnotationQuery<Why403Query>) => {
    const query = migrateQuery({ ...target, refId: target?.refId ?? 'Anno' });
    return target?.queryType === undefined ? { ...query, queryType: 'annotations' } : query;
  },
};
