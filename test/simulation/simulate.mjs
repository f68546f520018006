#!/usr/bin/env node
// The simulation of the alert rules over days of other seeds: node test/simulation/simulate.mjs --help
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const help = `Simulates Grafana's evaluation of the provisioned alert rules, and runs promtool on the same days, for several seeds of the demo.

Usage: node test/simulation/simulate.mjs [OPTIONS]

Options:
  --seeds LIST   seeds of the demo, e.g. 11,12 (101,102,103)
  -h, --help     this text

Needs what \`npm run build\` and \`npm run build:plugin\` make. A seed takes two to four minutes.
`;

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '101,102,103' }, help: { type: 'boolean', short: 'h', default: false } },
});
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const repository = fileURLToPath(new URL('../..', import.meta.url));
const failed = [];
for (const seed of values.seeds.split(',')) {
  process.stdout.write(`\n── seed ${seed}\n`);
  const file = 'test/e2e/grafana-plugin/simulation.e2e.test.ts';
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', 'grafana-plugin', file],
    { cwd: repository, stdio: 'inherit', env: { ...process.env, WHY403_SIMULATION_SEED: seed } },
  );
  if (status !== 0) failed.push(seed);
}
process.stdout.write(`\n${failed.length === 0 ? 'every seed passed' : `failed: ${failed.join(', ')}`}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
