#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write('why403: not built yet: run `npm run build` in the repository first, then try again.\n');
  process.exitCode = 2;
}
