import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dist, listFiles, pluginId, readArchive } from './built-plugin.js';
import { readZip } from './zip-archive.js';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('the zip that Grafana installs', () => {
  const entries = readZip(readArchive());

  it('has one folder, named after the plugin, that holds the built folder byte by byte', () => {
    expect(Object.fromEntries(entries.map(({ name, bytes }) => [name, sha256(bytes)]))).toEqual(
      Object.fromEntries(
        listFiles(dist).map((path) => [`${pluginId}/${path}`, sha256(readFileSync(join(dist, path)))]),
      ),
    );
  });

  it('marks the backend, and nothing else, as a program', () => {
    const modes = new Map(entries.map(({ name, mode }) => [name.slice(`${pluginId}/`.length), mode.toString(8)]));
    expect(modes.get('gpx_why403_linux_amd64')).toBe('755');
    for (const [name, mode] of modes) expect([name, mode]).toEqual([name, name.startsWith('gpx_') ? '755' : '644']);
  });

  it('holds what Grafana reads, and nothing of the sources', () => {
    const names = entries.map(({ name }) => name.slice(`${pluginId}/`.length));
    expect(names).toEqual(
      expect.arrayContaining([
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'go_plugin_build_manifest',
        'module.js',
        'module.js.map',
        'plugin.json',
      ]),
    );
    const known =
      /^(?:CHANGELOG\.md|LICENSE|README\.md|go_plugin_build_manifest|plugin\.json|gpx_why403_\w+(?:\.exe)?|[\w-]+\.js(?:\.map|\.LICENSE\.txt)?|img\/.*\.(?:svg|png|jpg)|dashboards\/[\w-]+\.json|[\w-]+\/locales\/.*\.json)$/;
    expect(names.filter((name) => !known.test(name))).toEqual([]);
  });
});
