import { describe, expect, it } from 'vitest';
import { ServiceUnusable } from '../../../server/src/check/running-service.js';
import { runCommandLine } from '../../../server/src/cli/run.js';
import { createStatusCommand } from '../../../server/src/cli/status.js';
import { fakeServiceHost } from './fake-service-host.js';
import { expectGolden } from './golden.js';

const nowMs = Date.UTC(2026, 2, 1, 12);
const place = { account: '111122223333', region: 'eu-central-1' };

const group = (
  name: string,
  { lagMs = 95_000, ...changes }: { lagMs?: number | null; [field: string]: unknown } = {},
) => ({
  ...place,
  ...{ group: name, kind: 'access', stages: [{ apiId: 'rest000001', stage: 'prod' }] },
  ...{ state: 'reading', since: nowMs - 3_600_000, message: '' },
  ...{ lagMs, completeUntil: lagMs === null ? null : nowMs - lagMs },
  ...{ reading: 'whole', readingSince: nowMs - 3_600_000, misses: [], wholeBecause: null },
  ...{ finalUntil: null, behindWindows: 1, events: 182_344, lateEvents: 2, throttles: 0, gaps: [] },
  ...changes,
});
const accountOf = (changes: object = {}) => ({
  ...{ source: 'aws 111122223333', ...place, stages: 5, takenAt: nowMs - 240_000, problems: [] },
  ...changes,
});
const feed = (name: string, { lagMs = 61_000, ...changes }: { lagMs?: number; [field: string]: unknown } = {}) => ({
  ...{ feed: name, kind: 'cloudwatch', completeUntil: nowMs - lagMs, lagMs },
  ...{ units: 3, requests: 1200, rejected: {} },
  ...changes,
});
const reject = (name: string, reason: string, changes: object = {}) => ({
  ...{ feed: name, unit: `${name}:1`, line: 4, reason, detail: 'Expected JSON, came text.', shape: 'aaa 99' },
  ...{ seenAt: nowMs - 60_000, ...changes },
});

const well = {
  feeds: [feed('cwl:111122223333:eu-central-1:/aws/apigateway/shop')],
  groups: [
    group('/aws/apigateway/shop'),
    group('API-Gateway-Execution-Logs_rest000001/prod/Canary', {
      state: 'absent',
      lagMs: null,
      events: 0,
    }),
  ],
  accounts: [accountOf()],
  overlaps: [],
  rejects: [],
};
const nothing = { feeds: [], groups: [], accounts: [], overlaps: [], rejects: [] };
const denied =
  'AWS refuses logs:FilterLogEvents on log group shop-access (111122223333, eu-central-1): allow this action to the role.';
const ill = {
  ...well,
  feeds: [...well.feeds, feed('ingest', { kind: 'http' })],
  groups: [
    ...well.groups,
    group('shop-access', { state: 'denied', message: denied, lagMs: null, events: 0 }),
    group('shop-access-\u001b[31m2', { state: 'denied', message: denied, lagMs: null, events: 0 }),
    group('/aws/apigateway/web', {
      state: 'throttled',
      message: 'AWS throttles logs:FilterLogEvents: it is asked again, more slowly.',
      lagMs: 1_900_000,
      behindWindows: 30,
      throttles: 17,
    }),
    group('/aws/apigateway/late', { lagMs: 7_200_000, behindWindows: 120 }),
    group('/aws/apigateway/old', {
      gaps: [
        { from: Date.UTC(2026, 1, 20), to: Date.UTC(2026, 1, 22, 4) },
        { from: Date.UTC(2026, 1, 22, 6), to: Date.UTC(2026, 1, 26) },
      ],
    }),
  ],
  accounts: [
    accountOf(),
    accountOf({ region: 'eu-west-1', stages: 0, takenAt: null }),
    accountOf({
      region: 'us-east-1',
      problems: [
        {
          action: 'apigateway:GET',
          part: '/usageplans',
          message: 'AWS refuses apigateway:GET on /usageplans: allow this action to the role.',
        },
      ],
    }),
  ],
};

const shop = 'cwl:111122223333:eu-central-1:/aws/apigateway/shop';
const rejecting = {
  ...well,
  feeds: [
    feed(shop, { rejected: { line_too_long: 3, malformed: 1_412 } }),
    feed('orders', { kind: 'http', rejected: { template_mismatch: 25 } }),
    feed('ingest', { kind: 'http', lagMs: 3_720_000 }),
  ],
  rejects: [reject('orders', 'template_mismatch'), reject('checkout', 'unrecognised')],
};

async function status(answers: readonly unknown[], ...args: string[]) {
  const host = fakeServiceHost({ WHY403_TOKEN: ' w403_read_x ' });
  const asked: unknown[] = [];
  let i = 0;
  const command = createStatusCommand({
    host,
    nowMs: () => nowMs,
    runningService: (url, token) => ({
      async get(path, shape) {
        asked.push({ url, token, path });
        const answer = answers[Math.min(i++, answers.length - 1)];
        if (answer instanceof Error) throw answer;
        return shape.parse(answer);
      },
    }),
    wait: async () => {
      if (i >= answers.length) host.end();
    },
  });
  const commands = [{ name: 'status', usage: 'status', summary: '', load: async () => command }];
  const code = await runCommandLine({ commands, readVersion: async () => '' }, ['status', ...args], host);
  return { code, asked, out: host.out.join(''), error: host.error.join('') };
}

describe('why403 status', () => {
  it('all is read: 0, in a few lines', async () => {
    const { code, out, asked } = await status([well]);
    expect(code).toBe(0);
    expect(asked).toEqual([{ url: 'http://127.0.0.1:4030', token: 'w403_read_x', path: '/api/v1/sources' }]);
    expectGolden('status-well.txt', out);
  });

  it('something is not: 1, what to do once for all that it concerns', async () => {
    const { code, out } = await status([ill]);
    expect(code).toBe(1);
    expect(out.match(/more slowly/g)).toHaveLength(1);
    expectGolden('status-ill.txt', out);
  });

  it('--all shows groups that are well, too', async () => {
    expect((await status([well])).out).not.toContain('/aws/apigateway/shop');
    expect((await status([well], '--all')).out).toContain('/aws/apigateway/shop');
  });

  it('where the quota does not suffice: which groups, and what is missing', async () => {
    const misses = ['Refusals that only $context.status tells of.'];
    const wholeBecause = 'Its access-log format does not let AWS pick refusals out.';
    const groups = [
      ...well.groups,
      group('/aws/apigateway/busy', { reading: 'thrifty', misses }),
      group('/aws/apigateway/late', { lagMs: 7_200_000, wholeBecause }),
    ];
    const { code, out } = await status([{ ...well, groups }]);
    expect(code).toBe(1);
    expectGolden('status-thrifty.txt', out);
    expect((await status([{ ...well, groups: groups.slice(0, -1) }])).code).toBe(0);
  });

  it('a thousand groups make a short table', async () => {
    const groups = Array.from({ length: 1000 }, (_, i) => group(`g${i}`, { state: 'denied', message: `m${i}` }));
    const { out } = await status([{ ...well, groups }]);
    expect(out.split('\n').length).toBeLessThan(100);
    expect(out).toContain('0 of 1000');
  });

  it('rejected lines: of which feed, why, and where they can be read; all else is read, so 0', async () => {
    const { code, out } = await status([rejecting]);
    expect(code).toBe(0);
    expectGolden('status-rejected.txt', out);
  });

  it.each([
    ['none', {}, ''],
    ['of a reason that came to nothing', { feeds: [feed('orders', { rejected: { malformed: 0 } })] }, ''],
    [
      'counted, also where the newest of them are listed',
      {
        feeds: [feed('orders', { rejected: { malformed: 1_234, expired: 5_000 } })],
        rejects: [reject('orders', 'expired')],
      },
      '  ! orders  5,000 expired · 1,234 malformed',
    ],
    [
      'of a feed that has no watermark: no line told a time',
      { rejects: [reject('new', 'unrecognised'), reject('new', 'unrecognised'), reject('new', 'nul_bytes')] },
      '  ! new  at least 2 unrecognised · 1 nul_bytes',
    ],
    [
      'of a feed without watermark, long ago',
      { rejects: [reject('new', 'expired', { seenAt: nowMs - 86_400_001 })] },
      '',
    ],
    [
      'named by who sends them',
      { rejects: [reject('new\u001b[31m', 'expired')] },
      '  ! new\\x1b[31m  at least 1 expired',
    ],
  ])('rejected lines: %s', async (_name, changes, row) => {
    const { out } = await status([{ ...nothing, ...changes }]);
    expect(out.includes('Rejected lines of')).toBe(row !== '');
    expect(out.includes('- Rejected lines were not read.')).toBe(row !== '');
    expect(out.split('\n')).toContain(row);
  });

  it('a thousand feeds that lag and reject make short tables, the worst first', async () => {
    const feeds = Array.from({ length: 1000 }, (_, i) =>
      feed(`f${i}`, { lagMs: i * 1000, rejected: { malformed: i } }),
    );
    const lines = (await status([{ ...nothing, feeds }])).out.split('\n');
    expect(lines.length).toBeLessThan(100);
    expect(lines.filter((line) => line.includes('f999 '))).toEqual([
      expect.stringContaining('16 min 39 s behind'),
      '  ! f999  999 malformed',
    ]);
  });

  it.each([
    ['the slowest group that is read', [{}, { lagMs: 200_000 }], ' (complete until 2026-03-01 11:56:40 UTC)'],
    [
      'that of those that are read, whatever is denied',
      [{}, { state: 'denied', lagMs: 86_400_000 }],
      ' (complete until 2026-03-01 11:58:25 UTC)',
    ],
    ['none while nothing was read', [{ completeUntil: null }], ''],
  ])('up to when all is complete: %s', async (_name, changes, text) => {
    const groups = changes.map((change, i) => group(`g${i}`, change));
    const { out } = await status([{ ...nothing, groups }]);
    expect(out).toMatch(/ behind.*\n/);
    expect(/ behind(.*)\n/.exec(out)?.[1]).toBe(text);
  });

  it('nothing is configured', async () => {
    const { code, out } = await status([nothing]);
    expect(code).toBe(0);
    expect(out).toContain('Nothing is read yet');
  });

  it('groups that come in two ways are counted once: nothing is unread, and what to do is said', async () => {
    const message = 'Log group shop: polled by aws eu-west-1, and delivered by a subscription as well.';
    const { code, out } = await status([{ ...well, overlaps: [{ account: '111122223333', message }] }]);
    expect(code).toBe(0);
    expect(out.replace(/\s+/g, ' ')).toContain(`What to do - ${message}`);
  });

  it('--json is what the service answers', async () => {
    for (const answer of [ill, rejecting]) {
      const { out } = await status([answer], '--json');
      expect(JSON.parse(out)).toEqual(answer);
    }
  });

  it('--watch asks until it is ended, also through a failure', async () => {
    const failure = new ServiceUnusable('http://127.0.0.1:4030 does not answer.');
    const { code, asked, out, error } = await status([well, failure, ill, well], '--watch');
    expect(asked).toHaveLength(4);
    expect(code).toBe(0);
    expect(out.match(/Log groups/g)).toHaveLength(3);
    expect(error).toBe('why403: http://127.0.0.1:4030 does not answer.\n');
  });

  it('a service that does not answer: 1', async () => {
    const { code, out } = await status([new ServiceUnusable('it does not answer.')]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
  });

  it.each([
    ['an argument', ['now']],
    ['an address that is none', ['--url', 'ftp://x']],
  ])('%s is wrong usage', async (_name, args) => {
    expect((await status([well], ...args)).code).toBe(2);
  });
});
