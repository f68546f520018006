import { expect, it } from 'vitest';
import { changeEventOf } from '../../server/src/store/change-event.js';
import type { DeploymentSeen } from '../../server/src/store/event-store.js';
import type { OpenStore } from './event-store.js';
import { dayMs, hourMs, minuteMs, startMs } from './store-rows.js';

const place = { account: '111122223333', region: 'eu-west-1', apiId: 'orders', stage: 'prod' };
const seen = (deploymentId: string, atMs: number, more: Partial<DeploymentSeen> = {}): DeploymentSeen => ({
  ...place,
  deploymentId,
  atMs: startMs + atMs,
  ...more,
});

/** A sight every ten minutes of [from, to). */
const all = (deploymentId: string, fromMs: number, toMs: number): DeploymentSeen[] =>
  Array.from({ length: Math.ceil((toMs - fromMs) / (10 * minuteMs)) }, (_, i) =>
    seen(deploymentId, fromMs + i * 10 * minuteMs),
  );

const discovered = (what: string, tookEffectMs: number, kind: 'deployment' | 'canary' = 'deployment') =>
  changeEventOf({ ...place, kind, what, summary: '', before: '', after: what, seenMs: startMs, tookEffectMs });

interface Case {
  readonly name: string;
  readonly seen: readonly DeploymentSeen[];
  readonly discovered?: readonly ReturnType<typeof discovered>[];
  /** `before → after`, minutes after the start; oldest first. */
  readonly told: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'the first sight of a stage', seen: all('d1', 0, 5 * hourMs), told: [] },
  {
    name: 'another deployment',
    seen: [...all('d1', 0, hourMs), ...all('d2', hourMs, 9 * hourMs)],
    told: ['d1 → d2 at 60'],
  },
  {
    name: 'the seconds in which both answer',
    seen: [seen('d1', 0), seen('d2', 1000), seen('d1', 2000), seen('d2', 3000), ...all('d2', 10_000, 3 * hourMs)],
    told: ['d1 → d2 at 0'],
  },
  {
    name: 'a canary whose log does not say that it is one',
    seen: [...all('d1', 0, 20 * hourMs), ...all('d2', 5 * minuteMs, 20 * hourMs)],
    told: ['d1 → d2 at 5'],
  },
  {
    name: 'a canary that is seldom refused',
    seen: [...all('d1', 0, 12 * hourMs), ...[1, 4, 7, 10].map((hour) => seen('d2', hour * hourMs + 1))],
    told: ['d1 → d2 at 60'],
  },
  {
    name: 'two deployments by turns, each for hours, on one day',
    seen: Array.from({ length: 11 }, (_, hour) => seen(hour % 6 < 3 ? 'd1' : 'd2', hour * hourMs)),
    told: ['d1 → d2 at 180', 'd2 → d1 at 360'],
  },
  {
    name: 'a deployment that is taken back',
    seen: [...all('d1', 0, 2 * hourMs), ...all('d2', 2 * hourMs, 4 * hourMs), ...all('d1', 4 * hourMs, 6 * hourMs)],
    told: ['d1 → d2 at 120', 'd2 → d1 at 240'],
  },
  {
    name: 'silence between two requests of one deployment',
    seen: [seen('d1', 0), seen('d1', 9 * dayMs)],
    told: [],
  },
  {
    name: 'a stage of which a month nothing was seen',
    seen: [seen('d1', 0), seen('d2', 31 * dayMs)],
    told: [],
  },
  {
    name: 'what discovery has told, whichever was first to see it',
    seen: [...all('d1', 0, hourMs), ...all('d2', hourMs, 2 * hourMs), ...all('d3', 2 * hourMs, 3 * hourMs)],
    discovered: [discovered('d2', startMs + hourMs - 5000), discovered('d3', startMs + 2 * hourMs + 15 * minuteMs)],
    told: [],
  },
  {
    name: 'a canary that discovery has told of, and that becomes the deployment',
    seen: [...all('d1', 0, 8 * hourMs), ...all('d2', 2 * hourMs, 20 * hourMs)],
    discovered: [discovered('d2', startMs + 2 * hourMs, 'canary'), discovered('d2', startMs + 8 * hourMs)],
    told: [],
  },
  {
    name: 'a deployment taken back, of which discovery knew the way there only',
    seen: [...all('d1', 0, 2 * hourMs), ...all('d2', 2 * hourMs, 4 * hourMs), ...all('d1', 4 * hourMs, 6 * hourMs)],
    discovered: [discovered('d1', startMs - hourMs), discovered('d2', startMs + 2 * hourMs)],
    told: ['d2 → d1 at 240'],
  },
  {
    name: 'stages of one name in two APIs',
    seen: [seen('d1', 0), seen('d2', minuteMs, { apiId: 'pets' })],
    told: [],
  },
];

const asked = {
  fromMs: startMs - dayMs,
  toMs: startMs + 60 * dayMs,
  filter: {},
  causes: null,
  kinds: null,
  limit: 100,
};

export function testLoggedDeployments(open: OpenStore): void {
  it.each(cases)('tells deployments by the access log: $name', async ({ seen, discovered = [], told }) => {
    const { store } = await open();
    await store.insertChangeEvents(discovered);
    // Newest first, as a backfill would; read again, as a sweep would.
    for (const sight of [...seen].reverse()) await store.insertDeploymentsSeen([sight]);
    await store.insertDeploymentsSeen(seen);
    const { changes, omitted } = await store.readChangeEvents(asked);
    const known = new Set(discovered.map(({ id }) => id));
    const logged = changes.filter(({ id }) => !known.has(id)).reverse();
    expect(
      logged.map(
        ({ what, summary, atMs }) =>
          `${/where (\w+) did/.exec(summary)?.[1]} → ${what} at ${Math.floor((atMs - startMs) / minuteMs)}`,
      ),
    ).toEqual(told);
    expect(omitted).toBe(0);
    expect(new Set(changes.map(({ id }) => id)).size).toBe(changes.length);
  });

  it('tells the same change whatever range, stage and cause is asked for', async () => {
    const { store } = await open();
    await store.insertDeploymentsSeen([...all('d1', 0, 2 * hourMs), ...all('d2', 2 * hourMs, 4 * hourMs)]);
    const [change, ...others] = (await store.readChangeEvents(asked)).changes;
    expect(others).toEqual([]);
    expect(change).toMatchObject({
      ...place,
      kind: 'deployment',
      what: 'd2',
      atMs: startMs + 2 * hourMs,
      seenMs: startMs + 2 * hourMs,
      summary:
        'Deployment d2 answers requests to the stage prod of orders, where d1 did before, as its access log says.',
    });
    const read = async (more: object) => (await store.readChangeEvents({ ...asked, ...more })).changes;
    const atMs = startMs + 2 * hourMs;
    expect(await read({ fromMs: atMs, toMs: atMs + 1 })).toEqual([change]);
    expect(await read({ fromMs: atMs + 1 })).toEqual([]);
    expect(await read({ toMs: atMs })).toEqual([]);
    expect(await read({ filter: { api_id: { in: ['orders'] } }, causes: ['route_not_found'] })).toEqual([change]);
    expect(await read({ filter: { api_id: { in: ['pets'] } } })).toEqual([]);
    expect(await read({ causes: ['waf_blocked'] })).toEqual([]);
    expect(await read({ kinds: ['api_key'] })).toEqual([]);
    expect(await read({ kinds: ['deployment'] })).toEqual([change]);
  });

  it('puts what both tell in one order, and counts what it leaves out', async () => {
    const { store } = await open();
    const key = changeEventOf({
      ...place,
      kind: 'api_key',
      what: 'k1',
      summary: '',
      before: '',
      after: 'k1',
      seenMs: startMs,
      tookEffectMs: startMs + 90 * minuteMs,
    });
    await store.insertChangeEvents([key]);
    await store.insertDeploymentsSeen([seen('d1', 0), seen('d2', hourMs), seen('d3', 2 * hourMs)]);
    const { changes, omitted } = await store.readChangeEvents({ ...asked, limit: 2 });
    expect(changes.map(({ what }) => what)).toEqual(['d3', 'k1']);
    expect(omitted).toBe(1);
  });
}
