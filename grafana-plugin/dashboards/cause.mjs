import { dashboard, textVariable } from './frame.mjs';
import { bars, drillDown, graph, scoreSteps, table, thresholdGraph, topTable, unsaid } from './panels.mjs';
import { event, samples, series, spikes, top } from './queries.mjs';

const also = ['route'];
const seriesName = '${__field.labels.cause} · ${__field.labels.api_id}/${__field.labels.stage}';

/** Names of series end with the measure where one query asks for several. */
const styled = (measure, prefix, custom) => ({
  matcher: { id: 'byRegexp', options: `/ · ${measure}$/` },
  properties: [
    { id: 'displayName', value: `${prefix} · ${seriesName}` },
    ...Object.entries(custom).map(([id, value]) => ({ id: `custom.${id}`, value })),
  ],
});

const callers = (id, by, heading, title, description) =>
  topTable({ id, width: 6, by, heading, title, description, queries: [top({ also, topBy: by, limit: 15 })] });

/** One cause: how much more than usual, which routes and callers, what refused, and one request with its proof and its fix. */
export const causeDashboard = dashboard({
  uid: 'why403-cause',
  title: 'Cause drill-down',
  description: 'Routes, callers, culprits and samples of a cause; a click on a request shows its proof and its fix.',
  variables: ['account', 'region', 'api', 'stage', 'cause', 'route'],
  more: [
    textVariable('event', 'Request', 'Id of the refused request that is shown below; a click on a request sets it.'),
  ],
  from: 'now-6h',
  rows: [
    [
      9,
      graph({
        id: 1,
        width: 12,
        title: 'Refused in 5 minutes, and what is usual',
        description:
          'Counts of the stages and causes that were furthest above usual, with the expected count and the bound above which a count is a spike.',
        calcs: ['max', 'lastNotNull'],
        custom: { fillOpacity: 0, lineWidth: 2 },
        queries: [spikes({ measures: ['count', 'expected_upper', 'expected'], limit: 4 })],
        overrides: [
          styled('count', 'refused', {}),
          styled('expected_upper', 'at most', { lineStyle: { fill: 'dash', dash: [8, 6] }, lineWidth: 1 }),
          styled('expected', 'usual', { lineStyle: { fill: 'dot', dash: [2, 4] }, lineWidth: 1 }),
        ],
      }),
      thresholdGraph({
        id: 2,
        width: 12,
        title: 'Spike score',
        description: 'Above 1 is a spike: alert rules compare with the same number.',
        thresholds: scoreSteps,
        queries: [spikes({ measures: ['score'], limit: 8 })],
      }),
    ],
    [
      9,
      bars({
        id: 3,
        width: 16,
        title: 'Refused requests by route',
        description: 'Which routes are hit, and since when.',
        links: [drillDown({ route: '__field.labels.route' }, { title: 'Only this route' })],
        queries: [series({ also, metric: 'count', by: ['route'], limit: 20 })],
      }),
      topTable({
        id: 4,
        width: 8,
        by: 'culprit',
        heading: 'What refused',
        title: 'Culprits',
        description: 'The WAF rule, authorizer, policy statement, plan or key that refused, where logs name it.',
        queries: [top({ also, topBy: 'culprit', limit: 20 })],
      }),
    ],
    [
      8,
      callers(5, 'source_ip', 'Address', 'Callers by address', 'IP addresses of callers.'),
      callers(
        6,
        'principal',
        'Caller',
        'Callers by name',
        'Who called, as the authorizer or IAM says; empty where no log tells.'
      ),
      callers(7, 'api_key_id', 'Key', 'API keys', 'Ids of the API keys; empty where none was sent or logged.'),
      callers(8, 'user_agent', 'Client', 'Clients', 'User agents, as the callers wrote them.'),
    ],
    [
      14,
      table({
        id: 9,
        width: 12,
        title: 'Refused requests: click one',
        description: 'Newest first. A click on an id shows the proof and the fix beside this table.',
        sortBy: 'Time',
        wrap: true,
        columns: {
          timestamp: { displayName: 'Time', 'custom.width': 170 },
          body: { displayName: 'Request and reason' },
          id: {
            displayName: 'Id',
            'custom.width': 110,
            links: [drillDown({ event: '__value.raw' }, { title: 'Proof and fix', also })],
          },
        },
        transformations: [{ id: 'filterFieldsByName', options: { include: { names: ['timestamp', 'body', 'id'] } } }],
        queries: [samples({ also, limit: 100, order: 'newest' })],
      }),
      table({
        id: 10,
        width: 12,
        title: 'Proof and fix',
        description: 'The verdict, what else it could be, the evidence in the words of AWS, and what to do.',
        noValue: 'Click the id of a request to see why it was refused and what to do',
        wrap: true,
        columns: {
          part: { displayName: 'Part', 'custom.width': 110 },
          name: { displayName: 'What', 'custom.width': 160 },
          value: { displayName: 'Value' },
          traceId: { displayName: 'Trace', 'custom.width': 100, ...unsaid },
          logGroup: { displayName: 'Log group', 'custom.width': 140, ...unsaid },
        },
        queries: [event()],
      }),
    ],
  ],
});
