import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../server/src/cli/configuration.js';
import { runCommandLine } from '../../../server/src/cli/run.js';
import { createServeCommand } from '../../../server/src/cli/serve.js';
import type { Config } from '../../../server/src/config/schema.js';
import type { Service } from '../../../server/src/service/service.js';
import { ServiceError } from '../../../server/src/service/service-error.js';
import { fakeServiceHost } from './fake-service-host.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'why403-serve-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (text: string): string => {
  const path = join(folder, 'why403.yaml');
  writeFileSync(path, text);
  return path;
};

interface Given {
  readonly terminal?: boolean;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly failure?: unknown;
}

/** Runs `why403 serve` with a service that is asked to end as soon as it has started. */
async function serve({ terminal = false, args = [], env = {}, failure }: Given) {
  const fake = fakeServiceHost(env);
  const host: typeof fake = {
    ...fake,
    outputIsTerminal: terminal,
    async writeOut(text) {
      await fake.writeOut(text);
      fake.end();
    },
  };
  const started: Config[] = [];
  const stops: string[] = [];
  const service: Service = {
    url: 'http://127.0.0.1:4030',
    readiness: () => ({ ready: true, checks: [] }),
    stop: async () => void stops.push('stop'),
  };
  const command = createServeCommand({
    host,
    readConfiguration: (input) => readConfiguration({ ...input, checkLogFormat: () => null }),
    async start(config) {
      if (failure !== undefined) throw failure;
      started.push(config);
      if (!terminal) host.end();
      return service;
    },
  });
  const commands = [{ name: 'serve', usage: 'serve', summary: '', load: async () => command }];
  const code = await runCommandLine({ commands, readVersion: async () => '' }, ['serve', ...args], host);
  return { code, out: host.out.join(''), error: host.error.join(''), config: started[0], stops };
}

describe('why403 serve', () => {
  it('starts, and stops when it is asked to', async () => {
    const { code, out, error, config, stops } = await serve({});
    expect({ code, out, error, stops }).toEqual({ code: 0, out: '', error: '', stops: ['stop'] });
    expect(config?.listen).toEqual({ host: '127.0.0.1', port: 4030 });
  });

  it('says on a terminal what comes next, and that nothing is read without sources', async () => {
    const { out } = await serve({ terminal: true });
    expect(out).toContain('No sources are configured: send logs to http://127.0.0.1:4030/api/v1/ingest');
    expect(out).toContain('Open http://127.0.0.1:4030/docs');
    const env = { WHY403_SOURCES: '[{"kind":"file","paths":["/var/log/a.log"]}]' };
    expect((await serve({ terminal: true, env })).out).not.toContain('No sources');
  });

  it('takes options before variables before the file', async () => {
    const config = file('listen: {port: 1001, host: 127.0.0.2}\ndata: {directory: /one}\n');
    const env = { WHY403_LISTEN_PORT: '1002', WHY403_DATA_DIRECTORY: '/two' };
    const run = await serve({ args: ['--config', config, '--data', '/three'], env });
    expect(run.config?.listen).toEqual({ host: '127.0.0.2', port: 1002 });
    expect(run.config?.data.directory).toBe('/three');
  });

  it('finds the file by WHY403_CONFIG', async () => {
    const path = file('listen: {port: 1001}\n');
    expect((await serve({ env: { WHY403_CONFIG: path } })).config?.listen.port).toBe(1001);
  });

  it.each<[string, () => Given, RegExp]>([
    [
      'a file that is not there',
      () => ({ args: ['--config', '/no/such.yaml'] }),
      /^why403: The configuration file \/no\/such\.yaml does not exist\.\n.*--config.*\n$/,
    ],
    ['a file that is a directory', () => ({ args: ['--config', folder] }), /is a directory, not a file\.\n/],
    [
      'a file that is not there, by the variable',
      () => ({ env: { WHY403_CONFIG: '/no/such.yaml' } }),
      /does not exist/,
    ],
    [
      'an unknown key',
      () => ({ args: ['--config', file('listen:\n  prot: 1\n')] }),
      /^why403: the configuration has a problem:\n {2}listen\.prot \(.*why403\.yaml:2\): There is no such key\. Did you mean port\?\ndocs\/configuration\.md lists every key\.\n$/,
    ],
    [
      'two problems',
      () => ({ args: ['--port', 'x'], env: { WHY403_LOG_LEVEL: 'loud' } }),
      /has 2 problems:\n {2}listen\.port \(--port\): .+\n {2}log\.level \(WHY403_LOG_LEVEL\): .+\n/,
    ],
    ['no YAML', () => ({ args: ['--config', file('a: [')] }), /\n {2}.*why403\.yaml:1: This is not YAML/],
    [
      'another address without tokens',
      () => ({ args: ['--host', '0.0.0.0'] }),
      /listen\.host \(--host\): Expected a loopback address.*why403 token create/,
    ],
    ['an argument', () => ({ args: ['why403.yaml'] }), /takes no argument/],
    ['an unknown option', () => ({ args: ['--prot', '1'] }), /Did you mean --port\?/],
  ])('%s ends with code 2', async (_name, given, expected) => {
    const { code, out, error, config } = await serve(given());
    expect({ code, out, config }).toEqual({ code: 2, out: '', config: undefined });
    expect(error).toMatch(expected);
  });

  it.each([
    ['data_directory', 3],
    ['address', 4],
    ['store', 5],
  ] as const)('a failure of kind %s ends with code %d and one sentence', async (failure, expected) => {
    const { code, error } = await serve({ failure: new ServiceError(failure, 'It is so.', 'Do that.') });
    expect({ code, error }).toEqual({ code: expected, error: 'why403: It is so.\nDo that.\n' });
  });

  it('a defect is thrown on', async () => {
    await expect(serve({ failure: new TypeError('x') })).rejects.toThrow(TypeError);
  });
});
