import React from 'react';
import { Alert } from '@grafana/ui';
import { infoOf, queryTypes } from '../query/query-types';
import { type QueryType } from '../types';

interface Props {
  type: QueryType;
  /** Whether the query names dashboard variables. */
  variables: boolean;
}

const alertable = queryTypes.filter(({ alerting }) => alerting).map(({ name }) => name);
const names = `${alertable.slice(0, -1).join(', ')} or ${alertable.at(-1)}`;

/** What would make an alert rule with this query fail. */
export function AlertingHint({ type, variables }: Props) {
  const info = infoOf(type);
  if (!info.alerting) {
    return (
      <Alert severity="warning" title={`${info.name} cannot be alerted on`}>
        Take {names}.
      </Alert>
    );
  }
  return variables ? (
    <Alert severity="warning" title="Alert rules know no dashboard variables">
      Write the values instead; a filter takes several.
    </Alert>
  ) : null;
}
