import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dashboardProvidersFile, dataSourcesFile } from './grafana-keys.js';
import { filesOf, readText, readYaml, repository } from './repository-files.js';
import { itWith, runTool } from './tools.js';

const build = z.strictObject({
  context: z.literal('.'),
  dockerfile: z.string(),
  args: z.record(z.string(), z.string()).optional(),
});
const service = z.looseObject({
  image: z.string(),
  build: build.optional(),
  user: z.string(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()),
  profiles: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.looseObject({ condition: z.string() })).default({}),
  environment: z.record(z.string(), z.string()).default({}),
  healthcheck: z.unknown().optional(),
});
const { services, volumes } = z
  .strictObject({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })
  .parse(readYaml('compose.yaml'));
const all = Object.entries(services).map(([name, each]) => ({ name, ...each }));
const of = (name: string): (typeof all)[number] => all.find((each) => each.name === name) as (typeof all)[number];

/** `from:to:mode`, a variable being what it is without a setting. */
const mountsOf = ({ volumes: mounts }: { readonly volumes: readonly string[] }) =>
  mounts.map((mount) => {
    const [from = '', to = '', mode = 'rw'] = mount.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1').split(':');
    return { from, to, mode };
  });
const dockerfiles = filesOf('docker').filter((path) => path.endsWith('.Dockerfile'));

/** As it is built without arguments. */
function readDockerfile(path: string): string {
  const text = readText(path);
  const defaults = new Map([...text.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]));
  return text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => defaults.get(name) ?? whole);
}

describe('compose.yaml', () => {
  itWith('docker-compose', 'an implementation of compose takes it, with and without profiles', () => {
    for (const profiles of [[], ['--profile', 'prometheus', '--profile', 'clickhouse']]) {
      const run = runTool('docker-compose', ['-f', 'compose.yaml', ...profiles, 'config', '--quiet']);
      expect(run).toEqual({ code: 0, out: '' });
    }
  });

  it.each(all)('$name mounts what is there', (each) => {
    for (const { from } of mountsOf(each)) {
      const found = from.startsWith('./') ? existsSync(join(repository, from)) : from in volumes;
      expect([from, found]).toEqual([from, true]);
    }
  });

  it('has no volume that nobody mounts', () => {
    const used = all.flatMap((each) => mountsOf(each).map(({ from }) => from));
    expect(Object.keys(volumes).filter((name) => !used.includes(name))).toEqual([]);
  });

  it.each(all)('$name is reached from this machine only', ({ ports }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:(?:\d+|\$\{\w+:-\d+\}):\d+$/);
  });

  it.each(all)('$name runs as a user who is not root, from an image of one version', ({ user, image, build: made }) => {
    expect(user).toMatch(/^[1-9]\d*:\d+$/);
    if (made === undefined) expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
  });

  it.each(all.filter(({ name }) => name !== 'secrets'))(
    '$name says whether it is well',
    ({ build: made, healthcheck }) => {
      expect(made === undefined ? healthcheck !== undefined : readText(made.dockerfile).includes('HEALTHCHECK ')).toBe(
        true,
      );
    },
  );

  it('makes secrets before anybody reads one, and gives each service its own only', () => {
    const secret = /^\/run\/why403\/(\w+)$/;
    const made = mountsOf(of('secrets')).map(({ to }) => secret.exec(to)?.[1]);
    expect(made).toEqual(['access', 'database', 'grafana', 'prometheus']);
    const given = Object.fromEntries(
      all
        .filter(({ name }) => name !== 'secrets')
        .map((each) => {
          const own = mountsOf(each).filter(({ to }) => secret.test(to));
          for (const { mode } of own) expect([each.name, mode]).toEqual([each.name, 'ro']);
          expect(each.depends_on['secrets']).toEqual({ condition: 'service_completed_successfully' });
          return [each.name, own.map(({ to }) => secret.exec(to)?.[1])];
        }),
    );
    expect(given).toEqual({
      why403: ['access', 'database'],
      grafana: ['grafana'],
      prometheus: ['prometheus'],
      clickhouse: ['database'],
    });
  });

  it('starts Grafana and why403 without a profile, the others with one', () => {
    expect(all.filter(({ profiles }) => profiles === undefined).map(({ name }) => name)).toEqual([
      'secrets',
      'why403',
      'grafana',
    ]);
  });

  it('lets Grafana load the plugin, which is not signed, and read what is provisioned where the files say', () => {
    const grafana = of('grafana');
    const plugin = JSON.parse(readText('grafana-plugin/src/plugin.json')) as { readonly id: string };
    expect(grafana.environment['GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS']).toBe(plugin.id);
    const mounts = mountsOf(grafana);
    for (const folder of ['datasources', 'dashboards', 'alerting']) {
      expect(mounts).toContainEqual({
        from: `./provisioning/grafana/${folder}`,
        to: `/etc/grafana/provisioning/${folder}`,
        mode: 'ro',
      });
    }
    const { providers } = dashboardProvidersFile.parse(readYaml('provisioning/grafana/dashboards/why403.yaml'));
    for (const { options } of providers)
      expect(readText('docker/grafana.Dockerfile')).toContain(`${options.path.replace('/dashboards', '')}\n`);
    const { datasources } = dataSourcesFile.parse(readYaml('provisioning/grafana/datasources/why403.yaml'));
    for (const { url, secureJsonData } of datasources) {
      expect(url).toBe('http://why403:4030');
      expect(secureJsonData.token).toBe('$__file{/run/why403/grafana/token}');
    }
    expect(readText('provisioning/prometheus/prometheus.yml')).toContain(
      'credentials_file: /run/why403/prometheus/token\n',
    );
  });
});

describe('Dockerfiles', () => {
  it.each(dockerfiles)(
    '%s builds in stages from images of one version, on Debian or Ubuntu, and ends as a user who is not root',
    (path) => {
      const text = readDockerfile(path);
      const stages = [...text.matchAll(/^FROM (\S+)(?: AS (\S+))?$/gm)].map(([, image = '', name]) => ({
        image,
        name,
      }));
      const names = stages.map(({ name }) => name);
      const images = stages.map(({ image }) => image).filter((image) => !names.includes(image));
      for (const image of images) expect(image).toMatch(/:\d+\.\d+\.\d+-(?:bookworm-slim|bookworm|ubuntu)$/);
      expect(stages.length).toBeGreaterThan(2);
      expect([...text.matchAll(/^USER (\S+)$/gm)].at(-1)?.[1]).toMatch(/^[1-9]\d*:\d+$/);
    },
  );

  it.each(dockerfiles)('%s copies what is there and not ignored', (path) => {
    const allowed = readText('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = [...readText(path).matchAll(/^COPY (?:--chmod=\d+ )?((?!--)\S.*) \S+$/gm)].flatMap(([, from = '']) =>
      from.split(' '),
    );
    expect(copied.length).toBeGreaterThan(0);
    for (const from of copied) {
      expect([from, existsSync(join(repository, from))]).toEqual([from, true]);
      expect([from, allowed.some((entry) => from === entry || from.startsWith(`${entry}/`))]).toEqual([from, true]);
    }
  });

  it('has the versions that the plugin and the embedded database are built for', () => {
    const { dependencies } = JSON.parse(readText('grafana-plugin/package.json')) as {
      readonly dependencies: Record<string, string>;
    };
    const [, grafana] =
      /^FROM grafana\/grafana:([\d.]+)-ubuntu$/m.exec(readDockerfile('docker/grafana.Dockerfile')) ?? [];
    expect(of('grafana').build?.args).toEqual({ GRAFANA_VERSION: `\${GRAFANA_VERSION:-${grafana}}` });
    expect(grafana).toBe(dependencies['@grafana/data']);
    const [, go] = /^FROM golang:([\d.]+)-/m.exec(readText('docker/grafana.Dockerfile')) ?? [];
    expect(readText('grafana-plugin/go.mod')).toContain(`\ngo ${go}\n`);
    const [, clickHouse] = /:([\d.]+)$/.exec(of('clickhouse').image) ?? [];
    const lock = JSON.parse(readText('package-lock.json')) as {
      readonly packages: Record<string, { readonly version?: string }>;
    };
    expect(lock.packages['node_modules/@chdb/lib-linux-x64-gnu']?.version).toMatch(new RegExp(`^${clickHouse}`));
  });

  it('starts with scripts that can be run', () => {
    for (const name of ['start.sh', 'make-secrets.mjs']) {
      expect(statSync(join(repository, 'docker', name)).mode & 0o111).not.toBe(0);
      expect(readFileSync(join(repository, 'docker', name), 'utf8')).toMatch(/^#!/);
    }
  });
});
