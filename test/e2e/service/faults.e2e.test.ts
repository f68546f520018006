import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, makeFolder, type Program, report, run, serve, tidy, tidyMs } from './program.js';
import { ingest, lines, refusedAmong, refusedCount, requestCount } from './requests.js';

const mounts: string[] = [];
afterEach(async () => {
  for (const folder of mounts.splice(0)) spawnSync('umount', ['-l', folder]);
  await tidy();
}, tidyMs);

const batchLines = 200;
const batch = (n: number): string => lines(n * batchLines, (n + 1) * batchLines, Date.now() - 60_000);

/** Sends until it is acknowledged, as a careful sender does. Returns how often it was refused. */
async function sendUntilStored(address: string, n: number, body: string): Promise<number> {
  for (let refused = 0; refused < 600; refused++) {
    const response = await ingest(address, `batch-${n}`, body).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return refused;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`batch ${n} was never stored`);
}

/** The newest process of the embedded database. */
const databasePid = async (program: Program): Promise<number> =>
  Number((await program.event('database_started'))['pid']);

describe('the database process', () => {
  it('killed under load: 503 with Retry-After meanwhile, then everything is there, nothing twice', async () => {
    const program = serve(join(makeFolder(), 'data'), { WHY403_LIMITS_REQUESTS_PER_MINUTE: '1000000' });
    const address = await program.address();
    const batches = Array.from({ length: 60 }, (_, n) => batch(n));
    const seen = { unavailable: 0, withoutRetryAfter: 0, other: new Set<number>() };
    const over = new AbortController();
    const asking = (async () => {
      while (!over.signal.aborted) {
        const response = await fetch(`${address}/api/v1/top?by=cause`);
        await response.body?.cancel();
        if (response.status === 503) {
          seen.unavailable++;
          if (!/^\d+$/.test(response.headers.get('retry-after') ?? '')) seen.withoutRetryAfter++;
        } else if (response.status !== 200) seen.other.add(response.status);
      }
    })();
    let next = 0;
    let refused = 0;
    let killed = 0;
    const sender = async () => {
      for (let n = next++; n < batches.length; n = next++) {
        if (n === 20 || n === 40) {
          killed = await databasePid(program);
          process.kill(killed, 'SIGKILL');
        }
        refused += await sendUntilStored(address, n, batches[n] as string);
      }
    };
    await Promise.all([sender(), sender(), sender()]);
    over.abort();
    await asking;
    // Sent again, all of it: a Batch-Id counts once.
    for (const [n, body] of batches.entries()) if (n % 7 === 0) await sendUntilStored(address, n, body);

    const all = batches.length * batchLines;
    expect(await requestCount(address)).toBe(all);
    expect(await refusedCount(address)).toBe(refusedAmong(0, all));
    expect(seen.unavailable).toBeGreaterThan(0);
    expect(seen.withoutRetryAfter).toBe(0);
    expect([...seen.other]).toEqual([]);
    expect(program.events('database_started').length).toBeGreaterThanOrEqual(2);
    report(`${seen.unavailable} answers 503 and ${refused} batches sent again around two kills`);
    expect((await program.stop()).code).toBe(0);
  }, 240_000);

  it('gone: the service is not ready, and ready again by itself', async () => {
    const program = serve(join(makeFolder(), 'data'));
    const address = await program.address();
    const ready = async () => (await fetch(`${address}/readyz`)).status;
    expect(await ready()).toBe(200);
    // Stopped, not killed: it hangs.
    process.kill(await databasePid(program), 'SIGSTOP');
    await eventually('the service not to be ready', async () => (await ready()) === 503);
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    await eventually('the service to be ready', async () => (await ready()) === 200);
    expect(program.events('database_stopped')[0]?.['willRestart']).toBe(true);
  });
});

describe('the end', () => {
  const ends = async (program: Program, signal: NodeJS.Signals) => {
    const began = performance.now();
    program.kill(signal);
    const end = await program.ended;
    return { ...end, seconds: (performance.now() - began) / 1000 };
  };

  it('comes with queries, senders, listeners and silent connections', async () => {
    const program = serve(join(makeFolder(), 'data'), { WHY403_LIMITS_REQUESTS_PER_MINUTE: '1000000' });
    const address = await program.address();
    await sendUntilStored(address, 0, batch(0));
    const over = new AbortController();
    const answers: Promise<unknown>[] = [];
    const listener = await fetch(`${address}/api/v1/stream`);
    const silent = connect(Number(new URL(address).port), '127.0.0.1').on('error', () => {});
    for (let i = 0; i < 6; i++) {
      answers.push(
        (async () => {
          while (!over.signal.aborted) {
            const asked = await fetch(`${address}/api/v1/series?by=cause,route&from=now-24h`).catch(() => null);
            if (asked === null) return;
            await asked.body?.cancel();
          }
        })(),
      );
    }
    const sending = sendOnce(address, 1);
    const { code, signal, seconds } = await ends(program, 'SIGTERM');
    over.abort();
    silent.destroy();
    await Promise.all([...answers, listener.body?.cancel().catch(() => {})]);
    report(`ended ${seconds.toFixed(1)} s after SIGTERM with queries, a sender, a stream and a silent connection`);
    expect({ code, signal, error: program.error }).toEqual({ code: 0, signal: null, error: '' });
    expect(seconds).toBeLessThan(10);
    // What was acknowledged is there after the next start.
    const acknowledged = (await sending) ? 2 : 1;
    const again = serve(program.directory);
    expect(await requestCount(await again.address())).toBeGreaterThanOrEqual(acknowledged * batchLines);
  });

  it('comes while the database hangs and queries wait for it', async () => {
    const program = serve(join(makeFolder(), 'data'));
    const address = await program.address();
    const pid = await databasePid(program);
    process.kill(pid, 'SIGSTOP');
    const waiting = Array.from({ length: 4 }, () => fetch(`${address}/api/v1/top?by=cause`).catch(() => null));
    // They have arrived when this one, sent after them, is answered.
    await fetch(`${address}/healthz`);
    const { code, seconds } = await ends(program, 'SIGINT');
    report(`ended ${seconds.toFixed(1)} s after SIGINT with a hung database`);
    expect(code).toBe(0);
    expect(seconds).toBeLessThan(10);
    await Promise.all(waiting);
    await eventually('the database process to be gone', () => !isAlive(pid));
  });

  it('of a service that is killed is the end of its database too, and the next one has the directory', async () => {
    const data = join(makeFolder(), 'data');
    const program = serve(data);
    const address = await program.address();
    await sendUntilStored(address, 0, batch(0));
    const pid = await databasePid(program);
    program.kill('SIGKILL');
    await program.ended;
    const again = serve(data);
    expect(await requestCount(await again.address())).toBe(batchLines);
    await eventually('the first database process to be gone', () => !isAlive(pid));
  });

  async function sendOnce(address: string, n: number): Promise<boolean> {
    const response = await ingest(address, `batch-${n}`, batch(n)).catch(() => null);
    await response?.body?.cancel().catch(() => {});
    return response?.ok ?? false;
  }
});

describe('tokens', () => {
  it('a wrong one gets 401, one of another role 403, and neither stands in the log', async () => {
    const made = await Promise.all(
      ['read', 'ingest'].map(async (role) => {
        const program = run(['token', 'create', '--role', role, '--id', 'tester', '--json']);
        await program.ended;
        return JSON.parse(program.out) as { role: string; id: string; token: string; sha256: string };
      }),
    );
    const [reader, sender] = made as [(typeof made)[0], (typeof made)[0]];
    const tokens = made.map(({ role, id, sha256 }) => ({ role, id, sha256 }));
    const program = serve(join(makeFolder(), 'data'), {
      WHY403_ACCESS_TOKENS: JSON.stringify(tokens),
      WHY403_LOG_LEVEL: 'debug',
    });
    const address = await program.address();
    const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
    const read = async (headers: Record<string, string>) =>
      (await fetch(`${address}/api/v1/top?by=cause`, { headers })).status;
    const wrong = `${reader.token.slice(0, -4)}AAAA`;
    expect(await read({})).toBe(401);
    expect(await read(bearer(wrong))).toBe(401);
    expect(await read(bearer(sender.token))).toBe(403);
    expect(await read(bearer(reader.token))).toBe(200);
    expect((await ingest(address, 'b', batch(0), bearer(reader.token))).status).toBe(403);
    expect((await ingest(address, 'b', batch(0), bearer(sender.token))).status).toBe(200);
    expect(await refusedCount(address, bearer(reader.token))).toBe(refusedAmong(0, batchLines));
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    await program.stop();
    for (const secret of [reader.token, sender.token, wrong, reader.token.slice(-43)]) {
      expect(program.out + program.error).not.toContain(secret);
    }
  });
});

/** A disk of its own, or why there is none. */
function mountSmallDisk(folder: string, megabytes: number): string | null {
  mkdirSync(folder);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'why403-test', folder]);
  if (mounted.status !== 0)
    return `no file system can be mounted here (${String(mounted.stderr ?? 'no mount command').trim()})`;
  mounts.push(folder);
  return null;
}

describe('a full disk', () => {
  it('what is sent is refused until there is space again; what was stored stays; a first start says what is wrong', async (context) => {
    const disk = join(makeFolder(), 'disk');
    const lack = mountSmallDisk(disk, 200);
    if (lack !== null) return context.skip(lack);
    const data = join(disk, 'data');
    const filler = join(disk, 'filler');
    const program = serve(data);
    const address = await program.address();
    await sendUntilStored(address, 0, batch(0));
    fill(filler);

    const refusal = await ingest(address, 'batch-1', batch(1));
    expect([503, 507]).toContain(refusal.status);
    expect(await refusal.json()).toMatchObject({ code: 'store_full' });
    expect(await requestCount(address)).toBe(batchLines);
    expect(await refusedCount(address)).toBe(refusedAmong(0, batchLines));

    rmSync(filler);
    await sendUntilStored(address, 1, batch(1));
    expect(await requestCount(address)).toBe(2 * batchLines);
    expect((await program.stop()).code).toBe(0);

    // What is there can be read on a full disk too, also by a service that has just started.
    fill(filler);
    const reading = serve(data);
    const readingAddress = await reading.address();
    expect(await requestCount(readingAddress)).toBe(2 * batchLines);
    expect(await (await ingest(readingAddress, 'batch-2', batch(2))).json()).toMatchObject({ code: 'store_full' });
    expect((await reading.stop()).code).toBe(0);

    // A directory of its own it cannot make.
    const first = serve(join(disk, 'other'));
    expect((await first.ended).code).toBe(5);
    expect(first.error).toMatch(/^why403: .*full.*\n$/);

    rmSync(filler);
    const again = serve(data);
    expect(await requestCount(await again.address())).toBe(2 * batchLines);
    expect(await refusedCount(await again.address())).toBe(refusedAmong(0, 2 * batchLines));
  });

  function fill(path: string): void {
    // Until nothing more fits.
    const block = new Uint8Array(1024 * 1024);
    for (const size of [block.length, 4096, 1]) {
      try {
        for (;;) writeFileSync(path, block.subarray(0, size), { flag: 'a' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  }
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
