import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dist, pluginFolder } from './built-plugin.js';

describe('bundled dashboards', () => {
  it('have the schema version of the packages that the plugin is built with', () => {
    const types = join(pluginFolder, 'node_modules/@grafana/schema/dist/esm/raw/dashboard/x/types.gen.mjs');
    const [, newest] = /schemaVersion: (\d+)/.exec(readFileSync(types, 'utf8')) ?? [];
    const folder = join(dist, 'dashboards');
    const versions = readdirSync(folder).map((name) => {
      const { schemaVersion } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { schemaVersion: number };
      return schemaVersion;
    });
    expect(versions).toEqual([Number(newest), Number(newest), Number(newest)]);
  });
});
