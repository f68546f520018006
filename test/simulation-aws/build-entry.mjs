import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const folder = new URL('../../node_modules/.cache/why403-test/', import.meta.url);
const serverSources = fileURLToPath(new URL('../../server/src/', import.meta.url));
const serverBuild = new URL('../../server/dist/', import.meta.url);

export const isBuilt = () => existsSync(new URL('main.js', serverBuild));

export async function buildEntry(name) {
  if (!isBuilt()) throw new Error('nothing is built: run `npm run build` first');
  const file = fileURLToPath(new URL(`${name}-${process.pid}.mjs`, folder));
  const bundle = await rolldown({
    input: fileURLToPath(new URL(`${name}.ts`, import.meta.url)),
    platform: 'node',
    external: [/^@why403\//],
    logLevel: 'silent',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    plugins: [
      {
        name: 'the built server',
        async resolveId(source, importer) {
          const found = await this.resolve(source, importer, { skipSelf: true });
          if (found === null || !found.id.startsWith(serverSources)) return found;
          const path = found.id.slice(serverSources.length).replaceAll('\\', '/').replace(/\.ts$/, '.js');
          return { id: new URL(path, serverBuild).href, external: true };
        },
      },
    ],
  });
  await mkdir(folder, { recursive: true });
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  return file;
}
