import type { ExplainedRequest, Reject } from '@why403/parsers';
import { z } from 'zod';
import { mediaType, readBody } from '../body.js';
import type { ApiDeps } from '../deps.js';
import { ApiError } from '../errors/api-error.js';
import { parseJsonBody } from '../json-body.js';
import { defineOperation, type Operation } from '../operation.js';
import { toVerdict } from '../schemas/event.js';
import { orNull } from '../schemas/or-null.js';
import { epochMs } from '../schemas/time.js';
import { cause, verdictShape } from '../schemas/verdict.js';

const jsonBody = z
  .strictObject({
    text: z.string().meta({ description: 'Log lines, `curl -i` output, an error message; any mixture.' }),
    accessLogFormat: z
      .string()
      .max(65_536)
      .optional()
      .meta({ description: "The stage's `accessLogSettings.format`; without it lines are recognised by themselves." }),
    apiId: z.string().max(128).optional().meta({ description: 'API of the lines, if they do not say it.' }),
    stage: z.string().max(128).optional().meta({ description: 'Stage of the lines, if they do not say it.' }),
  })
  .meta({ id: 'ExplainQuestion' });

const text = z.string().nullable();
const explanation = z
  .strictObject({
    requests: z
      .array(
        z
          .strictObject({
            requestId: text,
            extendedRequestId: text,
            time: epochMs.nullable(),
            status: z.int().nullable(),
            apiId: text,
            stage: text,
            route: text,
            method: text,
            path: text,
            line: z.int().meta({ description: 'Line of the text where the request first appears.' }),
            ...verdictShape,
          })
          .meta({ id: 'ExplainedRequest' }),
      )
      .meta({ description: 'In order of appearance.' }),
    unlisted: z
      .array(
        z.strictObject({
          outcome: z.enum(['refused', 'not_refused', 'undetermined']),
          cause: orNull(cause),
          count: z.int(),
        }),
      )
      .meta({ description: 'Requests beyond those listed, counted; usually empty.' }),
    rejected: z.array(z.strictObject({ line: z.int(), reason: z.string(), detail: z.string() })),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Explanation' });

type Question = z.output<typeof jsonBody>;

const curlOutput = [
  'HTTP/2 403',
  'content-type: application/json',
  'x-amzn-errortype: MissingAuthenticationTokenException',
  'x-amz-apigw-id: Qh7ZkEXAMPLEiAMFq1w=',
  '',
  '{"message":"Missing Authentication Token"}',
  '',
].join('\n');

/** What compressed text inside the text may unfold to, as a multiple of the limit for the text. */
const mostUnfolding = 4;

export function createExplainOperations(deps: ApiDeps): readonly Operation[] {
  const { limits } = deps;
  let open = 0;
  return [
    defineOperation({
      id: 'explainText',
      method: 'post',
      path: '/api/v1/explain',
      access: 'read',
      tag: 'Explain',
      summary: 'Say of each request in a text why it was refused',
      description:
        'Takes access logs, execution logs, WAF records, what `aws logs` prints and `curl -i` output, in any mixture. Nothing is stored.',
      body: {
        description: 'The text as it is, or with settings as JSON.',
        content: {
          'text/plain': z.string().meta({ description: 'Log lines or a response.' }),
          'application/json': jsonBody,
        },
      },
      answer: { description: 'The requests found, each with its verdict.', schema: explanation },
      errors: [
        'body_invalid',
        'body_corrupt',
        'body_too_large',
        'content_type_unsupported',
        'content_encoding_unsupported',
        'access_log_format_invalid',
        'explain_busy',
      ],
      examples: [
        {
          name: 'response',
          summary: 'What curl -i printed',
          body: { contentType: 'text/plain', text: curlOutput },
        },
        {
          name: 'accessLine',
          summary: 'An access line with the format of its stage',
          body: {
            contentType: 'application/json',
            text: JSON.stringify({
              text: '8b9b8a5e-6a1c-4d0e-9c63-6e3d1f0a7b21 403 INVALID_API_KEY',
              accessLogFormat: '$context.requestId $context.status $context.error.responseType',
              apiId: 'a1b2c3d4e5',
              stage: 'prod',
            }),
          },
        },
      ],
      async run({ req }) {
        if (open >= limits.openExplains) {
          throw new ApiError('explain_busy', `${open} texts are being explained, which is the limit.`, {
            retryAfterSeconds: 1,
          });
        }
        open++;
        try {
          const bytes = await readBody(req, limits.maxExplainBytes);
          if (mediaType(req) !== 'application/json') return await explain(bytes, {}, deps);
          const { text, ...settings } = parseJsonBody(bytes, jsonBody, '{"text": "…"}');
          return await explain(new TextEncoder().encode(text), settings, deps);
        } finally {
          open--;
        }
      },
    }),
  ];
}

async function explain(
  bytes: Uint8Array,
  { accessLogFormat, apiId, stage }: Omit<Question, 'text'>,
  { engine, limits, engineLimits }: ApiDeps,
) {
  const unfoldedBytes = mostUnfolding * limits.maxExplainBytes;
  const explainer = engine.createExplainer({
    ...(accessLogFormat === undefined ? {} : { accessLogFormat }),
    ...(apiId === undefined ? {} : { apiId }),
    ...(stage === undefined ? {} : { stage }),
    limits: {
      ...engineLimits,
      totalBytes: Math.min(engineLimits.totalBytes, unfoldedBytes),
      // A payload is read in one go, and everybody else waits for it.
      payloadBytes: Math.min(engineLimits.payloadBytes, unfoldedBytes),
      explainedRequests: limits.maxExplainedRequests,
    },
  });
  if (!explainer.ok) {
    throw new ApiError('access_log_format_invalid', `body accessLogFormat: ${explainer.detail}.`);
  }
  await pushInSlices(explainer.value, bytes);
  const { requests, unlisted, rejected, warnings } = explainer.value.end();
  return {
    requests: requests.map(toExplained),
    unlisted: unlisted.map(({ outcome, cause, count }) => ({ outcome, cause, count })),
    rejected: rejected.map(({ line, reason, detail }: Reject) => ({ line, reason, detail })),
    warnings,
  };
}

const sliceBytes = 64 * 1024;

/** Others get their turn between the slices. */
async function pushInSlices(explainer: { push(bytes: Uint8Array): void }, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    explainer.push(bytes.subarray(at, at + sliceBytes));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function toExplained({ record, verdict }: ExplainedRequest) {
  const { requestId, extendedRequestId, timeMs, status, apiId, stage, route, method, path, line } = record;
  return {
    requestId,
    extendedRequestId,
    time: timeMs,
    status,
    apiId,
    stage,
    route,
    method,
    path,
    line,
    ...toVerdict(verdict),
  };
}
