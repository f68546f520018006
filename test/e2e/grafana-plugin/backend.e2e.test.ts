import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, tidy, tidyMs } from '../service/program.js';
import { callerIp, type FedService, readable, startFedService, traceId } from './fed-service.js';
import { buildHost, type FrameJson, goEnvironment, PluginHost, type QueryResult } from './plugin-host.js';

const minuteMs = 60_000;

let program: string;
let service: FedService;
let host: PluginHost;
/** Minute of the requests: far enough back to be known, near enough to be within the last half hour. */
let minute: number;

beforeAll(async () => {
  program = buildHost(makeFolder());
  service = await startFedService();
  minute = (Math.floor(Date.now() / minuteMs) - 15) * minuteMs;
  await service.send(0, minute);
  // Later requests of the same feed tell that all before is known.
  await service.send(1, Date.now() - 1_000);
  await readable(service, 2 * service.refused);
  host = await PluginHost.start(program, settings());
}, 300_000);

afterAll(async () => {
  await host?.stop();
  await tidy();
}, tidyMs);

const settings = () => ({
  url: service.url,
  jsonData: { publicUrl: 'https://why403.example.com' },
  secureJsonData: { token: service.reader },
});

const half = { from: 'now-30m', to: 'now' };
const names = (frame: FrameJson | undefined) => frame?.schema.fields.map(({ name }) => name);

function only(result: QueryResult): FrameJson {
  expect(result).toMatchObject({ status: 200 });
  expect(result.frames).toHaveLength(1);
  return (result.frames as readonly FrameJson[])[0] as FrameJson;
}

function column(frame: FrameJson, name: string): readonly unknown[] {
  const index = frame.schema.fields.findIndex((field) => field.name === name);
  expect(names(frame)).toContain(name);
  return frame.data.values[index] as readonly unknown[];
}

const place = { account: '111122223333', region: 'eu-west-1', api_id: 'a1b2c3d4e5', stage: 'prod' };
const refusal = { cause: 'api_key_missing', group: 'api_key' };

describe('the built backend, started as Grafana does, before the built service', () => {
  it('is healthy when a real query works', async () => {
    const { status, body } = await host.health();
    expect([status, body.status]).toEqual([200, 'OK']);
    expect(body.message).toMatch(
      new RegExp(`Why403 .* answers: ${service.refused}\\d* refused|${2 * service.refused} refused`),
    );
  });

  describe.each([
    ['a panel', false],
    ['an alert rule', true],
  ])('answers %s that asks for', (_, alert) => {
    it('Cause series: as many requests as were refused, zero before, nothing known after the watermark', async () => {
      const frame = only(
        await host.query({ queryType: 'series', by: ['api_id', 'cause'], step: '1m' }, { ...half, alert }),
      );
      expect(frame.schema.meta).toMatchObject({ type: 'timeseries-multi', typeVersion: [0, 1] });
      expect(frame.schema.fields[1]?.labels).toEqual({ api_id: 'a1b2c3d4e5', cause: 'api_key_missing' });
      const times = frame.data.values[0] as number[];
      const counts = frame.data.values[1] as (number | null)[];
      expect(counts[times.indexOf(minute)]).toBe(service.refused);
      expect(counts[times.indexOf(minute) - 1]).toBe(0);
      expect(counts.at(-1)).toBeNull();
      expect([...times].sort((a, b) => a - b)).toEqual(times);
    });

    it('Spike score: a spike by the floors, since there is no history', async () => {
      const result = await host.query({ queryType: 'spikes', measures: ['score'] }, { ...half, alert });
      const frame = only(result);
      expect(frame.schema.meta).toMatchObject({ type: 'timeseries-multi', typeVersion: [0, 1] });
      expect(frame.schema.fields[1]).toMatchObject({ name: 'score', labels: { ...place, ...refusal } });
      const scores = (frame.data.values[1] as (number | null)[]).filter((score) => score !== null);
      expect(Math.max(...scores)).toBeGreaterThan(1);
    });

    it('New causes: none, since the stage is not known for a day', async () => {
      const frame = only(await host.query({ queryType: 'newCauses' }, { ...half, alert }));
      expect(frame.schema.meta?.type).toBe(alert ? 'numeric-long' : 'table');
      expect(frame.data.values.flat()).toEqual([]);
    });

    it('Coverage: how far behind, and how much is unknown', async () => {
      const frame = only(
        await host.query({ queryType: 'coverage', table: 'stages', field: 'unknown_ratio' }, { ...half, alert }),
      );
      const numbers = frame.schema.fields.filter(({ type }) => type === 'number').map(({ name }) => name);
      expect(numbers).toEqual(['unknown_ratio']);
      expect(column(frame, 'unknown_ratio')).toEqual([0]);
      expect(column(frame, 'api_id')).toEqual(['a1b2c3d4e5']);
    });
  });

  it('answers Top', async () => {
    const frame = only(await host.query({ queryType: 'top', topBy: 'source_ip' }, half));
    expect(frame.schema.meta?.preferredVisualisationType).toBe('table');
    expect(column(frame, 'source_ip')).toEqual([callerIp]);
  });

  it('answers Samples as log lines, each with its cause, its labels and its ways on', async () => {
    const frame = only(await host.query({ queryType: 'samples', limit: 5 }, half));
    expect(frame.schema.meta).toMatchObject({ type: 'log-lines', preferredVisualisationType: 'logs' });
    expect(names(frame)?.slice(0, 6)).toEqual(['timestamp', 'body', 'severity', 'id', 'labels', 'labelTypes']);
    expect(frame.data.values[0]).toHaveLength(5);
    expect(column(frame, 'labels')[0]).toMatchObject({ ...place, ...refusal, source_ip: callerIp });
    expect(String(column(frame, 'body')[0])).toMatch(/^GET \/orders → 403: .+/);
    expect(column(frame, 'traceId')[0]).toBe(traceId);
    expect(JSON.stringify(frame.schema.fields.map(({ config }) => config?.['links']))).toContain('"queryType":"event"');
  });

  it('answers Event with evidence and fix of the request that a sample names', async () => {
    const samples = only(await host.query({ queryType: 'samples', limit: 1 }, half));
    const frame = only(await host.query({ queryType: 'event', eventId: column(samples, 'id')[0] }, half));
    expect(new Set(column(frame, 'part'))).toEqual(
      new Set(['verdict', 'alternative', 'evidence', 'remedy', 'request', 'log']),
    );
    expect(column(frame, 'value')).toEqual(expect.arrayContaining(['INVALID_API_KEY', callerIp, traceId]));
  });

  it('answers Annotations with the spike', async () => {
    const frame = only(await host.query({ queryType: 'annotations', kinds: ['spike'] }, half));
    expect(names(frame)).toEqual(expect.arrayContaining(['time', 'timeEnd', 'title', 'text', 'tags', 'id', 'color']));
    expect(String(column(frame, 'text')[0])).toContain('api_key_missing');
  });

  it.each([
    ['top', { topBy: 'cause' }, /Top.*Cause series/],
    ['samples', {}, /Samples.*Cause series/],
    ['event', { eventId: 'x' }, /Event.*Cause series/],
    ['annotations', {}, /Annotations.*Spike score/],
  ])('refuses %s in an alert rule and says what to take', async (queryType, more, sentence) => {
    const result = await host.query({ queryType, ...more }, { ...half, alert: true });
    expect(result).toMatchObject({ status: 400, errorSource: 'downstream', error: expect.stringMatching(sentence) });
  });

  it('answers each query of a panel by itself', async () => {
    const { A, B } = await host.queries(
      [
        { refId: 'A', queryType: 'series' },
        { refId: 'B', queryType: 'series', metric: 'sum' },
      ],
      half,
    );
    expect(A?.status).toBe(200);
    expect(B).toMatchObject({ status: 400, error: expect.stringMatching(/metric.*count/) });
  });

  it('reads queries that an older version stored', async () => {
    const { A } = await host.queries(
      [{ refId: 'A', version: undefined, queryType: 'series', by: 'cause', cause: 'api_key_missing' }],
      half,
    );
    expect(only(A as QueryResult).schema.fields[1]?.labels).toEqual({ cause: 'api_key_missing' });
  });

  it('gives the editors what they choose from, and nothing else', async () => {
    expect(await host.resource('labels/cause/values?from=now-1h')).toMatchObject({
      status: 200,
      body: { values: ['api_key_missing'] },
    });
    expect((await host.resource('labels')).status).toBe(200);
    expect((await host.resource('causes')).status).toBe(200);
    expect((await host.resource('sources')).status).toBe(404);
    expect((await host.resource('labels/..%2F..%2F..%2Fmetrics%3F/values')).status).toBe(404);
    expect((await host.resource('labels', { method: 'POST', body: '{}' })).status).toBe(405);
  });

  it('streams what is refused from now on, and only what the channel asks for', async () => {
    const channel = `samples/${Buffer.from('cause=api_key_missing').toString('base64url')}`;
    const other = `samples/${Buffer.from('cause=waf_blocked').toString('base64url')}`;
    const stop = new AbortController();
    const lines = (frames: readonly FrameJson[]) =>
      frames.reduce((sum, { data }) => sum + (data.values[0]?.length ?? 0), 0);
    const nothing = host.live(other, (frames) => lines(frames) > 0, stop.signal).catch(() => 'nothing');
    const live = host.live(channel, (frames) => lines(frames) >= service.refused, AbortSignal.timeout(minuteMs));
    // Which is first, the stream or the batch, cannot be seen from here: batches come until one is streamed.
    let batch = 2;
    let over = false;
    const feeding = (async () => {
      while (!over) await service.send(batch++, Date.now() - 1_000);
    })();
    const frames = await live.finally(() => {
      over = true;
    });
    await feeding;
    stop.abort();
    expect(await nothing).toBe('nothing');
    expect(names(frames[0])).toEqual(expect.arrayContaining(['timestamp', 'body', 'id']));
    await expect(host.live('totals', () => true, AbortSignal.timeout(minuteMs))).rejects.toThrow(/404/);
  });

  it("passes the Go sources' own test of a real service", async () => {
    const test = ['test', '-count=1', '-timeout=100s', '-run=RealService', '-v', './pkg/plugin'];
    const { stdout } = await promisify(execFile)('go', test, {
      cwd: fileURLToPath(new URL('../../../grafana-plugin/', import.meta.url)),
      env: { ...goEnvironment, WHY403_TEST_URL: service.url, WHY403_TEST_TOKEN: service.reader },
    });
    expect(stdout).toMatch(/^--- PASS: /m);
  });
});

describe('what is wrong is told, with the system that failed', () => {
  it('a token that the service does not know', async () => {
    await host.save({ ...settings(), secureJsonData: { token: `${service.reader.slice(0, -4)}AAAA` } });
    const health = await host.health();
    expect([health.status, health.body.status]).toEqual([400, 'ERROR']);
    expect(health.body.message).toMatch(/token/i);
    const result = await host.query({ queryType: 'series' }, half);
    expect(result).toMatchObject({ status: 401, errorSource: 'downstream', error: expect.stringMatching(/token/i) });
    expect(host.log + JSON.stringify([health, result])).not.toContain(service.reader.slice(-43));
  });

  it('no service at the address', async () => {
    await host.save({ ...settings(), url: 'http://127.0.0.1:9' });
    const health = await host.health();
    expect([health.status, health.body.status]).toEqual([400, 'ERROR']);
    expect(health.body.message).toContain('127.0.0.1:9');
    const result = await host.query({ queryType: 'series' }, half);
    expect(result).toMatchObject({ status: 502, errorSource: 'downstream' });
  });

  it('no address at all', async () => {
    await host.save({ url: '' });
    expect((await host.health()).body.message).toMatch(/URL: expected/);
  });

  it('and all is well again with the right settings, without a start', async () => {
    await host.save(settings());
    expect((await host.health()).body.status).toBe('OK');
  });

  it('the service goes away while panels ask', async () => {
    await service.program.stop();
    const result = await host.query({ queryType: 'series' }, half);
    expect(result).toMatchObject({ status: 502, errorSource: 'downstream', error: expect.stringMatching(/Why403/) });
  });
});
