import { type LabelInfo } from '../../resources/label-source';
import { type Why403Query } from '../../types';

/** What the fields of each query type get. A change is also run: fields tell of it when the user is done with them. */
export interface FieldsProps {
  /** Start of the ids of the inputs. */
  id: string;
  query: Why403Query;
  labels: readonly LabelInfo[];
  /** Inside an alert rule, where there is less to choose from. */
  alerting: boolean;
  onChange: (patch: Partial<Why403Query>) => void;
}
