#!/usr/bin/env node
// Types, style and tests of src/, and types of the specs; none of it needs Go or Grafana.
import { spawnSync } from 'node:child_process';
import { installPackages, pluginFolder } from './install-packages.mjs';

installPackages();
const checks = [
  ['npm', 'run', '--silent', 'typecheck'],
  ['npx', 'tsc', '-p', 'tests'],
  ['npm', 'run', '--silent', 'lint'],
  ['npx', 'prettier', '--check', '--log-level', 'warn', '.'],
  ['npm', 'run', '--silent', 'test:ci'],
];
let failed = false;
for (const [command, ...args] of checks) {
  const start = performance.now();
  const run = spawnSync(command, args, {
    cwd: pluginFolder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${args.at(-1) === '.' ? 'prettier' : args.at(-1)}: ${run.status === 0 ? 'passed' : 'FAILED'}, ${seconds} s`
  );
  failed ||= run.status !== 0;
}
process.exit(failed ? 1 : 0);
