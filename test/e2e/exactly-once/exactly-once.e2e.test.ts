import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { makeFolder, type Program, run, tidy, tidyMs } from '../service/program.js';
import { createRandom, type Random } from './random.js';
import { createRequest, format, type Request } from './traffic.js';
import { expectExactly } from './truth.js';

/** A part of the traffic as a sender has it: sent until it is acknowledged, and now and then once more. */
interface Batch {
  readonly id: string;
  readonly feed: 'access' | 'execution';
  readonly body: string;
}

const minuteMs = 60_000;

// Other seeds by hand: WHY403_SEED=7 npx vitest run --project end-to-end test/e2e/exactly-once
const seeds = process.env['WHY403_SEED'] === undefined ? [403, 404] : [Number(process.env['WHY403_SEED'])];

describe.each(seeds)(
  'seed %i: kill -9 at random moments, everything sent again, late lines, verdict upgrades',
  (seed) => {
    const random = createRandom(seed);
    const beginMs = Math.floor(Date.now() / minuteMs) * minuteMs - 90 * minuteMs;
    const requests = Array.from({ length: 3000 }, (_, index) =>
      createRequest(random, index, beginMs + random.integer(60 * minuteMs)),
    );
    // Two thirds come by HTTP, the others by a file that is rotated while it is read.
    const byHttp = requests.slice(0, 2000);
    const byFile = requests.slice(2000);
    let log = '';
    let config = '';
    let service: Program;
    let url = '';

    beforeAll(async () => {
      const directory = makeFolder();
      log = join(directory, 'access.log');
      config = join(directory, 'why403.yaml');
      writeFileSync(log, '');
      writeFileSync(
        config,
        JSON.stringify({
          listen: { port: 0 },
          data: { directory: join(directory, 'data') },
          ingest: { feeds: { access: { format, delaySeconds: 60 }, execution: { delaySeconds: 60 } } },
          sources: [{ kind: 'file', paths: [`${log}*`], format, unitBytes: 20_000, pollMs: 100 }],
        }),
      );
      await start();
    }, 60_000);

    afterAll(tidy, tidyMs);

    async function start(): Promise<void> {
      service = run(['serve', '--config', config]);
      url = await service.address();
    }

    it('rows and totals equal the truth exactly', async () => {
      const batches = random.shuffle([...cut(random, byHttp, 'access'), ...late(requests)]);
      await Promise.all([deliver(batches), grow(byFile), disturb()]);
      // Whoever sends at least once sends some again.
      await deliver(batches.filter(() => random.next() < 0.3));
      // One line of now moves the watermark of the feeds behind all that is asked for.
      const closing = createRequest(random, 999_999, Date.now());
      await deliver([{ id: 'closing', feed: 'access', body: `${closing.accessLine}\n` }]);

      await expectExactly({ address: () => url, beginMs }, requests);
    }, 240_000);

    async function deliver(all: readonly Batch[]): Promise<void> {
      const queue = [...all];
      const sender = async () => {
        for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
          while (!(await send(batch))) await sleep(50);
          if (random.next() < 0.1) queue.push(batch);
        }
      };
      await Promise.all([sender(), sender(), sender()]);
    }

    async function send({ id, feed, body }: Batch): Promise<boolean> {
      try {
        const response = await fetch(`${url}/api/v1/ingest`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-ndjson', 'batch-id': id, feed },
          body,
          signal: AbortSignal.timeout(20_000),
        });
        if (response.status >= 400 && response.status < 500 && response.status !== 429) {
          throw new TypeError(`refused for good: ${response.status} ${await response.text()}`);
        }
        await response.arrayBuffer();
        return response.ok;
      } catch (error) {
        if (error instanceof TypeError && error.message.startsWith('refused for good')) throw error;
        return false;
      }
    }

    /** Writes the file line by line, also in the middle of one, and renames it now and then. */
    async function grow(lines: readonly Request[]): Promise<void> {
      let rotation = 0;
      for (let from = 0; from < lines.length; from += 20) {
        const text = lines
          .slice(from, from + 20)
          .map(({ accessLine }) => `${accessLine}\n`)
          .join('');
        const middle = random.integer(text.length);
        appendFileSync(log, text.slice(0, middle));
        await sleep(random.integer(150));
        appendFileSync(log, text.slice(middle));
        if (random.next() < 0.1) renameSync(log, `${log}.${++rotation}`);
        await sleep(random.integer(150));
      }
    }

    async function disturb(): Promise<void> {
      for (let kill = 0; kill < 6; kill++) {
        await sleep(500 + random.integer(1500));
        if (random.next() < 0.4 && signalDatabase(random.next() < 0.5 ? 'SIGKILL' : 'SIGSTOP')) continue;
        service.kill('SIGKILL');
        await service.ended;
        await start();
      }
    }

    /** False when none runs at this moment. */
    function signalDatabase(signal: NodeJS.Signals): boolean {
      const pid = service.events('database_started').at(-1)?.['pid'];
      try {
        return process.kill(Number(pid), signal);
      } catch {
        return false;
      }
    }
  },
);

function cut(random: Random, all: readonly Request[], feed: Batch['feed']): Batch[] {
  const batches: Batch[] = [];
  for (let from = 0; from < all.length; ) {
    const size = 1 + random.integer(60);
    const lines = all.slice(from, from + size).map(({ accessLine }) => accessLine);
    batches.push({ id: `${feed}-${from}`, feed, body: `${lines.join('\n')}\n` });
    from += size;
  }
  return batches;
}

/** Execution logs, before or after the access lines that they belong to. */
function late(all: readonly Request[]): Batch[] {
  return all
    .filter(({ executionLine }) => executionLine !== null)
    .map(({ requestId, executionLine }) => ({ id: requestId, feed: 'execution', body: `${executionLine}\n` }));
}
