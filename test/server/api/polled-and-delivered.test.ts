import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { defaultLimits, noPlace } from '../../../parsers/src/index.js';
import { feedOf, startUnit, windowUnit } from '../../../server/src/sources/cloudwatch/unit-names.js';
import { GroupRegistry } from '../../../server/src/sources/group-registry.js';
import { useTestDatabase } from '../../support/test-database.js';
import { accessLine, accessPayload, eventId, sourceArn } from './firehose/payloads.js';
import { openService } from './real-service.js';
import { allTokens, rawRequest, startApi, tokens } from './start-api.js';

const database = useTestDatabase();
const group = { account: '111122223333', region: 'eu-west-1', name: '/aws/apigateway/orders' };
const minuteMs = 60_000;
const atMs = Date.UTC(2061, 2, 1, 12);
const numbers = { from: 1, to: 31 };
/** Every third one. */
const refused = 10;

interface Bed {
  /** When polling begins with the group; null: it is not polled. */
  readonly sinceMs: number | null;
  /** Events of the group have been read. */
  readonly isRead?: boolean;
}

/** A service with a group that it polls or does not, to which a subscription is added. */
async function bed({ sinceMs, isRead = true }: Bed) {
  const nowMs = () => atMs + 10 * minuteMs;
  const { store, sink } = await openService(database, nowMs);
  const groups = new GroupRegistry({ nowMs, onOverlap: () => {} });
  const claims = groups.open('aws eu-west-1', null, [group.region]);
  claims.own(sinceMs === null ? [] : [{ group }]);
  claims.looked(group.account, group.region);
  const settings = { template: null, fallbackPlace: noPlace, limits: defaultLimits };
  const head = { feed: feedOf(group), kind: 'cloudwatch' as const, settings };
  if (sinceMs !== null) await sink.accept({ ...head, id: startUnit(group, sinceMs), content: [] });
  if (isRead) await sink.reportProgress(head.feed, 'cloudwatch', atMs);
  const api = await startApi({ store, sink, groups, nowMs, access: { tokens: allTokens, loopback: false } });

  const counts = async () => {
    const asked = { fromMs: atMs - minuteMs, toMs: atMs + 2 * minuteMs, stepMs: 3 * minuteMs, by: [], filter: {} };
    const ask = async (metric: 'requests' | 'count') => {
      const cells = await store.readCells({ ...asked, metric, limit: 10, nowMs: nowMs() });
      return cells.sets.reduce((sum, { buckets }) => sum + [...buckets.values()].reduce((all, n) => all + n, 0), 0);
    };
    return { requests: await ask('requests'), refused: await ask('count') };
  };
  return {
    groups,
    counts,
    async poll() {
      const events = Array.from({ length: numbers.to - numbers.from }, (_, i) => ({
        logStreamName: 's',
        timestamp: atMs,
        ingestionTime: atMs,
        message: accessLine(numbers.from + i, atMs),
        eventId: eventId(numbers.from + i),
      }));
      const content = [new TextEncoder().encode(JSON.stringify({ events }))];
      await sink.accept({ ...head, id: windowUnit(group, { fromMs: atMs, toMs: atMs + minuteMs }), content });
    },
    async deliver() {
      const data = gzipSync(accessPayload(numbers.from, numbers.to, atMs)).toString('base64');
      const requestId = 'ed4acda5-034f-9f42-bba1-f29aea6d7d8f';
      const { status } = await rawRequest(api, {
        method: 'POST',
        path: '/api/v1/ingest/firehose',
        headers: {
          'Content-Type': 'application/json',
          'X-Amz-Firehose-Request-Id': requestId,
          'X-Amz-Firehose-Source-Arn': sourceArn,
          'X-Amz-Firehose-Access-Key': tokens.ingest.token,
        },
        body: JSON.stringify({ requestId, timestamp: atMs, records: [{ data }] }),
      });
      expect(status).toBe(200);
    },
  };
}

const all = { requests: numbers.to - numbers.from, refused };

describe('a log group that is polled and delivered by a subscription', () => {
  it.each([
    ['the delivery comes first', ['deliver', 'poll', 'deliver']],
    ['polling comes first', ['poll', 'deliver', 'poll']],
  ] as const)('is counted once: %s', async (_, order) => {
    const { groups, counts, ...ways } = await bed({ sinceMs: atMs - 3_600_000 });
    for (const way of order) await ways[way]();
    expect(await counts()).toEqual(all);
    expect(groups.overlaps()).toMatchObject([{ groups: [group.name], countedBy: 'aws eu-west-1' }]);
  });

  it('what is delivered is evidence at once, and counted when it is polled', async () => {
    const { counts, deliver, poll } = await bed({ sinceMs: atMs - 3_600_000 });
    await deliver();
    expect(await counts()).toEqual({ requests: 0, refused });
    await poll();
    expect(await counts()).toEqual(all);
  });
});

describe('what polling does not count, the delivery does', () => {
  it.each([
    ['the group is not polled', { sinceMs: null }],
    ['the events are older than its polling', { sinceMs: atMs + minuteMs }],
    ['its events could never be read', { sinceMs: atMs - 3_600_000, isRead: false }],
  ])('%s', async (_, situation) => {
    const { groups, counts, deliver } = await bed(situation);
    await deliver();
    expect(await counts()).toEqual(all);
    expect(groups.overlaps()).toEqual([]);
  });
});
