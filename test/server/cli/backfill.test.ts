import { describe, expect, it } from 'vitest';
import { createRunningService } from '../../../server/src/check/running-service.js';
import { createBackfillCommand } from '../../../server/src/cli/backfill.js';
import { runCommandLine } from '../../../server/src/cli/run.js';
import type { Backfiller, BackfillReport, BackfillStart } from '../../../server/src/sources/backfiller.js';
import type { PastGroup, PastRequest } from '../../../server/src/sources/past-reading.js';
import { type Api, type ApiOptions, allTokens, startApi, testNowMs, tokens } from '../api/start-api.js';
import { backfillReport, willingBackfiller } from '../api/willing-backfiller.js';
import { fakeServiceHost } from './fake-service-host.js';

const shop = (more: Partial<PastGroup> = {}): PastGroup => ({
  group: { account: '111122223333', region: 'eu-west-1', name: '/aws/apigateway/shop' },
  state: 'reading',
  message: '',
  windows: 4_000,
  doneWindows: 0,
  events: 0,
  ...more,
});

const at = (doneWindows: number): BackfillReport =>
  backfillReport({ groups: [shop({ doneWindows, events: doneWindows * 3 })] });
const ended = (state: BackfillReport['state'], group: Partial<PastGroup>): BackfillReport =>
  backfillReport({ state, endedMs: testNowMs + 90_000, groups: [shop(group)] });
const done = ended('done', { state: 'done', doneWindows: 4_000, events: 12_345 });

/** Lists these, one after the other; the last one again and again. */
function listing(...reports: readonly BackfillReport[]): Pick<Backfiller, 'list'> {
  let asked = 0;
  return { list: () => [reports[Math.min(asked++, reports.length - 1)] as BackfillReport] };
}

interface Setting {
  readonly backfiller?: Partial<Backfiller>;
  readonly options?: Partial<ApiOptions>;
  readonly env?: Readonly<Record<string, string>>;
  /** In the so-manieth wait. */
  readonly endsAt?: number;
  readonly url?: (api: Api) => string;
}

/** The command line in front of the real application. */
async function run(args: readonly string[], { backfiller: more, options, env, endsAt, url }: Setting = {}) {
  const backfiller = willingBackfiller(more);
  const api = await startApi({ backfiller, ...options });
  const host = { ...fakeServiceHost(env), errorIsTerminal: true };
  let nowMs = testNowMs;
  let waits = 0;
  const command = createBackfillCommand({
    host,
    runningService: (address, token) => createRunningService({ url: address, token, fetch }),
    nowMs: () => nowMs,
    async wait(ms) {
      nowMs += ms;
      if (++waits === endsAt) host.end();
    },
  });
  const commands = [{ name: 'backfill', usage: 'backfill', summary: '', load: async () => command }];
  const line = ['backfill', ...args, '--url', url?.(api) ?? api.url];
  const code = await runCommandLine({ commands, readVersion: async () => '1' }, line, host);
  return { code, out: host.out.join(''), error: host.error.join(''), asked: backfiller.asked, waits };
}

describe('why403 backfill', () => {
  it('begins what it was asked for, shows how far it is, and ends with what was read', async () => {
    const { code, out, error, asked } = await run(
      ['--from', '2026-02-22T12:30:00Z', '--to', 'now', '--api', 'orders-*', '--stage', 'prod'],
      { backfiller: { ...listing(at(1_000), at(2_000), done) } },
    );
    expect(code).toBe(0);
    const range = { fromMs: Date.UTC(2026, 1, 22, 12, 30), toMs: testNowMs };
    expect(asked).toEqual([{ range, api: 'orders-*', stage: 'prod' }]);
    expect(error).toContain('[#####---------------]   25 %  1,000 of 4,000 windows  3 s left  3,000 events');
    expect(error).toContain('[##########----------]   50 %');
    expect(out).toBe(
      'The backfill of 2026-02-22T12:30:00.000Z to 2026-03-01T12:30:00.000Z (1 log group) is done.\n' +
        '4,000 of 4,000 windows are stored, 12,345 events were read in 1 min 30 s.\n',
    );
  });

  it('says of each group that could not be read why, and ends with 1', async () => {
    const denied = { state: 'denied', message: 'logs:FilterLogEvents is missing \u001b[2J.' } as const;
    const { code, out } = await run(['--from', 'now-1d'], { backfiller: listing(ended('failed', denied)) });
    expect(code).toBe(1);
    expect(out).toContain(
      '  111122223333 eu-west-1 /aws/apigateway/shop: denied. logs:FilterLogEvents is missing \\x1b[2J.\n',
    );
    expect(out).toContain('begun again, it reads what is missing');
  });

  it('is JSON for programs', async () => {
    const { code, out } = await run(['--from', 'now-1d', '--json'], { backfiller: listing(done) });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ id: done.id, state: 'done', windows: 4_000, events: 12_345 });
  });

  it('Ctrl-C ends the following and not the backfill', async () => {
    const { code, error, out, asked } = await run(['--from', 'now-1d'], { backfiller: listing(at(1_000)), endsAt: 3 });
    expect(code).toBe(0);
    expect(error).toContain('The service reads on. `why403 backfill` follows it, `why403 backfill --stop` stops it.');
    expect(out).toContain('is under way.');
    // Nothing was stopped.
    expect(asked).toHaveLength(1);
  });

  it('follows what is under way when no range is given', async () => {
    const { code, out, asked } = await run([], { backfiller: listing(at(1), done) });
    expect({ code, asked }).toEqual({ code: 0, asked: [] });
    expect(out).toContain('is done');
  });

  it('--stop stops what is under way', async () => {
    const { code, out, asked } = await run(['--stop'], { backfiller: listing(at(1)) });
    expect({ code, asked }).toEqual({ code: 0, asked: ['mkxv3c1s-1'] });
    expect(out).toContain('was stopped');
  });

  it.each([[['--stop']], [[]]])('says when none is under way: %j', async (args) => {
    const { code, out, asked } = await run(args, { backfiller: { list: () => [] } });
    expect({ code, out, asked }).toEqual({ code: 0, out: 'No backfill is under way.\n', asked: [] });
  });

  it('while another one is under way, says what can be done', async () => {
    const { code, error } = await run(['--from', 'now-1d'], {
      backfiller: { start: () => ({ kind: 'busy', report: at(1) }) },
    });
    expect(code).toBe(1);
    expect(error).toContain('mkxv3c1s-1 is under way');
    expect(error).toContain('`why403 backfill --stop` stops it.');
  });

  it('sits out a service that does not answer for a moment, and not for ever', async () => {
    let asked = 0;
    const away = (until: number): Partial<Backfiller> => ({
      list() {
        if (asked++ < until) throw new Error('made up');
        return [done];
      },
    });
    expect((await run(['--from', 'now-1d'], { backfiller: away(5) })).code).toBe(0);
    asked = 0;
    const { code, waits } = await run(['--from', 'now-1d'], { backfiller: away(Number.POSITIVE_INFINITY) });
    expect({ code, waits }).toEqual({ code: 1, waits: 10 });
  });

  it('waits while the service has not found the log groups yet', async () => {
    let tries = 0;
    const start = (request: PastRequest): BackfillStart => {
      if (++tries < 4) return { kind: 'early', reason: 'They are being looked for.' };
      return { kind: 'started', report: backfillReport(request) };
    };
    const { code, error } = await run(['--from', 'now-1d'], { backfiller: { start, ...listing(done) } });
    expect({ code, tries }).toEqual({ code: 0, tries: 4 });
    expect(error.match(/They are being looked for\. This waits\./g)).toHaveLength(1);
  });

  it('says that the service was started again, and that it can be begun again', async () => {
    const { code, error } = await run(['--from', 'now-1d'], { backfiller: { list: () => [] } });
    expect(code).toBe(1);
    expect(error).toContain('begin the same range again');
  });

  it.each([
    ['no from', ['--api', 'x'], '--api needs --from'],
    ['a range to stop', ['--stop', '--from', 'now-1d'], '--stop stops whatever is under way'],
    ['times that are none', ['--from', 'yesterday'], 'body from: expected ISO 8601'],
    ['a range that is not kept', ['--from', 'now-40d'], 'within the last 30 days'],
    ['an argument', ['now-1d'], 'takes no argument'],
  ])('%s: one sentence and exit code 2', async (_name, args, words) => {
    const { code, error, asked } = await run(args);
    expect(code).toBe(2);
    expect(error).toContain(words);
    expect(asked).toEqual([]);
  });

  it.each([
    ['no token', {}, 'put one of the role admin into WHY403_TOKEN'],
    [
      'a token that may only read',
      { WHY403_TOKEN: tokens.read.token },
      'Expected a token of the role admin, came read.',
    ],
  ])('with %s it says which one it takes', async (_name, env, words) => {
    const options = { access: { tokens: allTokens, loopback: false } };
    const { code, error, asked } = await run(['--from', 'now-1d'], { options, env });
    expect({ code, asked }).toEqual({ code: 1, asked: [] });
    expect(error).toContain(words);
    const admin = await run(['--stop'], { options, env: { WHY403_TOKEN: tokens.admin.token } });
    expect(admin.code).toBe(0);
  });

  it('without a service it says how to start one', async () => {
    const { code, error } = await run(['--from', 'now-1d'], { url: () => 'http://127.0.0.1:9' });
    expect(code).toBe(1);
    expect(error).toContain('why403 serve');
  });
});
