import { dashboard } from './frame.mjs';
import { barGauge, bars, drillDown, logs, scoreSteps, shareStat, stat, table, timeline, topTable } from './panels.mjs';
import { newCauses, samples, series, spikes, top } from './queries.mjs';

/** What was refused, where, and since when. */
export const overviewDashboard = dashboard({
  uid: 'why403-overview',
  title: '403 overview',
  description:
    'What Amazon API Gateway refused, why, where and since when. A click on a series or a cause drills down.',
  variables: ['account', 'region', 'api', 'stage', 'cause'],
  rows: [
    [
      6,
      stat({
        id: 1,
        width: 5,
        title: 'Refused requests',
        description: 'All refused requests of the time range.',
        calc: 'sum',
        defaults: { color: { mode: 'fixed', fixedColor: 'text' } },
        queries: [series({ metric: 'count', by: [] })],
      }),
      shareStat({
        id: 2,
        width: 5,
        title: 'Share refused',
        description: 'Refused requests as a part of all requests, in the newest interval that is complete.',
        noValue: 'Only refusals are logged',
        queries: [series({ metric: 'share', by: [] })],
      }),
      barGauge({
        id: 3,
        width: 14,
        title: 'How far above usual, now',
        description:
          'The spike score of each cause at each stage in the newest complete minute, the highest of the time range first. Above 1 is a spike.',
        links: [
          drillDown({
            cause: '__field.labels.cause',
            api: '__field.labels.api_id',
            stage: '__field.labels.stage',
          }),
        ],
        queries: [spikes({ measures: ['score'], limit: 6 })],
      }),
    ],
    [
      9,
      bars({
        id: 4,
        width: 16,
        title: 'Refused requests by cause',
        description: 'Causes of one group have one colour. Nothing is drawn where logs were not read yet.',
        links: [drillDown({ cause: '__field.labels.cause' })],
        queries: [series({ metric: 'count', by: ['cause'] })],
      }),
      topTable({
        id: 5,
        width: 8,
        by: 'cause',
        heading: 'Cause',
        title: 'Causes',
        description: 'Most frequent first; the share is of all refused requests.',
        links: [drillDown({ cause: '__value.raw' })],
        queries: [top({ topBy: 'cause', limit: 25 })],
      }),
    ],
    [
      9,
      bars({
        id: 6,
        width: 16,
        title: 'Refused requests by API and stage',
        description: 'Where requests are refused.',
        links: [drillDown({ api: '__field.labels.api_id', stage: '__field.labels.stage' })],
        queries: [series({ metric: 'count', by: ['api_id', 'stage'], limit: 20 })],
      }),
      topTable({
        id: 7,
        width: 8,
        by: 'route',
        heading: 'Route',
        title: 'Routes',
        description: 'Templates of routes; an empty one stands for calls to no route.',
        links: [drillDown({ route: '__value.raw' })],
        queries: [top({ topBy: 'route', limit: 25 })],
      }),
    ],
    [
      9,
      timeline({
        id: 8,
        width: 14,
        title: 'Since when: causes above usual',
        description:
          'Green is usual, orange a spike (score above 1), red more than three times as far (score above 3). The highest of the time range.',
        thresholds: scoreSteps,
        links: [
          drillDown({
            cause: '__field.labels.cause',
            api: '__field.labels.api_id',
            stage: '__field.labels.stage',
          }),
        ],
        queries: [spikes({ measures: ['score'], limit: 12 })],
      }),
      table({
        id: 9,
        width: 10,
        title: 'New causes on a route',
        description:
          'Refused at least three times in the time range and not once in the seven days before it, on stages that are older than a day.',
        noValue: 'No route is refused for a reason that it did not have before',
        columns: {
          first_seen: { displayName: 'First seen' },
          route: { displayName: 'Route' },
          cause: { displayName: 'Cause', links: [drillDown({ cause: '__value.raw' })] },
          refused: { displayName: 'Refused', 'custom.width': 90 },
        },
        transformations: [
          {
            id: 'organize',
            options: {
              excludeByName: { account: true, region: true, group: true },
              indexByName: { first_seen: 0, cause: 1, route: 2, api_id: 3, stage: 4, refused: 5 },
              renameByName: {},
            },
          },
        ],
        queries: [newCauses({ limit: 50 })],
      }),
    ],
    [
      10,
      logs({
        id: 10,
        width: 24,
        title: 'Newest refused requests',
        description: 'Open a line for its labels and links: evidence and fix, trace, log group.',
        queries: [samples({ limit: 100, order: 'newest' })],
      }),
    ],
  ],
});
