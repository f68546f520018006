import { describe, expect, it } from 'vitest';
import { judge } from '../../../parsers/src/evidence/judge.js';
import { createUnitReader } from '../../../parsers/src/evidence/unit-reader.js';
import { lineKinds } from '../../../parsers/src/execution-log/line-kinds.js';
import { executionRefusals, refusedRequestOf } from '../../../parsers/src/execution-log/refusal-lines.js';
import { defaultLimits } from '../../../parsers/src/model/index.js';
import { compileFilterPattern } from '../../fake-aws/filter-pattern/compile-filter-pattern.js';

const id = '8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10';
const extendedId = 'PDx1PEC4oAMFpyA=';
const isAskedFor = compileFilterPattern(executionRefusals.pattern);
const place = { account: '111122223333', region: 'eu-west-1', apiId: 'a1b2c3d4e5', stage: 'prod' };

/** What a log of this one line says of its request. */
function outcomeOf(line: string): string | undefined {
  const reader = createUnitReader({ template: null, fallbackPlace: place, limits: defaultLimits });
  reader.push(new TextEncoder().encode(`2026-05-14T09:30:00.000Z (${id}) ${line}\n`));
  return judge(reader.end().facts, () => null)[0]?.verdict.outcome;
}

const types = [
  'ACCESS_DENIED',
  'EXPIRED_TOKEN',
  'INVALID_API_KEY',
  'INVALID_SIGNATURE',
  'MISSING_AUTHENTICATION_TOKEN',
  'WAF_FILTERED',
];
const lines = [
  ...lineKinds.map(({ example }) => example),
  ...types.map((type) => `Gateway response type: ${type} with status code: 404`),
  'Gateway response type: THROTTLED with status code: 403',
  'Gateway response type: THROTTLED with status code: 429',
  'Method completed with status: 200',
  'Received response. Status: 200, Integration latency: 12 ms',
  'User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********3333:a1b2c3d4e5/prod/GET/orders',
  'User is not authorized to access this resource with an explicit deny',
];
/** What a body says of a refusal comes with one of the other lines. */
const isBody = (line: string): boolean => /^(Gateway|Method|Endpoint) response body/.test(line);

describe('lines that tell of refusals', () => {
  it.each(lines.filter((line) => !isBody(line)))('are those that make a refusal: %s', (line) => {
    const text = `(${id}) ${line}`;
    const isRefusal = outcomeOf(line) === 'refused';
    expect(refusedRequestOf(text)).toBe(isRefusal ? id : null);
    if (isRefusal) expect(isAskedFor(text)).toBe(true);
  });

  it('are known behind the ids of WebSocket APIs as well', () => {
    expect(refusedRequestOf(`(${extendedId}) Method completed with status: 403`)).toBe(extendedId);
  });

  it.each([
    `(${id}) Method request headers: {x-note=Method completed with status: 403}`,
    `(${id}) Method request body before transformations: The client is not authorized to perform this operation.`,
    'Method completed with status: 403',
    `(not an id) Method completed with status: 403`,
    '',
  ])('are none that callers can write: %s', (text) => {
    expect(refusedRequestOf(text)).toBeNull();
  });

  it('are asked for in a pattern that AWS takes', () => {
    expect(executionRefusals.pattern.length).toBeLessThanOrEqual(1024);
    expect(isAskedFor(`(${id}) Method completed with status: 200`)).toBe(false);
    expect(isAskedFor(`(${id}) Starting execution for request: ${id}`)).toBe(false);
  });
});
