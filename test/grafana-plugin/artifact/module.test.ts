import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dist, listFiles, pluginFolder, pluginId, readDist } from './built-plugin.js';

/** Modules that Grafana hands to plugins. */
const fromGrafana =
  /^(?:module|amd-module|react|react-dom|react\/jsx-runtime|@grafana\/(?:data|runtime|ui)|@emotion\/(?:css|react)|lodash|moment|rxjs|rxjs\/operators|i18next|react-router(?:-dom)?|d3|redux|jquery|angular|slate|slate-react|slate-plain-serializer|prismjs)$/;

describe('module.js', () => {
  const module = readDist('module.js');

  it('is a module as Grafana loads them, and asks only for what Grafana has', () => {
    const head = /define\((?:"[^"]*",)?\[([^\]]*)\],/.exec(module);
    const names = [...(head?.[1] ?? '').matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !fromGrafana.test(name))).toEqual([]);
  });

  it('says which plugin it is', () => {
    expect(module.slice(0, 400)).toContain(`[create-plugin] plugin: ${pluginId}@`);
  });

  it.each(listFiles(dist).filter((path) => path.endsWith('.js')))(
    '%s has a source map with the sources that are here',
    (path) => {
      const map = JSON.parse(readDist(`${path}.map`)) as { sources: string[]; sourcesContent: string[] };
      const stale = map.sources.flatMap((source, index) => {
        const own = /^webpack:\/\/[^/]*\/(\.\/[^?]+\.tsx?)$/.exec(source)?.[1];
        return own !== undefined && !own.includes('node_modules')
          ? [[own, map.sourcesContent[index] === readFileSync(join(pluginFolder, 'src', own), 'utf8')]]
          : [];
      });
      expect(stale.length).toBeGreaterThan(0);
      expect(stale.filter(([, same]) => !same)).toEqual([]);
    },
  );
});
