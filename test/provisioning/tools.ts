import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { repository } from './repository-files.js';

interface Run {
  readonly code: number | null;
  readonly out: string;
}

/** A program of this machine on the repository; null where it is not installed. */
export function runTool(command: string, args: readonly string[]): Run | null {
  const run = spawnSync(command, args, { cwd: repository, encoding: 'utf8' });
  if (run.error !== undefined) return null;
  return { code: run.status, out: `${run.stdout}${run.stderr}` };
}

/** A test that needs a program: skipped with the reason where it is missing, and failed there under CI. */
export function itWith(command: string, title: string, test: () => void | Promise<void>): void {
  const missing = runTool(command, ['--version']) === null;
  if (missing && process.env['CI'] === 'true') {
    it(title, () => expect.fail(`${command} is not installed, and CI skips nothing`));
  } else {
    it.skipIf(missing)(missing ? `${title} (skipped: ${command} is not installed)` : title, test);
  }
}
