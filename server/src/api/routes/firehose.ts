import type { RequestPlace } from '@why403/parsers';
import { z } from 'zod';
import type { UnitReceipt } from '../../pipeline/counting-unit.js';
import { openBody } from '../body.js';
import type { ApiDeps } from '../deps.js';
import { ApiError } from '../errors/api-error.js';
import { excerpt } from '../errors/excerpt.js';
import { toIngestError } from '../errors/to-api-error.js';
import { configuredFeeds, FeedNames, type KnownFeed, unconfiguredFeed } from '../feed-book.js';
import { accessKeyHeader, requestIdPattern, sendFirehoseAnswer, sendFirehoseError } from '../firehose/answer.js';
import { createCountedElsewhere } from '../firehose/counted-elsewhere.js';
import { readDeliveryParts } from '../firehose/delivery-parts.js';
import { exampleSourceArn, namesStream, parseStreamArn, type StreamArn } from '../firehose/source-arn.js';
import type { OpenIngests } from '../open-ingests.js';
import { type Caller, defineOperation, type Operation } from '../operation.js';
import { exampleRequest } from './example-request.js';

/** Compressed payloads in the records: so much more text than body. */
const textPerBody = 16;

const answer = z
  .strictObject({
    requestId: z.string().meta({ description: 'As it came.' }),
    timestamp: z.int().meta({ description: 'ms since the epoch.' }),
    errorMessage: z.string().optional().meta({ description: 'Code and sentence of an error.' }),
  })
  .meta({ id: 'FirehoseAnswer' });

const record = z.object({ data: z.string().meta({ description: 'Base64.' }) });
const body = z
  .object({ requestId: z.string(), timestamp: z.int().optional(), records: z.array(record) })
  .meta({ id: 'FirehoseRequest' });

const exampleId = 'ed4acda5-034f-9f42-bba1-f29aea6d7d8f';

export function createFirehoseOperations(deps: ApiDeps, open: OpenIngests): readonly Operation[] {
  const { sink, limits, engineLimits, groups, nowMs } = deps;
  const feeds = configuredFeeds(deps);
  const unconfigured = unconfiguredFeed(deps);
  const streams = new FeedNames([], limits.maxFeeds);
  const isCountedElsewhere = createCountedElsewhere(deps);
  return [
    defineOperation({
      id: 'ingestFirehose',
      method: 'post',
      path: '/api/v1/ingest/firehose',
      access: 'ingest',
      keyHeader: accessKeyHeader,
      sendError: (req, res, error) => sendFirehoseError(req, res, error, nowMs()),
      writes: true,
      tag: 'Ingest',
      summary: 'Take what Amazon Data Firehose delivers',
      description:
        'The HTTP endpoint of a Firehose stream: access logs of API Gateway, payloads of CloudWatch Logs subscriptions (gzip or not), WAF records, in any mixture. The access key is a token of the role ingest. Answers 200 when all is stored; a record that cannot be read is kept among the rejects and fails nothing. Every other answer, errors included, has the same form and makes Firehose send the batch again; 413 and redirects are never sent.',
      query: z.strictObject({
        feed: z.string().max(63).optional().meta({
          description:
            'Feed of the configuration (`ingest.feeds`) that says how lines are read: format, place, delay. Default: lines are recognised by themselves.',
        }),
      }),
      headers: z.strictObject({
        'X-Amz-Firehose-Request-Id': z
          .string()
          .regex(requestIdPattern)
          .meta({
            description: 'The same in the body, and whenever the batch comes again.',
            param: { example: exampleId },
          }),
        'X-Amz-Firehose-Source-Arn': z
          .string()
          .max(512)
          .meta({
            description: 'The stream; its account and region stand in where lines tell none.',
            param: { example: exampleSourceArn },
          }),
        'X-Amz-Firehose-Protocol-Version': z.string().max(16).optional().meta({ description: '`1.0`.' }),
      }),
      body: {
        description: 'As it is or with `Content-Encoding: gzip`.',
        content: { 'application/json': body },
      },
      answer: { description: 'All of it is stored.', schema: answer },
      errors: [
        'body_corrupt',
        'body_invalid',
        'delivery_too_large',
        'content_type_unsupported',
        'content_encoding_unsupported',
        'feed_limit_reached',
        'token_bound',
        'ingest_busy',
        'store_unavailable',
        'store_full',
      ],
      examples: [
        {
          name: 'accessLine',
          summary: 'As API Gateway delivers an access line by a stream',
          headers: {
            'X-Amz-Firehose-Protocol-Version': '1.0',
            'X-Amz-Firehose-Request-Id': exampleId,
            'X-Amz-Firehose-Source-Arn': exampleSourceArn,
          },
          body: {
            contentType: 'application/json',
            text: JSON.stringify({
              requestId: exampleId,
              timestamp: 1772366417000,
              records: [{ data: Buffer.from(`${exampleRequest.line}\n`).toString('base64') }],
            }),
          },
        },
      ],
      async run({ req, res, query, headers, caller }) {
        const requestId = headers['X-Amz-Firehose-Request-Id'];
        const arn = headers['X-Amz-Firehose-Source-Arn'];
        const stream = streamOf(arn, caller);
        const feed = feedOf(query.feed);
        const feedId = `firehose:${stream.account}:${stream.region}:${stream.name}`;
        if (caller.sourceArns === null) streams.check(feedId, 'header X-Amz-Firehose-Source-Arn');
        await open.run(async () => {
          const content = openBody(req, limits.maxDeliveryBytes, 'delivery_too_large');
          try {
            const receipts = await sink.acceptDelivery({
              id: `${feedId}:${requestId}`,
              feed: feedId,
              kind: 'firehose',
              isArriving: true,
              settings: {
                template: feed.template,
                fallbackPlace: placeOf(feed, stream),
                limits: { ...engineLimits, totalBytes: limits.maxDeliveryBytes * textPerBody },
              },
              parts: readDeliveryParts(
                content.bytes,
                requestId,
                {
                  recordBytes: engineLimits.payloadBytes,
                  textBytes: limits.maxDeliveryBytes * textPerBody,
                },
                async ({ owner, logGroup, firstMs }) => {
                  const group = { account: owner, region: stream.region, name: logGroup };
                  if (firstMs === null || !(await isCountedElsewhere(group, firstMs))) return false;
                  groups.delivered(group, feedId);
                  return true;
                },
              ),
            });
            if (caller.sourceArns === null && receipts.length > 0) streams.enter(feedId);
            await tellProgress(receipts, feedId, feed.delayMs);
          } catch (error) {
            throw content.failure() ?? toIngestError(error);
          }
        });
        sendFirehoseAnswer(res, 200, { requestId, timestamp: Math.floor(nowMs()) });
        return undefined;
      },
    }),
  ];

  function feedOf(name: string | undefined): KnownFeed {
    if (name === undefined) return unconfigured;
    const feed = feeds.get(name);
    if (feed !== undefined) return feed;
    throw new ApiError(
      'parameter_invalid',
      `query feed: expected a feed of the configuration (ingest.feeds), came ${excerpt(name)}.`,
    );
  }

  /** Lines may name any time, even one to come; the clock bounds what they can promise. */
  async function tellProgress(receipts: readonly UnitReceipt[], feedId: string, delayMs: number): Promise<void> {
    const newestMs = receipts.reduce((newest, { unit }) => Math.max(newest, unit.newestMs), 0);
    if (newestMs <= 0) return;
    await sink.reportProgress(feedId, 'firehose', Math.min(newestMs, Math.floor(nowMs())) - delayMs);
  }
}

/** The stream that the header names; it is believed because the key allows it. */
function streamOf(arn: string, { sourceArns }: Caller): StreamArn {
  const stream = parseStreamArn(arn);
  if (stream === null) {
    throw new ApiError(
      'parameter_invalid',
      `header X-Amz-Firehose-Source-Arn: expected the ARN of a Firehose stream, came ${excerpt(arn)}.`,
    );
  }
  if (sourceArns !== null && !sourceArns.some((pattern) => namesStream(pattern, arn))) {
    throw new ApiError(
      'token_bound',
      `header X-Amz-Firehose-Source-Arn: expected a stream that the access key is bound to, came ${excerpt(arn)}.`,
    );
  }
  return stream;
}

/** API Gateway and CloudWatch Logs hand to streams of their own account and region. */
const placeOf = ({ place }: KnownFeed, { account, region }: StreamArn): RequestPlace => ({
  ...place,
  account: place.account ?? account,
  region: place.region ?? region,
});
