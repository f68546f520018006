import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPlainId, patternsOfIds } from '../../../../server/src/sources/cloudwatch/id-patterns.js';
import { compileFilterPattern } from '../../../fake-aws/filter-pattern/compile-filter-pattern.js';

const uuid = fc.uuid();
const shortId = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9_-]{11,40}$/), fc.constantFrom('=', '=='))
  .map(([text, padding]) => text + padding);
/** What a log may hold in the place of an id. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom('', '"', '\\', '\\"', '" ?"', 'UUID_REPLACED_INVALID_REQUEST_ID', '%.*%', '?', '" "', '-', '[a, b]'),
  uuid.map((id) => `${id}" ?"Method`),
  uuid.map((id) => `${id}\n`),
  uuid.map((id) => `${id.slice(0, 8)}`),
);
const ids = fc.array(fc.oneof({ weight: 6, arbitrary: uuid }, { weight: 2, arbitrary: shortId }, hostile), {
  maxLength: 200,
});

const lineOf = (id: string): string => `(${id}) Starting execution for request: ${id}`;

it('asks for each id in exactly one pattern that AWS takes, and for nothing else', () => {
  fc.assert(
    fc.property(ids, fc.array(uuid, { maxLength: 5 }), (asked, others) => {
      const patterns = patternsOfIds(asked);
      const tests = patterns.map(compileFilterPattern);
      const matching = (line: string): number => tests.filter((test) => test(line)).length;
      for (const pattern of patterns) expect(pattern.length).toBeLessThanOrEqual(1024);
      const plain = new Set(asked.filter(isPlainId));
      for (const id of plain) expect(matching(lineOf(id))).toBe(1);
      for (const id of others.filter((other) => !plain.has(other))) expect(matching(lineOf(id))).toBe(0);
      // No pattern is wider than its ids, whatever stood among them.
      for (const line of ['', ' ', '"', '() ', 'Method completed with status: 200', '?'])
        expect(matching(line)).toBe(0);
      // Not a term less than would fit.
      const terms = patterns.map((pattern) => pattern.split(' '));
      expect(terms.flat()).toHaveLength(plain.size);
      for (const [i, pattern] of patterns.slice(0, -1).entries()) {
        expect(pattern.length + 1 + (terms[i + 1]?.[0]?.length ?? 0)).toBeGreaterThan(1024);
      }
    }),
    { seed: 403 },
  );
});

it('asks for 24 UUIDs at once', () => {
  const many = Array.from({ length: 48 }, (_, n) => `8d3c1f02-5b7e-4a11-9c66-${String(n).padStart(12, '0')}`);
  expect(patternsOfIds([...many, ...many])).toHaveLength(2);
  expect(patternsOfIds([])).toEqual([]);
});

it('takes an id in the middle of a line for what somebody sent', () => {
  const id = '8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10';
  const [test] = patternsOfIds([id]).map(compileFilterPattern);
  expect(test?.(`(11111111-5b7e-4a11-9c66-0e2f4a7b9d10) Method request headers: {x-trace=${id}}`)).toBe(false);
});
