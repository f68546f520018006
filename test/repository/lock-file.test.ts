import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

// `npm ci` refuses a lock file that lacks a platform package which a pinned version names, on every platform.
it('locks every platform package that a dependency names', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {})
      .filter(
        (name) => !lock.packages[`node_modules/${name}`]?.version && !lock.packages[`${path}/node_modules/${name}`],
      )
      .map((name) => `${path}: ${name}`),
  );
  expect(missing).toEqual([]);
});

it('names no registry host, so that every mirror serves', () => {
  const resolved = Object.values(lock.packages).map((entry) => entry.resolved ?? '');
  expect(resolved.filter((url) => /^https?:/.test(url))).toEqual([]);
});
