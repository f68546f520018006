import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dist, pluginFolder, pluginId, readDist, readPluginJson } from './built-plugin.js';

const plugin = readPluginJson();
const { version } = JSON.parse(readFileSync(join(pluginFolder, 'package.json'), 'utf8')) as { version: string };

describe('plugin.json', () => {
  it('names a data source with a backend that alerts and streams', () => {
    expect(plugin).toMatchObject({
      id: pluginId,
      type: 'datasource',
      name: 'Why403',
      category: 'cloud',
      backend: true,
      executable: 'gpx_why403',
      alerting: true,
      annotations: true,
      logs: true,
      metrics: true,
      streaming: true,
    });
    expect(plugin.id).toMatch(/^[0-9a-z]+-([0-9a-z]+-)?datasource$/);
  });

  it('is of this version, with the day of the build', () => {
    expect(plugin.info.version).toBe(version);
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(plugin.info.updated).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(readDist('plugin.json')).not.toMatch(/%[A-Z_]+%/);
  });

  it('says who made it, what it is for and what it needs', () => {
    expect(plugin.info.author.name).not.toBe('');
    expect(plugin.info.description.length).toBeGreaterThan(30);
    expect(plugin.info.keywords.length).toBeGreaterThan(2);
    expect(plugin.dependencies.grafanaDependency).toMatch(/^>=\d+\.\d+\.\d+(-0)?$/);
    for (const { url } of plugin.info.links) expect(url).toMatch(/^https:\/\//);
  });

  it('names only files that are there', () => {
    const named = [
      ...Object.values(plugin.info.logos),
      ...plugin.info.screenshots.map(({ path }) => path),
      ...(plugin.includes ?? []).map(({ path }) => path),
    ];
    expect(named.filter((path) => !existsSync(join(dist, path)))).toEqual([]);
  });

  it('shows itself in pictures of the docs', () => {
    expect(plugin.info.screenshots.length).toBeGreaterThan(0);
    for (const { path } of plugin.info.screenshots) {
      const ofDocs = readFileSync(join(pluginFolder, '../docs/grafana/pictures', basename(path)));
      expect([path, readFileSync(join(dist, path)).equals(ofDocs)]).toEqual([path, true]);
    }
  });

  it('brings dashboards along that belong to nobody yet', () => {
    for (const { type, path } of plugin.includes ?? []) {
      expect(type).toBe('dashboard');
      const dashboard = JSON.parse(readDist(path)) as { id?: number | null; title?: string; uid?: string };
      expect([path, dashboard.id ?? null, typeof dashboard.title]).toEqual([path, null, 'string']);
    }
  });
});
