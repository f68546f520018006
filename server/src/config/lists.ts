import * as z from 'zod';
import { roles, tokenIdPattern } from '../api/access/token.js';
import { awsSource } from './aws-source.js';
import { key, wholeNumber } from './key.js';

const MiB = 1024 * 1024;

// What stands in for what no line tells, and how lines are laid out.
const readingKeys = () => ({
  format: key(z.string().min(1).max(65_536).nullable().default(null), {
    expected: 'a log format with $context variables',
    description: 'Access log format of the stage, as API Gateway has it. Without it each line is recognised by itself.',
    example:
      '$context.requestId $context.extendedRequestId $context.requestTimeEpoch $context.status $context.error.responseType',
  }),
  api: placeKey('API id that the lines belong to, when they do not say it.', 'a1b2c3d4e5'),
  stage: placeKey('Stage, likewise.', 'prod'),
  account: placeKey('AWS account, likewise.', '111122223333'),
  region: placeKey('AWS region, likewise.', 'eu-west-1'),
});

const placeKey = (description: string, example: string) =>
  key(
    z
      .string()
      .regex(/^[A-Za-z0-9_$.-]{1,128}$/)
      .nullable()
      .default(null),
    {
      expected: 'letters, digits and _ . - $',
      description,
      example,
    },
  );

export const accessTokens = key(
  z
    .array(
      z.strictObject({
        role: key(z.enum(roles), {
          expected: 'read, ingest or admin',
          description: '`read` asks, `ingest` sends logs, `admin` does both and sees the state of the service.',
          example: 'read',
        }),
        id: key(z.string().regex(tokenIdPattern), {
          expected: '1 to 32 small letters, digits and -',
          description: 'Who uses it. Two tokens of one id may be valid at once, so that one can replace the other.',
          example: 'grafana',
        }),
        sha256: key(z.string().regex(/^[0-9a-f]{64}$/), {
          expected: '64 hexadecimal digits (`why403 token create` prints them)',
          description: 'SHA-256 of the whole token. The token itself stands nowhere.',
          example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
          secret: true,
        }),
        sourceArns: key(
          z
            .array(
              z
                .string()
                .regex(/^arn:[a-z*-]{1,32}:firehose:[a-z0-9*-]{1,32}:[\d*]{1,12}:deliverystream\/[\w.*-]{1,64}$/),
            )
            .min(1)
            .max(1000)
            .nullable()
            .default(null),
          {
            expected: 'a list of Firehose stream ARNs, in which * stands for any characters but :',
            description:
              'Binds the token to these streams: it is the access key of their requests to `POST /api/v1/ingest/firehose`, and opens nothing else.',
            example: ['arn:aws:firehose:eu-west-1:111122223333:deliverystream/amazon-apigateway-orders'],
          },
        ),
      }),
    )
    .max(1000)
    .default([]),
  {
    expected: 'a list of tokens',
    description: 'One entry for each token; `why403 token create` prints it.',
    example: [
      { role: 'read', id: 'grafana', sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
    ],
    secret: true,
  },
);

const fileSource = z.strictObject({
  kind: key(z.literal('file'), {
    expected: 'file, stdin or aws',
    description: '`file`: follows files as they grow and are rotated.',
    example: 'file',
  }),
  paths: key(z.array(z.string().min(1).max(4096)).min(1).max(1000), {
    expected: 'a list of at least one path',
    description: 'Files; `*` and `?` stand for any characters of a name.',
    example: ['/var/log/gateway/access*.log'],
  }),
  ...readingKeys(),
  unitBytes: wholeNumber({
    min: 4096,
    max: 256 * MiB,
    default: 256 * 1024,
    description:
      'A file is cut at multiples of it into units that are counted as one. A file that was read keeps the cut it was begun with.',
    example: MiB,
  }),
  pollMs: wholeNumber({
    min: 50,
    max: 600_000,
    default: 1000,
    description: 'Pause between two looks at the files.',
    example: 500,
  }),
});

const stdinSource = z.strictObject({
  kind: key(z.literal('stdin'), {
    expected: 'file, stdin or aws',
    description: '`stdin`: reads standard input, at most once.',
    example: 'stdin',
  }),
  ...readingKeys(),
});

/** To add a kind of source: its object here, a line in sources/registry.ts. */
export const sources = key(
  z
    .array(z.discriminatedUnion('kind', [fileSource, stdinSource, awsSource]))
    .max(1000)
    .default([]),
  {
    expected: 'a list of sources',
    description: 'What is read.',
    example: [{ kind: 'file', paths: ['/var/log/gateway/access*.log'], api: 'a1b2c3d4e5', stage: 'prod' }],
  },
);

const feedName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/);

export const ingestFeeds = key(
  z
    .record(
      feedName,
      z.strictObject({
        ...readingKeys(),
        delaySeconds: key(z.int().min(0).max(86_400).nullable().default(null), {
          expected: 'a whole number from 0 to 86 400',
          description: 'As `ingest.delaySeconds`, for this feed.',
          example: 300,
        }),
      }),
    )
    .default({}),
  {
    expected: 'a map from feed names (small letters, digits, - and _) to their settings',
    description: 'How the lines of a feed are read. A feed that is not named here has the defaults.',
    example: { orders: { api: 'a1b2c3d4e5', stage: 'prod', delaySeconds: 300 } },
  },
);
