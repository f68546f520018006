import React from 'react';
import { type AnnotationQuery, type QueryEditorProps } from '@grafana/data';
import { QueryEditor } from '../components/QueryEditor';
import { type DataSource } from '../datasource';
import { type Why403Options, type Why403Query } from '../types';

interface Props extends QueryEditorProps<DataSource, Why403Query, Why403Options> {
  annotation?: AnnotationQuery<Why403Query>;
  onAnnotationChange?: (annotation: AnnotationQuery<Why403Query>) => void;
}

/** The query editor, with Annotations chosen where nothing was. */
export function AnnotationQueryEditor({ query, annotation: _, onAnnotationChange: __, ...rest }: Props) {
  const shown: Why403Query = query?.queryType === undefined ? { ...query, queryType: 'annotations' } : query;
  return <QueryEditor {...rest} query={shown} />;
}
