import { dimensionNames, labelNames } from '../../query/query.js';
import type { ColumnName } from './column.js';

/** What makes a stage: totals, watermarks and the choice of the counted kind go by it. */
export const stageColumns = ['account', 'region', 'api_id', 'stage'] as const;

/** Everything that a refused row can be filtered by. */
export const filterColumns: readonly ColumnName[] = [...labelNames, ...dimensionNames];
