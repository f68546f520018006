import { z } from 'zod';
import { dimensionNames as dimensions, labelNames as labels } from '../../server/src/query/query.js';

/**
 * What dashboards and alert rules may ask of the plugin. Its backend ignores keys that it does not know, and Grafana passes them
 * on, so a misspelt one would be dropped in silence: here it is not.
 */

const stageLabels = ['account', 'region', 'api_id', 'stage'] as const;

const filtersOn = (words: readonly string[]) =>
  z
    .array(
      z.strictObject({
        label: z.enum(words),
        operator: z.enum(['=', '!=', '=|', '!=|']),
        values: z.array(z.string().min(1)).min(1),
      }),
    )
    .optional();

const common = {
  refId: z.string().regex(/^[A-Za-z]\w*$/),
  datasource: z.strictObject({ type: z.literal('why403-apigateway-datasource'), uid: z.string() }),
  version: z.literal(1),
  hide: z.boolean().optional(),
  intervalMs: z.int().optional(),
  maxDataPoints: z.int().optional(),
};
const limit = z.int().min(1).max(500).optional();
const step = z
  .string()
  .regex(/^(?:auto|\d+[mhd])$/)
  .optional();
const leastShare = z.number().gt(0).lt(1).optional();
const allFilters = filtersOn([...labels, ...dimensions]);
const stageCauseFilters = filtersOn([...stageLabels, 'cause', 'group']);
const measure = z.enum(['score', 'count', 'expected', 'expected_upper', 'share']);
const coverageFields = ['requests', 'refused', 'unknown_ratio', 'certain_ratio', 'lag', 'rejected'] as const;

const series = z.strictObject({
  ...common,
  queryType: z.literal('series'),
  metric: z.enum(['count', 'requests', 'rate', 'share', 'portion']),
  by: z.array(z.enum(labels)),
  step,
  limit,
  filters: allFilters,
});
const spikes = z.strictObject({
  ...common,
  queryType: z.literal('spikes'),
  measures: z.array(measure).min(1),
  leastShare,
  step,
  limit,
  filters: stageCauseFilters,
});
const newCauses = z.strictObject({
  ...common,
  queryType: z.literal('newCauses'),
  least: z.int().min(1).optional(),
  limit,
  filters: stageCauseFilters,
});
const coverage = z.strictObject({
  ...common,
  queryType: z.literal('coverage'),
  table: z.enum(['stages', 'feeds', 'advice']),
  field: z.enum(coverageFields).optional(),
  filters: filtersOn(stageLabels),
});
const top = z.strictObject({
  ...common,
  queryType: z.literal('top'),
  topBy: z.enum([...labels, ...dimensions]),
  limit,
  filters: allFilters,
});
const samples = z.strictObject({
  ...common,
  queryType: z.literal('samples'),
  limit,
  order: z.enum(['newest', 'oldest']).optional(),
  filters: allFilters,
});
const event = z.strictObject({ ...common, queryType: z.literal('event'), eventId: z.string().min(1) });
const annotations = z.strictObject({
  ...common,
  queryType: z.literal('annotations'),
  kinds: z.array(z.enum(['spike', 'new_cause', 'change'])).optional(),
  leastShare,
  limit,
  filters: stageCauseFilters,
});

export const storedQuery = z.discriminatedUnion('queryType', [
  series,
  spikes,
  newCauses,
  coverage,
  top,
  samples,
  event,
  annotations,
]);

/** What an alert rule asks: one number for each instance. */
export const alertQuery = z.discriminatedUnion('queryType', [
  series.extend({ by: z.array(z.enum(labels)).min(1) }),
  spikes.extend({ measures: z.array(measure).length(1) }),
  newCauses,
  coverage.extend({ table: z.enum(['stages', 'feeds']), field: z.enum(coverageFields) }),
]);
export type AlertQuery = z.infer<typeof alertQuery>;

/** What a dashboard variable lists. */
export const variableQuery = z.strictObject({
  refId: z.string(),
  label: z.enum(labels),
  filters: filtersOn(labels),
});

/** Labels that the instances of a rule on this query have. */
export function instanceLabels(query: AlertQuery): readonly string[] {
  switch (query.queryType) {
    case 'series':
      return query.by;
    case 'spikes':
      return [...stageLabels, 'cause', 'group'];
    case 'newCauses':
      return [...stageLabels, 'route', 'cause', 'group'];
    case 'coverage':
      return query.table === 'feeds' ? ['feed', 'kind'] : stageLabels;
  }
}
