import { randomUUID } from 'node:crypto';
import type { RequestPlace } from '@why403/parsers';
import { z } from 'zod';
import type { UnitReceipt } from '../../pipeline/counting-unit.js';
import { openBody } from '../body.js';
import type { ApiDeps } from '../deps.js';
import { toIngestError } from '../errors/to-api-error.js';
import { compileFormat, configuredFeeds, FeedNames, unconfiguredFeed } from '../feed-book.js';
import type { OpenIngests } from '../open-ingests.js';
import { defineOperation, type Operation } from '../operation.js';
import { exampleRequest } from './example-request.js';
import { rejectedCounts } from './sources.js';

const batchIdPattern = /^[A-Za-z0-9._:-]{1,128}$/;
const feedPattern = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const placePattern = /^[A-Za-z0-9_$.-]{1,128}$/;

/** Says what is allowed; zod's own word would be "pattern". */
const word = (pattern: RegExp, expected: string) =>
  z.string().check((context) => {
    if (pattern.test(context.value)) return;
    context.issues.push({ code: 'custom', input: context.value, message: `expected ${expected}` });
  });

const place = (description: string, example: string) =>
  word(placePattern, '1 to 128 letters, digits and _ . - $').optional().meta({ description, param: { example } });

const receipt = z
  .strictObject({
    unit: z.string().meta({ description: 'Counting unit that the batch became.' }),
    lines: z.int(),
    requests: z.int().meta({ description: 'Requests counted.' }),
    refused: z.int().meta({ description: 'Refused ones among them.' }),
    rejected: rejectedCounts,
    isNew: z
      .boolean()
      .meta({ description: 'false: this batch was stored before, nothing was counted again, and `refused` is 0.' }),
  })
  .meta({ id: 'Receipt' });

const defaultFeed = 'default';

export function createIngestOperations(deps: ApiDeps, open: OpenIngests): readonly Operation[] {
  const { sink, limits, engineLimits, nowMs } = deps;
  const feeds = configuredFeeds(deps);
  const unconfigured = unconfiguredFeed(deps);
  const names = new FeedNames([...feeds.keys(), defaultFeed], limits.maxFeeds);
  return [
    defineOperation({
      id: 'ingestLogs',
      method: 'post',
      path: '/api/v1/ingest',
      access: 'ingest',
      writes: true,
      tag: 'Ingest',
      summary: 'Send log lines',
      description:
        'Answers when the whole batch is stored. A batch with a `Batch-Id` is counted exactly once however often it is sent: repeat it, unchanged, after any answer but 2xx and after none. Without one, each request counts. Batches may be gzip. Logs of any kind, in any mixture; the lines of one request may come in different batches.',
      query: z.strictObject({
        format: z
          .string()
          .max(16_384)
          .optional()
          .meta({
            description:
              "The stage's `accessLogSettings.format`, URL-encoded. Default: what is configured for the feed, else lines are recognised by themselves.",
            param: {
              example: '$context.requestId $context.requestTimeEpoch $context.status $context.error.responseType',
            },
          }),
        api: place('API of the lines, if they do not say it.', 'a1b2c3d4e5'),
        stage: place('Stage, likewise.', 'prod'),
        account: place('AWS account, likewise.', '111122223333'),
        region: place('AWS region, likewise.', 'eu-west-1'),
      }),
      headers: z.strictObject({
        'Batch-Id': word(batchIdPattern, '1 to 128 letters, digits and . _ : -')
          .optional()
          .meta({
            description: 'Name of the batch, unique in its feed: the file and offset, a UUID made once.',
            param: { example: 'orders-2026-03-01T12-00-17' },
          }),
        Feed: word(feedPattern, '1 to 63 small letters, digits, - and _, beginning with a letter or digit')
          .optional()
          .meta({
            description: 'Who sends; how far logs are complete is told per feed. Default `default`.',
            param: { example: 'orders' },
          }),
      }),
      body: {
        description: 'Lines, plain or with `Content-Encoding: gzip`.',
        content: {
          'application/x-ndjson': z.string().meta({ description: 'One JSON object a line.' }),
          'application/octet-stream': z.string().meta({ description: 'Raw lines.', format: 'binary' }),
        },
      },
      answer: { description: 'What was read of the batch. All of it is stored.', schema: receipt },
      errors: [
        'body_corrupt',
        'body_too_large',
        'content_type_unsupported',
        'content_encoding_unsupported',
        'access_log_format_invalid',
        'feed_limit_reached',
        'ingest_busy',
        'store_unavailable',
        'store_full',
      ],
      examples: [
        {
          name: 'jsonLines',
          summary: 'An access line as JSON',
          headers: { 'Batch-Id': 'orders-2026-03-01T12-00-17', Feed: 'orders' },
          query: [
            ['account', '111122223333'],
            ['region', 'eu-west-1'],
          ],
          body: {
            contentType: 'application/x-ndjson',
            text: `${exampleRequest.line}\n`,
          },
        },
        {
          name: 'rawLines',
          summary: 'Raw lines in the format of the stage',
          query: [
            ['format', '$context.requestId $context.requestTimeEpoch $context.status $context.error.responseType'],
            ['api', 'a1b2c3d4e5'],
            ['stage', 'prod'],
          ],
          body: {
            contentType: 'application/octet-stream',
            text: '2c1f0a9e-90b0-4c55-8a2f-5d2b7e6f1a10 1772366417000 403 INVALID_API_KEY\n',
          },
        },
      ],
      async run({ req, query, headers }) {
        const name = headers.Feed ?? defaultFeed;
        names.check(name, 'header Feed');
        const feed = feeds.get(name) ?? unconfigured;
        const template = query.format === undefined ? feed.template : compileFormat(query.format, deps);
        const fallbackPlace: RequestPlace = {
          account: query.account ?? feed.place.account,
          region: query.region ?? feed.place.region,
          apiId: query.api ?? feed.place.apiId,
          stage: query.stage ?? feed.place.stage,
        };
        return open.run(async () => {
          const body = openBody(req, limits.maxBodyBytes);
          const feedId = `http:${name}`;
          try {
            const accepted = await sink.accept({
              id: `${feedId}:${headers['Batch-Id'] ?? `once-${randomUUID()}`}`,
              feed: feedId,
              kind: 'http',
              settings: { template, fallbackPlace, limits: { ...engineLimits, totalBytes: limits.maxBodyBytes } },
              content: body.bytes,
              isArriving: true,
            });
            names.enter(name);
            await tellProgress(accepted, feedId, feed.delayMs);
            return toReceipt(accepted);
          } catch (error) {
            throw body.failure() ?? toIngestError(error);
          }
        });
      },
    }),
  ];

  /** Lines may name any time, even one to come; the clock bounds what they can promise. */
  async function tellProgress({ unit }: UnitReceipt, feedId: string, delayMs: number): Promise<void> {
    if (unit.newestMs <= 0) return;
    await sink.reportProgress(feedId, 'http', Math.min(unit.newestMs, Math.floor(nowMs())) - delayMs);
  }
}

const toReceipt = ({ unit, isNew, refused }: UnitReceipt) => ({
  unit: unit.unit,
  lines: unit.lines,
  requests: unit.requests,
  refused,
  rejected: unit.rejected,
  isNew,
});
