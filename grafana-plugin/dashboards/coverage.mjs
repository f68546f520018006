import { dashboard } from './frame.mjs';
import { colouredColumn, lagSteps, shareColumn, stat, table, thresholdGraph, unknownSteps, unsaid } from './panels.mjs';
import { coverage, series } from './queries.mjs';

const lagColumn = { ...unsaid, displayName: 'Lag', ...colouredColumn(lagSteps) };
const unknownColumn = { displayName: 'Unknown', ...colouredColumn(unknownSteps) };

/** How far what the other dashboards say can be relied on. */
export const coverageDashboard = dashboard({
  uid: 'why403-coverage',
  title: 'Coverage',
  description:
    'How current the logs are, how many refusals have no known cause, and what would have to be logged to tell.',
  variables: ['account', 'region', 'api', 'stage'],
  rows: [
    [
      5,
      stat({
        id: 1,
        width: 8,
        title: 'Longest lag',
        description: 'How old the newest complete minute of the slowest stage is.',
        noValue: 'No logs are read',
        calc: 'max',
        thresholds: lagSteps,
        graphMode: 'none',
        queries: [coverage({ table: 'stages', field: 'lag' })],
      }),
      stat({
        id: 2,
        width: 8,
        title: 'Highest share of unknown causes',
        description:
          'Refusals without a known cause, of all refusals (of 20, if there are fewer), at the stage that has most.',
        noValue: 'No logs are read',
        calc: 'max',
        thresholds: unknownSteps,
        graphMode: 'none',
        queries: [coverage({ table: 'stages', field: 'unknown_ratio' })],
      }),
      stat({
        id: 3,
        width: 8,
        title: 'Refused requests',
        description: 'Of all stages in the time range.',
        calc: 'sum',
        graphMode: 'none',
        defaults: { color: { mode: 'fixed', fixedColor: 'text' } },
        queries: [coverage({ table: 'stages', field: 'refused' })],
      }),
    ],
    [
      10,
      table({
        id: 4,
        width: 24,
        title: 'Stages',
        description: 'What requests are counted from, how many refusals are explained, and how far the logs are read.',
        noValue: 'No logs are read',
        sortBy: 'Unknown',
        columns: {
          counted_from: { displayName: 'Counted from' },
          requests: { displayName: 'Requests' },
          refused: { displayName: 'Refused' },
          unknown_ratio: unknownColumn,
          certain_ratio: { displayName: 'Certain', ...unsaid, ...shareColumn },
          lag: lagColumn,
        },
        queries: [coverage({ table: 'stages' })],
      }),
    ],
    [
      9,
      thresholdGraph({
        id: 5,
        width: 12,
        title: 'Refusals without a known cause',
        description:
          'As a part of all refusals of the stage. A rise means that a log or a variable of the log format is missing.',
        thresholds: unknownSteps,
        queries: [
          series({
            metric: 'portion',
            by: ['api_id', 'stage'],
            where: [{ label: 'cause', operator: '=', values: ['unknown'] }],
            limit: 10,
          }),
        ],
      }),
      table({
        id: 6,
        width: 12,
        title: 'Feeds',
        description: 'What is read, and up to when it was read once. A feed that stands still holds its stages back.',
        noValue: 'No logs are read',
        sortBy: 'Lag',
        columns: {
          feed: { displayName: 'Feed' },
          kind: { displayName: 'Kind' },
          lag: lagColumn,
          requests: { displayName: 'Requests' },
          rejected: { displayName: 'Lines not read' },
          complete_until: { displayName: 'Complete until', ...unsaid },
        },
        queries: [coverage({ table: 'feeds' })],
      }),
    ],
    [
      10,
      table({
        id: 7,
        width: 24,
        title: 'What the formats cannot tell',
        description:
          'What to log or to read so that more verdicts are certain, and how many of the sampled refusals that would settle.',
        noValue: 'Every sampled verdict is certain',
        sortBy: 'Would settle',
        wrap: true,
        columns: {
          cause: { displayName: 'Cause', 'custom.width': 200 },
          advice: { displayName: 'What would tell' },
          requests: { displayName: 'Would settle', 'custom.width': 130 },
        },
        queries: [coverage({ table: 'advice' })],
      }),
    ],
  ],
});
