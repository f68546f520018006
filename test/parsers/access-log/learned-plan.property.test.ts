import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnPlan } from '../../../parsers/src/access-log/learned-plan.js';
import { readLines } from '../evidence/feed.js';

const line = (members: Readonly<Record<string, unknown>>): string => JSON.stringify(members);
const usual = {
  requestId: '5b0e7d1c-93a4-4f26-8c11-000000000001',
  status: '200',
  httpMethod: 'GET',
  resourcePath: '/x',
};

describe('a layout that is learned', () => {
  it.each([
    ['a usual line', line(usual), true],
    ['numbers and blanks', '{ "status" : 200, "apiId": "a1b2c3d4e5", "time":1778750000000 ,"httpMethod":"GET"}', true],
    ['no status', line({ ...usual, status: undefined }), false],
    ['a body of an answer', line({ message: 'Forbidden', status: 403, path: '/x' }), false],
    ['a nested object', line({ ...usual, identity: { sourceIp: '203.0.113.1' } }), false],
    ['a list', line({ ...usual, tags: [] }), false],
    ['an escape', line({ ...usual, userAgent: 'a"b' }), false],
    ['two keys for one variable', line({ ...usual, statusCode: '200' }), false],
    ['one key twice', '{"status":"200","status":"403","httpMethod":"GET","resourcePath":"/x"}', false],
    ['a line of a shipper', line({ ...usual, log: 'x' }), false],
    ['a web ACL’s record', line({ ...usual, terminatingRuleId: 'x', action: 'BLOCK' }), false],
    ['two objects', line(usual) + line(usual), false],
    ['text behind', `${line(usual)} x`, false],
    ['text before', `x ${line(usual)}`, false],
    ['no object', '["a"]', false],
    ['cut off', line(usual).slice(0, -1), false],
    ['too long', line({ ...usual, userAgent: 'x'.repeat(20_000) }), false],
  ])('of %s', (_name, text, isLearned) => {
    expect(learnPlan(text) !== null).toBe(isLearned);
  });
});

/** Keys that people use, with values that these keys have been seen with, and some that they have not. */
const members: readonly (readonly [keys: readonly string[], values: readonly unknown[]])[] = [
  [
    ['status', 'statusCode', 'status_code'],
    ['200', '201', '403', '404', '500', 200, 403, '-', '', '200 OK', 200.5, 'abc', null, '099'],
  ],
  [
    ['requestTime', 'time', 'timestamp'],
    [
      '14/May/2026:09:30:12 +0000',
      '14/May/2026:11:30:12 +0200',
      '1778751012345',
      1778751012,
      '2026-05-14T09:30:12Z',
      '-',
      'soon',
    ],
  ],
  [
    ['requestTimeEpoch', 'epoch'],
    ['1778751012345', 1778751012345, '1778751012', '-', '17787510123456'],
  ],
  [
    ['httpMethod', 'method'],
    ['GET', 'POST', '-', 'get', null],
  ],
  [
    ['resourcePath', 'resource', 'path_template'],
    ['/orders', '/orders/{id}', 'GET /orders', '$default', '-', '/ö', '/a?b=c'],
  ],
  [
    ['routeKey', 'route'],
    ['GET /orders', '$default', '/orders', '-', 'ANY /x'],
  ],
  [['stage'], ['prod', '$default', '-', 42, true, null]],
  [
    ['apiId', 'api'],
    ['k4t7wq2zpe', '-', 12345],
  ],
  [['accountId'], ['111122223333', 111122223333, '-', 'x']],
  [
    ['domainName', 'domain'],
    ['api.example.com', 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com', '-'],
  ],
  [
    ['errorType', 'responseType'],
    ['-', 'ACCESS_DENIED', 'INVALID_API_KEY', 'Forbidden request', 'DEFAULT_4XX'],
  ],
  [['wafResponseCode'], ['WAF_ALLOW', 'WAF_BLOCK', '-']],
  [['authorizeStatus'], ['200', '403', 403, '-']],
  [['requestId'], ['5b0e7d1c-93a4-4f26-8c11-000000000001', '-', 'x']],
  [
    ['userAgent', 'ua'],
    ['curl/8', '-', 'a"b', 'tab\tulator', '{"status":"403"}', '😀'],
  ],
  [
    ['latency', 'responseLatency'],
    [12, '12', '-', null],
  ],
  [['extra'], ['x', 1, true, '-']],
];

const layout = fc.subarray(
  members.map((_, i) => i),
  { minLength: 4 },
);

const countsOf = (units: readonly ReturnType<typeof readLines>[]) => {
  const sums: Record<string, number> = {};
  for (const { counts } of units) {
    for (const { requests, ...labels } of counts) {
      const key = JSON.stringify(labels);
      sums[key] = (sums[key] ?? 0) + requests;
    }
  }
  return sums;
};
const factsOf = (units: readonly ReturnType<typeof readLines>[]) =>
  units.flatMap(({ facts }) => facts.map(({ timeMs, kind }) => `${timeMs} ${kind}`)).sort();
const rejectedOf = (units: readonly ReturnType<typeof readLines>[]) => {
  const sums: Record<string, number> = {};
  for (const { rejected } of units) {
    for (const [reason, count] of Object.entries(rejected)) sums[reason] = (sums[reason] ?? 0) + count;
  }
  return sums;
};

/** As lines of a file, or as CloudWatch hands events out and on: then they have a time even if they tell none. */
const wrappings: Readonly<Record<string, (lines: readonly string[]) => readonly string[]>> = {
  lines: (lines) => lines,
  'polled events': (lines) =>
    lines.map((message, i) => line({ logGroupName: '/aws/apigateway/shop', events: [event('eventId', message, i)] })),
  'a subscription payload': (lines) => [
    line({
      messageType: 'DATA_MESSAGE',
      owner: '444455556666',
      logGroup: '/aws/apigateway/shop',
      logStream: 's',
      logEvents: lines.map((message, i) => event('id', message, i)),
    }),
  ],
};
const event = (id: string, message: string, i: number) => ({ [id]: `${i}`, timestamp: 1778751000000 + i, message });

describe.each(Object.entries(wrappings))('%s of a learned layout', (_name, wrap) => {
  it('give the same as each line by itself, which is read by its keys', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(layout, fc.nat(2), fc.boolean()), { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(fc.nat(2), fc.array(fc.nat(60), { minLength: 17, maxLength: 17 })), {
          minLength: 2,
          maxLength: 14,
        }),
        (layouts, rows) => {
          const lines = rows.map(([which, picks]) => {
            const [chosen, name, spaced] = layouts[which % layouts.length] as (typeof layouts)[number];
            const object = Object.fromEntries(
              chosen.map((at) => {
                const [keys, values] = members[at] as (typeof members)[number];
                // Mostly the first value: lines of a log are much alike.
                const pick = picks[at] ?? 0;
                return [keys[name % keys.length], values[pick < 30 ? 0 : pick % values.length]];
              }),
            );
            return spaced ? JSON.stringify(object, null, 1).replaceAll('\n', '') : JSON.stringify(object);
          });
          const together = [readLines(wrap(lines), { template: null })];
          const alone = lines.map((text, i) => {
            const before = Array<string>(i).fill('');
            return readLines(wrap([...before, text]), { template: null });
          });
          expect(countsOf(together)).toEqual(countsOf(alone));
          expect(rejectedOf(together)).toEqual(rejectedOf(alone));
          expect(factsOf(together)).toEqual(factsOf(alone));
        },
      ),
      { seed: 403, numRuns: 600 },
    );
  });
});

describe('a feed of several kinds', () => {
  it('is counted right whatever comes first, however much of it', () => {
    const other = JSON.stringify({ level: 'info', request: { id: 1 } });
    const lines = [
      ...Array<string>(200).fill(other),
      ...Array<string>(300).fill(line({ ...usual, requestTimeEpoch: '1778751012345' })),
    ];
    const { counts, rejected, lines: seen } = readLines(lines, { template: null });
    expect(counts).toMatchObject([{ requests: 300, route: '/x', statusClass: '2xx' }]);
    expect([rejected, seen]).toEqual([{ unrecognised: 200 }, 500]);
  });
});
