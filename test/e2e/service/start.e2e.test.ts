import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, makeFolder, report, run, serve, tidy, tidyMs } from './program.js';
import { format, ingest, lines, refusedCount, requestCount } from './requests.js';

afterEach(tidy, tidyMs);

describe('why403 serve', () => {
  it('has the data of a file in the API soon after its start, and again after a second one', async () => {
    const folder = makeFolder();
    const [log, config, data] = [join(folder, 'access.log'), join(folder, 'why403.yaml'), join(folder, 'data')];
    writeFileSync(log, lines(0, 3000, Date.now() - 60_000));
    const source = { kind: 'file', paths: [log], format, api: 'a1b2c3d4e5', stage: 'prod', pollMs: 100 };
    writeFileSync(config, JSON.stringify({ sources: [source] }));

    const first = serve(data, {}, '--config', config);
    const address = await first.address();
    await eventually('the data', async () => (await refusedCount(address)) === 1000);
    report(`data in the API ${((performance.now() - first.startedAt) / 1000).toFixed(1)} s after the start`);
    await eventually('the totals', async () => (await requestCount(address)) === 3000);
    expect(await first.stop()).toEqual({ code: 0, signal: null });
    expect(first.error).toBe('');

    // Without the source: what is there was stored.
    const second = serve(data);
    const again = await second.address();
    expect(await refusedCount(again)).toBe(1000);
    expect(await requestCount(again)).toBe(3000);
    report(`a second start answers after ${((performance.now() - second.startedAt) / 1000).toFixed(1)} s`);
    expect((await second.stop()).code).toBe(0);
  });

  it('says in one log line where it listens', async () => {
    const program = serve(join(makeFolder(), 'data'));
    const entry = await program.event('service_started');
    expect(entry).toMatchObject({ level: 'info', address: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect(program.events('service_started')).toHaveLength(1);
    expect((await fetch(`${entry['address']}/readyz`)).status).toBe(200);
  });

  it('loads nothing of the SDKs of AWS and OpenTelemetry unless something is to be read or exported', async () => {
    const folder = makeFolder();
    const probe = join(folder, 'probe.mjs');
    writeFileSync(
      probe,
      `import { Module } from 'node:module';
       process.on('exit', () => {
         const loaded = Object.keys(Module._cache).filter((path) => /opentelemetry[/\\\\](?:sdk|exporter|otlp)|@aws-sdk/.test(path));
         process.stderr.write(\`modules of the SDK: \${loaded.length}\\n\`);
       });`,
    );
    const env = { NODE_OPTIONS: `--import=${probe}` };
    const without = serve(join(folder, 'data'), env);
    await without.address();
    await without.stop();
    expect(without.error).toContain('modules of the SDK: 0\n');

    const collector = createServer((request, response) => {
      request.resume();
      received.add(request.url ?? '');
      response.end('{}');
    });
    const received = new Set<string>();
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const { port } = collector.address() as AddressInfo;
    const exporting = serve(join(folder, 'data'), {
      ...env,
      WHY403_TELEMETRY_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    });
    await ingest(await exporting.address(), 'one', lines(0, 30, Date.now()));
    // At the end there are two seconds for what is left, which a busy machine may not have.
    await eventually('traces', () => received.has('/v1/traces'));
    await exporting.stop();
    collector.closeAllConnections();
    collector.close();
    expect(exporting.error).not.toContain('modules of the SDK: 0\n');
    expect([...received].sort()).toEqual(['/v1/metrics', '/v1/traces']);
  });
});

describe('a start that fails says why in one sentence, with its own exit code', () => {
  const cases: readonly (readonly [
    string,
    (folder: string) => Promise<readonly [string[], Record<string, string>]>,
    number,
    RegExp,
  ])[] = [
    [
      'an unknown key',
      async (folder) => [['--config', write(folder, 'lisen: {port: 1}\n')], {}],
      2,
      /lisen.*There is no such key\. Did you mean listen\?/,
    ],
    [
      'a configuration that is not there',
      async (folder) => [['--config', join(folder, 'none.yaml')], {}],
      2,
      /none\.yaml does not exist\./,
    ],
    ['a configuration that is a directory', async (folder) => [['--config', folder], {}], 2, /is a directory/],
    [
      'a directory of another command',
      async (folder) => [['--data', owned(folder, 'demo')], {}],
      3,
      /belongs to "why403 demo"/,
    ],
    [
      'a directory with files of somebody',
      async (folder) => [['--data', foreign(folder)], {}],
      3,
      /not a data directory of why403/,
    ],
    [
      'a directory that is a file',
      async (folder) => [['--data', write(folder, '')], {}],
      3,
      /cannot be created or written/,
    ],
    [
      'an address of another machine',
      async (folder) => [
        ['--data', join(folder, 'data')],
        { WHY403_LISTEN_HOST: '203.0.113.7', WHY403_ACCESS_TOKENS: token },
      ],
      4,
      /203\.0\.113\.7 is none of this machine/,
    ],
    [
      'a database that is not there',
      async () => [[], { WHY403_STORE_URL: `http://127.0.0.1:${await unusedPort()}` }],
      5,
      /database/i,
    ],
  ];
  const token = JSON.stringify([{ role: 'read', id: 'a', sha256: 'a'.repeat(64) }]);

  it.each(cases)('%s', async (_name, given, code, sentence) => {
    const [args, env] = await given(makeFolder());
    const program = run(['serve', '--port', '0', ...args], env);
    expect(await program.ended).toEqual({ code, signal: null });
    expect(program.error).toMatch(/^why403: /);
    expect(program.error).toMatch(sentence);
    expect(program.error.split('\n').length).toBeLessThanOrEqual(4);
    expect(program.error).not.toMatch(/^\s+at /m);
  });

  it('a directory in use; who uses it is not disturbed', async () => {
    const data = join(makeFolder(), 'data');
    const first = serve(data);
    const address = await first.address();
    await ingest(address, 'one', lines(0, 30, Date.now()));
    const second = serve(data);
    expect((await second.ended).code).toBe(3);
    expect(second.error).toMatch(/^why403: The data directory .+ is in use by process \d+; .+\.\n$/);
    expect(await refusedCount(address)).toBe(10);
  });

  it('a port in use; the data directory is free afterwards', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const data = join(makeFolder(), 'data');
    const program = run(['serve', '--port', String(port), '--data', data]);
    expect((await program.ended).code).toBe(4);
    expect(program.error).toMatch(
      new RegExp(`^why403: Port ${port} of 127\\.0\\.0\\.1 is in use by another process\\.\\n.+\\n$`),
    );
    other.close();
    await serve(data).address();
  });

  it('no chdb: the one command to run', async () => {
    const program = run(['serve', '--port', '0', '--data', join(makeFolder(), 'data')], {}, withoutChdb(makeFolder()));
    expect((await program.ended).code).toBe(5);
    expect(program.error).toContain('`npm install chdb@');
    expect(program.error.split('\n')).toHaveLength(2);
  });
});

function write(folder: string, text: string): string {
  const path = join(folder, 'why403.yaml');
  writeFileSync(path, text);
  return path;
}

function owned(folder: string, owner: string): string {
  writeFileSync(join(folder, 'why403-data.json'), JSON.stringify({ owner, layout: 1 }));
  return folder;
}

function foreign(folder: string): string {
  writeFileSync(join(folder, 'thesis.txt'), 'years of work');
  return folder;
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The built server beside every installed package but chdb. */
function withoutChdb(folder: string): string {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(join(root, 'server', part), join(folder, 'server', part), { recursive: true });
  }
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!/^(?:chdb|@chdb|\.)/.test(name))
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  return join(folder, 'server', 'bin', 'why403.js');
}
