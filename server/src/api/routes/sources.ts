import { rejectReasons } from '@why403/parsers';
import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { atMost } from '../limit.js';
import { defineOperation, type Operation } from '../operation.js';
import { count } from '../schemas/number.js';
import { accountState, groupReport, overlap, toldAccount, toldGroup, toldOverlap } from '../schemas/source-state.js';
import { epochMs } from '../schemas/time.js';

export const rejectedCounts = z
  .record(z.string(), z.int())
  .meta({ description: `Lines that were not read, by reason: ${Object.keys(rejectReasons).join(', ')}.` });

const feed = z
  .strictObject({
    feed: z.string(),
    kind: z.string().meta({ description: 'How its lines come.' }),
    completeUntil: epochMs.meta({ description: 'Read once up to here, ms since the epoch.' }),
    lagMs: z.int().meta({ description: 'Now less `completeUntil`.' }),
    units: z.int().meta({ description: 'Counting units read.' }),
    requests: z.int().meta({ description: 'Requests counted.' }),
    rejected: rejectedCounts,
  })
  .meta({ id: 'Feed' });

const sources = z
  .strictObject({
    feeds: z.array(feed),
    groups: z.array(groupReport).meta({ description: 'Log groups that are polled.' }),
    accounts: z.array(accountState).meta({ description: 'Where they are looked for.' }),
    overlaps: z.array(overlap).meta({
      description: 'Log groups that two entries find, or that are polled and delivered: they are counted once.',
    }),
    rejects: z
      .array(
        z.strictObject({
          feed: z.string(),
          unit: z.string().meta({ description: 'Counting unit: which part of the input.' }),
          line: z.int().meta({ description: 'Line of the unit.' }),
          reason: z.string(),
          detail: z.string().meta({ description: 'What was expected, what came, what to do.' }),
          shape: z
            .string()
            .meta({ description: 'The line with each letter as `a` and each digit as `9`, never its text.' }),
          seenAt: epochMs,
        }),
      )
      .meta({ description: 'Newest first.' }),
  })
  .meta({ id: 'Feeds' });

export function createSourceOperations({ store, sourceStates, groups, limits, nowMs }: ApiDeps): readonly Operation[] {
  return [
    defineOperation({
      id: 'readSources',
      method: 'get',
      path: '/api/v1/sources',
      access: 'read',
      tag: 'Service',
      summary: 'Feeds: how far they are read, what could not be read',
      description:
        'Each feed with its watermark, lag and counts, and the newest lines that were not read. Of sources of kind `aws` the log groups with their state, and what discovery found and lacks permission for.',
      query: z.strictObject({ limit: count('Rejects. Default 50.', 20) }),
      answer: { description: 'The feeds.', schema: sources },
      errors: ['query_too_heavy', 'store_unavailable'],
      examples: [{ name: 'all', summary: 'All feeds and the newest rejects' }],
      async run({ query }) {
        const limit = atMost('limit', query.limit, limits.maxPageSize, 50);
        const now = Math.floor(nowMs());
        const states = sourceStates();
        const [feeds, rejects] = await Promise.all([store.readFeeds(now), store.readRejects(limit)]);
        return {
          feeds: feeds.map(({ feed, kind, completeUntilMs, units, requests, rejected }) => ({
            feed,
            kind,
            completeUntil: completeUntilMs,
            lagMs: now - completeUntilMs,
            units,
            requests,
            rejected,
          })),
          groups: states.flatMap(({ groups }) => groups.map(toldGroup)),
          accounts: states.flatMap(({ accounts }) => accounts.map(toldAccount)),
          overlaps: groups.overlaps().map(toldOverlap),
          rejects: rejects.map(({ feed, unit, line, reason, detail, shape, seenAtMs }) => ({
            feed,
            unit,
            line,
            reason,
            detail,
            shape,
            seenAt: seenAtMs,
          })),
        };
      },
    }),
  ];
}
