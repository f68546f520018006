import { describe, expect, it } from 'vitest';
import {
  access,
  assemble,
  baseMs,
  type Evidence,
  execution,
  lines,
  response,
  shape,
  shortId,
  uuid,
  waf,
} from './evidence.js';

const R = uuid(1);
const X = shortId(1);
const Y = shortId(2);

/** An execution log of one request with the line that links both ids. */
const linked = (firstLine: number, requestId: string, extendedRequestId: string): Evidence[] =>
  execution(firstLine, [
    [requestId, lines.extendedId(extendedRequestId)],
    [requestId, lines.refused],
    [requestId, lines.completed(403)],
  ]);
const log = 'execution:extended_request_id,client_not_authorized,method_completed';

/** The same without that line, as logs were until 2019. */
const unlinked = (firstLine: number, requestId: string): Evidence[] =>
  execution(firstLine, [
    [requestId, lines.usagePlan],
    [requestId, lines.keyRefused],
    [requestId, lines.completed(403)],
  ]);
const oldLog = 'execution:usage_plan_check,api_key_refused,method_completed';

const cases: readonly (readonly [string, readonly Evidence[], readonly string[]])[] = [
  [
    'an access line with both ids joins the execution log by the extended id',
    [access(1, { requestId: R, extendedRequestId: X }), ...linked(2, R, X)],
    [`access@1 + ${log}`],
  ],
  [
    'the execution log may come first',
    [...linked(1, R, X), access(9, { requestId: R, extendedRequestId: X })],
    [`access@1 + ${log}`],
  ],
  [
    'equal request ids and different extended ids are two requests',
    [access(1, { requestId: R, extendedRequestId: Y }), ...linked(2, R, X)],
    ['access@1', log],
  ],
  [
    'two executions of one request id keep the access lines that their extended ids name',
    [
      access(1, { requestId: R, extendedRequestId: X }),
      access(2, { requestId: R, extendedRequestId: Y }),
      ...linked(3, R, Y),
      ...linked(6, R, X),
    ],
    [`access@1 + ${log}`, `access@2 + ${log}`],
  ],
  [
    'an access line with a request id alone joins the one execution log that has it',
    [access(1, { requestId: R }), ...linked(2, R, X)],
    [`access@1 + ${log}`],
  ],
  ['the same without any extended id', [access(1, { requestId: R }), ...unlinked(2, R)], [`access@1 + ${oldLog}`]],
  [
    'two access lines with a request id that a caller repeats stay two, and neither gets the log',
    [
      access(1, { requestId: R }, { status: '403' }),
      access(2, { requestId: R }, { status: '200' }),
      ...linked(3, R, X),
    ],
    ['access@1', 'access@2', log],
  ],
  [
    'an access line that the extended id links does not give its log to a namesake',
    [access(1, { requestId: R }), access(2, { requestId: R, extendedRequestId: X }), ...linked(3, R, X)],
    ['access@1', `access@2 + ${log}`],
  ],
  [
    'one access line does not choose between two logs of its request id',
    [access(1, { requestId: R }), ...linked(2, R, X), ...linked(5, R, Y)],
    ['access@1', log, log],
  ],
  [
    'the word that stands for a replaced request id joins nothing',
    [access(1, { requestId: 'UUID_REPLACED_INVALID_REQUEST_ID' }), ...unlinked(2, 'UUID_REPLACED_INVALID_REQUEST_ID')],
    ['access@1', oldLog],
  ],
  [
    'masked ids join nothing',
    [access(1, { requestId: 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx', extendedRequestId: '****=' }), waf(2, '****=')],
    ['access@1', 'waf:id'],
  ],
  [
    'logs of two APIs with one request id are not the same request',
    [
      access(1, { requestId: R }, { status: '403', apiId: 'zzzzzzzzzz', stage: 'live' }),
      ...unlinked(2, R), // names q1w2e3r4t5/live
    ],
    ['access@1', oldLog],
  ],
  [
    'a request id that comes back hours later is another request',
    [
      access(1, { requestId: R }, { status: '403' }, { timeMs: baseMs }),
      ...execution(2, [[R, lines.started]], { timeMs: baseMs + 3 * 3_600_000 }),
    ],
    ['access@1', 'execution:execution_started'],
  ],
  [
    'an access line for another method is not the same request',
    [access(1, { requestId: R }, { httpMethod: 'POST' }), ...execution(2, [[R, lines.path]])],
    ['access@1', 'execution:method_and_path'],
  ],
  [
    'lines of one request in two streams of a log group complete each other',
    execution(
      1,
      [
        [R, lines.usagePlan],
        [R, lines.started],
        [R, lines.completed(403)],
      ],
      (index) => ({
        logGroup: 'API-Gateway-Execution-Logs_q1w2e3r4t5/live',
        logStream: `stream-${Math.min(index, 1)}`,
      }),
    ),
    ['execution:usage_plan_check,execution_started,method_completed'],
  ],
  [
    'two whole requests of one id in two streams stay apart',
    [
      ...execution(
        1,
        [
          [R, lines.usagePlan],
          [R, lines.completed(403)],
        ],
        { logStream: 'a' },
      ),
      ...execution(
        3,
        [
          [R, lines.usagePlan],
          [R, lines.completed(200)],
        ],
        { logStream: 'b' },
      ),
    ],
    ['execution:usage_plan_check,method_completed', 'execution:usage_plan_check,method_completed'],
  ],
  ['a WAF record joins by the extended id', [access(1, { extendedRequestId: X }), waf(2, X)], ['access@1 + waf:id']],
  ['a WAF record may come first', [waf(1, X), access(2, { extendedRequestId: X })], ['access@1 + waf:id']],
  [
    'a WAF record joins an access line without extended id through the execution log',
    [waf(1, X), access(2, { requestId: R }), ...linked(3, R, X)],
    [`access@1 + ${log} + waf:id`],
  ],
  [
    'a WAF record of another request stays alone',
    [access(1, { extendedRequestId: X }), waf(2, Y)],
    ['access@1', 'waf:id'],
  ],
  [
    'where requestId is the extended id (HTTP, WebSocket) it identifies',
    [access(1, { requestId: X }), response(2, { extendedRequestId: X })],
    ['access@1 + response'],
  ],
  [
    'a response joins by x-amz-apigw-id',
    [access(1, { extendedRequestId: X }), response(2, { requestId: R, extendedRequestId: X })],
    ['access@1 + response'],
  ],
  [
    'a response links the two ids for the others',
    [access(1, { requestId: R }), waf(2, X), response(3, { requestId: R, extendedRequestId: X })],
    ['access@1 + waf:id + response'],
  ],
  [
    'a response with a request id alone joins under the same rule',
    [response(1, { requestId: R }), access(2, { requestId: R })],
    ['access@1 + response'],
  ],
  [
    'a response does not choose between two access lines',
    [access(1, { requestId: R }), access(2, { requestId: R }), response(3, { requestId: R })],
    ['access@1', 'access@2', 'response'],
  ],
  [
    'a response without ids stays alone, even beside one single request',
    [access(1, { requestId: R }), response(2, {})],
    ['access@1', 'response'],
  ],
];

describe('joining', () => {
  it.each(cases)('%s', (_, evidence, expected) => {
    expect(assemble(evidence).map(shape)).toEqual(expected);
  });

  it('keeps the terminating one of two WAF records with one id', () => {
    const counted = waf(1, X, { action: 'ALLOW', terminatingRuleId: 'Default_Action' });
    const blocked = waf(2, X, { action: 'BLOCK' });
    for (const order of [
      [counted, blocked],
      [blocked, counted],
    ]) {
      expect(assemble(order).map((record) => record.waf?.action)).toEqual(['BLOCK']);
    }
  });

  it('counts a CloudWatch event that is delivered twice once', () => {
    const event = access(1, { requestId: R }, { status: '403' }, { entry: { eventId: 'ev-1', logGroup: 'g' } });
    const again = { ...event, entry: { ...event.entry, line: 40 } };
    expect(assemble([event, again])).toHaveLength(1);
  });

  it('counts equal lines without event ids each', () => {
    expect(assemble([access(1, { requestId: R }), access(2, { requestId: R })])).toHaveLength(2);
  });

  it('counts equal lines of two CloudWatch events each', () => {
    const event = (eventId: string) => access(1, { requestId: R }, { status: '403' }, { entry: { eventId } });
    expect(assemble([event('ev-1'), event('ev-2')])).toHaveLength(2);
  });

  it('lists an execution log that was pasted twice once', () => {
    expect(assemble([...linked(1, R, X), ...linked(4, R, X)]).map(shape)).toEqual([log]);
  });
});
