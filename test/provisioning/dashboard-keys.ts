import { z } from 'zod';

/** The keys of a dashboard, as @grafana/schema has them, and those that Grafana's own export writes besides. */

const sourceRef = z.strictObject({ type: z.string(), uid: z.string() });
const option = z.strictObject({
  text: z.union([z.string(), z.array(z.string())]),
  value: z.union([z.string(), z.array(z.string())]),
});

const variableKeys = { name: z.string(), label: z.string(), hide: z.literal(0), description: z.string().optional() };
const variable = z.discriminatedUnion('type', [
  z.strictObject({
    ...variableKeys,
    type: z.literal('datasource'),
    query: z.string(),
    regex: z.literal(''),
    refresh: z.literal(1),
    multi: z.literal(false),
    includeAll: z.literal(false),
    options: z.array(option),
    current: z.strictObject({}),
  }),
  z.strictObject({
    ...variableKeys,
    type: z.literal('query'),
    datasource: sourceRef,
    query: z.unknown(),
    definition: z.string(),
    regex: z.literal(''),
    refresh: z.literal(2),
    sort: z.int(),
    multi: z.literal(true),
    includeAll: z.literal(true),
    allowCustomValue: z.boolean(),
    options: z.array(option),
    current: option,
  }),
  z.strictObject({
    ...variableKeys,
    type: z.literal('textbox'),
    query: z.literal(''),
    options: z.array(option),
    current: option,
  }),
  z.strictObject({
    ...variableKeys,
    type: z.literal('adhoc'),
    datasource: sourceRef,
    filters: z.array(z.unknown()),
    baseFilters: z.array(z.unknown()),
  }),
]);

const annotation = z.strictObject({
  builtIn: z.literal(1).optional(),
  name: z.string(),
  type: z.literal('dashboard').optional(),
  datasource: sourceRef,
  enable: z.boolean(),
  hide: z.boolean(),
  iconColor: z.string(),
  target: z.unknown().optional(),
});

const dataLink = z.strictObject({ title: z.string(), url: z.string(), targetBlank: z.boolean() });
const thresholds = z.strictObject({
  mode: z.literal('absolute'),
  steps: z.array(z.strictObject({ color: z.string(), value: z.number().nullable() })).min(2),
});

const fieldConfig = z.strictObject({
  defaults: z.strictObject({
    noValue: z.string().min(3),
    min: z.number().optional(),
    max: z.number().optional(),
    unit: z.string().optional(),
    color: z.strictObject({ mode: z.string(), fixedColor: z.string().optional() }).optional(),
    thresholds: thresholds.optional(),
    links: z.array(dataLink).optional(),
    // whether text wraps is a key of the field, not of the cell, since Grafana 12.2
    custom: z.looseObject({ cellOptions: z.strictObject({ type: z.string() }).optional() }).optional(),
  }),
  overrides: z.array(
    z.strictObject({
      matcher: z.strictObject({ id: z.enum(['byName', 'byType', 'byRegexp']), options: z.string() }),
      properties: z.array(
        z.strictObject({
          id: z
            .string()
            .regex(
              /^(?:displayName|noValue|unit|min|max|thresholds|color|links|custom\.(?:width|cellOptions|lineStyle|lineWidth))$/,
            ),
          value: z.unknown(),
        }),
      ),
    }),
  ),
});

const panel = z.strictObject({
  id: z.int().min(1),
  type: z.enum(['timeseries', 'stat', 'bargauge', 'state-timeline', 'table', 'logs']),
  title: z.string().min(3),
  description: z.string().min(10),
  datasource: sourceRef,
  pluginVersion: z.string(),
  targets: z.array(z.looseObject({ refId: z.string() })).min(1),
  fieldConfig,
  options: z.record(z.string(), z.unknown()),
  transformations: z
    .array(z.strictObject({ id: z.enum(['organize', 'filterFieldsByName']), options: z.unknown() }))
    .optional(),
  maxDataPoints: z.int().optional(),
  gridPos: z.strictObject({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
});

export const dashboardFile = z.strictObject({
  uid: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  schemaVersion: z.int(),
  editable: z.boolean(),
  graphTooltip: z.literal(1),
  time: z.strictObject({ from: z.string(), to: z.literal('now') }),
  timepicker: z.strictObject({}),
  timezone: z.literal(''),
  refresh: z.string(),
  links: z.array(
    z.strictObject({
      type: z.literal('dashboards'),
      title: z.string(),
      tags: z.array(z.string()).min(1),
      asDropdown: z.boolean(),
      includeVars: z.literal(true),
      keepTime: z.literal(true),
      targetBlank: z.boolean(),
      icon: z.string(),
      tooltip: z.string(),
      url: z.literal(''),
    }),
  ),
  annotations: z.strictObject({ list: z.array(annotation) }),
  templating: z.strictObject({ list: z.array(variable) }),
  panels: z.array(panel).min(1),
});
export type Dashboard = z.infer<typeof dashboardFile>;
export type Panel = z.infer<typeof panel>;
