import { expect, it } from 'vitest';
import type { ConfigFacts } from '../../parsers/src/index.js';
import { type Change, changeEventOf } from '../../server/src/store/change-event.js';
import { type ConfigSnapshot, confirmedEveryMs } from '../../server/src/store/control-plane-store.js';
import type { OpenStore } from './event-store.js';
import { dayMs, hourMs, minuteMs, refusedRow, startMs } from './store-rows.js';

const place = { account: '111122223333', region: 'eu-west-1' };
const config = (more: Partial<ConfigFacts> = {}): ConfigFacts => ({
  ageMs: 0,
  apiId: 'orders',
  stage: 'prod',
  routes: [{ path: '/orders', method: 'GET', authorizationType: 'NONE', apiKeyRequired: true }],
  apiKeys: [{ id: 'k1', name: 'partner', enabled: true, lastSix: 'a1b2c3', length: 40, changedMs: null }],
  webAcl: null,
  ...more,
});
const snapshot = (takenMs: number, more: Partial<ConfigSnapshot> = {}): ConfigSnapshot => ({
  ...place,
  apiId: 'orders',
  stage: 'prod',
  takenMs,
  config: config(),
  ...more,
});
const all = { fromMs: startMs - dayMs, toMs: startMs + dayMs };

const change = (more: Partial<Change> = {}): Change => ({
  ...place,
  apiId: 'orders',
  stage: 'prod',
  kind: 'deployment',
  what: 'dep2',
  summary: 'The stage prod of orders was deployed.',
  tookEffectMs: startMs,
  seenMs: startMs + minuteMs,
  before: 'dep1',
  after: 'dep2',
  ...more,
});
const asked = { ...all, filter: {}, causes: null, kinds: null, limit: 10 };

export function testControlPlane(open: OpenStore): void {
  it('gives back what the control plane said, but for its age', async () => {
    const { store } = await open();
    const said = config({ usagePlans: [], authorizers: [], workingCopy: true });
    await store.insertConfigSnapshots([snapshot(startMs, { config: { ...said, ageMs: 5 } })], startMs);
    const [found, ...rest] = await store.readConfigSnapshots(['orders'], all);
    expect(rest).toEqual([]);
    expect(found).toMatchObject({ ...place, apiId: 'orders', stage: 'prod', takenMs: startMs });
    expect((await store.readConfigs([found?.content ?? ''])).get(found?.content ?? '')).toEqual(said);
  });

  it('tells missing from none', async () => {
    const { store } = await open();
    await store.insertConfigSnapshots([snapshot(startMs, { config: { ageMs: 0, webAcl: null } })], startMs);
    const [found] = await store.readConfigSnapshots(['orders'], all);
    expect(await store.readConfigs([found?.content ?? '', 'never.seen'])).toEqual(
      new Map([[found?.content, { ageMs: 0, webAcl: null }]]),
    );
  });

  it('keeps a row when something changed, and one now and then that nothing did', async () => {
    const { store } = await open();
    const times = [0, 10 * minuteMs, confirmedEveryMs, confirmedEveryMs + minuteMs, confirmedEveryMs + 2 * minuteMs];
    for (const [index, at] of times.entries()) {
      const now = index === 3 ? { config: config({ apiKeys: [] }) } : {};
      await store.insertConfigSnapshots([snapshot(startMs + at, now)], startMs + at);
    }
    const found = await store.readConfigSnapshots(['orders'], all);
    expect(found.map(({ takenMs }) => takenMs - startMs)).toEqual([0, ...times.slice(2)]);
    const [first, second, third, fourth] = found.map(({ content }) => content);
    expect([second, fourth]).toEqual([first, first]);
    expect(third).not.toBe(first);
  });

  it('knows equal contents by one name, whatever the order of their keys, in every process', async () => {
    const { store, database, reopen } = await open();
    const other = await reopen(database);
    const { apiId = '', ...rest } = config();
    await store.insertConfigSnapshots([snapshot(startMs)], startMs);
    await other.insertConfigSnapshots([snapshot(startMs, { config: { ...rest, apiId } })], startMs);
    await other.insertConfigSnapshots([snapshot(startMs + 1, { stage: 'beta' })], startMs);
    const found = await store.readConfigSnapshots(['orders'], all);
    expect(found.map(({ stage, content }) => [stage, content === found[0]?.content])).toEqual([
      ['beta', true],
      ['prod', true],
    ]);
    const [bodies] = await database.query<{ n: number | string }>('SELECT uniqExact(part) AS n FROM config_part');
    // Stage, keys, plans: of two stages that say the same they are stored once.
    expect(Number(bodies?.n)).toBe(3);
  });

  it('stores what is said for months again and again: it outlives the days of its first sight', async () => {
    const { store, database } = await open();
    for (let day = 0; day < 3; day++) {
      await store.insertConfigSnapshots([snapshot(startMs + day * dayMs)], startMs + day * dayMs);
    }
    const rows = await database.query('SELECT part, toDate(stored_at) AS day FROM config_part GROUP BY part, day');
    expect(rows).toHaveLength(9);
  });

  it('reads snapshots of the APIs and times asked for, [from, to)', async () => {
    const { store } = await open();
    for (const apiId of ['orders', 'pets']) {
      for (const at of [-1, 0, 999, 1000]) {
        const now = { apiId, config: config({ apiId, endpointType: at > 0 ? 'EDGE' : 'REGIONAL' }) };
        await store.insertConfigSnapshots([snapshot(startMs + at * hourMs, now)], startMs);
      }
    }
    const range = { fromMs: startMs, toMs: startMs + 1000 * hourMs };
    const found = await store.readConfigSnapshots(['pets', 'nothing'], range);
    expect(found.map(({ apiId, takenMs }) => [apiId, takenMs])).toEqual([
      ['pets', startMs],
      ['pets', startMs + 999 * hourMs],
    ]);
    expect(await store.readConfigSnapshots([], range)).toEqual([]);
  });

  it('tells which snapshots nobody has settled yet', async () => {
    const { store } = await open();
    await store.insertConfigSnapshots([snapshot(startMs)], startMs);
    await store.insertConfigSnapshots([snapshot(startMs), snapshot(startMs, { stage: 'beta' })], startMs + minuteMs);
    const since = { sinceMs: startMs, limit: 10 };
    const unsettled = await store.readUnsettledSnapshots(since);
    expect(unsettled.map(({ stage }) => stage)).toEqual(['prod', 'beta']);
    expect((await store.readUnsettledSnapshots({ ...since, limit: 1 })).map(({ stage }) => stage)).toEqual(['prod']);
    const done = { attempt: 'a', factId: unsettled[0]?.snapshotId ?? '', ruleSet: 1 };
    await store.announceSettling([done], startMs);
    expect(await store.readUnsettledSnapshots(since)).toHaveLength(2);
    await store.markSettled([done], startMs);
    expect((await store.readUnsettledSnapshots(since)).map(({ stage }) => stage)).toEqual(['beta']);
    expect(await store.readUnsettledSnapshots({ ...since, sinceMs: startMs + hourMs })).toEqual([]);
    // They are no facts.
    expect(await store.readUnsettled({ sinceMs: 0, abandonedBeforeMs: startMs, ruleSet: 9, limit: 5 })).toEqual([]);
  });

  it('finds the refusals that another configuration may change, newest first', async () => {
    const { store } = await open();
    const row = (eventId: string, more: Parameters<typeof refusedRow>[1]) => refusedRow(eventId, more);
    const rows = [
      row('certain by a log', { confidence: 'certain', cause: 'waf_blocked' }),
      row('not certain', { confidence: 'likely', tsMs: startMs + 5 }),
      row('certain by the configuration', { cause: 'route_not_found', group: 'routing', tsMs: startMs + 9 }),
      row('of another api', { confidence: 'possible', apiId: 'pets' }),
      row('of another time', { confidence: 'possible', tsMs: startMs - 1 }),
      row('cancelled', { confidence: 'possible', cancelled: true }),
    ];
    await store.insertRefused(rows, startMs);
    const query = { apiIds: ['orders'], fromMs: startMs, toMs: startMs + hourMs, causes: ['route_not_found'] as const };
    expect(await store.readDoubtful({ ...query, limit: 10 })).toEqual([rows[2], rows[1]]);
    expect(await store.readDoubtful({ ...query, limit: 1 })).toEqual([rows[2]]);
  });

  it('keeps a change that is seen twice, or by two nodes, once, as it was seen first', async () => {
    const { store } = await open();
    const first = changeEventOf(change({ tookEffectMs: null }));
    const again = changeEventOf(change({ tookEffectMs: null, seenMs: startMs + dayMs - hourMs }));
    expect(again.id).toBe(first.id);
    await store.insertChangeEvents([again]);
    await store.insertChangeEvents([first, first]);
    await store.insertChangeEvents([again]);
    expect(await store.readChangeEvents(asked)).toEqual({ changes: [first], omitted: 0 });
  });

  it('gives changes newest first, [from, to), and says how many it left out', async () => {
    const { store } = await open();
    const events = [-1, 0, 500, 999, 1000].map((at) =>
      changeEventOf(change({ tookEffectMs: startMs + at, after: `dep at ${at}` })),
    );
    await store.insertChangeEvents(events);
    const answer = await store.readChangeEvents({ ...asked, fromMs: startMs, toMs: startMs + 1000, limit: 2 });
    expect(answer).toEqual({ changes: [events[3], events[2]], omitted: 1 });
    expect(await store.readChangeEvents({ ...asked, fromMs: 0, toMs: 1 })).toEqual({ changes: [], omitted: 0 });
  });

  it('takes a change of an account or API for one of each of its stages', async () => {
    const { store } = await open();
    const events = [
      changeEventOf(change({ kind: 'api_key', what: 'k1', apiId: '', stage: '', tookEffectMs: startMs + 4 })),
      changeEventOf(change({ kind: 'authorizer', what: 'a1', stage: '', tookEffectMs: startMs + 3 })),
      changeEventOf(change({ kind: 'web_acl', what: 'acl', tookEffectMs: startMs + 2 })),
      changeEventOf(change({ kind: 'web_acl', what: 'acl', stage: 'beta', tookEffectMs: startMs + 1 })),
      changeEventOf(change({ kind: 'deployment', apiId: 'pets', tookEffectMs: startMs })),
    ];
    await store.insertChangeEvents(events);
    const told = async (more: object) =>
      (await store.readChangeEvents({ ...asked, ...more })).changes.map(
        ({ kind, apiId, stage }) => `${kind} ${apiId}/${stage}`,
      );
    const ofStage = ['api_key /', 'authorizer orders/', 'web_acl orders/prod'];
    expect(await told({ filter: { api_id: { in: ['orders'] }, stage: { in: ['prod'] } } })).toEqual(ofStage);
    expect(await told({ filter: { account: { in: ['999988887777'] } } })).toEqual([]);
    expect(await told({ filter: { api_id: { notIn: ['orders'] } } })).toEqual(['api_key /', 'deployment pets/prod']);
    expect(await told({ causes: ['usage_plan_mismatch', 'authorizer_denied'] })).toEqual([
      'api_key /',
      'authorizer orders/',
      'deployment pets/prod',
    ]);
    expect(await told({ kinds: ['web_acl'] })).toEqual(['web_acl orders/prod', 'web_acl orders/beta']);
    expect(await told({ kinds: [] })).toEqual([]);
  });
}
