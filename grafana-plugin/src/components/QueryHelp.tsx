import React from 'react';
import { type QueryEditorHelpProps } from '@grafana/data';
import { Card, Stack, Text } from '@grafana/ui';
import { examples } from '../query/examples';
import { displayText } from '../query/display-text';
import { type Why403Query } from '../types';

/** Examples that a click puts into the editor. */
export function QueryHelp({ onClickExample, query }: QueryEditorHelpProps<Why403Query>) {
  return (
    <Stack direction="column" gap={1}>
      <Text element="h2" variant="h5">
        Why was it refused?
      </Text>
      <Text element="p" color="secondary">
        Begin with the causes over time, take the one that rose, look at its callers and samples, and open one event for
        the proof and the fix.
      </Text>
      {examples.map(({ title, description, query: example }) => {
        const full: Why403Query = { ...example, refId: query?.refId ?? 'A', datasource: query?.datasource };
        return (
          <Card key={title} noMargin isCompact onClick={() => onClickExample(full)}>
            <Card.Heading>{title}</Card.Heading>
            <Card.Meta>{displayText(full)}</Card.Meta>
            <Card.Description>{description}</Card.Description>
          </Card>
        );
      })}
    </Stack>
  );
}
