import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, makeFolder, run, tidy, tidyMs } from './program.js';
import { ingest, lines, refusedAmong, refusedCount, requestCount } from './requests.js';

const built = new URL('../../../server/dist/store/embedded/embedded-database.js', import.meta.url).href;
type Embedded = typeof import('../../../server/src/store/embedded/embedded-database.js');
const telemetryUrl = new URL('../../../server/dist/telemetry/telemetry.js', import.meta.url).href;
type TelemetryModule = typeof import('../../../server/src/telemetry/telemetry.js');

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  await tidy();
  for (const end of ending.splice(0)) await end();
}, tidyMs);

/** A ClickHouse that somebody else runs; here it is the embedded one, seen from outside. */
async function databaseServer() {
  const { startEmbeddedDatabase } = (await import(/* @vite-ignore */ built)) as Embedded;
  const { silentTelemetry } = (await import(/* @vite-ignore */ telemetryUrl)) as TelemetryModule;
  const directory = join(makeFolder(), 'database');
  const server = await startEmbeddedDatabase({ directory, owner: 'serve', telemetry: silentTelemetry });
  ending.push(() => server.stop());
  return {
    server,
    env: {
      WHY403_STORE_URL: server.url,
      WHY403_STORE_USERNAME: server.username,
      WHY403_STORE_PASSWORD: server.password,
      WHY403_STORE_DATABASE: 'shared',
    },
  };
}

describe('a database by URL', () => {
  it('is used by two services at once; a batch that both get counts once', async () => {
    const { env } = await databaseServer();
    const first = run(['serve', '--port', '0'], env);
    const one = await first.address();
    const two = await run(['serve', '--port', '0'], env).address();
    const body = lines(0, 300, Date.now() - 60_000);
    expect((await ingest(one, 'same', body)).status).toBe(200);
    expect(await (await ingest(two, 'same', body)).json()).toMatchObject({ isNew: false });
    for (const address of [one, two]) {
      expect(await requestCount(address)).toBe(300);
      expect(await refusedCount(address)).toBe(refusedAmong(0, 300));
    }
    expect(first.out + first.error).not.toContain(env.WHY403_STORE_PASSWORD);
  });

  it('that goes away and comes back: 503 meanwhile, then everything is there', async () => {
    const { server, env } = await databaseServer();
    const address = await run(['serve', '--port', '0'], env).address();
    await ingest(address, 'one', lines(0, 300, Date.now() - 60_000));
    process.kill(server.pid as number, 'SIGKILL');
    const second = lines(300, 600, Date.now() - 60_000);
    await eventually('the batch to be stored', async () => {
      const response = await ingest(address, 'two', second);
      if (response.status !== 200) expect(response.status).toBe(503);
      await response.body?.cancel();
      return response.status === 200;
    });
    expect(await requestCount(address)).toBe(600);
    expect(await refusedCount(address)).toBe(refusedAmong(0, 600));
  });

  it('with a wrong password: one sentence without it', async () => {
    const { env } = await databaseServer();
    const program = run(['serve', '--port', '0'], { ...env, WHY403_STORE_PASSWORD: 'wrong-canary' });
    expect((await program.ended).code).toBe(5);
    expect(program.error).toMatch(/^why403: .+\n$/);
    expect(program.error).not.toContain('canary');
  });
});
