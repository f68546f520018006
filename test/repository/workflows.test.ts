import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly 'timeout-minutes': number;
        readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
        readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
      }
    >
  >;
}

const folder = new URL('../../.github/workflows/', import.meta.url);
const workflows = readdirSync(folder).map((name): [string, Workflow] => [
  name,
  parse(readFileSync(new URL(name, folder), 'utf8')) as Workflow,
]);
const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};

// They run elsewhere: what can be known of them here is held here.
describe.each(workflows)('%s', (_, { permissions, jobs }) => {
  it('may read, and ends', () => {
    expect(permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
  });

  it('runs only scripts that there are', () => {
    const asked = JSON.stringify(jobs).matchAll(/\b((?:build|release):\w+)\b/g);
    for (const [, name = ''] of asked) expect(Object.keys(scripts)).toContain(name);
  });

  it('writes no value of the outside into a shell', () => {
    for (const { steps } of Object.values(jobs)) {
      for (const { run } of steps) expect(run ?? '').not.toMatch(/\$\{\{/);
    }
  });
});

it('tries the plugin in the oldest Grafana that it allows, and in the one that its packages are of', () => {
  const plugin = JSON.parse(readFileSync(new URL('../../grafana-plugin/src/plugin.json', import.meta.url), 'utf8')) as {
    dependencies: { grafanaDependency: string };
  };
  const packages = JSON.parse(readFileSync(new URL('../../grafana-plugin/package.json', import.meta.url), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>;
  };
  const versions = new Map(workflows).get('plugin-e2e.yml')?.jobs['specs']?.strategy?.matrix['grafana'];
  const oldest = plugin.dependencies.grafanaDependency.replace(/^>=|-0$/g, '');
  expect(versions).toEqual(expect.arrayContaining([oldest, packages.dependencies['@grafana/data']]));
});
