import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const pluginFolder = fileURLToPath(new URL('../../../grafana-plugin/', import.meta.url));
export const dist = join(pluginFolder, 'dist');
export const pluginId = 'why403-apigateway-datasource';

/** Files below a folder, sorted, with `/`; without what `leaveOut` names. */
export function listFiles(folder: string, leaveOut: readonly string[] = []): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'))
    .filter((path) => !leaveOut.some((name) => path.split('/').includes(name)))
    .sort();
}

export const readDist = (path: string): string => readFileSync(join(dist, path), 'utf8');

/** The one zip that the last build made. */
export function readArchive(): Buffer {
  const folder = join(pluginFolder, 'artifacts');
  const zips = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.zip')) : [];
  const [name] = zips;
  if (name === undefined || zips.length > 1) {
    throw new Error(`expected one zip in grafana-plugin/artifacts, came ${zips.length}: run npm run build:plugin`);
  }
  return readFileSync(join(folder, name));
}

export interface PluginJson {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly executable: string;
  readonly info: {
    readonly version: string;
    readonly updated: string;
    readonly description: string;
    readonly keywords: readonly string[];
    readonly author: { readonly name: string };
    readonly logos: Readonly<Record<'small' | 'large', string>>;
    readonly links: readonly { readonly name: string; readonly url: string }[];
    readonly screenshots: readonly { readonly name: string; readonly path: string }[];
  };
  readonly dependencies: { readonly grafanaDependency: string };
  readonly includes?: readonly { readonly type: string; readonly name: string; readonly path: string }[];
}

export const readPluginJson = (): PluginJson => JSON.parse(readDist('plugin.json')) as PluginJson;
