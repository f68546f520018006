import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Explanation, RequestRecord, Verdict } from '../../../parsers/src/index.js';
import { renderExplanation } from '../../../server/src/cli/explain-text.js';
import {
  bareRecord,
  causeInfos,
  explanation,
  openVerdict,
  planVerdict,
  type RequestOfTest,
  record,
  routeVerdict,
  throttledVerdict,
} from './explained.js';
import { expectGolden } from './golden.js';

const plain = { colors: false, width: 100 };
const render = (explained: Explanation, style = plain): string =>
  renderExplanation(explained, { style, causes: causeInfos });

const refusedByPlan: RequestOfTest = { record, verdict: planVerdict };
const noSuchRoute: RequestOfTest = { record: { ...bareRecord, line: 12 }, verdict: routeVerdict };
const throttled: RequestOfTest = { record: { ...record, status: 429, line: 20 }, verdict: throttledVerdict };
const open: RequestOfTest = { record: { ...bareRecord, line: 31 }, verdict: openVerdict };

describe('a card for each request', () => {
  it('shows cause, proof with its deciding words marked, remedy and alternatives', () => {
    expectGolden('cards.txt', render(explanation([refusedByPlan, noSuchRoute, throttled, open])));
  });

  it('marks and colours on a terminal', () => {
    expectGolden('cards-in-colours.txt', render(explanation([refusedByPlan]), { colors: true, width: 100 }));
  });

  it('fits a narrow terminal, except commands and words that are copied', () => {
    expectGolden('cards-narrow.txt', render(explanation([refusedByPlan, noSuchRoute]), { colors: false, width: 60 }));
  });

  it('keeps each command whole on a line of its own', () => {
    const lines = render(explanation([refusedByPlan]), { colors: false, width: 60 }).split('\n');
    for (const command of planVerdict.remedy.commands) {
      expect(lines.filter((line) => line.trim() === command)).toHaveLength(1);
    }
  });

  it('says the status that the client got, also when it is not 403', () => {
    const remapped = { record: { ...record, status: 404 }, verdict: planVerdict };
    expect(render(explanation([remapped]))).toMatch(/^404 {2}API key not in a usage plan of this stage/);
  });

  it('says that a WAF record was matched without an id', () => {
    const joined: RequestOfTest = { record: { ...record, wafJoin: 'approximate' }, verdict: planVerdict };
    expect(render(explanation([joined]))).toContain('WAF record matched by address, path and time');
  });

  it.each([
    ['a time that no calendar has', { timeMs: 1e300 }],
    ['a time that is no number', { timeMs: Number.NaN }],
  ])('leaves out %s', (_name, odd) => {
    expect(render(explanation([{ record: { ...record, ...odd }, verdict: planVerdict }]))).not.toMatch(/UTC|Invalid/);
  });
});

/** 41 times the plan, 3 times no route, 2 throttled, 1 open. */
const many: readonly RequestOfTest[] = [
  ...Array.from({ length: 41 }, (_, i) => ({ record: { ...record, line: i + 1 }, verdict: planVerdict })),
  noSuchRoute,
  noSuchRoute,
  noSuchRoute,
  throttled,
  throttled,
  open,
];

describe('more than 12 requests', () => {
  it('begins with counts, then shows one card for all that are alike', () => {
    expectGolden('many.txt', render(explanation(many)));
  });

  it('still shows 12 one by one', () => {
    const twelve = render(explanation(many.slice(0, 12)));
    expect(twelve.match(/^403 {2}/gm)).toHaveLength(12);
    expect(twelve).not.toContain('more like it');
  });

  it('keeps another detail or culprit apart', () => {
    const other: Verdict = { ...planVerdict, detail: 'key_not_in_plan' };
    const third: Verdict = { ...planVerdict, culprit: { kind: 'usage_plan', id: 'k1p2q3', name: 'gold' } };
    const mixed = [...many.slice(0, 20), { record, verdict: other }, { record, verdict: third }];
    const text = render(explanation(mixed));
    expect(text.match(/^403 {2}/gm)).toHaveLength(3);
    expect(text).toContain('refused by the usage plan gold (k1p2q3)');
  });

  it('is no flood when every request has another culprit', () => {
    const requests = Array.from({ length: 5000 }, (_, i) => ({
      record,
      verdict: { ...planVerdict, culprit: { kind: 'principal', id: `user-${i}`, name: null } } satisfies Verdict,
    }));
    const text = render(explanation(requests));
    expect(text.split('\n').length).toBeLessThan(400);
    expect(text).toContain('4988 more kinds of refusal (4988 requests) are not shown; --json gives every request.');
  });

  it('counts when nothing was refused', () => {
    const text = render(explanation(Array.from({ length: 20 }, () => throttled)));
    expect(text).toContain('20 requests: 0 refused, 20 not refused');
    expect(text).toContain('and 19 more like it');
    expect(text).not.toContain('NaN');
  });
});

describe('more requests than are listed', () => {
  const notListed = {
    line: 48,
    reason: 'too_many_requests_held' as const,
    detail: 'Expected at most 47 requests to list, 1063 came; narrow the input.',
  };
  const counted = explanation(many, {
    unlisted: [
      { outcome: 'refused', cause: 'route_not_found', count: 97 },
      { outcome: 'not_refused', cause: null, count: 918 },
      { outcome: 'refused', cause: 'edge_refused', count: 1 },
    ],
    rejected: [notListed],
  });

  it('counts all of them, listed or not', () => {
    expectGolden('unlisted.txt', render(counted));
  });

  it('says so however much could not be read', () => {
    const unread = Array.from({ length: 9 }, (_, i) => ({
      line: i + 1,
      reason: 'unrecognised' as const,
      detail: 'Expected a log line.',
    }));
    const text = render({ ...counted, rejected: [...unread, notListed] });
    expect(text).toContain('not listed: Expected at most 47 requests to list');
    expect(text).toContain('not read: and 4 more');
  });

  it('counts them even when few are listed', () => {
    const text = render(
      explanation([refusedByPlan], { unlisted: [{ outcome: 'refused', cause: 'usage_plan_mismatch', count: 4 }] }),
    );
    expect(text).toContain('5 requests: 5 refused');
  });

  it('does not promise every request of --json', () => {
    const requests = Array.from({ length: 20 }, (_, i) => ({
      record,
      verdict: { ...planVerdict, culprit: { kind: 'principal', id: `user-${i}`, name: null } } satisfies Verdict,
    }));
    const text = render(explanation(requests, { unlisted: counted.unlisted }));
    expect(text).toContain(
      '8 more kinds of refusal (8 requests) are not shown; --json gives every request that is listed.',
    );
  });
});

describe('what was not read', () => {
  const rejected = Array.from({ length: 9 }, (_, i) => ({
    line: i + 1,
    reason: 'unrecognised' as const,
    detail: 'Expected a log line, got other text; check the file.',
  }));

  it('is told in at most five sentences and a count', () => {
    const text = render(explanation([refusedByPlan], { rejected, warnings: ['One line did not fit the template.'] }));
    expect(text.match(/^not read: line \d/gm)).toHaveLength(5);
    expect(text).toContain('not read: and 4 more');
    expect(text).toContain('warning: One line did not fit the template.');
  });

  it('is not mentioned when all was read', () => {
    expect(render(explanation([refusedByPlan]))).not.toMatch(/not read|warning/);
  });
});

describe('hostile input', () => {
  const hostileWord = fc.constantFrom(
    '\x1b[2J',
    '\x9b31m',
    '\r\n403 fake headline',
    '\u202eevil',
    '\u2028',
    '\u200b',
    '\0',
    'plain',
  );
  const hostileText = fc.array(hostileWord, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));

  it('never puts control or bidirectional characters on the terminal, wherever they come from', () => {
    fc.assert(
      fc.property(hostileText, fc.boolean(), (text, colors) => {
        const hostileRecord: RequestRecord = {
          ...record,
          requestId: text,
          extendedRequestId: text,
          apiId: text,
          stage: text,
          method: text,
          path: text,
          route: text,
          sourceIp: text,
        };
        const verdict: Verdict = {
          ...planVerdict,
          detail: text,
          culprit: { kind: 'principal', id: text, name: `${text}!` },
          reason: text,
          alternatives: [{ cause: 'iam_denied', confidence: 'possible', settledBy: text }],
          evidence: [{ from: 'access', field: text, value: text }],
          remedy: { summary: text, steps: [text], commands: [text] },
        };
        const notRefused: Verdict = { ...throttledVerdict, reason: text };
        const output = render(
          explanation(
            [
              { record: hostileRecord, verdict },
              { record: hostileRecord, verdict: notRefused },
            ],
            { rejected: [{ line: 1, reason: 'malformed', detail: text }], warnings: [text] },
          ),
          { colors, width: 80 },
        );
        // Our own: newlines and, with colours, SGR sequences.
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that they are gone is the point
        const rest = output.replaceAll(/\x1b\[\d{1,2}m/g, (sgr) => (colors ? '' : sgr)).replaceAll('\n', '');
        expect(rest).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(output).not.toMatch(/^403 fake/m);
      }),
      { seed: 403, numRuns: 300 },
    );
  });

  it('shortens what is too long to read', () => {
    const long: RequestOfTest = {
      record: { ...record, route: null, path: `/${'a'.repeat(100_000)}` },
      verdict: { ...planVerdict, evidence: [{ from: 'access', field: 'path', value: 'b'.repeat(100_000) }] },
    };
    const text = render(explanation([long]));
    expect(text.length).toBeLessThan(4000);
    expect(text).toContain('(100001 characters in all)');
  });
});
