import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventStore, RefusedRow } from '../../../server/src/store/event-store.js';
import { StoreError } from '../../../server/src/store/store-error.js';
import { silentTelemetry } from '../../../server/src/telemetry/telemetry.js';
import { refusedRow, startMs } from '../../conformance/store-rows.js';
import { useTestDatabase } from '../../support/test-database.js';
import { listen } from './event-source.js';
import { openService } from './real-service.js';
import { type ApiOptions, problemOf, startApi } from './start-api.js';

const database = useTestDatabase();
let store: EventStore;
let nowMs: number;
const clock = () => nowMs;

beforeAll(async () => {
  ({ store } = await openService(database));
});

let hour = 0;
beforeEach(() => {
  // Each test an hour of its own: what others stored is old.
  nowMs = startMs + 3_600_000 * ++hour;
});

const start = (options: ApiOptions = {}) => startApi({ store, nowMs: clock, ...options });
const event = (name: string, more: Partial<RefusedRow> = {}) => refusedRow(`${hour}-${name}`, { tsMs: nowMs, ...more });
const write = (...rows: readonly RefusedRow[]) => store.insertRefused(rows, nowMs);
const namesOf = (events: readonly { data: { eventId: string } }[]) =>
  events.map(({ data }) => data.eventId.split('-')[1]);

describe('the live stream', () => {
  it('brings what is stored from now on, with its cursor', async () => {
    await write(event('before'));
    nowMs += 1000;
    const listener = await listen(await start());
    expect(listener.status).toBe(200);
    nowMs += 1000;
    await write(event('a'), event('b'));
    nowMs += 1000;
    await write(event('c'));
    const events = await listener.take(3);
    expect(namesOf(events)).toEqual(['a', 'b', 'c']);
    expect(events.map(({ event }) => event)).toEqual(['refused', 'refused', 'refused']);
    expect(events.at(-1)?.id).toBe(`${nowMs}.${hour}-c`);
  });

  it('obeys the filters that events obey', async () => {
    const listener = await listen(await start(), '?cause=waf_blocked&cause=iam_denied&not.stage=blue');
    nowMs += 1000;
    await write(
      event('a'),
      event('b', { cause: 'route_not_found', group: 'routing' }),
      event('c', { cause: 'iam_denied', group: 'iam' }),
      event('d', { stage: 'blue' }),
      event('e'),
    );
    expect(namesOf(await listener.take(3))).toEqual(['a', 'c', 'e']);
  });

  it('brings samples if asked, under the same cursors, exactly as a page of samples has them', async () => {
    const api = await start();
    const listener = await listen(api, '?as=samples&not.stage=blue');
    nowMs += 1000;
    await write(event('a', { path: '/a\n\u001b[2Kb' }), event('b', { stage: 'blue' }), event('c', { status: 0 }));
    const events = await listener.take(2);
    expect(events.map(({ id, event }) => [id, event])).toEqual([
      [`${nowMs}.${hour}-a`, 'refused'],
      [`${nowMs}.${hour}-c`, 'refused'],
    ]);
    nowMs += 1000;
    const page = await api.fetch('/api/v1/samples?from=now-1m&not.stage=blue&order=oldest');
    const { samples } = (await page.json()) as { samples: readonly { body: string }[] };
    expect(samples.map(({ body }) => body)).toEqual([
      'GET /a\\n\\x1b[2Kb → 403: Blocked by AWS WAF: The web ACL blocked it.',
      'GET /orders/7 → refused: Blocked by AWS WAF: The web ACL blocked it.',
    ]);
    expect(events.map(({ data }) => data)).toEqual(samples);
  });

  it('refuses to bring anything else', async () => {
    const api = await start();
    const problem = await problemOf(await api.fetch('/api/v1/stream?as=sample'));
    expect([problem.code, problem.detail]).toEqual([
      'parameter_invalid',
      expect.stringContaining('did you mean samples?'),
    ]);
  });

  it('goes on where it broke off, in the middle of one insert, nothing missed, nothing twice', async () => {
    const api = await start();
    const first = await listen(api);
    nowMs += 1000;
    await write(...['a', 'b', 'c', 'd', 'e'].map((name) => event(name)));
    const before = await first.take(2);
    first.close();
    nowMs += 1000;
    await write(event('f'));
    const second = await listen(api, '', { 'Last-Event-ID': before[1]?.id as string });
    expect(namesOf([...before, ...(await second.take(4))])).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('brings many events of one insert, in order', async () => {
    const listener = await listen(await start());
    nowMs += 1000;
    const names = Array.from({ length: 1203 }, (_, i) => String(i).padStart(4, '0'));
    await write(...names.map((name) => event(name)));
    expect(namesOf(await listener.take(names.length))).toEqual(names);
  });

  it('waits for inserts that began earlier and became visible later', async () => {
    const listener = await listen(await start({ limits: { streamDelayMs: 2_000 } }));
    const { take } = listener;
    nowMs += 5_000;
    await store.insertRefused([event('second')], nowMs + 1);
    await store.insertRefused([event('first')], nowMs);
    nowMs += 2_001;
    expect(namesOf(await take(2))).toEqual(['first', 'second']);
  });

  it.each([
    ['a word', 'newest'],
    ['an injection', "1.x') OR 1=1 --"],
    ['too large', '9'.repeat(16)],
  ])('refuses a Last-Event-ID that is %s', async (_name, id) => {
    const api = await start();
    const response = await api.fetch('/api/v1/stream', { headers: { 'Last-Event-ID': id } });
    expect((await problemOf(response)).code).toBe('cursor_invalid');
  });

  it('looks back for what was dated before, and stored after, the events that it has sent', async () => {
    const listener = await listen(await start());
    const datedMs = nowMs + 1000;
    nowMs += 3000;
    await write(event('a'));
    const [first] = await listener.take(1);
    // Its insert waited for its place in the meantime.
    await store.insertRefused([event('overtaken')], datedMs);
    nowMs += 20_000;
    const [late] = await listener.take(1);
    expect(namesOf([late as NonNullable<typeof late>])).toEqual(['overtaken']);
    expect(late?.id).toBe(first?.id);
    await write(event('b'));
    nowMs += 20_000;
    expect(namesOf(await listener.take(1))).toEqual(['b']);
  });

  it('says that it is alive', async () => {
    const listener = await listen(await start({ limits: { streamHeartbeatMs: 5 } }));
    expect(await listener.nextComment()).toMatch(/^: /);
    expect(await listener.nextComment()).toMatch(/^: /);
  });

  it('ends when the service stops', async () => {
    const shutdown = new AbortController();
    const listener = await listen(await start({ shutdown: shutdown.signal }));
    shutdown.abort();
    await listener.ended();
  });

  it('waits with a store that is away, and says so', async () => {
    let away = true;
    const listener = await listen(
      await start({
        store: {
          ...store,
          readNewEvents: (query) =>
            away ? Promise.reject(new StoreError('unavailable', 'away')) : store.readNewEvents(query),
        },
      }),
    );
    nowMs += 1000;
    await write(event('a'));
    const [problem] = await listener.take(1);
    expect(problem).toMatchObject({ event: 'problem', data: { code: 'store_unavailable' } });
    away = false;
    for (;;) {
      const [next] = await listener.take(1);
      if (next?.event !== 'refused') continue;
      expect(next.data.eventId).toBe(`${hour}-a`);
      break;
    }
  });

  it('tells of a defect, to the client without its words', async () => {
    const defects: unknown[] = [];
    const broken = new TypeError('secret-word of undefined');
    const listener = await listen(
      await start({
        telemetry: { ...silentTelemetry, defect: ({ error }) => void defects.push(error) },
        store: { ...store, readNewEvents: () => Promise.reject(broken) },
      }),
    );
    const [problem] = await listener.take(1);
    expect(problem).toMatchObject({ event: 'problem', data: { code: 'internal_error' } });
    expect(JSON.stringify(problem)).not.toContain('secret-word');
    expect(defects).toContain(broken);
  });

  it('is open to a bounded number of clients; one that leaves makes room', async () => {
    const api = await start({ limits: { openStreams: 1 } });
    const first = await listen(api);
    const refused = await api.fetch('/api/v1/stream');
    expect((await problemOf(refused)).code).toBe('streams_busy');
    first.close();
    let status = 503;
    while (status === 503) {
      const next = await listen(api);
      ({ status } = next);
      next.close();
    }
    expect(status).toBe(200);
  });

  it('drops a client that does not read, and holds little for it', async () => {
    const served = withResolvers<string>();
    const api = await start({
      limits: { streamBufferBytes: 16_384, streamStallMs: 30 },
      telemetry: { ...silentTelemetry, requestServed: ({ route }) => served.resolve(route) },
    });
    const socket = connect(api.port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.pause();
    socket.write(`GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await once(socket, 'readable');
    nowMs += 1000;
    const userAgent = 'x'.repeat(5_000);
    for (let part = 0; part < 4; part++) {
      await write(...Array.from({ length: 1_000 }, (_, i) => event(`${part}${i}`, { userAgent })));
    }
    expect(await served.promise).toBe('/api/v1/stream');
    socket.destroy();
  });

  it('does not drop a client that reads, however large the events are', async () => {
    const listener = await listen(await start({ limits: { streamBufferBytes: 16_384, streamStallMs: 10_000 } }));
    nowMs += 1000;
    await write(
      ...Array.from({ length: 700 }, (_, i) => event(String(i).padStart(3, '0'), { userAgent: 'x'.repeat(5_000) })),
    );
    expect(await listener.take(700)).toHaveLength(700);
  });
});

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
