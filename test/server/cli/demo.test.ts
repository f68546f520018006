import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../server/src/cli/configuration.js';
import { createDemoCommand, type DemoTraffic, type RunningDemo } from '../../../server/src/cli/demo.js';
import { runCommandLine } from '../../../server/src/cli/run.js';
import type { Config } from '../../../server/src/config/schema.js';
import type { EventReader } from '../../../server/src/store/event-store.js';
import { fakeServiceHost } from './fake-service-host.js';

interface Given {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Refused requests at each question. */
  readonly refused?: readonly number[];
}

async function demo({ args = [], env = {}, refused = [0, 7] }: Given) {
  const host = fakeServiceHost(env);
  const started: { config: Config; traffic: DemoTraffic }[] = [];
  let question = 0;
  const store = {
    readFeeds: async () => [{ feed: 'a', kind: 'demo', completeUntilMs: 0, units: 1, requests: 81_234, rejected: {} }],
    async readTop() {
      const value = refused[Math.min(question++, refused.length - 1)] as number;
      return {
        frame: { columns: [{ name: 'refused', type: 'number', unit: 'requests', labels: {}, values: [value] }] },
      };
    },
    readEvents: async () => ({ events: [{ eventId: 'e8f3d4fe' }], next: null }),
  } as unknown as EventReader;
  const running: RunningDemo = {
    service: {
      url: 'http://127.0.0.1:4031',
      readiness: () => ({ ready: true, checks: [] }),
      stop: async () => {},
    },
    store,
    directory: '/tmp/demo',
  };
  const command = createDemoCommand({
    host: {
      ...host,
      async writeOut(text) {
        host.out.push(text);
        host.end();
      },
    },
    nowMs: () => 0,
    readConfiguration: (input) => readConfiguration({ ...input, checkLogFormat: () => null }),
    async start(config, traffic) {
      started.push({ config, traffic });
      return running;
    },
  });
  const commands = [{ name: 'demo', usage: 'demo', summary: '', load: async () => command }];
  const code = await runCommandLine({ commands, readVersion: async () => '' }, ['demo', ...args], host);
  return { code, out: host.out.join(''), error: host.error.join(''), started: started[0] };
}

describe('why403 demo', () => {
  it('says what to open as soon as there is something to see', async () => {
    const { code, out, error } = await demo({});
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toContain('81,234 requests, 7 of them refused');
    expect(out).toContain('http://127.0.0.1:4031/docs');
    expect(out).toContain("curl 'http://127.0.0.1:4031/api/v1/top?by=cause'");
    expect(out).toContain("curl 'http://127.0.0.1:4031/api/v1/events/e8f3d4fe'");
    expect(out).toContain('/tmp/demo');
  });

  it('hands its options on', async () => {
    const { started } = await demo({ args: ['--port', '0', '--data', '/d', '--seed', '7', '--speed', '2.5'] });
    expect(started?.traffic).toEqual({ speed: 2.5, historyHours: 24, incidents: 'scheduled' });
    expect(started?.config).toMatchObject({ listen: { port: 0 }, data: { directory: '/d' }, demo: { seed: 7 } });
  });

  it.each([
    [['--incidents', 'none', '--history', '336'], { speed: 1, historyHours: 336, incidents: 'none' }],
    [['--incidents', 'now', '--history', '1'], { speed: 1, historyHours: 1, incidents: 'now' }],
  ])('makes the past and the incidents that are asked for: %j', async (args, traffic) => {
    expect((await demo({ args })).started?.traffic).toEqual(traffic);
  });

  it('does not touch what the environment says of the real service', async () => {
    const env = {
      WHY403_STORE_URL: 'http://db.example.com:8123',
      WHY403_DATA_DIRECTORY: '/var/lib/why403',
      WHY403_SOURCES: '[{"kind":"stdin"}]',
      WHY403_LISTEN_HOST: '0.0.0.0',
      WHY403_CONFIG: '/no/such.yaml',
      WHY403_DEMO_SEED: '9',
    };
    const config = (await demo({ env })).started?.config;
    expect(config?.store.url).toBeNull();
    expect(config?.data.directory).toBeNull();
    expect(config?.sources).toEqual([]);
    expect(config?.listen.host).toBe('127.0.0.1');
    expect(config?.demo.seed).toBe(9);
  });

  it('takes tokens when it is to be reached from other machines, and is refused without', async () => {
    const sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
    const env = { WHY403_ACCESS_TOKENS: JSON.stringify([{ role: 'read', id: 'grafana', sha256 }]) };
    const reached = (await demo({ env, args: ['--host', '0.0.0.0'] })).started?.config;
    expect(reached?.listen.host).toBe('0.0.0.0');
    expect(reached?.access.tokens).toEqual([{ role: 'read', id: 'grafana', sha256, sourceArns: null }]);
    expect((await demo({ env })).started?.config.access.tokens).toEqual([]);
    const { code, error } = await demo({ args: ['--host', '0.0.0.0'] });
    expect(code).toBe(2);
    expect(error).toContain('access.tokens');
  });

  it('logs warnings in sentences unless told otherwise', async () => {
    expect((await demo({})).started?.config.log).toEqual({ level: 'warn', format: 'pretty' });
    const env = { WHY403_LOG_LEVEL: 'debug', WHY403_LOG_FORMAT: 'json' };
    expect((await demo({ env })).started?.config.log).toEqual({ level: 'debug', format: 'json' });
  });

  it.each([
    ['a speed that is no number', ['--speed', 'fast']],
    ['no speed at all', ['--speed', '0']],
    ['a speed beyond all measure', ['--speed', '101']],
    ['a history without end', ['--history', '337']],
    ['no history at all', ['--history', '0']],
    ['a plan of incidents that there is not', ['--incidents', 'all']],
    ['a seed that is no number', ['--seed', 'x']],
    ['an argument', ['now']],
  ])('%s ends with code 2', async (_name, args) => {
    const { code, out, error } = await demo({ args });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).not.toBe('');
  });
});
