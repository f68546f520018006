import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClock } from '../../simulation/with-clock.js';
import { eventually, makeFolder, type Serving, serve, tidy, tidyMs } from '../service/program.js';
import { format } from '../service/requests.js';
import { EvaluatedRules } from './evaluated-rules.js';
import { buildHost, PluginHost } from './plugin-host.js';

/*
 * A simulation of the provisioned rules (no Grafana runs here) while a file and a sender of HTTP ingest fall silent in the middle of an
 * incident. The built service is stopped and started with a later clock, so that an hour of silence takes seconds.
 */
const minuteMs = 60_000;
/** The incident begins. Far ahead, where the database does not forget it. */
const incidentMs = Date.UTC(2050, 5, 15, 12);
const silentMs = incidentMs + 10 * minuteMs;
const backMs = incidentMs + 75 * minuteMs;

const folder = makeFolder();
const log = join(folder, 'access.log');
const away = join(folder, 'access.log.away');
const place = { stage: 'prod', account: '111122223333', region: 'eu-west-1' };
const fileApi = 'a1b2c3d4e5';
const ingestApi = 'f6g7h8i9j0';
const both = [fileApi, ingestApi];

const rules = new EvaluatedRules(() => host, 'kind');
let service: Serving;
let host: PluginHost;
let url: string;

/** 30 requests each minute; from the incident on two of three are refused. */
function linesOf(api: string, fromMs: number, toMs: number, isOver = false): string {
  const lines: string[] = [];
  for (let ms = fromMs; ms < toMs; ms += 2_000) {
    const isRefused = ms >= incidentMs && !isOver && (ms / 2_000) % 3 !== 0;
    const id = `${api}${String(ms).padStart(16, '0')}`;
    lines.push(`${id} X${id}= ${ms} GET /orders ${isRefused ? '403 INVALID_API_KEY' : '200 -'}\n`);
  }
  return lines.join('');
}

async function start(clockMs: number): Promise<void> {
  service = serve(join(folder, 'data'), {
    ...withClock(clockMs),
    WHY403_SOURCES: JSON.stringify([{ kind: 'file', paths: [log], format, api: fileApi, ...place, pollMs: 100 }]),
    WHY403_LIMITS_REQUESTS_PER_MINUTE: '100000',
  });
  url = await service.address();
  await host?.save({ url });
}

async function send(batchId: string, body: string): Promise<void> {
  const query = new URLSearchParams({ format, api: ingestApi, ...place });
  const headers = { 'Content-Type': 'application/octet-stream', 'Batch-Id': batchId, Feed: 'orders' };
  const response = await fetch(`${url}/api/v1/ingest?${query}`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`ingest answered ${response.status}: ${await response.text()}`);
}

/** Both feeds are known up to here. */
async function complete(untilMs: number): Promise<void> {
  await eventually('both feeds', async () => {
    const response = await fetch(`${url}/api/v1/coverage?table=feeds`);
    const { columns } = (await response.json()) as { columns: { name: string; values: number[] }[] };
    const known = columns.find(({ name }) => name === 'complete_until')?.values ?? [];
    return known.length === 2 && Math.min(...known) >= untilMs;
  });
}

const spikes = ['why403-keys', 'why403-spike'].flatMap((rule) => both.map((api) => `${rule} ${api}`));
const lags = ['why403-lag file', 'why403-lag http'];

beforeAll(async () => {
  writeFileSync(log, linesOf(fileApi, incidentMs - 40 * minuteMs, silentMs));
  await start(silentMs);
  host = await PluginHost.start(buildHost(makeFolder()), { url });
  await send('before', linesOf(ingestApi, incidentMs - 40 * minuteMs, silentMs));
  await complete(silentMs - minuteMs - 2_000);
  // The disk with the log is gone, and nobody sends any more.
  renameSync(log, away);
  await service.stop();
  await start(backMs);
}, 300_000);

afterAll(async () => {
  await host?.stop();
  await tidy();
}, tidyMs);

describe('simulation: a source dies in the middle of an incident', () => {
  it('the incident fires for both, and nothing else', async () => {
    await rules.evaluate(incidentMs - 3 * minuteMs, silentMs, (firing, atMs) => {
      if (atMs < incidentMs) expect(firing).toEqual([]);
      if (atMs >= incidentMs + 5 * minuteMs) expect(firing).toEqual(spikes);
    });
  });

  it('for an hour of silence nothing resolves; the lag is told after ten minutes and `for`', async () => {
    const raisedMs = silentMs + 14 * minuteMs;
    await rules.evaluate(silentMs, raisedMs, (firing, atMs) => {
      if (atMs < silentMs + 9 * minuteMs) expect(firing).toEqual(spikes);
      else expect(firing).toEqual(expect.arrayContaining(spikes));
    });
    const look = (firing: readonly string[]): void => expect(firing).toEqual([...spikes, ...lags].sort());
    await rules.evaluate(raisedMs, incidentMs + 60 * minuteMs, look, 3 * minuteMs);
  });

  it('nor when the service itself is away', async () => {
    await service.stop();
    await rules.evaluate(incidentMs + 60 * minuteMs, incidentMs + 65 * minuteMs, (firing) => {
      expect(firing).toEqual([...spikes, ...lags].sort());
    });
  });

  it('once the logs are back and the incident is over, everything resolves', async () => {
    writeFileSync(away, linesOf(fileApi, silentMs, backMs, true), { flag: 'a' });
    renameSync(away, log);
    await start(backMs);
    await send('after', linesOf(ingestApi, silentMs, backMs + minuteMs, true));
    await complete(backMs - minuteMs);
    let last: readonly string[] = ['nothing was evaluated'];
    await rules.evaluate(incidentMs + 65 * minuteMs, backMs, (firing) => {
      last = firing;
    });
    expect(last).toEqual([]);
  });
});

describe('simulation: nothing is read at all', () => {
  it.each([
    [
      'the service has no feed',
      async () => {
        const empty = serve(join(makeFolder(), 'data'));
        return empty.address();
      },
    ],
    ['the service does not answer', async () => 'http://127.0.0.1:9'],
  ])('%s: one alert about lag, and no other', async (_, addressOf) => {
    await host.save({ url: await addressOf() });
    const fresh = new EvaluatedRules(() => host, 'kind');
    const nowMs = Math.floor(Date.now() / minuteMs) * minuteMs;
    let evaluated = 0;
    await fresh.evaluate(nowMs - 5 * minuteMs, nowMs - minuteMs, (firing) => {
      const isLasting = ++evaluated > 2;
      expect(firing).toEqual(isLasting ? [expect.stringMatching(/^why403-lag Datasource(NoData|Error)$/)] : []);
    });
    expect(evaluated).toBe(4);
  });
});
