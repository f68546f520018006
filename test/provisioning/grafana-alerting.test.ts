import { describe, expect, it } from 'vitest';
import {
  contactPointsFile,
  dashboardProvidersFile,
  dataSourcesFile,
  expressionModel,
  policiesFile,
  type Rule,
  rulesFile,
} from './grafana-keys.js';
import { type AlertQuery, alertQuery, instanceLabels } from './query-model.js';
import { readDashboards } from './read-dashboards.js';
import { filesOf, readText, readYaml } from './repository-files.js';

const rulesPath = 'provisioning/grafana/alerting/why403-rules.yaml';
const { datasources } = dataSourcesFile.parse(readYaml('provisioning/grafana/datasources/why403.yaml'));
const { groups } = rulesFile.parse(readYaml(rulesPath));
const rules = groups.flatMap((group) => group.rules);
const ruleOf = (uid: string): Rule => rules.find((rule) => rule.uid === uid) as Rule;

const queriesOf = (rule: Rule): readonly AlertQuery[] =>
  rule.data.filter(({ datasourceUid }) => datasourceUid !== '__expr__').map(({ model }) => alertQuery.parse(model));
const expressionsOf = (rule: Rule) =>
  rule.data
    .filter(({ datasourceUid }) => datasourceUid === '__expr__')
    .map(({ model }) => expressionModel.parse(model));
const thresholdOf = (rule: Rule): number | undefined =>
  expressionsOf(rule).flatMap((model) =>
    model.type === 'threshold' && model.refId === rule.condition ? model.conditions[0]?.evaluator.params : [],
  )[0];
/** The query that the condition rests on. */
const judgedQuery = (rule: Rule): AlertQuery => queriesOf(rule).find(({ refId }) => refId === 'A') as AlertQuery;

describe('files that Grafana reads at start', () => {
  it('has only files with a schema of their keys', () => {
    expect(
      ['datasources', 'dashboards', 'alerting'].flatMap((folder) => filesOf(`provisioning/grafana/${folder}`)),
    ).toEqual([
      'provisioning/grafana/datasources/why403.yaml',
      'provisioning/grafana/dashboards/why403.yaml',
      rulesPath,
    ]);
    expect(() => dashboardProvidersFile.parse(readYaml('provisioning/grafana/dashboards/why403.yaml'))).not.toThrow();
    expect(() => contactPointsFile.parse(readYaml('provisioning/grafana/examples/contact-points.yaml'))).not.toThrow();
    expect(() => policiesFile.parse(readYaml('provisioning/grafana/examples/policies.yaml'))).not.toThrow();
  });

  // What Grafana itself would drop in silence.
  it.each([
    ['keep_firing_for', 'keepFiringFor'],
    ['missingSeriesEvalsToResolve', 'missing_series_evals_to_resolve'],
    ['no_data_state', 'noDataState'],
    ['exec_err_state', 'execErrState'],
    ['datasourceUID', 'datasourceUid'],
    ['relative_time_range', 'relativeTimeRange'],
  ])('would not take %s for %s', (wrong, right) => {
    const text = readText(rulesPath);
    expect(text).toContain(`${right}:`);
    const misspelt = JSON.parse(JSON.stringify(readYaml(rulesPath)).replaceAll(`"${right}"`, `"${wrong}"`));
    expect(rulesFile.safeParse(misspelt).success).toBe(false);
  });

  it('keeps the token out of the files', () => {
    for (const { secureJsonData } of datasources) expect(secureJsonData.token).toMatch(/^\$__file\{\/[^}]+\}$/);
  });
});

describe('alert rules', () => {
  it('is the set that is promised', () => {
    expect(rules.map(({ uid }) => uid)).toEqual([
      'why403-spike',
      'why403-authorizer',
      'why403-waf',
      'why403-keys',
      'why403-route-not-found',
      'why403-new-cause',
      'why403-unknown',
      'why403-lag',
    ]);
  });

  it.each(rules)('$uid asks what the backend answers to alert rules, of a data source that is provisioned', (rule) => {
    const known = [...datasources.map(({ uid }) => uid), '__expr__'];
    expect(rule.data.map(({ datasourceUid }) => datasourceUid).filter((uid) => !known.includes(uid))).toEqual([]);
    expect(queriesOf(rule).length).toBeGreaterThan(0);
    for (const { refId, datasourceUid, model, relativeTimeRange } of rule.data) {
      expect(model['refId']).toBe(refId);
      expect(model['datasource']).toMatchObject({ uid: datasourceUid });
      expect(relativeTimeRange === undefined).toBe(datasourceUid === '__expr__');
    }
  });

  it.each(rules)('$uid has a condition that can be evaluated', (rule) => {
    const refIds = rule.data.map(({ refId }) => refId);
    expect(new Set(refIds).size).toBe(refIds.length);
    const expressions = expressionsOf(rule);
    const condition = expressions.find(({ refId }) => refId === rule.condition);
    expect(condition?.type).toBe('threshold');
    for (const model of expressions) {
      const asked =
        model.type === 'math'
          ? [...model.expression.matchAll(/\$\{([A-Z])\}/g)].map(([, id]) => id)
          : [model.expression];
      expect(asked.filter((id) => id === undefined || !refIds.includes(id) || id === model.refId)).toEqual([]);
      // a series must be reduced before it is compared, a number must not
      const from = queriesOf(rule).find(({ refId }) => refId === asked[0]);
      const isSeries = from?.queryType === 'series' || from?.queryType === 'spikes';
      if (from !== undefined) expect([model.refId, model.type === 'reduce']).toEqual([model.refId, isSeries]);
    }
  });

  it.each(rules)('$uid compares the newest complete minute, however far the logs are behind', (rule) => {
    for (const query of queriesOf(rule)) {
      if (query.queryType !== 'series' && query.queryType !== 'spikes') continue;
      expect(query.step).toBe('1m');
      const reduce = expressionsOf(rule).find((model) => model.type === 'reduce' && model.expression === query.refId);
      expect(reduce).toMatchObject({ reducer: 'last', settings: { mode: 'dropNN' } });
    }
    // logs may be ten minutes late before the rule about lag says so
    for (const { relativeTimeRange } of rule.data) expect(relativeTimeRange?.from ?? 1800).toBeGreaterThanOrEqual(1800);
  });

  it.each(rules)('$uid: texts name labels and numbers that are there, and lead somewhere', (rule) => {
    const texts = Object.values(rule.annotations).join('\n');
    const labels = instanceLabels(judgedQuery(rule));
    expect(
      [...texts.matchAll(/\$labels\.(\w+)/g)].map(([, name]) => name).filter((name) => !labels.includes(name ?? '')),
    ).toEqual([]);
    const refIds = rule.data.map(({ refId }) => refId);
    expect(
      [...texts.matchAll(/\$values\.(\w+)/g)].map(([, id]) => id).filter((id) => !refIds.includes(id ?? '')),
    ).toEqual([]);
    // newer versions of Grafana expand ${…} here
    expect(texts).not.toContain('${');
    const [, uid] = /\/d\/([\w-]+)\?/.exec(rule.annotations.dashboard_url) ?? [];
    const target = readDashboards().find((dashboard) => dashboard.uid === uid);
    const variables = target?.templating.list.map(({ name }) => name);
    const set = [...rule.annotations.dashboard_url.matchAll(/var-(\w+)=/g)].map(([, name]) => name);
    expect(set.filter((name) => !variables?.includes(name ?? ''))).toEqual([]);
    for (const [, value] of rule.annotations.dashboard_url.matchAll(/var-\w+=\{\{ (\w+) /g))
      expect(value).toBe('urlquery');
  });

  it.each(rules)('$uid has a panel and a runbook', ({ dashboardUid, panelId, annotations: { runbook_url } }) => {
    const target = readDashboards().find(({ uid }) => uid === dashboardUid);
    expect(target?.panels.map(({ id }) => id)).toContain(panelId);
    const [, path, anchor] =
      /^https:\/\/github\.com\/why403\/why403\/blob\/main\/(docs\/[\w/-]+\.md)#(.+)$/.exec(runbook_url) ?? [];
    const page = readText(path as string);
    // every cause has its anchor: test/parsers/classify/causes.test.ts
    if (anchor === '{{ $labels.cause }}') expect(path).toBe('docs/causes.md');
    else if (path === 'docs/causes.md') expect(page).toContain(`<a id="${anchor}"></a>`);
    else expect(page.toLowerCase().replaceAll(' ', '-')).toContain(`#-${anchor}\n`);
  });
});

describe('what the rules mean', () => {
  it('leaves calls to routes that do not exist out, but for more than a fifth of the requests of a stage', () => {
    expect(judgedQuery(ruleOf('why403-spike')).filters).toEqual([
      { label: 'cause', operator: '!=', values: ['route_not_found'] },
    ]);
    expect(judgedQuery(ruleOf('why403-route-not-found'))).toMatchObject({
      leastShare: 0.2,
      filters: [{ label: 'cause', operator: '=', values: ['route_not_found'] }],
    });
    const others = ['why403-authorizer', 'why403-waf', 'why403-keys'].map((uid) => judgedQuery(ruleOf(uid)).filters);
    expect(others.flat().map((filter) => [filter?.label, ...(filter?.values ?? [])])).toEqual([
      ['group', 'authorizer'],
      ['group', 'waf'],
      ['group', 'api_key', 'usage_plan'],
    ]);
  });

  it('calls a score above 1 a spike, and waits no longer than a score already looks back', () => {
    for (const rule of rules.filter((each) => judgedQuery(each).queryType === 'spikes')) {
      expect([rule.uid, judgedQuery(rule), thresholdOf(rule), rule.for]).toMatchObject([
        rule.uid,
        { measures: ['score'] },
        1,
        '0s',
      ]);
    }
  });

  it('lets silence change nothing, but for the rule about silence', () => {
    expect(
      Object.fromEntries(rules.map(({ uid, noDataState, execErrState }) => [uid, [noDataState, execErrState]])),
    ).toEqual({
      'why403-spike': ['KeepLast', 'KeepLast'],
      'why403-authorizer': ['KeepLast', 'KeepLast'],
      'why403-waf': ['KeepLast', 'KeepLast'],
      'why403-keys': ['KeepLast', 'KeepLast'],
      'why403-route-not-found': ['KeepLast', 'KeepLast'],
      // no rows are the healthy state; kept rows would never resolve
      'why403-new-cause': ['OK', 'KeepLast'],
      'why403-unknown': ['KeepLast', 'KeepLast'],
      'why403-lag': ['Alerting', 'Alerting'],
    });
    expect(judgedQuery(ruleOf('why403-lag'))).toMatchObject({ table: 'feeds', field: 'lag' });
    expect(thresholdOf(ruleOf('why403-lag'))).toBe(600);
  });
});

describe('examples of notifications', () => {
  it('sends what the rules raise to receivers that are there, one notification for a stage and cause', () => {
    const { contactPoints } = contactPointsFile.parse(readYaml('provisioning/grafana/examples/contact-points.yaml'));
    const { policies } = policiesFile.parse(readYaml('provisioning/grafana/examples/policies.yaml'));
    // Grafana has its default one
    const receivers = [...contactPoints.map(({ name }) => name), 'grafana-default-email'];
    const uids = contactPoints.flatMap((point) => point.receivers.map(({ uid }) => uid));
    expect(new Set(uids).size).toBe(uids.length);
    for (const policy of policies) {
      expect(receivers).toContain(policy.receiver);
      for (const route of policy.routes) {
        expect(receivers).toContain(route.receiver);
        expect(route.group_by).toEqual(['account', 'region', 'api_id', 'stage', 'cause']);
        for (const [label, , value] of route.object_matchers) {
          expect(rules.some((rule) => rule.labels[label as 'source'] === value)).toBe(true);
        }
      }
    }
  });
});
