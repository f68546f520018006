// What all dashboards have in common: variables, annotations, links between them, and how a panel becomes JSON.
import { annotations, datasource, filtersOf, labelOf, pluginId } from './queries.mjs';

/** Of @grafana/schema 13.2.2; Grafana 12.3 has the same. */
const schemaVersion = 42;
const panelVersion = '13.2.2';
export const tag = 'why403';

const titles = {
  account: 'Account',
  region: 'Region',
  api: 'API',
  stage: 'Stage',
  cause: 'Cause',
  route: 'Route',
};

const dataSourceVariable = {
  type: 'datasource',
  name: 'datasource',
  label: 'Data source',
  query: pluginId,
  regex: '',
  refresh: 1,
  multi: false,
  includeAll: false,
  hide: 0,
  options: [],
  current: {},
};

/** Each one lists what the ones before it leave. */
const labelVariable = (name, before) => ({
  type: 'query',
  name,
  label: titles[name],
  datasource,
  query: { refId: `variable-${name}`, label: labelOf[name], filters: filtersOf(before) },
  definition: labelOf[name],
  regex: '',
  // values come and go with the time range
  refresh: 2,
  sort: 1,
  multi: true,
  includeAll: true,
  allowCustomValue: true,
  hide: 0,
  options: [],
  current: { text: ['All'], value: ['$__all'] },
});

export const textVariable = (name, label, description) => ({
  type: 'textbox',
  name,
  label,
  description,
  query: '',
  hide: 0,
  options: [],
  current: { text: '', value: '' },
});

const adHocVariable = {
  type: 'adhoc',
  name: 'filters',
  label: 'Filters',
  description: 'Labels that every panel of this dashboard can be filtered by. Filters join the choices beside them.',
  datasource,
  hide: 0,
  filters: [],
  baseFilters: [],
};

const shownAnnotations = (variables) => [
  {
    builtIn: 1,
    datasource: { type: 'grafana', uid: '-- Grafana --' },
    enable: true,
    hide: true,
    iconColor: 'rgba(0, 211, 255, 1)',
    name: 'Annotations & Alerts',
    type: 'dashboard',
  },
  {
    name: 'Spikes',
    datasource,
    enable: true,
    hide: false,
    iconColor: 'red',
    target: { refId: 'Spikes', ...annotations(['spike'], variables) },
  },
  {
    name: 'New causes',
    datasource,
    enable: true,
    hide: false,
    iconColor: 'purple',
    target: { refId: 'NewCauses', ...annotations(['new_cause'], variables) },
  },
  {
    name: 'Changes',
    datasource,
    enable: true,
    hide: false,
    iconColor: 'blue',
    target: { refId: 'Changes', ...annotations(['change'], variables) },
  },
];

/** Panels in rows: [height, ...panels], each as wide as it says; the columns of a row are 24. */
function layOut(rows) {
  let y = 0;
  return rows.flatMap(([h, ...panels]) => {
    let x = 0;
    const placed = panels.map(({ width: w, ...panel }) => {
      const gridPos = { x, y, w, h };
      x += w;
      return { ...panel, gridPos };
    });
    y += h;
    return placed;
  });
}

export function dashboard({ uid, title, description, variables, more = [], rows, from = 'now-24h' }) {
  return {
    uid,
    title,
    description,
    tags: [tag],
    schemaVersion,
    editable: true,
    graphTooltip: 1,
    time: { from, to: 'now' },
    timepicker: {},
    timezone: '',
    refresh: '1m',
    links: [
      {
        type: 'dashboards',
        title: 'Why403',
        tags: [tag],
        asDropdown: false,
        includeVars: true,
        keepTime: true,
        targetBlank: false,
        icon: 'external link',
        tooltip: '',
        url: '',
      },
    ],
    annotations: { list: shownAnnotations(variables) },
    templating: {
      list: [
        dataSourceVariable,
        ...variables.map((name, i) => labelVariable(name, variables.slice(0, i))),
        ...more,
        adHocVariable,
      ],
    },
    panels: layOut(rows),
  };
}

const refIds = 'ABCDEF';

/** `queries` get their refIds in order; what is empty says so in words. */
export const panel = ({
  id,
  width,
  type,
  title,
  description,
  queries,
  noValue = 'Nothing was refused',
  defaults = {},
  overrides = [],
  options,
  transformations,
  maxDataPoints,
}) => ({
  id,
  width,
  type,
  title,
  description,
  datasource,
  pluginVersion: panelVersion,
  targets: queries.map((query, i) => ({ refId: refIds[i], ...query })),
  fieldConfig: { defaults: { noValue, ...defaults }, overrides },
  options,
  ...(transformations === undefined ? {} : { transformations }),
  ...(maxDataPoints === undefined ? {} : { maxDataPoints }),
});
