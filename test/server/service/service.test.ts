import { createServer, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Service, startService } from '../../../server/src/service/service.js';
import { ServiceError } from '../../../server/src/service/service-error.js';
import type { Source } from '../../../server/src/sources/source.js';
import type { SourceState } from '../../../server/src/sources/source-state.js';
import { DataDirectoryError } from '../../../server/src/store/embedded/data-directory.js';
import { StoreError } from '../../../server/src/store/store-error.js';
import { config, type FakeOptions, fakeParts } from './fake-parts.js';

const running: Service[] = [];
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
});

async function started(options: FakeOptions = {}) {
  const { parts, steps } = fakeParts(options);
  const service = await startService(config, parts);
  running.push(service);
  return { service, steps };
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

const ask = (url: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(url, (response) => {
      response.resume();
      response.once('end', () => resolve(response));
    }).once('error', reject);
  });

describe('a start', () => {
  it('makes the parts in order; sources come last', async () => {
    const begun: string[] = [];
    const source: Source = { name: 's', run: async () => void begun.push('run') };
    const { service, steps } = await started({ sources: [source] });
    expect(steps.filter((step) => step !== 'sweep' && step !== 'keepHouse')).toEqual([
      'openStore',
      'migrate',
      'createPipeline',
      'createApi',
      'createSources',
    ]);
    expect(begun).toEqual(['run']);
    expect((await ask(service.url)).statusCode).toBe(200);
    expect(service.readiness().ready).toBe(true);
  });

  it('sweeps and keeps house at once, as far back as facts are kept', async () => {
    const since: number[] = [];
    const { steps } = await started({
      sweep: async (sinceMs) => {
        since.push(sinceMs);
        return 0;
      },
    });
    await until(() => steps.includes('keepHouse'));
    expect(since).toEqual([Date.UTC(2024, 3, 29, 10)]);
  });

  it('survives a sweep that fails, and tells of it', async () => {
    const told: string[] = [];
    const { steps } = await started({
      sweep: () => Promise.reject(new StoreError('timeout', 'It took too long.')),
      telemetry: { sourceProblem: ({ source, problem }) => void told.push(`${source}: ${problem}`) },
    });
    await until(() => steps.includes('keepHouse'));
    expect(told).toEqual(['settle sweep: It took too long.']);
  });
});

describe('a start that fails ends what had begun, and says why', () => {
  const full = new DataDirectoryError('unwritable', 'It cannot be written.', {
    cause: Object.assign(new Error('x'), { code: 'ENOSPC' }),
  });
  it.each<[string, FakeOptions, string, string, string[]]>([
    [
      'the directory is in use',
      { failing: { openStore: new DataDirectoryError('locked', 'In use.') } },
      'data_directory',
      'In use.',
      ['openStore'],
    ],
    [
      'the disk is full when the directory is claimed',
      { failing: { openStore: full } },
      'store',
      'full',
      ['openStore'],
    ],
    [
      'the database does not answer',
      { failing: { openStore: new StoreError('unavailable', 'Not there.') } },
      'store',
      'Not there.',
      ['openStore'],
    ],
    [
      'the disk is full when the schema is made',
      { store: { migrate: () => Promise.reject(new StoreError('full', 'Full.')) } },
      'store',
      'Full.',
      ['openStore', 'database.stop'],
    ],
    [
      'the database by URL is not reachable',
      { store: { ping: () => Promise.reject(new StoreError('unavailable', 'Gone.')) } },
      'store',
      'Gone.',
      ['openStore', 'database.stop'],
    ],
  ])('%s', async (_name, options, failure, sentence, done) => {
    const { parts, steps } = fakeParts(options);
    const error = await startService(config, parts).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({ failure });
    expect((error as ServiceError).message).toContain(sentence);
    expect(steps).toEqual(done);
  });

  it('the port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { parts, steps } = fakeParts();
    const error = await startService({ ...config, listen: { host: '127.0.0.1', port } }, parts).catch(
      (e: unknown) => e,
    );
    await new Promise((resolve) => other.close(resolve));
    expect(error).toMatchObject({
      failure: 'address',
      message: `Port ${port} of 127.0.0.1 is in use by another process.`,
    });
    expect(steps.at(-1)).toBe('database.stop');
  });

  it('the address is none of this machine', async () => {
    const { parts } = fakeParts();
    const listen = { host: '203.0.113.7', port: 0 };
    await expect(startService({ ...config, listen }, parts)).rejects.toMatchObject({ failure: 'address' });
  });

  it('a defect stays what it is', async () => {
    const defect = new TypeError('x is not a function');
    const { parts, steps } = fakeParts({ failing: { createSources: defect } });
    await expect(startService(config, parts)).rejects.toBe(defect);
    expect(steps.at(-1)).toBe('database.stop');
  });
});

describe('sources', () => {
  it('one that breaks begins again, the others go on', async () => {
    const runs: string[] = [];
    const defects: string[] = [];
    const steady: Source = {
      name: 'steady',
      async run(_sink, signal) {
        runs.push('steady');
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      },
    };
    const broken: Source = {
      name: 'broken',
      async run() {
        runs.push('broken');
        if (runs.filter((name) => name === 'broken').length < 2) throw new Error('x');
      },
    };
    await started({ sources: [steady, broken], telemetry: { defect: ({ where }) => void defects.push(where) } });
    await until(() => runs.length === 3);
    expect(runs).toEqual(['steady', 'broken', 'broken']);
    expect(defects).toEqual(['source broken']);
  });
});

describe('readiness', () => {
  it('follows the store', async () => {
    let up = true;
    const store = { ping: () => (up ? Promise.resolve() : Promise.reject(new StoreError('unavailable', 'Gone.'))) };
    const { service } = await started({ store });
    up = false;
    await until(() => !service.readiness().ready);
    expect(service.readiness().checks.filter(({ ok }) => !ok)).toEqual([
      { name: 'store', ok: false, detail: 'does not answer' },
    ]);
    up = true;
    await until(() => service.readiness().ready);
  });

  const far = (name: string, change: Partial<SourceState>): Source => ({
    name,
    run: async () => {},
    state: () => ({ name, hasRead: true, problem: null, accounts: [], groups: [], ...change }),
  });
  const near: Source = { name: 'file', run: async () => {} };
  const cases: readonly [string, readonly Source[], boolean, string][] = [
    ['no source', [], true, 'have begun'],
    ['one that was never reached', [far('a', { hasRead: false, problem: 'Wrong role.' })], false, 'a: Wrong role.'],
    ['one that is being asked', [far('a', { hasRead: false })], false, 'a: has not been answered yet'],
    ['one of two was reached', [far('a', { hasRead: false, problem: 'No.' }), far('b', {})], true, 'a: No.'],
    ['a file beside one that was never reached', [far('a', { hasRead: false, problem: 'No.' }), near], true, 'a: No.'],
    ['one that was reached once and is not now', [far('a', { problem: 'No answer.' })], true, 'a: No answer.'],
  ];
  it.each(cases)('says of sources: %s', async (_name, sources, ok, detail) => {
    const { service } = await started({ sources });
    expect(service.readiness().checks).toContainEqual({ name: 'sources', ok, detail });
    expect(service.readiness().ready).toBe(ok);
  });
});

describe('stop', () => {
  it('lets requests under way finish, then closes the store, then the database', async () => {
    let finish = () => {};
    const { service, steps } = await started({
      handler: (_request, response) => {
        finish = () => response.end('done');
        steps.push('asked');
      },
    });
    const answer = ask(service.url);
    await until(() => steps.includes('asked'));
    const stopped = service.stop();
    expect(service.readiness().ready).toBe(false);
    finish();
    expect((await answer).statusCode).toBe(200);
    await stopped;
    expect(steps.slice(-3)).toEqual(['flushTelemetry', 'store.close', 'database.stop']);
  });

  it('waits neither for a request that does not end, nor for a unit, nor for a silent connection', async () => {
    const never = new Promise<never>(() => {});
    const source: Source = { name: 'stuck', run: (sink) => sink.accept({} as never) as never };
    const { service, steps } = await started({
      sources: [source],
      accept: () => never,
      handler: () => void steps.push('asked'),
      store: { close: () => never },
    });
    const answer = ask(service.url).catch(() => 'ended');
    const silent = connect(Number(new URL(service.url).port), '127.0.0.1');
    const closed = new Promise((resolve) => silent.once('close', resolve));
    silent.on('error', () => {});
    await until(() => steps.includes('asked'));
    await service.stop();
    expect(await answer).toBe('ended');
    await closed;
    expect(steps).toContain('database.stop');
  });

  it('waits for a unit that is being stored', async () => {
    let store = () => {};
    const order: string[] = [];
    const source: Source = {
      name: 's',
      async run(sink) {
        await sink.accept({} as never).catch(() => {});
        order.push('stored');
      },
    };
    const { service } = await started({
      sources: [source],
      accept: () =>
        new Promise((_resolve, reject) => {
          store = () => reject(new Error('whatever'));
        }),
    });
    const stopped = service.stop().then(() => order.push('stopped'));
    store();
    await stopped;
    expect(order).toEqual(['stored', 'stopped']);
  });

  it('twice is once', async () => {
    const { service, steps } = await started();
    await Promise.all([service.stop(), service.stop()]);
    expect(steps.filter((step) => step === 'database.stop')).toHaveLength(1);
  });
});
