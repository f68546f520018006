#!/usr/bin/env node
// Writes src/dashboards/*.json, which the plugin bundles and provisioning reads: `node dashboards/generate.mjs`.
// With --check nothing is written; a file that differs from its description ends the run with code 1.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { causeDashboard } from './cause.mjs';
import { coverageDashboard } from './coverage.mjs';
import { overviewDashboard } from './overview.mjs';

const folder = new URL('../src/dashboards/', import.meta.url);
const made = new Map(
  [overviewDashboard, causeDashboard, coverageDashboard].map((dashboard) => [
    `${dashboard.uid}.json`,
    `${JSON.stringify(dashboard, null, 2)}\n`,
  ])
);

if (process.argv.includes('--check')) {
  const found = readdirSync(folder);
  const wrong = [
    ...[...made].filter(
      ([name, text]) => !found.includes(name) || readFileSync(new URL(name, folder), 'utf8') !== text
    ),
    ...found.filter((name) => !made.has(name)).map((name) => [name]),
  ].map(([name]) => name);
  if (wrong.length > 0) {
    process.stderr.write(
      `Not as grafana-plugin/dashboards describes them: ${wrong.join(', ')}. Run node grafana-plugin/dashboards/generate.mjs\n`
    );
    process.exitCode = 1;
  }
} else {
  for (const [name, text] of made) {
    writeFileSync(new URL(name, folder), text);
  }
}
