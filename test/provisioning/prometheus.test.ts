import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { storeGauges } from '../../server/src/api/gauges/gauge.js';
import { groupMetrics } from '../../server/src/api/gauges/group-metrics.js';
import { readDashboards } from './read-dashboards.js';
import { readText, readYaml } from './repository-files.js';
import { itWith, runTool } from './tools.js';

const rulesPath = 'provisioning/prometheus/why403.rules.yml';

const alertingRule = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.enum(['1m', '2m', '10m']).optional(),
  keep_firing_for: z.string().optional(),
  labels: z.strictObject({ source: z.literal('why403'), severity: z.enum(['warning', 'critical']) }),
  annotations: z.strictObject({ summary: z.string(), dashboard_url: z.string(), runbook_url: z.string() }),
});
const recordingRule = z.strictObject({ record: z.string(), expr: z.string() });
const rulesFile = z.strictObject({
  groups: z.array(
    z.strictObject({ name: z.string(), interval: z.string(), rules: z.array(z.union([alertingRule, recordingRule])) }),
  ),
});

const rules = rulesFile.parse(readYaml(rulesPath)).groups.flatMap((group) => group.rules);
const alerts = rules.flatMap((rule) => ('alert' in rule ? [rule] : []));

describe('rules for Prometheus', () => {
  it('has the rules of provisioning/grafana, those for log groups that are not read or have a gap, and one for a service that is not there to scrape', () => {
    expect(alerts.map(({ alert }) => alert)).toEqual([
      'Why403Spike',
      'Why403AuthorizerDenials',
      'Why403WafSurge',
      'Why403KeysRefused',
      'Why403RouteNotFound',
      'Why403NewCause',
      'Why403UnknownCauses',
      'Why403LogsLag',
      'Why403GroupUnread',
      'Why403LogsGap',
      'Why403Silent',
    ]);
  });

  it('compares with the same numbers as the rules of Grafana', () => {
    const grafana = readText('provisioning/grafana/alerting/why403-rules.yaml');
    const shares = [...grafana.matchAll(/leastShare: ([\d.]+)/g)].map(([, share]) => share);
    expect(
      alerts.flatMap(({ expr }) => [...expr.matchAll(/refused_share > ([\d.]+)/g)].map(([, share]) => share)),
    ).toEqual(shares);
    const limitOf = (name: string): string | undefined =>
      /(?:>=?) ([\d.]+)$/.exec(alerts.find(({ alert }) => alert === name)?.expr ?? '')?.[1];
    expect(grafana).toContain(`least: ${limitOf('Why403NewCause')}\n`);
    expect(grafana).toContain(`params: [${limitOf('Why403UnknownCauses')}]`);
    expect(grafana).toContain(`params: [${limitOf('Why403LogsLag')}]`);
  });

  it('asks for metrics that the service has', () => {
    const asked = new Set(rules.flatMap(({ expr }) => expr.match(/why403_\w+/g) ?? []));
    const ofGroups = groupMetrics.map(({ name }) => name as string);
    const known = [...Object.keys(storeGauges), ...ofGroups, 'why403_complete_until_seconds'];
    expect([...asked].filter((name) => !known.includes(name))).toEqual([]);
  });

  it('links to dashboards that are there', () => {
    const uids = readDashboards().map(({ uid }) => uid);
    for (const { annotations } of alerts) {
      const [, uid] = /^\{\{ \$externalLabels\.grafana \}\}\/d\/([\w-]+)\?/.exec(annotations.dashboard_url) ?? [];
      expect(uids).toContain(uid);
    }
    const { global } = readYaml('provisioning/prometheus/prometheus.yml') as {
      readonly global: { readonly external_labels: object };
    };
    expect(Object.keys(global.external_labels)).toEqual(['grafana']);
  });

  itWith('promtool', 'promtool takes the rules and the configuration', () => {
    expect(runTool('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', rulesPath])?.out).toMatch(
      /SUCCESS: \d+ rules found/,
    );
    expect(
      runTool('promtool', ['check', 'config', '--syntax-only', 'provisioning/prometheus/prometheus.yml']),
    ).toMatchObject({ code: 0 });
  });

  itWith('promtool', 'the rules fire when they should, and silence resolves nothing', () => {
    const run = runTool('promtool', ['test', 'rules', 'test/provisioning/why403.rules.test.yml']);
    expect(run).toMatchObject({ code: 0 });
  });
});

describe('the example for Alertmanager', () => {
  it('has receivers for its routes, and matches labels that rules have', () => {
    const file = z
      .strictObject({
        route: z.looseObject({
          receiver: z.string(),
          routes: z.array(z.looseObject({ receiver: z.string(), matchers: z.array(z.string()) })),
        }),
        inhibit_rules: z.array(
          z.strictObject({
            source_matchers: z.array(z.string()),
            target_matchers: z.array(z.string()),
            equal: z.array(z.string()),
          }),
        ),
        receivers: z.array(
          z.strictObject({ name: z.string(), webhook_configs: z.array(z.looseObject({ url: z.url() })) }),
        ),
      })
      .parse(readYaml('provisioning/prometheus/alertmanager.example.yml'));
    const names = file.receivers.map(({ name }) => name);
    expect(
      [file.route.receiver, ...file.route.routes.map(({ receiver }) => receiver)].filter(
        (name) => !names.includes(name),
      ),
    ).toEqual([]);
    const matchers = [...file.route.routes, ...file.inhibit_rules].flatMap((each) =>
      Object.values(each)
        .flat()
        .filter((word) => String(word).includes('="')),
    );
    expect(new Set(matchers)).toEqual(new Set(['source="why403"', 'severity="critical"', 'severity="warning"']));
  });
});
