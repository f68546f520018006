import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executionLogFormat, startsExecutionLine } from '../../../parsers/src/execution-log/execution-log.js';
import { lineKinds } from '../../../parsers/src/execution-log/line-kinds.js';
import { type ExecutionFacts, plainEntry } from '../../../parsers/src/model/index.js';

const id = '8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10';
const examples = lineKinds.map((kind) => kind.example);

/** A real line with pieces cut out, doubled or put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(...examples),
    fc.constantFrom('', `(${id}) `, '2026-07-02T11:54:48.684Z ', 'Thu Jul 02 11:54:48 UTC 2026 : ', '> '),
    fc.array(
      fc.tuple(
        fc.nat(200),
        fc.nat(6),
        fc.oneof(
          fc.string({ maxLength: 6 }),
          fc.constantFrom('"', '{', '\\', '\n', "'", ' : ', '***', '\u0000', '\u202e'),
        ),
      ),
    ),
  )
  .map(([example, prefix, edits]) => {
    let text = prefix + example;
    for (const [at, cut, put] of edits)
      text = text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + cut);
    return text;
  });

describe('mutated lines', () => {
  it('give facts or a reject, never a throw, and claims agrees with parse', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const entry = plainEntry(text, 1);
        const found = executionLogFormat.parse(entry);
        expect(executionLogFormat.claims(entry)).toBe(found.ok);
        if (!text.includes('\n') && startsExecutionLine(text)) expect(found.ok).toBe(true);
        if (!found.ok) return;
        for (const facts of found.value as readonly ExecutionFacts[]) {
          expect(facts.line.text.length).toBeLessThan(10_000);
          expect(facts.line.text).not.toContain('\n');
        }
      }),
      { seed: 403, numRuns: 20_000 },
    );
  });

  it('any text gives facts or a reject', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(() => executionLogFormat.parse(plainEntry(text, 1))).not.toThrow();
        expect(() => startsExecutionLine(text)).not.toThrow();
      }),
      { seed: 403, numRuns: 5_000 },
    );
  });
});

describe('long lines', () => {
  const units = [
    ' ',
    'a',
    '*',
    "'",
    '"',
    '{',
    '\\',
    '(',
    '\n',
    'API Key ',
    "method '",
    '=arn:',
    'for API Stage a/',
    '[TRUNCATED]',
    ' :',
  ];
  const heads = [
    '',
    `(${id}) `,
    'API Key ',
    "API Key  not authorized because method '",
    'Key throttle ',
    'Authorizer result body before parsing: ',
    'Authorizer result body before parsing: {"policyDocument":{"Statement":[',
    'Endpoint request headers: {X-Amz-Source-Arn=arn:aws:execute-api:',
    'Endpoint request body after transformations: {"methodArn":"',
    'Endpoint response body before transformations: {"statusCode":"',
    'Gateway response body: {"message":"',
    'Execution failed due to ',
    'Access denied. Reason: ',
    'Execution log for request x\n',
    '"log":"Execution log for request ',
  ];
  it.each(heads.map((head) => [head] as const))('a megabyte of everything behind %j is read', (head) => {
    const text = head + units.join('').repeat(17_000);
    expect(text.length).toBeGreaterThan(1_000_000);
    expect(() => executionLogFormat.claims(plainEntry(text, 1))).not.toThrow();
    expect(() => executionLogFormat.parse(plainEntry(text, 1))).not.toThrow();
  });

  it.each(heads.map((head) => [head] as const))('one thing over and over behind %j is read', (head) => {
    for (const unit of units) {
      const text = head + unit.repeat(Math.floor(200_000 / unit.length));
      expect(() => executionLogFormat.claims(plainEntry(text, 1))).not.toThrow();
      expect(() => executionLogFormat.parse(plainEntry(text, 1))).not.toThrow();
    }
  });

  it('a test invoke of 15,000 lines is read line by line', () => {
    const line = 'Thu Jul 02 11:54:48 UTC 2026 : Method completed with status: 403\n';
    const found = executionLogFormat.parse(plainEntry(`Execution log for request ${id}\n${line.repeat(15_000)}`, 1));
    expect(found.ok && found.value.length).toBe(15_001);
  });
});
