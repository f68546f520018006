import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dist, listFiles, pluginFolder, readDist } from './built-plugin.js';

const programs = listFiles(dist).filter((path) => path.startsWith('gpx_'));

describe('the built backend', () => {
  it.each(programs)('%s is a static Go program for what its name says, with the plugin SDK in it', (name) => {
    const { stdout } = spawnSync('go', ['version', '-m', join(dist, name)], { encoding: 'utf8' });
    const settings = Object.fromEntries(
      [...stdout.matchAll(/^\tbuild\t([^=\n]+)=(.*)$/gm)].map(([, key = '', value]) => [key, value]),
    );
    expect(stdout).toMatch(/^\tpath\tgithub\.com\/why403\/why403\/grafana-plugin\/pkg$/m);
    expect(stdout).toMatch(/^\tdep\tgithub\.com\/grafana\/grafana-plugin-sdk-go\tv0\.\d+\.\d+/m);
    expect(`gpx_why403_${settings['GOOS']}_${settings['GOARCH']}${settings['GOOS'] === 'windows' ? '.exe' : ''}`).toBe(
      name,
    );
    expect(settings).toMatchObject({ CGO_ENABLED: '0', '-tags': 'arrow_json_stdlib', '-trimpath': 'true' });
  });

  it('is made of the Go files that are here', () => {
    const lines = readDist('go_plugin_build_manifest').trim().split('\n');
    const told = Object.fromEntries(
      lines.map((line) => [line.slice(line.indexOf(':') + 1), line.slice(0, line.indexOf(':'))]),
    );
    const here = listFiles(pluginFolder, ['node_modules'])
      .filter((path) => path.endsWith('.go'))
      .map((path) => [
        path,
        createHash('sha256')
          .update(readFileSync(join(pluginFolder, path)))
          .digest('hex'),
      ]);
    expect(told, 'the build is older than the sources: run npm run build:plugin').toEqual(Object.fromEntries(here));
  });

  it('is formatted as Go is', () => {
    const { stdout } = spawnSync('gofmt', ['-l', 'pkg', 'test', 'tools', 'Magefile.go'], {
      cwd: pluginFolder,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });
});
