import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLayout } from '../../../parsers/src/execution-log/layout.js';

const id = '8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10';
const socketId = 'PDx1PEC4oAMFpyA=';
const stream = 'b1946ac92492d2347c6235b4d2611184';
const line = 'Method completed with status: 403';
const ms = Date.parse('2026-07-02T11:54:48.684Z');
const second = Date.parse('2026-07-02T11:54:48Z');

describe('readLayout strips what stands in front of a line', () => {
  it.each<[string, string, string | null, number | null]>([
    ['nothing', line, null, null],
    ['the request id', `(${id}) ${line}`, id, null],
    ["a WebSocket request's id", `(${socketId}) ${line}`, socketId, null],
    ['a blotted-out id', `(aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeee) ${line}`, 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeee', null],
    ['a placeholder for the id', `(<request-id>) ${line}`, null, null],
    ['ISO time', `2026-07-02T11:54:48.684Z ${line}`, null, ms],
    ['ISO time with blank and comma', `2026-07-02 11:54:48,684 ${line}`, null, ms],
    ['ISO time with an offset', `2026-07-02T13:54:48.684+02:00 (${id}) ${line}`, id, ms],
    ['ISO time, blank, offset', `2026-07-02 13:54:48.684 +0200 ${line}`, null, ms],
    ['slashes in the date', `2026/07/02 11:54:48 ${line}`, null, second],
    ['UTC in words', `2026-07-02 11:54:48 UTC ${line}`, null, second],
    ['time in brackets', `[2026-07-02T11:54:48.684Z] (${id}) ${line}`, id, ms],
    ['time after the id', `(${id}) 2026-07-02T11:54:48.684Z ${line}`, id, ms],
    ['CloudWatch console, tab', `2026-07-02T11:54:48.684Z\t(${id}) ${line}`, id, ms],
    ['the access-log time', `[02/Jul/2026:11:54:48 +0000] (${id}) ${line}`, id, second],
    ['epoch milliseconds', `${ms} (${id}) ${line}`, id, ms],
    ['test invoke', `Thu Jul 02 11:54:48 UTC 2026 : ${line}`, null, second],
    ['test invoke without blanks around the colon', `Thu Jul 02 11:54:48 UTC 2026: ${line}`, null, second],
    ['aws logs tail', `2026-07-02T11:54:48.684000+00:00 ${stream} (${id}) ${line}`, id, ms],
    ['aws logs tail --format short', `2026-07-02T11:54:48 (${id}) ${line}`, id, second],
    ['awslogs: group and stream', `API-Gateway-Execution-Logs_a1b2c3d4e5/prod ${stream} (${id}) ${line}`, id, null],
    [
      'filter-log-events as text',
      `EVENTS\t37289463287462837462837462837462\t${ms}\t${stream}\t(${id}) ${line}`,
      id,
      ms,
    ],
    ['syslog', `Jul  2 11:54:48 ship-1 forwarder[81]: (${id}) ${line}`, id, null],
    ['syslog with priority', `<134>Jul  2 11:54:48 myhost shipper: ${line}`, null, null],
    ['a container runtime', `2026-07-02T11:54:48.684Z stdout F ${line}`, null, ms],
    ['compose', `shipper-1  | (${id}) ${line}`, id, null],
    ['a level', `[INFO] 2026-07-02T11:54:48.684Z ${line}`, null, ms],
    ['leading blanks', `    (${id}) ${line}`, id, null],
    ['a tab', `\t${line}`, null, null],
    ['a quotation', `> > (${id}) ${line}`, id, null],
    ['a list item', `- (${id}) ${line}`, id, null],
    ['code marks', `\`${line}`, null, null],
    ['bold type', `**(${id}) ${line}`, id, null],
    ['an id cut short', `(8d3c1f02…) ${line}`, null, null],
    ['a table', `| 2026-07-02 11:54:48.684 | (${id}) ${line}`, id, ms],
    ['CSV', `${ms},"(${id}) ${line}`, id, ms],
    ['a quote', `"(${id}) ${line}`, id, null],
    ['a line number', `12: (${id}) ${line}`, id, null],
    ['a padded line number', `   7  ${line}`, null, null],
    ['an arrow of the console', `▶ 11:54:48 (${id}) ${line}`, id, null],
    ['a masking console', `*** : ${line}`, null, null],
    ['everything at once', `> 12: 2026-07-02T11:54:48.684Z [shop] ${stream} (${id}) ${line}`, id, ms],
  ])('%s', (_name, text, requestId, timeMs) => {
    expect(readLayout(text)).toEqual({ timeMs, requestId, text: line });
  });

  it.each<[string, string, string]>([
    [
      "the words of an unknown line behind the id, even a shipper's kind of word",
      `(${id}) 12 host/7 went away`,
      '12 host/7 went away',
    ],
    ['prose', 'At 12:30 I saw a 403 from /prod', 'At 12:30 I saw a 403 from /prod'],
    ['a remark in parentheses', '(note) it fails', '(note) it fails'],
    ['a JSON line', '{"requestId":"x"}', '{"requestId":"x"}'],
    ['the body behind time and stream', `2026-07-02T11:54:48Z ${stream} {"status":"403"}`, '{"status":"403"}'],
  ])('leaves %s', (_name, text, rest) => {
    expect(readLayout(text)?.text).toBe(rest);
  });

  it.each([
    ['an empty line', ''],
    ['blanks', ' \t '],
    ['a time alone', '2026-07-02T11:54:48.684Z'],
    ['an id alone', `(${id}) `],
  ])('is null for %s', (_name, text) => {
    expect(readLayout(text)).toBeNull();
  });

  it('reads wrappings in any order and number', () => {
    const wrappings = fc.constantFrom(
      '2026-07-02T11:54:48.684Z ',
      `[${stream}] `,
      '> ',
      '  ',
      '[shop] ',
      'API-Gateway-Execution-Logs_a1b2c3d4e5/prod ',
      'INFO ',
      '3: ',
    );
    fc.assert(
      fc.property(fc.array(wrappings, { maxLength: 8 }), fc.boolean(), (parts, withId) => {
        const found = readLayout(`${parts.join('')}${withId ? `(${id}) ` : ''}${line}`);
        expect(found?.text).toBe(line);
        expect(found?.requestId).toBe(withId ? id : null);
      }),
      { seed: 403, numRuns: 1_000 },
    );
  });

  it('never throws and always returns an end of the line', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('(', ')', '[', '***', ' : ', '2026-07-02T', '11:54:48', '\t', stream, id, 'UTC', '> '),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        const found = readLayout(text);
        if (found !== null) expect(text.endsWith(found.text)).toBe(true);
        else expect(text.length).toBeLessThan(400);
      }),
      { seed: 403, numRuns: 3_000 },
    );
  });

  it.each([
    ['blanks', ' '],
    ['parentheses', '('],
    ['asterisks', '*'],
    ['digits', '1'],
    ['brackets', '['],
    ['quotation marks', '> '],
    ['words', 'a1 '],
    ['tabs', 'x\t'],
  ])('looks at the head of a megabyte of %s only', (_name, unit) => {
    const text = unit.repeat(1_000_000 / unit.length);
    expect(() => readLayout(text)).not.toThrow();
  });
});
