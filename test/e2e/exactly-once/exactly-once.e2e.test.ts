import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainText } from '../../../parsers/src/engine/explain.js';
import { eventually, makeFolder, type Program, run, tidy, tidyMs } from '../service/program.js';
import { createRandom, type Random } from './random.js';
import { createRequest, format, type Request } from './traffic.js';

/** A part of the traffic as a sender has it: sent until it is acknowledged, and now and then once more. */
interface Batch {
  readonly id: string;
  readonly feed: 'access' | 'execution';
  readonly body: string;
}

const minuteMs = 60_000;

interface Frame {
  readonly columns: readonly {
    readonly type: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly values: readonly (number | null)[];
  }[];
}

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

      const truth = totalsOf(requests);
      await eventually('the file is read to its end', () =>
        answers(async () => sum(await storedTotals()) === sum(truth)),
      );
      expect(sorted(await storedTotals())).toEqual(sorted(truth));
      await eventually('all refusals are there', () =>
        answers(async () => (await storedVerdicts()).size >= verdictsOf().size),
      );
      expect(sorted(await storedVerdicts())).toEqual(sorted(verdictsOf()));
      expect(sorted(await storedCounts())).toEqual(sorted(countsOf()));
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

    async function query<T>(path: string, parameters: Record<string, string>): Promise<T> {
      const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    }

    const range = { from: String(beginMs), to: String(beginMs + 60 * minuteMs), step: '60s' };

    async function storedTotals(): Promise<Map<string, number>> {
      return flat(await query<Frame>('series', { ...range, metric: 'requests', by: 'api_id,stage,method,route' }), [
        'api_id',
        'stage',
        'method',
        'route',
      ]);
    }

    async function storedCounts(): Promise<Map<string, number>> {
      return flat(await query<Frame>('series', { ...range, metric: 'count', by: 'api_id,cause' }), ['api_id', 'cause']);
    }

    async function storedVerdicts(): Promise<Map<string, string>> {
      const verdicts = new Map<string, string>();
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: {
          events: StoredEvent[];
          next: string | null;
        } = await query('events', {
          from: range.from,
          to: range.to,
          limit: '500',
          ...(cursor === '' ? {} : { cursor }),
        });
        for (const event of page.events) {
          expect(verdicts.has(event.requestId)).toBe(false);
          verdicts.set(event.requestId, told({ ...event, timeMs: event.time }, event.cause));
          expect([event.status, event.countedFrom]).toEqual([403, 'access']);
        }
        cursor = page.next;
      }
      return verdicts;
    }

    /** What `why403 explain` says of all lines of each request. */
    function verdictsOf(): Map<string, string> {
      const verdicts = new Map<string, string>();
      for (const request of requests.filter(({ isRefused }) => isRefused))
        verdicts.set(request.requestId, told(request, causeOf(request)));
      return verdicts;
    }

    function countsOf(): Map<string, number> {
      const counts = new Map<string, number>();
      for (const request of requests.filter(({ isRefused }) => isRefused)) {
        add(counts, [request.apiId, causeOf(request)], request.timeMs);
      }
      return counts;
    }
  },
);

interface StoredEvent {
  readonly requestId: string;
  readonly cause: string;
  readonly time: number;
  readonly apiId: string;
  readonly stage: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly countedFrom: string;
}

/** All that two tellings of one refusal have to agree on. */
const told = (
  { timeMs, apiId, stage, method, route }: Pick<Request, 'timeMs' | 'apiId' | 'stage' | 'method' | 'route'>,
  cause: string,
): string => [cause, timeMs, apiId, stage, method, route].join(' ');

function causeOf({ accessLine, executionLine }: Request): string {
  const text = executionLine === null ? accessLine : `${accessLine}\n${executionLine}`;
  const { requests: explained } = explainText(text, { accessLogFormat: format });
  expect(explained).toHaveLength(1);
  return explained[0]?.verdict.cause ?? 'none';
}

/** A question that fails while the database restarts is asked again. */
const answers = (question: () => Promise<boolean>): Promise<boolean> => question().catch(() => false);

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

function totalsOf(all: readonly Request[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { apiId, stage, method, route, timeMs } of all) add(totals, [apiId, stage, method, route], timeMs);
  return totals;
}

function add(counts: Map<string, number>, labels: readonly string[], timeMs: number): void {
  const key = JSON.stringify([Math.floor(timeMs / minuteMs) * minuteMs, ...labels]);
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Minutes with requests in them. */
function flat({ columns }: Frame, labelNames: readonly string[]): Map<string, number> {
  const times = columns.find(({ type }) => type === 'time')?.values ?? [];
  const cells = new Map<string, number>();
  for (const { type, labels, values } of columns) {
    if (type !== 'number') continue;
    for (const [index, value] of values.entries()) {
      const key = JSON.stringify([times[index], ...labelNames.map((name) => labels?.[name])]);
      if (value !== null && value > 0) cells.set(key, value);
    }
  }
  return cells;
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);
const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
