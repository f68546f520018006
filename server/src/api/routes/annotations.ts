import { z } from 'zod';
import type { Column } from '../../query/query.js';
import { type Annotation, annotateChange, annotateNewCause, annotateSpike } from '../annotation.js';
import { changesQuery } from '../change-question.js';
import type { ApiDeps } from '../deps.js';
import { causeMap } from '../explanation.js';
import { atMost } from '../limit.js';
import { defineOperation, type Operation } from '../operation.js';
import { toFilter } from '../schemas/filter.js';
import { columns, toColumn } from '../schemas/frame.js';
import { count } from '../schemas/number.js';
import { judgedUntil, leastShare, leastShareOf, stageCauseShape, usualLeast } from '../schemas/stage-cause.js';
import { epochMs } from '../schemas/time.js';
import { listSpikes } from '../spike-list.js';
import { toRange, wholeBuckets } from '../time-range.js';

const minuteMs = 60_000;

const kinds = ['spike', 'new_cause', 'change'] as const;

const annotations = z
  .strictObject({
    from: epochMs,
    to: epochMs,
    completeUntil: judgedUntil,
    omitted: z.int().meta({ description: 'Annotations beyond `limit`, the oldest ones.' }),
    columns,
  })
  .meta({ id: 'Annotations' });

export function createAnnotationOperations({ store, spikes, engine, limits, nowMs }: ApiDeps): readonly Operation[] {
  const causes = causeMap(engine.causeCatalogue);
  return [
    defineOperation({
      id: 'readAnnotations',
      method: 'get',
      path: '/api/v1/annotations',
      access: 'read',
      tag: 'Answers',
      summary: 'Spikes, new causes and changes, as marks for graphs',
      description:
        'Columns `time`, `timeEnd` (of a spike that goes on: how far it is judged), `title`, `text` (simple HTML, every value escaped), `tags` (separated by commas), `id` (stays the same while a spike grows) and `color` of the group of the cause (of a change: of the causes that it may explain, when they have one group).',
      query: z.strictObject({
        ...stageCauseShape,
        kind: z
          .array(z.enum(kinds))
          .max(kinds.length)
          .optional()
          .meta({ description: 'What is marked. Repeatable. Default: all.' }),
        least_share: leastShare,
        limit: count('Annotations. Default 100.', 20),
      }),
      answer: { description: 'The annotations, newest first.', schema: annotations },
      errors: ['range_invalid', 'range_too_long', 'query_too_heavy', 'store_unavailable'],
      examples: [
        { name: 'lastDay', summary: 'Marks of the last 24 hours' },
        {
          name: 'changesBesideWaf',
          summary: 'What may explain blocks by the web ACL, and their spikes',
          query: [
            ['kind', 'change'],
            ['kind', 'spike'],
            ['cause', 'waf_blocked'],
          ],
        },
        {
          name: 'spikesOfStage',
          summary: 'Spikes of one stage',
          query: [
            ['kind', 'spike'],
            ['stage', 'prod'],
          ],
        },
      ],
      async run({ query }) {
        const now = nowMs();
        const range = toRange(query, now, limits);
        const limit = atMost('limit', query.limit, limits.maxPageSize, 100);
        const filter = toFilter(query);
        const isAsked = (kind: (typeof kinds)[number]) => query.kind === undefined || query.kind.includes(kind);
        const [found, seen, changed] = await Promise.all([
          isAsked('spike')
            ? listSpikes(spikes, {
                ...range,
                filter,
                leastShare: leastShareOf(query),
                maxSeries: limits.maxSeries,
                nowMs: now,
              })
            : null,
          isAsked('new_cause')
            ? store.readFirstSeen({ ...wholeBuckets(range, minuteMs), filter, least: usualLeast, limit, nowMs: now })
            : null,
          isAsked('change') ? store.readChangeEvents(changesQuery(range, filter, null, limit)) : null,
        ]);
        const all = [
          ...(found?.spikes.map((spike) => annotateSpike(spike, found.completeUntilMs ?? spike.beganMs, causes)) ?? []),
          ...(seen?.causes.map((cause) => annotateNewCause(cause, causes)) ?? []),
          ...(changed?.changes.map((change) => annotateChange(change, causes)) ?? []),
        ].sort((a, b) => b.timeMs - a.timeMs);
        const told = all.slice(0, limit);
        return {
          from: range.fromMs,
          to: range.toMs,
          completeUntil: lowestKnown([found?.completeUntilMs, seen?.completeUntilMs]),
          omitted: all.length - told.length + (seen?.omittedCauses ?? 0) + (changed?.omitted ?? 0),
          columns: toFrame(told).map(toColumn),
        };
      },
    }),
  ];
}

const toFrame = (annotations: readonly Annotation[]): readonly Column[] => {
  const text = (name: string, of: (annotation: Annotation) => string): Column => ({
    name,
    type: 'string',
    values: annotations.map(of),
  });
  return [
    { name: 'time', type: 'time', unit: 'ms', values: annotations.map(({ timeMs }) => timeMs) },
    { name: 'timeEnd', type: 'time', unit: 'ms', values: annotations.map(({ endMs }) => endMs) },
    text('title', ({ title }) => title),
    text('text', (annotation) => annotation.text),
    text('tags', ({ tags }) => tags.join(',')),
    text('id', ({ id }) => id),
    text('color', ({ color }) => color),
  ];
};

/** Where nothing was refused there is no series of scores, hence no watermark of them. */
function lowestKnown(watermarks: readonly (number | null | undefined)[]): number | null {
  const known = watermarks.filter((each) => typeof each === 'number');
  return known.length === 0 ? null : Math.min(...known);
}
