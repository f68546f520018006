#!/usr/bin/env node
// The one test command: builds, checks, runs every test that this machine can run, times each part, and says what it
// skipped and why. Under CI=true a part that cannot run is a failure.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '../grafana-plugin/test/harness/chromium.mjs';

const ci = process.env.CI === 'true';

/** Databases lie in memory where there is room: what a kill -9 leaves is the same there. */
const memory = hasRoom('/dev/shm') ? '/dev/shm' : undefined;
const databasesInMemory = memory && { WHY403_TEST_DATABASES: memory };
const allInMemory = memory && { TMPDIR: memory };

/** By itself vitest leaves a core to others. */
const everyCore = ['--maxWorkers', '100%'];

/**
 * To add a part: a line here. `needs` returns why the part cannot run on this machine, or null. A part that runs `elsewhere` has a
 * workflow of its own in CI.
 */
const parts = [
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  { name: 'lint and format', command: ['biome', 'check', '--error-on-warnings', '.'] },
  {
    name: 'unit and scenarios',
    command: ['vitest', 'run', '--project', 'unit', ...everyCore],
    env: databasesInMemory,
  },
  { name: 'property', command: ['vitest', 'run', '--project', 'property', ...everyCore], env: databasesInMemory },
  { name: 'end to end', command: ['vitest', 'run', '--project', 'end-to-end', ...everyCore], needs: missingShell },
  { name: 'simulation', command: ['vitest', 'run', '--project', 'simulation'], env: allInMemory },
  // The Grafana plugin has packages of its own, which the first of these installs.
  { name: 'plugin: browser side', command: ['node', 'grafana-plugin/scripts/check-browser-side.mjs'] },
  {
    name: 'plugin: backend',
    command: ['go', '-C', 'grafana-plugin', 'test', './pkg/...', './test/...'],
    // As the build compiles it, so that packages are compiled once.
    env: { CGO_ENABLED: '0', GOFLAGS: '-trimpath -buildvcs=false -tags=arrow_json_stdlib' },
    needs: missingGo,
  },
  { name: 'plugin: build', command: ['npm', 'run', '--silent', 'build:plugin'], needs: missingGo },
  { name: 'plugin: end to end', command: plugin('backend'), needs: missingGo },
  { name: 'plugin: simulation', command: plugin('simulation'), needs: missingGo },
  { name: 'plugin: in a browser', command: plugin('browser'), needs: () => missingGo() ?? missingChromium() },
  {
    name: 'plugin: in Grafana',
    command: ['npm', '--prefix', 'grafana-plugin', '--silent', 'run', 'e2e'],
    needs: () => (process.env.GRAFANA_URL ? null : 'GRAFANA_URL is not set; see grafana-plugin/README.md'),
    elsewhere: true,
  },
  { name: 'alerting', command: ['vitest', 'run', '--project', 'alerting'], needs: missingPrometheus },
];

function hasRoom(folder) {
  if (!existsSync(folder) || process.env.TMPDIR) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > 8 * 1024 ** 3;
}

function plugin(name) {
  return ['vitest', 'run', '--project', 'grafana-plugin', `test/e2e/grafana-plugin/${name}`];
}

function missingShell() {
  const found = spawnSync('sh', ['-c', 'true']).status === 0;
  return found ? null : 'no POSIX shell (sh) is installed; suggested commands are checked with one';
}

function missingGo() {
  // As grafana-plugin/go.mod wants it.
  const least = 26;
  const version = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout?.trim();
  if (!version) return `Go 1.${least} is not installed; the plugin's backend is made with it`;
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1] ?? 0);
  return minor >= least ? null : `Go 1.${least} is needed for the plugin's backend, ${version} is installed`;
}

function missingPrometheus() {
  const found = spawnSync('prometheus', ['--version']).status === 0;
  return found ? null : 'no Prometheus is installed; the shipped rules are tried in one';
}

function missingChromium() {
  return findChromium() === undefined ? 'no Chromium is installed; the editors are looked at in one' : null;
}

const only = process.argv.slice(2);
const results = [];
const scratch = mkdtempSync(join(tmpdir(), 'why403-failures-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const failuresFile = join(scratch, 'failures');
const reporters = ['--reporter=default', '--reporter=./test/failures-reporter.mjs'];
for (const part of parts) {
  if (only.length > 0 && !only.includes(part.name)) continue;
  const lack = part.needs?.() ?? null;
  if (lack !== null) {
    results.push({ part, state: ci && !part.elsewhere ? 'FAILED' : 'skipped', note: lack, seconds: 0 });
    continue;
  }
  console.log(`\n── ${part.name}: ${part.command.join(' ')}`);
  const start = performance.now();
  const [bin, ...options] = part.command;
  const args = bin === 'vitest' ? [...options, ...reporters] : options;
  const run = spawnSync(['npm', 'node', 'go'].includes(bin) ? bin : `node_modules/.bin/${bin}`, args, {
    stdio: 'inherit',
    env: { ...process.env, ...part.env, WHY403_FAILURES: failuresFile },
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
if (existsSync(failuresFile)) console.log(`\nFailed:\n${readFileSync(failuresFile, 'utf8')}`);
console.log(`parts: ${results.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 ? 1 : 0);
