#!/usr/bin/env node
// Builds what Grafana installs: dist/ (the plugin's folder) and artifacts/*.zip, then checks both. linux/amd64 alone, or every
// platform that Grafana runs on with --all-platforms.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages, pluginFolder } from './install-packages.mjs';

const allPlatforms = process.argv.includes('--all-platforms');
/** Targets of the SDK's build package, which also write the manifest of the Go sources. */
const targets = allPlatforms
  ? ['build:linux', 'build:linuxARM64', 'build:darwin', 'build:darwinARM64', 'build:windows']
  : ['build:linux'];

const repository = join(pluginFolder, '..');
const mage = ['run', 'github.com/magefile/mage'];
// Two builds of one commit are the same bytes: its time stands in for the time of the build.
const epoch = process.env.SOURCE_DATE_EPOCH ?? commitTime() ?? String(Math.floor(Date.now() / 1000));
const env = { ...process.env, SOURCE_DATE_EPOCH: epoch };

installPackages();
rmSync(join(pluginFolder, 'dist'), { recursive: true, force: true });
rmSync(join(pluginFolder, 'artifacts'), { recursive: true, force: true });
step('module.js', 'npm', ['run', '--silent', 'build']);
setBuildDate();
for (const target of targets) {
  step(`backend, ${target}`, 'go', [...mage, target]);
}
const { id, version } = readPluginJson();
const zip = `artifacts/${id}-${version}${allPlatforms ? '' : '.linux_amd64'}.zip`;
step('zip', 'go', ['-C', 'tools', 'run', './pack-plugin', '-in', '../dist', '-id', id, '-out', `../${zip}`]);
step('checks', process.execPath, [
  join(repository, 'node_modules/vitest/vitest.mjs'),
  ...['run', '--root', repository, '--project', 'grafana-plugin', 'test/grafana-plugin/artifact'],
]);
console.log(`\nfolder  grafana-plugin/dist\nzip     grafana-plugin/${zip}  ${megabytes(zip)} MB`);

function step(name, command, args) {
  const start = performance.now();
  const run = spawnSync(command, args, {
    cwd: pluginFolder,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (run.status !== 0) {
    console.error(`build:plugin: ${name} failed${run.error ? `: ${run.error.message}` : ''}`);
    process.exit(1);
  }
  console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

function commitTime() {
  const run = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: pluginFolder, encoding: 'utf8' });
  return run.status === 0 && run.stdout.trim() !== '' ? run.stdout.trim() : undefined;
}

/** The bundler writes the day of the build. */
function setBuildDate() {
  const path = join(pluginFolder, 'dist/plugin.json');
  const date = new Date(Number(epoch) * 1000).toISOString().slice(0, 10);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace(/("updated": ")\d{4}-\d\d-\d\d"/, `$1${date}"`));
}

function readPluginJson() {
  const plugin = JSON.parse(readFileSync(join(pluginFolder, 'dist/plugin.json'), 'utf8'));
  return { id: plugin.id, version: plugin.info.version };
}

function megabytes(path) {
  return (statSync(join(pluginFolder, path)).size / 1e6).toFixed(1);
}
