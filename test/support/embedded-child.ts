import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const source = fileURLToPath(new URL('../../server/src/store/embedded/child.ts', import.meta.url));
const folder = new URL('../../node_modules/.cache/why403-test/', import.meta.url);

/** The database process's entry file as JavaScript, made from the sources: tests never run a build that may be old. */
export async function buildChildEntry(): Promise<URL> {
  const bundle = await rolldown({ input: source, platform: 'node', logLevel: 'silent' });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  const { code } = output[0];
  const name = `child-${createHash('sha256').update(code).digest('hex').slice(0, 16)}`;
  const path = fileURLToPath(new URL(`${name}.mjs`, folder));
  await mkdir(folder, { recursive: true });
  // Whole or not at all: other test files start from it at the same time.
  const part = `${path}.${randomUUID()}`;
  await writeFile(part, code);
  await rename(part, path);
  return pathToFileURL(path);
}
