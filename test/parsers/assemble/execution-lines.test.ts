import { describe, expect, it } from 'vitest';
import type { ExecutionLine } from '../../../parsers/src/model/index.js';
import { assemble, baseMs, execution, lines, shortId, uuid } from './evidence.js';

const R = uuid(1);
const S = uuid(2);
const named = (id: string, line: ExecutionLine) => [id, line] as const;

const kindsOf = (log: Parameters<typeof execution>[1], entry?: Parameters<typeof execution>[2]): string[] =>
  assemble(execution(1, log, entry)).map((record) => record.execution.map((line) => line.kind).join(' '));

const cases: readonly (readonly [string, Parameters<typeof execution>[1], readonly string[]])[] = [
  [
    'interleaved lines of two ids',
    [
      [R, lines.extendedId(shortId(1))],
      [S, lines.extendedId(shortId(2))],
      [R, lines.refused],
      [S, lines.usagePlan],
      [R, lines.completed(403)],
      [S, lines.completed(200)],
    ],
    [
      'extended_request_id client_not_authorized method_completed',
      'extended_request_id usage_plan_check method_completed',
    ],
  ],
  [
    'one request id, opened twice by extended ids',
    [
      [R, lines.extendedId(shortId(1))],
      [R, lines.usagePlan],
      [R, lines.extendedId(shortId(2))],
      [R, lines.refused],
    ],
    ['extended_request_id usage_plan_check', 'extended_request_id client_not_authorized'],
  ],
  [
    'one request id, opened again after its completion',
    [
      [R, lines.usagePlan],
      [R, lines.completed(200)],
      [R, lines.usagePlan],
      [R, lines.keyRefused],
    ],
    ['usage_plan_check method_completed', 'usage_plan_check api_key_refused'],
  ],
  [
    'one request id, opened again although its end was not logged',
    [
      [R, lines.usagePlan],
      [R, lines.keyRefused],
      [R, lines.usagePlan],
      [R, lines.started],
    ],
    ['usage_plan_check api_key_refused', 'usage_plan_check execution_started'],
  ],
  [
    'trailing lines after the completion',
    [
      [R, lines.started],
      [R, lines.completed(403)],
      [R, lines.endpointRequestId],
      [R, lines.trace],
    ],
    ['execution_started method_completed integration_request_id trace_id'],
  ],
  [
    'lines without ids between two completions',
    [
      lines.usagePlan,
      lines.keyRefused,
      lines.completed(403),
      lines.usagePlan,
      lines.started,
      lines.received,
      lines.completed(200),
      lines.endpointRequestId,
      lines.trace,
    ],
    [
      'usage_plan_check api_key_refused method_completed',
      'usage_plan_check execution_started response_received method_completed integration_request_id trace_id',
    ],
  ],
  [
    'lines without ids: all phases of one request',
    [lines.authorizer, lines.identity, lines.completedAuthorizer, lines.usagePlan, lines.started, lines.completed(403)],
    ['authorizer_started authorizer_identity authorizer_completed usage_plan_check execution_started method_completed'],
  ],
  [
    'lines without ids: an opening that goes back in the phases is another request',
    [lines.started, lines.path, lines.authorizer, lines.identity],
    ['execution_started method_and_path', 'authorizer_started authorizer_identity'],
  ],
  [
    'lines without ids: nothing opens after a refusal but another request',
    [lines.authorizer, lines.refused, lines.usagePlan],
    ['authorizer_started client_not_authorized', 'usage_plan_check'],
  ],
  [
    'lines without ids: a refusal ends with its gateway response and completion',
    [lines.authorizer, lines.refused, lines.gatewayResponse(403), lines.completed(403)],
    ['authorizer_started client_not_authorized gateway_response method_completed'],
  ],
  [
    'one sentence twice is two requests',
    [lines.refused, lines.refused],
    ['client_not_authorized', 'client_not_authorized'],
  ],
  [
    'a test invocation names its id in the first line only',
    [named(R, lines.testInvoke), named(R, lines.started), lines.path, lines.received, lines.completed(200)],
    ['test_invoke execution_started method_and_path response_received method_completed'],
  ],
  [
    'two test invocations',
    [lines.testInvoke, lines.started, lines.completed(200), lines.testInvoke, lines.authorizer],
    ['test_invoke execution_started method_completed', 'test_invoke authorizer_started'],
  ],
  [
    'a line that names an id takes the lines without id behind it',
    [named(R, lines.usagePlan), lines.started, lines.completed(200), named(S, lines.usagePlan), lines.keyRefused],
    ['usage_plan_check execution_started method_completed', 'usage_plan_check api_key_refused'],
  ],
  [
    'an id that is named late belongs to the lines before it',
    [lines.authorizer, lines.identity, named(R, lines.usagePlan), named(R, lines.started)],
    ['authorizer_started authorizer_identity usage_plan_check execution_started'],
  ],
  [
    'an id that is named after the end does not',
    [lines.authorizer, lines.completed(403), named(R, lines.usagePlan)],
    ['authorizer_started method_completed', 'usage_plan_check'],
  ],
  [
    'the fixed id of test invocations tells nothing apart and joins nothing',
    [
      named('test-invoke-request', lines.started),
      named('test-invoke-request', lines.completed(200)),
      named('test-invoke-request', lines.started),
    ],
    ['execution_started method_completed', 'execution_started'],
  ],
];

describe('execution lines', () => {
  it.each(cases)('%s', (_, log, expected) => {
    expect(kindsOf(log)).toEqual(expected);
  });

  it('keeps logs of different streams apart when lines have no ids', () => {
    const inTurn = (index: number) => ({ logGroup: 'g', logStream: index % 2 === 0 ? 'a' : 'b' });
    expect(kindsOf([lines.usagePlan, lines.authorizer, lines.started, lines.refused], inTurn)).toEqual([
      'usage_plan_check execution_started',
      'authorizer_started client_not_authorized',
    ]);
  });

  it('reads a listing that begins with the newest line', () => {
    const backwards = (index: number) => ({ timeMs: baseMs - index * 5 });
    const log = [
      named(R, lines.completed(403)),
      named(R, lines.refused),
      named(R, lines.authorizer),
      named(R, lines.extendedId(shortId(1))),
    ];
    expect(kindsOf(log, backwards)).toEqual([
      'extended_request_id authorizer_started client_not_authorized method_completed',
    ]);
  });

  it('reads such a listing of lines without ids', () => {
    const backwards = (index: number) => ({ timeMs: baseMs - index * 5 });
    const log = [lines.completed(200), lines.started, lines.usagePlan, lines.completed(403), lines.usagePlan];
    expect(kindsOf(log, backwards)).toEqual([
      'usage_plan_check execution_started method_completed',
      'usage_plan_check method_completed',
    ]);
  });

  it('keeps the order of appearance within one millisecond', () => {
    const sameTime = { timeMs: baseMs };
    expect(kindsOf([named(R, lines.usagePlan), named(R, lines.extendedId(shortId(1)))], sameTime)).toEqual([
      'usage_plan_check extended_request_id',
    ]);
  });

  it('takes api and stage from the usage plan line', () => {
    const [record] = assemble(execution(1, [lines.usagePlan]));
    expect(record).toMatchObject({ apiId: 'q1w2e3r4t5', stage: 'live' });
  });
});
