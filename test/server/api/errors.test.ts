import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorCatalogue, errorCodes } from '../../../server/src/api/errors/catalogue.js';
import { renderErrorDocs } from '../../../server/src/api/errors/error-docs.js';
import { exampleSourceArn } from '../../../server/src/api/firehose/source-arn.js';
import { problem } from '../../../server/src/api/schemas/problem.js';
import { StoreError, type StoreErrorKind } from '../../../server/src/store/store-error.js';
import { silentTelemetry } from '../../../server/src/telemetry/telemetry.js';
import { createReceivingSink } from './receiving-sink.js';
import { type ApiOptions, allTokens, bearer, problemOf, rawRequest, startApi, storeAway, tokens } from './start-api.js';
import { backfillReport, willingBackfiller } from './willing-backfiller.js';

const failing = (kind: StoreErrorKind) => () => Promise.reject(new StoreError(kind, 'What the store says.'));
const access = { tokens: allTokens, loopback: false };
const lines = { method: 'POST', headers: { 'Content-Type': 'application/x-ndjson' }, body: '{}\n' };
const question = (body: unknown) => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

interface Provocation {
  readonly path: string;
  readonly init?: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string };
  readonly options?: ApiOptions;
}

const lastHour = question({ from: 'now-1h' });

/** How each error comes about. The compiler asks for a line when the catalogue gets one. */
const provocations: Readonly<Record<ErrorCode, Provocation>> = {
  parameter_unknown: { path: '/api/v1/series?api=x' },
  parameter_invalid: { path: '/api/v1/series?step=90s' },
  range_invalid: { path: '/api/v1/series?from=now&to=now-1h' },
  range_too_long: { path: '/api/v1/top?by=cause&from=now-93d' },
  too_many_points: { path: '/api/v1/series?from=now-30d&step=1m' },
  cursor_invalid: { path: '/api/v1/events?cursor=page2' },
  body_invalid: { path: '/api/v1/explain', init: question('{"text":') },
  body_corrupt: {
    path: '/api/v1/ingest',
    init: { ...lines, headers: { ...lines.headers, 'Content-Encoding': 'gzip' } },
    options: { sink: createReceivingSink() },
  },
  // Of the Firehose address, whose errors have the form that Firehose takes: firehose.test.ts.
  delivery_too_large: { path: '/api/v1/ingest/firehose' },
  access_log_format_invalid: {
    path: '/api/v1/explain',
    init: question({ text: 'x', accessLogFormat: 'no variables' }),
  },
  feed_limit_reached: {
    path: '/api/v1/ingest',
    init: { ...lines, headers: { ...lines.headers, Feed: 'another' } },
    options: { limits: { maxFeeds: 0 } },
  },
  token_missing: { path: '/docs', options: { access } },
  token_invalid: { path: '/docs', init: { headers: { Authorization: 'Bearer w403' } }, options: { access } },
  role_insufficient: { path: '/docs', init: { headers: bearer('ingest') }, options: { access } },
  token_bound: {
    path: '/api/v1/ingest',
    init: { ...lines, headers: { ...lines.headers, ...bearer('ingest') } },
    options: { access: { ...access, tokens: [{ ...tokens.ingest, sourceArns: [exampleSourceArn] }] } },
  },
  host_refused: { path: '/docs', init: { headers: { Host: 'example.com' } } },
  origin_refused: { path: '/docs', init: { headers: { Origin: 'http://example.com' } } },
  route_not_found: { path: '/api/v1/serie' },
  event_not_found: { path: '/api/v1/events/nothing', options: { store: { ...storeAway, findEvents: async () => [] } } },
  backfill_not_found: {
    path: '/api/v1/backfills/x',
    init: { method: 'DELETE' },
    options: { backfiller: willingBackfiller({ stop: async () => null }) },
  },
  backfill_running: {
    path: '/api/v1/backfills',
    init: lastHour,
    options: { backfiller: willingBackfiller({ start: () => ({ kind: 'busy', report: backfillReport() }) }) },
  },
  nothing_to_read: {
    path: '/api/v1/backfills',
    init: lastHour,
    options: { backfiller: willingBackfiller({ start: () => ({ kind: 'nothing', reason: 'There is no source.' }) }) },
  },
  cause_not_found: { path: '/api/v1/causes/waf_block' },
  method_not_allowed: { path: '/api/v1/ingest' },
  body_too_large: {
    path: '/api/v1/ingest',
    init: lines,
    options: { sink: createReceivingSink(), limits: { maxBodyBytes: 2 } },
  },
  content_type_unsupported: { path: '/api/v1/explain', init: { ...question('x'), headers: { 'Content-Type': 'a/b' } } },
  content_encoding_unsupported: {
    path: '/api/v1/ingest',
    init: { ...lines, headers: { ...lines.headers, 'Content-Encoding': 'br' } },
  },
  query_too_heavy: { path: '/api/v1/series', options: { store: { ...storeAway, readSeries: failing('timeout') } } },
  rate_limited: { path: '/docs', options: { limits: { requestsPerMinute: 0 } } },
  internal_error: { path: '/api/v1/series', options: { store: { ...storeAway, readSeries: failing('broken') } } },
  store_unavailable: { path: '/api/v1/series' },
  sources_starting: {
    path: '/api/v1/backfills',
    init: lastHour,
    options: { backfiller: willingBackfiller({ start: () => ({ kind: 'early', reason: 'They are looked for.' }) }) },
  },
  store_full: {
    path: '/api/v1/ingest',
    init: lines,
    options: { sink: { ...createReceivingSink(), accept: failing('full') } },
  },
  ingest_busy: { path: '/api/v1/ingest', init: lines, options: { limits: { openIngests: 0 } } },
  explain_busy: { path: '/api/v1/explain', init: question({ text: 'x' }), options: { limits: { openExplains: 0 } } },
  streams_busy: { path: '/api/v1/stream', options: { limits: { openStreams: 0 } } },
};

describe('every error of the catalogue', () => {
  it.each(errorCodes.filter((code) => code !== 'delivery_too_large'))(
    '%s is answered as problem+json',
    async (code) => {
      const { path, init, options } = provocations[code];
      const api = await startApi(options);
      const answer = await rawRequest(api, { path, ...init });
      const { status, title, retryable } = errorCatalogue[code];
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      const body = problem.parse(JSON.parse(answer.body));
      expect(body).toMatchObject({ code, status, title, retryable, type: `/docs#error-${code}` });
      expect(body.detail.length).toBeGreaterThan(10);
      expect(answer.status).toBe(status);
      expect('retry-after' in answer.headers).toBe(retryable);
    },
  );

  it('docs/errors.md has all of them (UPDATE_GOLDEN=1 writes it)', () => {
    const path = fileURLToPath(new URL('../../../docs/errors.md', import.meta.url));
    const { UPDATE_GOLDEN } = process.env;
    if (UPDATE_GOLDEN === '1') writeFileSync(path, renderErrorDocs());
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(renderErrorDocs());
  });
});

describe('an error tells', () => {
  it.each([
    ['the name that was probably meant', '/api/v1/series?api_di=x', 'did you mean api_id?'],
    ['the word that was probably meant', '/api/v1/series?cause=waf_block', 'did you mean waf_blocked?'],
    ['a label that was probably meant', '/api/v1/series?by=stages', 'did you mean stage?'],
    ['where a dimension can be asked for', '/api/v1/series?by=source_ip', '/api/v1/top'],
    ['a cause that was probably meant', '/api/v1/causes/waf_block', 'Did you mean waf_blocked?'],
    ['that seconds are not milliseconds', '/api/v1/series?from=1772366417', 'add 000'],
    ['which way round a range goes', '/api/v1/series?from=2026-03-02&to=2026-03-01', 'from before to'],
    ['the largest limit', '/api/v1/events?limit=100000', 'at most 1000'],
    ['that a parameter came twice', '/api/v1/series?step=1m&step=5m', 'came 2 times'],
    ['that a format is missing a zone', '/api/v1/series?from=2026-03-01T00:00:00', 'with a zone'],
    ['that requests have no cause', '/api/v1/series?metric=requests&by=cause', 'metric=count'],
    ['the same of a filter', '/api/v1/series?metric=requests&cause=waf_blocked', 'metric=count'],
    ['what a list is made of', '/api/v1/top?by=nothing', 'expected one of account'],
    ['that something is missing', '/api/v1/top', 'query by'],
  ])('%s', async (_name, path, words) => {
    const api = await startApi();
    const response = await api.fetch(path);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect((await problemOf(response)).detail).toContain(words);
  });

  it('all faults of a request at once', async () => {
    const api = await startApi();
    const { errors } = await problemOf(await api.fetch('/api/v1/series?from=then&step=1s&by=x&limit=0&metric=sum'));
    expect(errors?.map(({ where }) => where).sort()).toEqual([
      'query by',
      'query from',
      'query limit',
      'query metric',
      'query step',
    ]);
  });

  it('where a JSON body is wrong', async () => {
    const api = await startApi();
    const response = await api.fetch('/api/v1/explain', question({ text: 1, apiID: 'x' }));
    expect((await problemOf(response)).errors).toEqual([
      { where: 'body text', message: 'expected string, came a number' },
      { where: 'body', message: 'there is no "apiID" here' },
    ]);
  });

  it('at most 80 characters of input, escaped', async () => {
    const api = await startApi();
    const long = `${'\u202e<script>\u0007'}${'x'.repeat(4000)}`;
    for (const path of [
      `/api/v1/series?from=${encodeURIComponent(long)}`,
      `/api/v1/series?${encodeURIComponent(long)}=1`,
      `/api/v1/events/${encodeURIComponent(long)}`,
      `/api/v1/causes/${encodeURIComponent(long.slice(0, 200))}`,
      `/api/v1/events?cursor=${encodeURIComponent(long.slice(0, 120))}`,
    ]) {
      const text = await (await api.fetch(path)).text();
      expect(text, path).not.toContain('\u202e');
      expect(text, path).not.toContain('\u0007');
      expect(text, path).not.toContain('x'.repeat(81));
      expect(text.length, path).toBeLessThan(1500);
    }
  });

  it('nothing of a defect but to the telemetry', async () => {
    const defects: unknown[] = [];
    const api = await startApi({
      store: { ...storeAway, readSeries: () => Promise.reject(new Error('SELECT secret FROM t')) },
      telemetry: { ...silentTelemetry, defect: (event) => void defects.push(event) },
    });
    const response = await api.fetch('/api/v1/series');
    expect(await response.text()).not.toContain('secret');
    expect(defects).toMatchObject([{ where: 'api /api/v1/series', error: { message: 'SELECT secret FROM t' } }]);
  });
});
