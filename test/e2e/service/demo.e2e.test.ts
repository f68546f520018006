import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, makeFolder, type Program, report, run, tidy, tidyMs } from './program.js';
import { refusedCount, requestCount } from './requests.js';

afterEach(tidy, tidyMs);

const demo = (data: string): Program => run(['demo', '--port', '0', '--data', data]);

async function address(program: Program): Promise<string> {
  await eventually('the demo to be ready', () => /\/docs/.test(program.out) || program.error !== '');
  return /http:\/\/127\.0\.0\.1:\d+/.exec(program.out)?.[0] ?? program.error;
}

describe('why403 demo', () => {
  it('has data when it says that it is ready, and says what to open; a second start goes on with the same data', async () => {
    const data = join(makeFolder(), 'demo');
    const first = demo(data);
    const url = await address(first);
    report(`the demo was ready ${((performance.now() - first.startedAt) / 1000).toFixed(1)} s after its start`);
    expect(first.out).toMatch(/Read so far: [\d,]+ requests, [\d,]+ of them refused/);
    for (const path of ['/docs', '/api/v1/top?by=cause', '/api/v1/series?by=cause&step=1h', '/api/v1/events?limit=3']) {
      expect(first.out).toContain(url + path);
      expect((await fetch(url + path)).status, path).toBe(200);
    }
    const refused = await refusedCount(url);
    const requests = await requestCount(url);
    expect(refused).toBeGreaterThan(0);
    expect(requests).toBeGreaterThan(refused);
    first.kill('SIGINT');
    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(first.error).toBe('');

    const second = demo(data);
    const again = await address(second);
    report(`again ${((performance.now() - second.startedAt) / 1000).toFixed(1)} s after the second start`);
    expect(await requestCount(again)).toBeGreaterThanOrEqual(requests);
    expect(await refusedCount(again)).toBeGreaterThanOrEqual(refused);
  });

  it('keeps its data apart: `why403 serve` does not take its directory', async () => {
    const data = join(makeFolder(), 'demo');
    const program = demo(data);
    await address(program);
    program.kill('SIGINT');
    await program.ended;
    const serve = run(['serve', '--port', '0', '--data', data]);
    expect((await serve.ended).code).toBe(3);
    expect(serve.error).toMatch(/belongs to "why403 demo", not to "why403 serve"/);
  });

  it('keeps quiet data apart from data with incidents: their counts would add up', async () => {
    const home = makeFolder();
    const program = run(['demo', '--port', '0', '--incidents', 'none', '--history', '1'], { XDG_DATA_HOME: home });
    await address(program);
    const data = join(home, 'why403', 'demo-none');
    expect(program.out).toContain(data);
    expect(program.out).toContain('The rest of the last hour follows');
    program.kill('SIGINT');
    await program.ended;
    const other = demo(data);
    expect((await other.ended).code).toBe(3);
    expect(other.error).toMatch(/belongs to "why403 demo --incidents none", not to "why403 demo"/);
  });

  it('keeps its data below $XDG_DATA_HOME', async () => {
    const home = makeFolder();
    const program = run(['demo', '--port', '0'], { XDG_DATA_HOME: home });
    await address(program);
    expect(program.out).toContain(join(home, 'why403', 'demo'));
  });
});
