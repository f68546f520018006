import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../../fake-aws/clock.js';
import { type FakeAws, startFakeAws } from '../../fake-aws/fake-aws.js';
import type { FakeLogEvent } from '../../fake-aws/world.js';
import { withClock } from '../../simulation/with-clock.js';
import { accessEvent, account, region, stageOf } from '../aws/shop.js';
import { eventually, makeFolder, type Serving, serve, tidy, tidyMs } from '../service/program.js';
import { EvaluatedRules } from './evaluated-rules.js';
import { buildHost, PluginHost } from './plugin-host.js';

/*
 * A simulation of the provisioned rules (no Grafana runs here) while a source of kind aws loses a log group, lags and is killed in the
 * middle of an incident. The built service is stopped and started with a later clock, so that an hour takes seconds.
 */
const minuteMs = 60_000;
/** The incident begins. Far ahead, where the database does not forget it. */
const incidentMs = Date.UTC(2050, 5, 15, 12);
const deniedMs = incidentMs + 10 * minuteMs;
const standingMs = deniedMs + 25 * minuteMs;
const killedMs = standingMs + 20 * minuteMs;
const backMs = killedMs + 20 * minuteMs;

const [shop, pay] = ['rest000001', 'rest000002'];
const groupOf = { [shop]: '/aws/apigateway/shop', [pay]: '/aws/apigateway/pay' };
const feedOf = (api: string): string => `cwl:${account}:${region}:${groupOf[api]}`;
const events = { [shop]: [] as FakeLogEvent[], [pay]: [] as FakeLogEvent[] };

const rules = new EvaluatedRules(() => host, 'feed');
const directory = makeFolder();
let aws: FakeAws<Clock>;
let clockMs = deniedMs;
let service: Serving;
let host: PluginHost;

/** 30 requests each minute; from the incident on two of three are refused. */
function log(api: string, fromMs: number, toMs: number, isOver = false): void {
  for (let ms = fromMs; ms < toMs; ms += 2_000) {
    const isRefused = ms >= incidentMs && !isOver && (ms / 2_000) % 3 !== 0;
    const number = (ms / 1_000) * 10 + (api === shop ? 1 : 2);
    events[api]?.push(accessEvent(number, ms, isRefused ? '403 INVALID_API_KEY' : '200 -'));
  }
}

async function start(atMs: number): Promise<void> {
  // A window has settled.
  clockMs = atMs + 5_000 - Date.now();
  service = serve(directory, {
    ...withClock(atMs + 5_000),
    ...aws.environment(account, region),
    WHY403_SOURCES: JSON.stringify([{ kind: 'aws', settleSeconds: 1, firstReadHours: 1, apiCallsPerSecond: 8 }]),
    WHY403_LIMITS_REQUESTS_PER_MINUTE: '100000',
  });
  const url = await service.address();
  if (host === undefined) host = await PluginHost.start(buildHost(makeFolder()), { url });
  else await host.save({ url });
}

/** The feeds of these APIs are known up to here. */
async function complete(apis: readonly string[], untilMs: number): Promise<void> {
  const url = await service.address();
  await eventually(
    `feeds of ${apis.join(', ')}`,
    async () => {
      const { feeds } = (await (await fetch(`${url}/api/v1/sources`)).json()) as {
        feeds: readonly { feed: string; completeUntil: number }[];
      };
      return apis.every((api) =>
        feeds.some(({ feed, completeUntil }) => feed === feedOf(api) && completeUntil >= untilMs),
      );
    },
    180_000,
  );
}

const groupStates = async (): Promise<readonly string[]> => {
  const { groups } = (await (await fetch(`${await service.address()}/api/v1/sources`)).json()) as {
    groups: readonly { group: string; state: string }[];
  };
  return groups.map(({ group, state }) => `${group} ${state}`);
};

const spikesOf = (api: string): readonly string[] => [`why403-keys ${api}`, `why403-spike ${api}`];
const spikes = [...spikesOf(shop), ...spikesOf(pay)].sort();
const lagOf = (api: string): string => `why403-lag ${feedOf(api)}`;

beforeAll(async () => {
  const restApis = [shop, pay].map((id) => ({
    api: { id, name: id, endpointConfiguration: { types: ['REGIONAL' as const] } },
    stages: [stageOf('prod', groupOf[id] as string)],
    deployments: [{ id: 'dep001', createdDate: new Date('2026-02-01T08:00:00Z'), apiSummary: {} }],
  }));
  const logGroups = [shop, pay].map((id) => ({ name: groupOf[id] as string, events: events[id] as FakeLogEvent[] }));
  const clock: Clock = {
    nowMs: () => Date.now() + clockMs,
    wait: (ms, signal) => setTimeout(ms, undefined, signal ? { signal } : {}),
  };
  aws = await startFakeAws({ accounts: { [account]: { regions: { [region]: { restApis, logGroups } } } } }, { clock });
  for (const api of [shop, pay]) log(api, incidentMs - 40 * minuteMs, deniedMs);
  await start(deniedMs);
  await complete([shop, pay], deniedMs);
}, 300_000);

afterAll(async () => {
  await host?.stop();
  await tidy();
  await aws?.close();
}, tidyMs);

describe('simulation: a collector fails in the middle of an incident', () => {
  it('the incident fires for both stages, and nothing else', async () => {
    await rules.evaluate(incidentMs - 3 * minuteMs, deniedMs, (firing, atMs) => {
      if (atMs < incidentMs) expect(firing).toEqual([]);
      if (atMs >= incidentMs + 5 * minuteMs) expect(firing).toEqual(spikes);
    });
  });

  it('one group is denied and the other goes on: its lag is told, and it resolves nothing', async () => {
    await service.stop();
    aws.faults.push({ operation: 'logs:FilterLogEvents', key: groupOf[shop] as string, effect: { kind: 'denied' } });
    log(shop, deniedMs, standingMs);
    log(pay, deniedMs, standingMs);
    await start(standingMs);
    await complete([pay], standingMs);
    expect(await groupStates()).toEqual(expect.arrayContaining([`${groupOf[shop]} denied`, `${groupOf[pay]} reading`]));
    await rules.evaluate(
      deniedMs,
      standingMs,
      (firing, atMs) => {
        if (atMs < deniedMs + 9 * minuteMs) expect(firing).toEqual(spikes);
        else if (atMs >= deniedMs + 16 * minuteMs) expect(firing).toEqual([...spikes, lagOf(shop)].sort());
        else expect(firing).toEqual(expect.arrayContaining(spikes));
      },
      2 * minuteMs,
    );
  });

  it('the collector gets no answer and stands: both lag, and nothing resolves, although the other incident is over by now', async () => {
    await service.stop();
    aws.faults.push({ operation: 'logs:FilterLogEvents', effect: { kind: 'throttled' } });
    for (const api of [shop, pay]) log(api, standingMs, backMs, true);
    await start(killedMs);
    await eventually('the throttling', async () => (await groupStates()).includes(`${groupOf[pay]} throttled`));
    const both = [...spikes, lagOf(shop), lagOf(pay)].sort();
    await rules.evaluate(
      standingMs,
      killedMs,
      (firing, atMs) => {
        expect(firing).toEqual(expect.arrayContaining([...spikes, lagOf(shop)]));
        if (atMs >= standingMs + 16 * minuteMs) expect(firing).toEqual(both);
      },
      2 * minuteMs,
    );
  });

  it('the collector is killed: nothing resolves', async () => {
    service.kill('SIGKILL');
    await service.ended;
    await rules.evaluate(killedMs, killedMs + 10 * minuteMs, (firing) => {
      expect(firing).toEqual([...spikes, lagOf(shop), lagOf(pay)].sort());
    });
  });

  it('it comes back and reads what it missed: everything resolves', async () => {
    aws.faults.splice(0);
    await start(backMs);
    await complete([shop, pay], backMs);
    let last: readonly string[] = ['nothing was evaluated'];
    await rules.evaluate(killedMs + 10 * minuteMs, backMs, (firing) => {
      last = firing;
    });
    expect(last).toEqual([]);
  });
});
