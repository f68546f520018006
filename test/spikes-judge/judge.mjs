#!/usr/bin/env node
// Runs the judge of spike detection from its sources: node test/spikes-judge/judge.mjs --help
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'why403-judge-'));
try {
  const bundle = await rolldown({
    input: path('main.ts'),
    platform: 'node',
    resolve: {
      alias: { '@why403/parsers': path('../../parsers/src/index.ts') },
      extensionAlias: { '.js': ['.ts', '.js'] },
    },
  });
  const file = join(folder, 'judge.mjs');
  await bundle.write({ file, format: 'esm' });
  const { main } = await import(pathToFileURL(file).href);
  process.exitCode = await main(
    process.argv.slice(2),
    (text) => process.stdout.write(text),
    (text) => process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`),
  );
  if (process.stderr.isTTY) process.stderr.write('\n');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
