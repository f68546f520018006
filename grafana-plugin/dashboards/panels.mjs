// Kinds of panels. Units and the colours of causes come with the data; thresholds and styles are set here, once.
import { panel } from './frame.mjs';
import { datasource } from './queries.mjs';

const keptVariables = ['account', 'region', 'api', 'stage', 'cause'];

/**
 * To the drill-down with time, data source and variables (`also`: more than every dashboard has); `set` replaces some of them by what
 * was clicked (`{ cause: '__value.raw' }`). Grafana by itself leaves + and & in a value as they are: /{proxy+} would become /{proxy }.
 */
export const drillDown = (set, { title = 'Drill down', also = [] } = {}) => ({
  title,
  targetBlank: false,
  url: `/d/why403-cause?${[
    `var-datasource=${datasource.uid}`,
    ...[...keptVariables, ...also].filter((name) => set[name] === undefined).map((name) => `\${${name}:queryparam}`),
    ...Object.entries(set).map(([name, clicked]) => `var-${name}=\${${clicked}:percentencode}`),
    '${__url_time_range}',
  ].join('&')}`,
});

/** The spike score: above 1 is a spike. */
export const scoreSteps = steps([1, 'orange'], [3, 'red']);
/** Seconds behind the clock: logs usually come within 2 minutes; the alert rule fires at 10. */
export const lagSteps = steps([120, 'orange'], [600, 'red']);
/** Refusals without a known cause; the alert rule fires at 0.6. */
export const unknownSteps = steps([0.3, 'orange'], [0.6, 'red']);
const shareSteps = steps([0.05, 'orange'], [0.2, 'red']);

function steps(...above) {
  return {
    mode: 'absolute',
    steps: [{ color: 'green', value: null }, ...above.map(([value, color]) => ({ color, value }))],
  };
}

const byName = (name, properties) => ({
  matcher: { id: 'byName', options: name },
  properties: Object.entries(properties).map(([id, value]) => ({ id, value })),
});

const tooltip = { mode: 'multi', sort: 'desc' };
const legend = {
  showLegend: true,
  displayMode: 'table',
  placement: 'bottom',
  calcs: ['sum'],
  sortBy: 'Total',
  sortDesc: true,
};

const graphStyle = {
  drawStyle: 'line',
  lineInterpolation: 'linear',
  lineWidth: 1,
  fillOpacity: 10,
  gradientMode: 'none',
  showPoints: 'never',
  // after the watermark nothing is known: no line is drawn over it
  spanNulls: false,
  axisSoftMin: 0,
  stacking: { mode: 'none', group: 'A' },
};

export const graph = ({ links = [], custom = {}, calcs = ['sum'], defaults = {}, ...rest }) =>
  panel({
    type: 'timeseries',
    defaults: { min: 0, links, custom: { ...graphStyle, ...custom }, ...defaults },
    options: {
      legend: { ...legend, calcs, ...(calcs[0] === 'sum' ? {} : { sortBy: undefined, sortDesc: undefined }) },
      tooltip,
    },
    ...rest,
  });

/** Counts: bars that stand on each other. */
export const bars = (rest) =>
  graph({
    custom: { drawStyle: 'bars', fillOpacity: 80, lineWidth: 0, stacking: { mode: 'normal', group: 'A' } },
    ...rest,
  });

/** Lines with a threshold that is drawn. */
export const thresholdGraph = ({ thresholds, ...rest }) =>
  graph({
    calcs: ['max', 'lastNotNull'],
    custom: { thresholdsStyle: { mode: 'line' } },
    defaults: { thresholds },
    ...rest,
  });

export const stat = ({ calc, thresholds, graphMode = 'area', defaults = {}, ...rest }) =>
  panel({
    type: 'stat',
    defaults: {
      ...(thresholds === undefined ? {} : { thresholds, color: { mode: 'thresholds' } }),
      ...defaults,
    },
    options: {
      reduceOptions: { calcs: [calc], fields: '', values: false },
      colorMode: 'value',
      graphMode,
      justifyMode: 'auto',
      textMode: 'value',
      orientation: 'auto',
      wideLayout: true,
      showPercentChange: false,
      percentChangeColorMode: 'standard',
    },
    ...rest,
  });

export const shareStat = (rest) => stat({ calc: 'lastNotNull', thresholds: shareSteps, ...rest });

/** The newest value of each series, largest first. */
export const barGauge = ({ links = [], ...rest }) =>
  panel({
    type: 'bargauge',
    defaults: { min: 0, links },
    options: {
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      orientation: 'horizontal',
      displayMode: 'basic',
      valueMode: 'color',
      namePlacement: 'left',
      showUnfilled: true,
      sizing: 'auto',
      minVizWidth: 8,
      minVizHeight: 16,
      maxVizHeight: 32,
      legend: { showLegend: false, displayMode: 'list', placement: 'bottom', calcs: [] },
    },
    ...rest,
  });

/** One line for each series; green, orange and red stretches of time. */
export const timeline = ({ thresholds, links = [], ...rest }) =>
  panel({
    type: 'state-timeline',
    defaults: { thresholds, links, custom: { fillOpacity: 70, lineWidth: 0 } },
    // here the value is the news, and the cause stands beside its line
    overrides: [
      { matcher: { id: 'byType', options: 'number' }, properties: [{ id: 'color', value: { mode: 'thresholds' } }] },
    ],
    options: {
      mergeValues: true,
      showValue: 'never',
      alignValue: 'left',
      rowHeight: 0.8,
      legend: { showLegend: false, displayMode: 'list', placement: 'bottom', calcs: [] },
      tooltip: { mode: 'single', sort: 'none' },
    },
    ...rest,
  });

/** `columns`: name → properties of that column. */
export const table = ({ columns = {}, sortBy, wrap = false, ...rest }) =>
  panel({
    type: 'table',
    // of the field, not of the cell, since Grafana 12.2
    defaults: { custom: { cellOptions: { type: 'auto' }, ...(wrap ? { wrapText: true } : {}), filterable: false } },
    overrides: Object.entries(columns).map(([name, properties]) => byName(name, properties)),
    options: {
      frameIndex: 0,
      showHeader: true,
      cellHeight: 'sm',
      ...(sortBy === undefined ? {} : { sortBy: [{ displayName: sortBy, desc: true }] }),
    },
    ...rest,
  });

/** The text for an empty panel stands for a missing value too, where a column has none of its own. */
export const unsaid = { noValue: '–' };
export const shareColumn = {
  min: 0,
  max: 1,
  'custom.cellOptions': { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' },
};
export const colouredColumn = (thresholds) => ({
  thresholds,
  color: { mode: 'thresholds' },
  'custom.cellOptions': { type: 'color-text' },
});

/** The most frequent values of a label or dimension. */
export const topTable = ({ by, heading, links = [], columns = {}, ...rest }) =>
  table({
    columns: {
      [by]: { displayName: heading, ...(links.length > 0 ? { links } : {}) },
      refused: { displayName: 'Refused', 'custom.width': 90 },
      share: { displayName: 'Share', 'custom.width': 120, ...shareColumn },
      ...columns,
    },
    ...rest,
  });

export const logs = (rest) =>
  panel({
    type: 'logs',
    options: {
      showTime: true,
      showLabels: false,
      showCommonLabels: false,
      wrapLogMessage: true,
      prettifyLogMessage: false,
      enableLogDetails: true,
      showLogContextToggle: true,
      dedupStrategy: 'none',
      sortOrder: 'Descending',
    },
    ...rest,
  });
