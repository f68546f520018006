#!/usr/bin/env node
// Days of collecting from a fake AWS: npm run simulate -- --help
import { pathToFileURL } from 'node:url';
import { buildEntry, isBuilt } from './build-entry.mjs';

if (isBuilt()) {
  const { runCommand } = await import(pathToFileURL(await buildEntry('command')).href);
  process.exitCode = await runCommand(process.argv.slice(2), buildEntry);
} else {
  process.stderr.write('The simulation runs the built program, and nothing is built: run `npm run build` first.\n');
  process.exitCode = 2;
}
