import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));

/** The plugin's packages are installed apart from the others. */
describe.each(['', 'grafana-plugin/'])('%spackage-lock.json', (folder) => {
  const { packages } = readJson(`${folder}package-lock.json`) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };

  // `npm ci` refuses a lock file that lacks a platform package which a pinned version names, on every platform.
  it('locks every platform package that a dependency names', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {})
        .filter((name) => !packages[`node_modules/${name}`]?.version && !packages[`${path}/node_modules/${name}`])
        .map((name) => `${path}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('names no registry host, so that every mirror serves', () => {
    const resolved = Object.values(packages).map((entry) => entry.resolved ?? '');
    expect(resolved.filter((url) => /^https?:|^git/.test(url))).toEqual([]);
  });

  it('is of this package.json', () => {
    const wanted = readJson(`${folder}package.json`) as Locked;
    const { dependencies, devDependencies } = packages[''] ?? {};
    expect([dependencies, devDependencies]).toEqual([wanted.dependencies, wanted.devDependencies]);
  });
});
