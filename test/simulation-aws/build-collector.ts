import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const repository = new URL('../../', import.meta.url);
const file = fileURLToPath(new URL(`node_modules/.cache/why403-test/collector-${process.pid}.mjs`, repository));
const serverSources = fileURLToPath(new URL('server/src/', repository));
const serverBuild = new URL('server/dist/', repository);

/** The collector's entry file as JavaScript. All of the server in it is the built program. */
export async function buildCollector(): Promise<string> {
  if (!existsSync(new URL('main.js', serverBuild))) throw new Error('nothing is built: run `npm run build` first');
  const bundle = await rolldown({
    input: fileURLToPath(new URL('collector.ts', import.meta.url)),
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
  await mkdir(fileURLToPath(new URL('./', pathToFileURL(file))), { recursive: true });
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  return file;
}
