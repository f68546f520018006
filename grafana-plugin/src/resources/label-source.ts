import { type TimeRange } from '@grafana/data';
import { type components } from '../api/types.gen';
import { filterParams } from '../query/filters';
import { type LabelFilter } from '../types';

type Schemas = components['schemas'];

/** Labels are bounded and can group series; dimensions are for filters and Top. */
export type LabelInfo = Schemas['Labels']['labels'][number];

export interface LabelValuesQuery {
  readonly range?: TimeRange;
  /** Filters on other labels; those on the label itself would hide what could be chosen beside them. */
  readonly filters?: readonly LabelFilter[];
}

/** GET on one of the backend's resources. */
type GetResource = (path: string, params?: Record<string, string | number | string[]>) => Promise<unknown>;

/** Labels and their values, as the service knows them. */
export class LabelSource {
  private known: Promise<readonly LabelInfo[]> | undefined;

  constructor(private readonly get: GetResource) {}

  /** The list is fixed, so it is asked for once; after a failure again. */
  labels(): Promise<readonly LabelInfo[]> {
    this.known ??= this.get('labels').then(
      (answer) => (answer as Schemas['Labels']).labels,
      (error) => {
        this.known = undefined;
        throw error;
      }
    );
    return this.known;
  }

  /** Values of a label under the other filters. Dimensions have too many to list: they answer none. */
  async values(label: string, { range, filters = [] }: LabelValuesQuery = {}): Promise<string[]> {
    const info = (await this.labels()).find(({ name }) => name === label);
    if (info?.kind !== 'label') {
      return [];
    }
    const params = filterParams(filters.filter((filter) => filter.label !== label));
    if (params === undefined) {
      return [];
    }
    const answer = await this.get(`labels/${encodeURIComponent(label)}/values`, {
      ...(range === undefined ? {} : { from: range.from.valueOf(), to: range.to.valueOf() }),
      ...params,
    });
    return (answer as Schemas['LabelValues']).values;
  }
}
