import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, makeFolder, report, serve, tidy, tidyMs } from './program.js';
import { ingest, lines, refusedAmong, refusedCount } from './requests.js';

afterEach(tidy, tidyMs);

const dashboards = 20;
const batchLines = 2000;
const batches = 20;

/** What a panel each asks. */
const panels = [
  'series?by=cause&from=now-24h',
  'series?metric=share&by=api_id,stage&from=now-24h',
  'series?metric=requests&by=method&from=now-24h&step=5m',
  'top?by=source_ip&from=now-24h',
  'top?by=route&from=now-24h',
  'events?limit=100',
  'labels/cause/values',
];

const rssBytes = (pid: number | string): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;

/** The process and all that it started. */
function memoryOf(pid: number): number {
  let bytes = 0;
  for (const each of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${each}/stat`, 'utf8'))?.[1]);
      if (Number(each) === pid || parent === pid) bytes += rssBytes(each);
    } catch {
      // It has ended meanwhile.
    }
  }
  return bytes;
}

describe('dashboards beside ingest', () => {
  it('20 at once stay under 1 GB with the database, and every request is counted', async () => {
    const program = serve(join(makeFolder(), 'data'), { WHY403_LIMITS_REQUESTS_PER_MINUTE: '1000000' });
    const address = await program.address();
    const beganMs = Date.now() - 3_600_000;
    const over = new AbortController();
    const statuses = new Map<number, number>();
    let mostBytes = 0;

    const dashboard = async (first: number) => {
      for (let panel = first; !over.signal.aborted; panel++) {
        const response = await fetch(`${address}/api/v1/${panels[panel % panels.length]}`);
        await response.arrayBuffer();
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        mostBytes = Math.max(mostBytes, memoryOf(program.pid));
        // People look at what came.
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    };
    const asking = Promise.all(Array.from({ length: dashboards }, (_, n) => dashboard(n)));
    asking.catch(() => {});
    for (let n = 0; n < batches; n++) {
      const body = lines(n * batchLines, (n + 1) * batchLines, beganMs + n * 10_000);
      await eventually(`batch ${n} is stored`, async () => (await ingest(address, `batch-${n}`, body)).ok);
    }
    over.abort();
    await asking;

    report(`${Math.round(mostBytes / 1e6)} MB at most; answers by status ${JSON.stringify([...statuses])}`);
    expect(mostBytes).toBeLessThan(1e9);
    expect([...statuses.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(await refusedCount(address)).toBe(refusedAmong(0, batches * batchLines));
  });
});
