import { rename, writeFile } from 'node:fs/promises';

/** The file has the old content or the new, never a part. */
export async function writeWhole(path: string, content: object): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
