import { z } from 'zod';

/**
 * Every key that Grafana's file provisioning reads, as it is spelled there: some are camelCase and some are snake_case, and one that
 * is spelled otherwise is dropped in silence.
 */

const duration = z.string().regex(/^\d+[smhd]$/);
const orgId = z.int().min(1).optional();
/** Grafana's own limit. */
const uid = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/);
// Everywhere but in annotations and models $ is taken for the environment; $__file{} and ${NAME} are meant to be, $$ is not.
const unexpanded = z.string().regex(/^(?:[^$]|\$\$)*$/, '$ is expanded here: write $$');
const expandable = z.string().regex(/^(?:[^$]|\$\$|\$__file\{[^}]+\}|\$\{[A-Z_0-9]+\})*$/);

const expressionSource = z.strictObject({ type: z.literal('__expr__'), uid: z.literal('__expr__') });
const expression = { refId: z.string(), datasource: expressionSource };
const evaluator = z.strictObject({ type: z.enum(['gt', 'lt']), params: z.array(z.number()).length(1) });

export const expressionModel = z.discriminatedUnion('type', [
  z.strictObject({
    ...expression,
    type: z.literal('reduce'),
    expression: z.string(),
    reducer: z.enum(['last', 'max', 'mean', 'min', 'sum']),
    settings: z.strictObject({ mode: z.enum(['dropNN', 'strict', 'replaceNN']) }),
  }),
  z.strictObject({
    ...expression,
    type: z.literal('threshold'),
    expression: z.string(),
    conditions: z.array(z.strictObject({ evaluator, unloadEvaluator: evaluator.optional() })).length(1),
  }),
  z.strictObject({ ...expression, type: z.literal('math'), expression: z.string() }),
]);

const ruleQuery = z.strictObject({
  refId: z.string().regex(/^[A-Z]$/),
  queryType: z.string().optional(),
  relativeTimeRange: z.strictObject({ from: z.int().min(1), to: z.literal(0) }).optional(),
  datasourceUid: z.string(),
  model: z.record(z.string(), z.unknown()),
});

const rule = z.strictObject({
  uid,
  title: unexpanded,
  condition: z.string(),
  data: z.array(ruleQuery).min(2),
  dashboardUid: uid,
  panelId: z.int(),
  for: z.enum(['0s', '30s', '1m', '2m']),
  keepFiringFor: duration.optional(),
  missing_series_evals_to_resolve: z.int().min(1),
  noDataState: z.enum(['NoData', 'Alerting', 'OK', 'KeepLast']),
  execErrState: z.enum(['Error', 'Alerting', 'OK', 'KeepLast']),
  isPaused: z.boolean(),
  labels: z.strictObject({ source: z.literal('why403'), severity: z.enum(['warning', 'critical']) }),
  annotations: z.strictObject({
    summary: z.string(),
    description: z.string(),
    dashboard_url: z.string(),
    runbook_url: z.string(),
  }),
  notification_settings: z
    .strictObject({
      receiver: unexpanded,
      group_by: z.array(unexpanded).optional(),
      group_wait: duration.optional(),
      group_interval: duration.optional(),
      repeat_interval: duration.optional(),
      mute_time_intervals: z.array(unexpanded).optional(),
      active_time_intervals: z.array(unexpanded).optional(),
    })
    .optional(),
});

export const rulesFile = z.strictObject({
  apiVersion: z.literal(1),
  groups: z.array(
    z.strictObject({ orgId, name: unexpanded, folder: unexpanded, interval: duration, rules: z.array(rule) }),
  ),
});
export type Rule = z.infer<typeof rule>;

export const contactPointsFile = z.strictObject({
  apiVersion: z.literal(1),
  contactPoints: z.array(
    z.strictObject({
      orgId,
      name: unexpanded,
      receivers: z.array(
        z.discriminatedUnion('type', [
          z.strictObject({
            uid,
            type: z.literal('webhook'),
            disableResolveMessage: z.boolean(),
            settings: z.strictObject({
              url: expandable,
              httpMethod: z.enum(['POST', 'PUT']),
              authorization_scheme: expandable,
              authorization_credentials: expandable,
            }),
          }),
          z.strictObject({
            uid,
            type: z.literal('email'),
            disableResolveMessage: z.boolean(),
            settings: z.strictObject({ addresses: expandable, singleEmail: z.boolean() }),
          }),
        ]),
      ),
    }),
  ),
});

const matcher = z.tuple([z.string(), z.enum(['=', '!=', '=~', '!~']), unexpanded]);
const route = z.strictObject({
  receiver: unexpanded,
  object_matchers: z.array(matcher).min(1),
  group_by: z.array(unexpanded),
  group_wait: duration,
  group_interval: duration,
  repeat_interval: duration,
  continue: z.boolean().optional(),
});

export const policiesFile = z.strictObject({
  apiVersion: z.literal(1),
  policies: z.array(route.omit({ object_matchers: true }).extend({ orgId, routes: z.array(route) })),
});

export const dataSourcesFile = z.strictObject({
  apiVersion: z.literal(1),
  prune: z.boolean(),
  datasources: z.array(
    z.strictObject({
      name: unexpanded,
      uid,
      type: z.literal('why403-apigateway-datasource'),
      access: z.literal('proxy'),
      url: z.url(),
      editable: z.boolean(),
      jsonData: z.strictObject({
        publicUrl: z.url().optional(),
        xrayUid: z.string().optional(),
        cloudWatchUid: z.string().optional(),
        region: z.string().optional(),
        timeout: z.int().optional(),
      }),
      secureJsonData: z.strictObject({ token: expandable }),
    }),
  ),
});

export const dashboardProvidersFile = z.strictObject({
  apiVersion: z.literal(1),
  providers: z.array(
    z.strictObject({
      name: unexpanded,
      orgId,
      folder: unexpanded,
      type: z.literal('file'),
      disableDeletion: z.boolean(),
      allowUiUpdates: z.boolean(),
      updateIntervalSeconds: z.int(),
      options: z.strictObject({ path: expandable, foldersFromFilesStructure: z.boolean().optional() }),
    }),
  ),
});
