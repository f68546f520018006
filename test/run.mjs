#!/usr/bin/env node
// The one test command: builds, checks, runs every test that this machine can run, times each part, and says what it
// skipped and why. Under CI=true a part that cannot run is a failure.
import { spawnSync } from 'node:child_process';

const ci = process.env.CI === 'true';

/** To add a part: a line here. `needs` returns why the part cannot run on this machine, or null. */
const parts = [
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  { name: 'lint and format', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'unit and scenarios', command: ['vitest', 'run', '--project', 'unit'] },
  { name: 'property', command: ['vitest', 'run', '--project', 'property'] },
  { name: 'end to end', command: ['vitest', 'run', '--project', 'end-to-end'], needs: () => missingShell() },
];

function missingShell() {
  const found = spawnSync('sh', ['-c', 'true']).status === 0;
  return found ? null : 'no POSIX shell (sh) is installed; suggested commands are checked with one';
}

const only = process.argv.slice(2);
const results = [];
for (const part of parts) {
  if (only.length > 0 && !only.includes(part.name)) continue;
  const lack = part.needs?.() ?? null;
  if (lack !== null) {
    results.push({ part, state: ci ? 'FAILED' : 'skipped', note: lack, seconds: 0 });
    continue;
  }
  console.log(`\n── ${part.name}: ${part.command.join(' ')}`);
  const start = performance.now();
  const [bin, ...args] = part.command;
  const run = spawnSync(bin === 'npm' ? 'npm' : `node_modules/.bin/${bin}`, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  const seconds = (performance.now() - start) / 1000;
  results.push({ part, state: run.status === 0 ? 'passed' : 'FAILED', note: '', seconds });
  if (run.status !== 0 && part.name === 'build') break;
}

console.log('\nPart                  Result   Seconds');
for (const { part, state, note, seconds } of results) {
  console.log(`${part.name.padEnd(22)}${state.padEnd(9)}${seconds.toFixed(1)}${note ? `   ${note}` : ''}`);
}
const failed = results.filter((r) => r.state === 'FAILED').length;
const skipped = results.filter((r) => r.state === 'skipped').length;
console.log(`parts: ${results.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 ? 1 : 0);
