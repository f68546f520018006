import { describe, expect, it } from 'vitest';
import * as engine from '../../../parsers/src/index.js';
import { analyzeLogs } from '../../../server/src/analyze/analyze-logs.js';
import { type AnalysisFilter, noFilter } from '../../../server/src/analyze/filter.js';
import type { AnalysisReport } from '../../../server/src/analyze/report.js';
import {
  accessLine,
  baseMs,
  compiled,
  executionLines,
  type Fate,
  fateNames,
  shortFormat,
  template,
  uuid,
  wafLine,
} from '../../parsers/evidence/feed.js';
import { analyzeSchema, analyzeSchemaErrors } from './analyze-schema.js';

const all = { access: true, execution: true, waf: true };
const sent = (n: number, fate: Fate, atMs = n * 1000) => ({ n, fate, atMs, logs: all });
const lineOf = (n: number, fate: Fate, atMs?: number): string => accessLine(sent(n, fate, atMs));

interface Options {
  readonly filter?: Partial<AnalysisFilter>;
  readonly template?: engine.AccessLogTemplate | null;
  readonly openRequests?: number;
}

async function analyze(inputs: readonly (readonly string[])[], options: Options = {}): Promise<AnalysisReport> {
  const { report } = await analyzeLogs(
    inputs.map((lines, i) => ({
      name: `${'abc'[i]}.log`,
      chunks: (async function* () {
        yield new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
      })(),
    })),
    engine,
    {
      template: options.template === undefined ? template : options.template,
      filter: { ...noFilter, ...options.filter },
      openRequests: options.openRequests ?? 1000,
      onProgress: async () => {},
    },
  );
  expect(analyzeSchemaErrors(JSON.stringify(report))).toEqual([]);
  return report;
}

const causesOf = ({ causes }: AnalysisReport): Record<string, number> =>
  Object.fromEntries(causes.map(({ cause, refused }) => [cause, refused]));

describe('an analysis', () => {
  const log = [
    ...[1, 2, 3].map((n) => lineOf(n, 'denied')),
    ...[4, 5].map((n) => lineOf(n, 'waf')),
    lineOf(6, 'throttled'),
    lineOf(7, 'missing'),
    ...[8, 9, 10].map((n) => lineOf(n, 'served', 600_000)),
  ];

  it('counts requests, refusals and causes, with or without the format', async () => {
    for (const known of [template, null]) {
      const report = await analyze([log], { template: known });
      expect(report).toMatchObject({
        requests: 10,
        refused: 5,
        share: 0.5,
        countedFrom: ['access'],
        lines: 10,
        undetermined: 0,
        uncounted: 0,
        rejected: [],
        to: '2026-05-14T09:40:00.000Z',
      });
      expect(causesOf(report)).toEqual({ authorizer_denied: 3, waf_blocked: 2 });
    }
  });

  it('tells details, culprits, routes, callers, an example and what to do of each cause', async () => {
    const [denied] = (await analyze([log])).causes;
    expect(denied).toMatchObject({
      group: 'authorizer',
      share: 0.6,
      confidence: { certain: 3, likely: 0, possible: 0 },
      details: [{ value: 'explicit_deny', count: 3, atMost: 3 }],
      routes: [{ apiId: 'k4t7wq2zpe', stage: 'prod', method: 'GET', route: '/orders', count: 3 }],
      example: { input: 'a.log', line: 1, requestId: uuid(1), time: '2026-05-14T09:30:01.000Z' },
    });
    expect(denied?.sourceIps).toHaveLength(3);
    expect(denied?.remedy).not.toBe('');
  });

  it('shows as example the most frequent kind of a cause, and of it the first of the most certain', async () => {
    const named = [lineOf(1, 'waf'), wafLine(sent(1, 'waf'))];
    const unnamed = [2, 3, 4].map((n) => lineOf(n, 'waf'));
    const [waf] = (await analyze([[...named, ...unnamed]])).causes;
    expect(waf).toMatchObject({ cause: 'waf_blocked', refused: 4, culprits: [{ count: 1 }] });
    expect(waf?.example.requestId).toBe(uuid(2));
  });

  it('shows time in steps, those without refusals too', async () => {
    const { series, causes } = await analyze([log]);
    expect(series).toMatchObject({ stepMs: 60_000, start: '2026-05-14T09:30:00.000Z' });
    expect(series.requests).toEqual([7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
    expect(series.refused).toEqual([5, ...Array(10).fill(0)]);
    expect(causes[0]?.series).toEqual([3, ...Array(10).fill(0)]);
  });

  it('completes an access log by a WAF log and an execution log, and counts each request once', async () => {
    const inputs = [
      [lineOf(1, 'waf'), lineOf(2, 'denied'), lineOf(3, 'served')],
      [wafLine(sent(1, 'waf')), wafLine(sent(3, 'served'))],
      [...executionLines(sent(2, 'denied')), ...executionLines(sent(3, 'served'))],
    ];
    for (const order of [inputs, inputs.toReversed()]) {
      const report = await analyze(order);
      expect(report).toMatchObject({ requests: 3, refused: 2, countedFrom: ['access'], uncounted: 0 });
      const waf = report.causes.find(({ cause }) => cause === 'waf_blocked');
      expect(waf?.culprits).toMatchObject([{ kind: 'waf_rule', name: 'block-scanners', count: 1 }]);
    }
  });

  it('counts from the log that there is', async () => {
    const waf = await analyze([[wafLine(sent(1, 'waf')), wafLine(sent(2, 'served'))]]);
    expect(waf).toMatchObject({ countedFrom: ['waf'], requests: 2, refused: 1, missingVariables: null });
    const execution = await analyze([[...executionLines(sent(1, 'denied')), ...executionLines(sent(2, 'served'))]]);
    expect(execution).toMatchObject({ countedFrom: ['execution'], requests: 2, refused: 1 });
  });

  it('does not count a refusal of another log that nothing links to an access line', async () => {
    const known = [accessLine(sent(1, 'waf'), shortFormat).replace('203.0.113.2', '-')];
    const report = await analyze([known, [wafLine(sent(1, 'waf'))]], { template: compiled(shortFormat) });
    expect(report).toMatchObject({ requests: 1, refused: 1, uncounted: 1 });
    const bare = compiled('$context.status $context.requestId $context.requestTimeEpoch');
    const unknown = await analyze([[`403 ${uuid(1)} ${baseMs}`], [wafLine(sent(1, 'waf'))]], { template: bare });
    expect(unknown).toMatchObject({ requests: 1, refused: 1, uncounted: 1, countedFrom: ['access'] });
  });

  it('counts every stage from its own log', async () => {
    const other = wafLine(sent(1, 'waf')).replace('k4t7wq2zpe:prod', 'zzzzzzzzzz:test');
    const report = await analyze([[lineOf(2, 'denied')], [other]]);
    expect(report).toMatchObject({ refused: 2, countedFrom: ['access', 'waf'] });
    expect(report.stages).toEqual([
      { apiId: 'k4t7wq2zpe', stage: 'prod', countedFrom: 'access', requests: 1, refused: 1 },
      { apiId: 'zzzzzzzzzz', stage: 'test', countedFrom: 'waf', requests: 1, refused: 1 },
    ]);
  });

  it('gives no share of a log that holds nothing but refusals', async () => {
    const refusals = Array.from({ length: 1000 }, (_, n) => lineOf(n, 'denied'));
    const report = await analyze([refusals], { openRequests: 200 });
    expect(report).toMatchObject({ requests: 1000, refused: 1000, share: null });
    expect(report.warnings.join()).toContain('nothing tells what share');
    expect((await analyze([refusals.slice(0, 10)])).share).toBe(1);
  });

  it('names what the format does not show', async () => {
    const report = await analyze([[accessLine(sent(1, 'waf'))]]);
    expect(report.missingVariables).toContain('integration.status');
    expect(report.missingVariables).not.toContain('error.responseType');
    const bare = await analyze([[`403 ${uuid(1)}`]], { template: compiled('$context.status $context.requestId') });
    expect(bare.missingVariables).toContain('error.responseType');
  });

  it('counts requests without a time, and shows none', async () => {
    const bare = compiled('$context.status $context.requestId');
    const report = await analyze([[`403 ${uuid(1)}`, `200 ${uuid(2)}`]], { template: bare });
    expect(report).toMatchObject({ requests: 2, refused: 1, from: null, series: { start: null, refused: [] } });
  });

  it('counts what is not read by its reason, with the first lines by input', async () => {
    const report = await analyze([[lineOf(1, 'denied')], ['noise', lineOf(2, 'served'), 'more noise']]);
    expect(report.rejected).toEqual([{ reason: 'unrecognised', count: 2 }]);
    expect(report.rejectExamples.map(({ input, line }) => [input, line])).toEqual([
      ['b.log', 1],
      ['b.log', 3],
    ]);
  });

  it('says when requests had to make room before all logs were read', async () => {
    const access = Array.from({ length: 300 }, (_, n) => lineOf(n, 'waf'));
    const waf = Array.from({ length: 300 }, (_, n) => wafLine(sent(n, 'waf')));
    const report = await analyze([access, waf], { openRequests: 100 });
    expect(report).toMatchObject({ requests: 300, refused: 300 });
    expect(report.warnings.join()).toContain('more than 100 refused requests');
    expect((await analyze([access], { openRequests: 100 })).warnings).toEqual([]);
  });

  it('tells callers and routes apart within bounds and says so', async () => {
    const lines = Array.from({ length: 5000 }, (_, n) =>
      lineOf(n, 'denied').replace('curl/8.5.0', `agent-${n % 10 === 0 ? 'common' : n}`),
    );
    const { userAgents } = (await analyze([lines], { openRequests: 500 })).callers;
    expect(userAgents[0]).toEqual({ value: 'agent-common', count: 500, atMost: 500 });
    expect(userAgents[1]?.atMost).toBeGreaterThan(userAgents[1]?.count ?? 0);
  });
});

describe('filters', () => {
  const lines = [
    ...fateNames.map((fate, n) => lineOf(n + 1, fate, n * 60_000)),
    lineOf(50, 'denied', 1000).replace('"prod"', '"test"'),
    lineOf(51, 'served', 1000).replace('"/orders"', '"/pets"'),
    lineOf(52, 'denied', 1000).replace('"GET"', '"POST"'),
    lineOf(53, 'denied', 1000).replace('"k4t7wq2zpe"', '"zzzzzzzzzz"'),
  ];
  const set = (...values: string[]): ReadonlySet<string> => new Set(values);

  it.each<[string, Partial<AnalysisFilter>, number, number]>([
    ['nothing', {}, 13, 9],
    ['a cause', { cause: set('waf_blocked') }, 13, 1],
    ['two causes', { cause: set('waf_blocked', 'authorizer_denied') }, 13, 5],
    ['a group', { group: set('authorizer') }, 13, 4],
    ['a status', { status: set('403') }, 13, 9],
    ['another status', { status: set('429') }, 13, 0],
    ['a stage', { stage: set('test') }, 1, 1],
    ['an API', { api: set('zzzzzzzzzz') }, 1, 1],
    ['a route', { route: set('/pets') }, 1, 0],
    ['a method', { method: set('POST') }, 1, 1],
    ['what is not known', { route: set('unknown') }, 0, 0],
    ['from a minute on', { fromMs: baseMs + 5 * 60_000 }, 4, 3],
    ['up to a minute', { toMs: baseMs + 60_000 }, 5, 3],
    ['a range', { fromMs: baseMs + 60_000, toMs: baseMs + 3 * 60_000 }, 2, 1],
    ['several at once', { stage: set('prod'), cause: set('authorizer_denied'), toMs: baseMs + 60_000 }, 4, 2],
  ])('by %s', async (_name, filter, requests, refused) => {
    for (const known of [template, null]) {
      const report = await analyze([lines], { filter, template: known });
      expect([report.requests, report.refused]).toEqual([requests, refused]);
    }
  });
});

describe('the schema', () => {
  it('has the reject reasons of the engine', () => {
    expect(analyzeSchema.$defs.rejectReason.enum).toEqual(Object.keys(engine.rejectReasons));
  });

  it('is closed', async () => {
    const report = await analyze([[lineOf(1, 'denied')]]);
    expect(analyzeSchemaErrors(JSON.stringify({ ...report, more: 1 }))).not.toEqual([]);
  });
});
