import { type ComponentType } from 'react';
import { type QueryType } from '../../types';
import { AnnotationsFields } from './AnnotationsFields';
import { CoverageFields } from './CoverageFields';
import { EventFields } from './EventFields';
import { type FieldsProps } from './fields-props';
import { NewCausesFields } from './NewCausesFields';
import { SamplesFields } from './SamplesFields';
import { SeriesFields } from './SeriesFields';
import { SpikesFields } from './SpikesFields';
import { TopFields } from './TopFields';

/** The fields of each query type. */
export const fieldsOf: Readonly<Record<QueryType, ComponentType<FieldsProps>>> = {
  series: SeriesFields,
  spikes: SpikesFields,
  newCauses: NewCausesFields,
  coverage: CoverageFields,
  top: TopFields,
  samples: SamplesFields,
  event: EventFields,
  annotations: AnnotationsFields,
};
