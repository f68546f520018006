// The engine as one file for Node and browsers: loading a hundred small modules takes longer than explaining a line.
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

await build({
  cwd: fileURLToPath(new URL('.', import.meta.url)),
  input: 'dist/index.js',
  platform: 'neutral',
  output: { file: 'dist/engine.js', format: 'esm', sourcemap: true },
});
