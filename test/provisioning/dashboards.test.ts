import { describe, expect, it } from 'vitest';
import type { Dashboard, Panel } from './dashboard-keys.js';
import { dashboardProvidersFile } from './grafana-keys.js';
import { storedQuery, variableQuery } from './query-model.js';
import { dashboardFolder, readDashboards } from './read-dashboards.js';
import { filesOf, readText, readYaml } from './repository-files.js';
import { runTool } from './tools.js';

const dashboards = readDashboards();
const panels = dashboards.flatMap(({ uid, panels: all }) =>
  all.map((panel) => ({ name: `${uid} ${panel.id} ${panel.title}`, panel })),
);
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana
const source = { type: 'why403-apigateway-datasource', uid: '${datasource}' };
const namesOf = ({ templating }: Dashboard): readonly string[] => templating.list.map(({ name }) => name);

/** `$api`, `${api:queryparam}`, `${datasource}`: variables of the dashboard, not Grafana's own (`__`). */
const variablesIn = (value: unknown): readonly string[] =>
  [...JSON.stringify(value).matchAll(/\$\{?([A-Za-z]\w*)(?:[:.}]|\b)/g)].map(([, name]) => name as string);

describe('dashboards', () => {
  it('are what their description makes', () => {
    expect(runTool(process.execPath, ['grafana-plugin/dashboards/generate.mjs', '--check'])).toEqual({
      code: 0,
      out: '',
    });
  });

  it('are bundled with the plugin, and provisioned from where it stands', () => {
    const { includes, id } = JSON.parse(readText('grafana-plugin/src/plugin.json')) as {
      readonly id: string;
      readonly includes: readonly { readonly type: string; readonly name: string; readonly path: string }[];
    };
    const byPath = new Map(
      filesOf(dashboardFolder).map((path) => [
        path.replace('grafana-plugin/src/', ''),
        JSON.parse(readText(path)).title,
      ]),
    );
    expect(includes.map(({ type, path, name }) => [type, path, name]).sort()).toEqual(
      [...byPath].map(([path, title]) => ['dashboard', path, title]).sort(),
    );
    const { providers } = dashboardProvidersFile.parse(readYaml('provisioning/grafana/dashboards/why403.yaml'));
    expect(providers.map(({ options }) => options.path)).toEqual([`/var/lib/grafana/plugins/${id}/dashboards`]);
  });

  it('have uids and panel ids of their own', () => {
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length);
    for (const { uid, panels: all } of dashboards)
      expect([uid, new Set(all.map(({ id }) => id)).size]).toEqual([uid, all.length]);
  });

  it.each(dashboards)(
    '$uid chooses its data source by a variable, and each label under the ones before it',
    ({ templating: { list } }) => {
      expect(list[0]).toMatchObject({ type: 'datasource', name: 'datasource', query: source.type });
      const known: string[] = [];
      for (const variable of list) {
        if (variable.type === 'query' || variable.type === 'adhoc') expect(variable.datasource).toEqual(source);
        if (variable.type === 'query') {
          const query = variableQuery.parse(variable.query);
          expect((query.filters ?? []).flatMap(({ values }) => values)).toEqual(
            known.slice(1).map((name) => `$${name}`),
          );
          expect(variable.current).toEqual({ text: ['All'], value: ['$__all'] });
        }
        known.push(variable.name);
      }
      expect(known).toEqual(expect.arrayContaining(['account', 'region', 'api', 'stage', 'filters']));
    },
  );

  it.each(dashboards)('$uid uses only variables that it has', (dashboard) => {
    const known = namesOf(dashboard);
    expect([...new Set(variablesIn(dashboard))].filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each(dashboards)('$uid marks spikes, new causes and changes on its graphs', ({ annotations: { list } }) => {
    const ours = list.filter(({ builtIn }) => builtIn === undefined);
    expect(ours.map(({ target }) => storedQuery.parse(target))).toMatchObject([
      { queryType: 'annotations', kinds: ['spike'] },
      { queryType: 'annotations', kinds: ['new_cause'] },
      { queryType: 'annotations', kinds: ['change'] },
    ]);
    for (const { datasource } of ours) expect(datasource).toEqual(source);
  });

  it.each(dashboards)('$uid leads to the others with time and variables', ({ links, tags }) => {
    expect(links.flatMap((link) => link.tags)).toEqual(tags);
    for (const other of dashboards) expect(other.tags).toEqual(tags);
  });

  it.each(dashboards)('$uid: every link leads to a dashboard that has the variables it sets', (dashboard) => {
    const urls = [...JSON.stringify(dashboard.panels).matchAll(/"url":"([^"]+)"/g)].map(([, url]) => url as string);
    for (const url of urls) {
      const [, uid] = /^\/d\/([\w-]+)\?/.exec(url) ?? [];
      const target = dashboards.find((each) => each.uid === uid);
      expect([url, target?.uid]).toEqual([url, uid]);
      const set = [...url.matchAll(/var-(\w+)=|\$\{(\w+):queryparam\}/g)].map(([, plain, list]) => plain ?? list ?? '');
      expect(set.filter((name) => target === undefined || !namesOf(target).includes(name))).toEqual([]);
      expect(new Set(set).size).toBe(set.length);
      expect(url).toMatch(/\$\{__url_time_range\}$/);
    }
  });

  it.each(dashboards)('$uid: what logs tell is escaped in links: {proxy+} is a usual route', (dashboard) => {
    const urls = [...JSON.stringify(dashboard.panels).matchAll(/"url":"([^"]+)"/g)].map(([, url]) => url as string);
    const told = urls.flatMap((url) => [...url.matchAll(/\$\{(__[^}]+)\}/g)].map(([, name]) => name as string));
    expect(told.filter((name) => !/^__url_time_range$|:percentencode$/.test(name))).toEqual([]);
  });

  it.each(dashboards)('$uid has panels side by side, not one over the other', ({ panels: all }) => {
    const taken = new Set<string>();
    for (const {
      gridPos: { x, y, w, h },
    } of all) {
      expect(x + w).toBeLessThanOrEqual(24);
      for (let i = x; i < x + w; i++) {
        for (let j = y; j < y + h; j++) {
          expect(taken.has(`${i},${j}`)).toBe(false);
          taken.add(`${i},${j}`);
        }
      }
    }
  });
});

describe('panels', () => {
  it.each(panels)('$name asks what the plugin answers', ({ panel: { datasource, targets } }) => {
    expect(datasource).toEqual(source);
    const queries = targets.map((target) => storedQuery.parse(target));
    for (const query of queries) expect(query.datasource).toEqual(source);
    expect(new Set(queries.map(({ refId }) => refId)).size).toBe(queries.length);
  });

  it.each(panels)('$name keeps the colours that the service gives to causes', ({ panel }) => {
    const colours = coloursOf(panel);
    expect(colours.filter((mode) => mode !== 'thresholds' && mode !== 'text')).toEqual([]);
  });

  it('compare scores, lag and unknown causes with the same thresholds as the alert rules', () => {
    const stepsOf = (uid: string, id: number): readonly (number | null)[] | undefined =>
      dashboards
        .find((dashboard) => dashboard.uid === uid)
        ?.panels.find((panel) => panel.id === id)
        ?.fieldConfig.defaults.thresholds?.steps.map(({ value }) => value);
    expect(stepsOf('why403-cause', 2)).toContain(1);
    expect(stepsOf('why403-coverage', 1)).toContain(600);
    expect(stepsOf('why403-coverage', 5)).toContain(0.6);
  });
});

function coloursOf({ fieldConfig: { defaults, overrides } }: Panel): readonly string[] {
  const set = [
    defaults.color,
    ...overrides.flatMap(({ properties }) => properties.filter(({ id }) => id === 'color').map(({ value }) => value)),
  ];
  return set.flatMap((colour) => {
    const { mode, fixedColor } = (colour ?? {}) as { readonly mode?: string; readonly fixedColor?: string };
    return mode === undefined ? [] : [fixedColor ?? mode];
  });
}
