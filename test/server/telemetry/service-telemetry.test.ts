import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../server/src/store/store-error.js';
import { createLog, type LogLevel } from '../../../server/src/telemetry/log.js';
import { createMetrics, serviceMetrics } from '../../../server/src/telemetry/metrics.js';
import { createServiceTelemetry } from '../../../server/src/telemetry/service-telemetry.js';
import type { Telemetry } from '../../../server/src/telemetry/telemetry.js';

const nowMs = () => Date.UTC(2024, 4, 1, 10, 0, 4, 355);

function telemetry(format: 'json' | 'pretty' = 'json', level: LogLevel = 'debug') {
  const lines: string[] = [];
  const registry = new Registry();
  const log = createLog({ level, format, write: (text) => void lines.push(text), nowMs });
  const events = createServiceTelemetry({ log, metrics: createMetrics(registry), tracer: null });
  const value = async (name: string, labels: Record<string, string> = {}) => {
    const metric = (await registry.getMetricsAsJSON()).find((each) => each.name === name);
    const values = (metric?.values ?? []) as readonly {
      value: number;
      labels: Record<string, unknown>;
      metricName?: string;
    }[];
    const found = values.find(
      (each) =>
        (each.metricName ?? name) !== `${name}_bucket` &&
        Object.entries(labels).every(([label, text]) => each.labels[label] === text),
    );
    return found?.value;
  };
  return { events, log, registry, lines, value, last: () => JSON.parse(lines.at(-1) ?? '{}') };
}

const stored = {
  feed: 'orders',
  kind: 'http',
  unit: 'http:orders:1',
  lines: 10,
  requests: 8,
  refused: 3,
  rejected: { unrecognised: 2 },
  durationMs: 12,
} as const;

describe('one function for each event: a log line and a counter', () => {
  it('unitStored', async () => {
    const { events, value, last } = telemetry();
    events.unitStored(stored);
    events.unitStored(stored);
    expect(await value('why403_stored_units_total', { feed: 'orders' })).toBe(2);
    expect(await value('why403_read_lines_total', { feed: 'orders' })).toBe(20);
    expect(await value('why403_read_requests_total', { feed: 'orders' })).toBe(16);
    expect(await value('why403_rejected_lines_total', { feed: 'orders', reason: 'unrecognised' })).toBe(4);
    expect(last()).toMatchObject({ level: 'debug', time: '2024-05-01T10:00:04.355Z', event: 'unit_stored', ...stored });
  });

  const rows: readonly (readonly [string, (events: Telemetry) => void, string, string, Record<string, string>])[] = [
    [
      'unitFailed',
      (t) => t.unitFailed({ feed: 'f', unit: 'u', error: new StoreError('full', 'No space.') }),
      'warn',
      'why403_failed_units_total',
      { feed: 'f' },
    ],
    [
      'sourceProblem',
      (t) => t.sourceProblem({ source: 's', problem: 'a.log does not exist' }),
      'warn',
      'why403_source_problems_total',
      { source: 's' },
    ],
    [
      'statementDone',
      (t) => t.statementDone({ operation: 'series', durationMs: 5, outcome: 'ok', rows: 3 }),
      'debug',
      'why403_store_statement_seconds',
      { operation: 'series', outcome: 'ok' },
    ],
    [
      'statementDone that failed',
      (t) => t.statementDone({ operation: 'series', durationMs: 5, outcome: 'timeout', rows: 0 }),
      'info',
      'why403_store_statement_seconds',
      { outcome: 'timeout' },
    ],
    [
      'databaseStarted',
      (t) => t.databaseStarted({ pid: 7, durationMs: 300 }),
      'info',
      'why403_database_starts_total',
      {},
    ],
    [
      'requestServed',
      (t) => t.requestServed({ method: 'GET', route: '/api/v1/top', status: 200, durationMs: 4, tokenId: 'grafana' }),
      'debug',
      'why403_http_requests_total',
      { route: '/api/v1/top', method: 'GET', status: '200' },
    ],
    [
      'houseKept',
      (t) => t.houseKept({ task: 'settle', durationMs: 4, detail: '3 facts' }),
      'debug',
      'why403_house_seconds',
      { task: 'settle' },
    ],
    [
      'defect',
      (t) => t.defect({ where: 'settle', error: new Error('x') }),
      'error',
      'why403_defects_total',
      { where: 'settle' },
    ],
  ];
  it.each(rows)('%s', async (_name, tell, level, metric, labels) => {
    const { events, value, last } = telemetry();
    tell(events);
    expect(last().level).toBe(level);
    expect(await value(metric, labels)).toBeGreaterThan(0);
  });

  it('the end of the database is a warning only when it was not asked for', () => {
    const { events, last } = telemetry();
    events.databaseStopped({ pid: 7, reason: 'signal SIGKILL', willRestart: true });
    expect(last().level).toBe('warn');
    events.databaseStopped({ pid: 7, reason: 'shutdown', willRestart: false });
    expect(last().level).toBe('info');
  });

  it('every metric is registered, has a help text and the prefix', async () => {
    const { registry } = telemetry();
    const registered = await registry.getMetricsAsJSON();
    expect(registered.map(({ name }) => name).sort()).toEqual(Object.keys(serviceMetrics).sort());
    for (const { name, help } of registered) {
      expect(name).toMatch(/^why403_[a-z_]+$/);
      expect(help).toMatch(/\.$/);
    }
  });

  it('feeds that senders name without end do not make label sets without end', async () => {
    const { events, registry, value } = telemetry('json', 'error');
    for (let i = 0; i < 3000; i++) events.unitStored({ ...stored, feed: `feed-${i}` });
    const metric = (await registry.getMetricsAsJSON()).find(({ name }) => name === 'why403_stored_units_total');
    expect(metric?.values.length).toBeLessThanOrEqual(2001);
    expect(await value('why403_stored_units_total', { feed: '(other)' })).toBe(1000);
  });
});

describe('what is logged is allow-listed', () => {
  it('a field that is not on the list is dropped', () => {
    const { log, last } = telemetry();
    log.info({ event: 'x', body: 'canary', headers: { authorization: 'canary' }, line: 'canary' }, 'Told.');
    expect(last()).toEqual({ level: 'info', time: '2024-05-01T10:00:04.355Z', event: 'x', message: 'Told.' });
  });

  it('an object inside an allowed field keeps only its counts', () => {
    const { log, last } = telemetry();
    log.info({ rejected: { unrecognised: 2, text: 'canary' } }, 'Told.');
    expect(last().rejected).toEqual({ unrecognised: 2 });
  });

  it('of our own error its kind and message, of others name, code and place', () => {
    const { events, lines, last } = telemetry();
    events.unitFailed({
      feed: 'f',
      unit: 'u',
      error: new StoreError('full', 'The disk is full.', { cause: new Error('canary') }),
    });
    expect(last().error).toEqual({ name: 'StoreError', kind: 'full', message: 'The disk is full.' });
    const foreign = Object.assign(new TypeError('canary\n    at canary (canary:1:1)'), { code: 'ECONNRESET' });
    events.defect({ where: 'settle', error: foreign });
    expect(last().error).toMatchObject({ name: 'TypeError', code: 'ECONNRESET' });
    expect(last().error.at[0]).toMatch(/^at .*service-telemetry\.test\.ts/);
    events.defect({ where: 'settle', error: 'canary' });
    events.defect({
      where: 'settle',
      error: Object.assign(new Error('canary'), { name: 'canary canary', code: 'can ary', stack: 'canary' }),
    });
    expect(lines.join('')).not.toContain('canary');
  });

  it('text from outside is cut and shown as escapes', () => {
    const { events, lines } = telemetry();
    events.unitFailed({ feed: '\x1b[2J\u202e', unit: 'u'.repeat(5000), error: null });
    expect(lines[0]).toContain('\\\\x1b[2J\\\\u202e');
    expect(lines[0]?.length).toBeLessThan(1000);
  });
});

describe('sentences for a terminal', () => {
  it.each<[string, (events: Telemetry) => void, string]>([
    [
      'information',
      (t) => t.databaseStarted({ pid: 7, durationMs: 340 }),
      '10:00:04 The embedded database is up after 0.3 s (pid 7).\n',
    ],
    [
      'a warning with its reason',
      (t) => t.unitFailed({ feed: 'orders', unit: 'u', error: new StoreError('full', 'The disk is full.') }),
      '10:00:04 warning: A batch of orders was not stored and will be sent again. (The disk is full.)\n',
    ],
    [
      'escapes',
      (t) => t.sourceProblem({ source: '\x1b[2J', problem: 'gone\n' }),
      '10:00:04 warning: \\x1b[2J: gone\\n\n',
    ],
  ])('%s', (_name, tell, expected) => {
    const { events, lines } = telemetry('pretty', 'info');
    tell(events);
    expect(lines).toEqual([expected]);
  });

  it('a defect with the place where it happened', () => {
    const { events, lines } = telemetry('pretty', 'info');
    events.defect({ where: 'settle', error: new RangeError('secret') });
    expect(lines[0]).toMatch(
      /^10:00:04 ERROR: A defect of why403 in settle; please report it\. \(RangeError\)\n {11}at .+\n/,
    );
    expect(lines[0]).not.toContain('secret');
  });

  it('below the level nothing is written', () => {
    const { events, lines } = telemetry('pretty', 'info');
    events.unitStored(stored);
    expect(lines).toEqual([]);
  });
});

describe('a span without an exporter', () => {
  it('hands on the result and the error', async () => {
    const { events } = telemetry();
    expect(await events.span('unit', { lines: 1 }, async () => 7)).toBe(7);
    await expect(events.span('unit', {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
