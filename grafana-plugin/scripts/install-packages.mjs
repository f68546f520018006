import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const pluginFolder = fileURLToPath(new URL('..', import.meta.url));

/** The plugin has packages and a lock file of its own; they are installed when first needed and when the lock file has changed. */
export function installPackages() {
  const installed = changedAt('node_modules/.package-lock.json');
  if (installed >= changedAt('package-lock.json')) {
    return;
  }
  const why = installed === 0 ? 'first time' : 'its lock file has changed';
  console.log(`grafana-plugin: installing its packages (${why}; about 700 MB, a minute or two)`);
  const run = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: pluginFolder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (run.status !== 0) {
    throw new Error(`grafana-plugin: npm ci failed${run.error ? `: ${run.error.message}` : ''}`);
  }
}

function changedAt(path) {
  return statSync(new URL(`../${path}`, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
