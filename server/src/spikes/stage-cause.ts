import { stageLabelNames } from '../query/completeness.js';
import type { EventFilter, LabelName } from '../query/query.js';
import type { SpikeLabels } from './spike.js';

/** A series is told by these. */
export const keyLabelNames = [...stageLabelNames, 'cause', 'group'] as const;

type Labels = Readonly<Partial<Record<LabelName, string>>>;

export const spikeLabelsOf = (labels: Labels): SpikeLabels => ({
  account: labels.account ?? '',
  region: labels.region ?? '',
  api_id: labels.api_id ?? '',
  stage: labels.stage ?? '',
  cause: labels.cause ?? '',
  group: labels.group ?? '',
});

export const keyNameOf = (labels: Labels): string => JSON.stringify(keyLabelNames.map((name) => labels[name] ?? ''));

/** The part of a filter that is about stages: what is read does not depend on the rest. */
export const stageFilterOf = (filter: EventFilter): EventFilter =>
  Object.fromEntries(stageLabelNames.flatMap((name) => (filter[name] === undefined ? [] : [[name, filter[name]]])));
