import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../../grafana-plugin/test/harness/chromium.mjs';
import { eventually, makeFolder, run, tidy, tidyMs } from '../service/program.js';
import { buildHost, PluginHost } from './plugin-host.js';

const page = fileURLToPath(new URL('../../../grafana-plugin/test/harness/run.mjs', import.meta.url));
// Under CI nothing is skipped: there a missing browser fails.
const lacking = findChromium() === undefined && process.env['CI'] !== 'true' ? ' (skipped: no Chromium)' : '';

/** The pictures of docs/ are taken anew, with a week of the demo. */
const updatePictures = process.env['UPDATE_PICTURES'] === '1';
const minuteMs = 60_000;

describe.skipIf(lacking !== '')(`the built plugin in a browser${lacking}`, () => {
  let service: string;
  let host: PluginHost | undefined;

  beforeAll(async () => {
    const hours = updatePictures ? '168' : '24';
    const demo = run(['demo', '--port', '0', '--data', join(makeFolder(), 'demo'), '--history', hours]);
    await eventually('the demo to be ready', () => /\/docs/.test(demo.out) || demo.error !== '');
    service = /http:\/\/127\.0\.0\.1:\d+/.exec(demo.out)?.[0] ?? '';
    expect(service, demo.error).not.toBe('');
    // the history arrives hour by hour, oldest first
    while ((await lagMs(service)) > 5 * minuteMs) await new Promise((resolve) => setTimeout(resolve, 1_000));
    host = await PluginHost.start(buildHost(makeFolder()), { url: service });
  }, 1_200_000);

  afterAll(async () => {
    await host?.stop();
    await tidy();
  }, tidyMs);

  it('shows its editors and panels, through the backend to the service', async () => {
    const args = ['--test-reporter=spec', page, '--host', host?.address ?? '', '--service', service];
    if (updatePictures) args.push('--docs');
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let report = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      report += text;
    });
    const [code] = await once(child, 'close');
    expect(code, report).toBe(0);
  }, 900_000);
});

async function lagMs(url: string): Promise<number> {
  const response = await fetch(`${url}/api/v1/sources`);
  const { feeds } = (await response.json()) as { feeds: { lagMs: number | null }[] };
  return feeds.length === 0
    ? Number.POSITIVE_INFINITY
    : Math.max(...feeds.map((feed) => feed.lagMs ?? Number.POSITIVE_INFINITY));
}
