import { z } from 'zod';
import { readBody } from '../body.js';
import type { ApiDeps } from '../deps.js';
import { ApiError } from '../errors/api-error.js';
import { excerpt } from '../errors/excerpt.js';
import { parseJsonBody } from '../json-body.js';
import { defineOperation, type Operation } from '../operation.js';
import { backfill, toldBackfill } from '../schemas/backfill.js';
import { moment } from '../schemas/time.js';
import { toRange } from '../time-range.js';

const name = z.string().min(1).max(128);

const question = z
  .strictObject({
    from: moment.meta({
      description: 'Start, inclusive: ISO 8601, ms since the epoch as text, or relative like `now-7d`.',
    }),
    to: moment.optional().meta({ description: 'End, exclusive; like `from`. Default, and at most, `now`.' }),
    api: name.optional().meta({ description: 'Id or name of an API, `*` for any characters. Default: all.' }),
    stage: name.optional().meta({ description: 'Name of a stage, likewise.' }),
  })
  .meta({ id: 'BackfillQuestion' });

const maxBodyBytes = 16 * 1024;
const dayMs = 86_400_000;

export function createBackfillOperations({ backfiller, limits, nowMs }: ApiDeps): readonly Operation[] {
  return [
    defineOperation({
      id: 'startBackfill',
      method: 'post',
      path: '/api/v1/backfills',
      access: 'admin',
      writes: true,
      tag: 'Service',
      summary: 'Read a past range of log groups',
      description:
        'Reads what the log groups of sources of kind `aws` hold of a past range, beside live reading and with what that leaves of the budgets. What is stored is left out: nothing is counted twice, and a range that was begun before, also before a restart, goes on. One at a time.',
      body: { description: 'The range, and whose.', content: { 'application/json': question } },
      answer: { status: 202, description: 'It has begun.', schema: backfill },
      errors: [
        'body_invalid',
        'body_corrupt',
        'body_too_large',
        'content_type_unsupported',
        'content_encoding_unsupported',
        'range_invalid',
        'range_too_long',
        'backfill_running',
        'nothing_to_read',
        'sources_starting',
      ],
      examples: [
        {
          name: 'lastWeek',
          summary: 'The last seven days of one stage',
          body: {
            contentType: 'application/json',
            text: JSON.stringify({ from: 'now-7d', api: 'a1b2c3d4e5', stage: 'prod' }),
          },
        },
      ],
      async run({ req, res }) {
        const bytes = await readBody(req, maxBodyBytes);
        const { from, to, api, stage } = parseJsonBody(bytes, question, '{"from": "now-7d"}');
        const now = Math.floor(nowMs());
        const asked = toRange({ from, to }, now, limits);
        // What has not happened yet is read anyway.
        const range = toRange({ from: { at: asked.fromMs }, to: { at: Math.min(asked.toMs, now) } }, now, limits);
        checkKept(range.fromMs, now);
        const start = backfiller.start({ range, api: api ?? null, stage: stage ?? null });
        if (start.kind === 'nothing') throw new ApiError('nothing_to_read', start.reason);
        if (start.kind === 'early') throw new ApiError('sources_starting', start.reason, { retryAfterSeconds: 10 });
        if (start.kind === 'busy') {
          const { id } = start.report;
          throw new ApiError('backfill_running', `${id} is under way; wait until it has ended, or stop it.`, {
            retryAfterSeconds: 60,
          });
        }
        res.status(202);
        return toldBackfill(start.report);
      },
    }),
    defineOperation({
      id: 'listBackfills',
      method: 'get',
      path: '/api/v1/backfills',
      access: 'read',
      tag: 'Service',
      summary: 'Past ranges that are being read, or were',
      description:
        'The backfill under way and the last ones since the service started, with how far each log group is and what could not be read.',
      answer: {
        description: 'The backfills.',
        schema: z
          .strictObject({ backfills: z.array(backfill).meta({ description: 'Newest first.' }) })
          .meta({ id: 'Backfills' }),
      },
      errors: [],
      examples: [{ name: 'all', summary: 'How far is it?' }],
      run: () => ({ backfills: backfiller.list().map(toldBackfill) }),
    }),
    defineOperation({
      id: 'stopBackfill',
      method: 'delete',
      path: '/api/v1/backfills/{id}',
      access: 'admin',
      writes: true,
      tag: 'Service',
      summary: 'Stop a backfill',
      description:
        'Answers when it has ended. What was read stays, and the same range begun again goes on there. One that has ended is left as it is.',
      params: z.strictObject({
        id: z
          .string()
          .max(64)
          .meta({ description: 'Of the backfill.', param: { example: 'mkxv3c1s-1' } }),
      }),
      answer: { description: 'How far it came.', schema: backfill },
      errors: ['backfill_not_found'],
      examples: [{ name: 'stop', summary: 'Stop it', params: { id: 'mkxv3c1s-1' } }],
      async run({ params: { id } }) {
        const report = await backfiller.stop(id);
        if (report !== null) return toldBackfill(report);
        throw new ApiError('backfill_not_found', `path id: expected the id of a backfill, came ${excerpt(id)}.`);
      },
    }),
  ];

  function checkKept(fromMs: number, now: number): void {
    const keptMs = backfiller.keptDays * dayMs;
    if (now - fromMs <= keptMs) return;
    throw new ApiError(
      'range_invalid',
      `Expected from within the last ${backfiller.keptDays} days, came ${new Date(fromMs).toISOString()}: what is older is not kept (retention.rowsDays).`,
    );
  }
}
