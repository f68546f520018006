import * as z from 'zod';
import { key, wholeNumber } from './key.js';

const glob = z.string().min(1).max(256);

const selection = (description: string, example: unknown) =>
  key(
    z
      .strictObject({
        apis: z.array(glob).min(1).max(200).optional(),
        stages: z.array(glob).min(1).max(20).optional(),
        tags: z.record(z.string().min(1).max(128), glob).optional(),
      })
      .nullable()
      .default(null),
    {
      expected: 'a map with apis (ids or names), stages and tags, in which * stands for any characters',
      description,
      example,
    },
  );

const onOff = (standard: boolean, description: string) =>
  key(z.boolean().default(standard), { expected: 'true or false', description, example: !standard });

/** One account, in some regions. */
export const awsSource = z.strictObject({
  kind: key(z.literal('aws'), {
    expected: 'file, stdin or aws',
    description: '`aws`: finds the APIs of an account and reads their logs from CloudWatch ([setup](aws/setup.md)).',
    example: 'aws',
  }),
  regions: key(
    z
      .array(z.string().regex(/^[a-z]{2}(?:-[a-z]{1,16}){1,3}-\d{1,2}$/))
      .min(1)
      .max(64)
      .nullable()
      .default(null),
    {
      expected: 'a list of at least one AWS region',
      description: 'Where APIs are looked for. Without it: the region of `AWS_REGION`.',
      example: ['eu-west-1'],
    },
  ),
  role: key(
    z
      .string()
      .regex(/^arn:[a-z-]{3,32}:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/)
      .nullable()
      .default(null),
    {
      expected: 'the ARN of an IAM role',
      description:
        'Role that is assumed, of the account to read. Without it: the credentials that the AWS SDK finds, and their account.',
      example: 'arn:aws:iam::111122223333:role/Why403Reader',
    },
  ),
  externalId: key(
    z
      .string()
      .regex(/^[\w+=,.@:/-]{2,1224}$/)
      .nullable()
      .default(null),
    {
      expected: '2 to 1224 letters, digits and + = , . @ : / - _',
      description: 'What the trust policy of the role asks for.',
      example: 'choose-a-long-random-text',
    },
  ),
  include: selection(
    'Stages that are read: those that fit all that is given. Tags are those of the stage or its API. Without it: every stage.',
    { apis: ['a1b2c3d4e5', 'orders-*'], stages: ['prod'], tags: { team: 'shop' } },
  ),
  exclude: selection('Stages that are not read, likewise; wins over `include`.', { stages: ['dev*'] }),
  windowSeconds: key(
    z
      .int()
      .min(60)
      .max(3600)
      .refine((seconds) => 3600 % seconds === 0)
      .default(60),
    {
      expected: 'a whole number from 60 to 3 600 that divides an hour',
      description: 'Logs are read and counted in windows of this length, by event time.',
      example: 300,
    },
  ),
  settleSeconds: wholeNumber({
    min: 0,
    max: 3600,
    default: 30,
    description: 'A window is read so long after its end. What AWS shows later is found by sweeps.',
    example: 60,
  }),
  sweepMinutes: key(z.array(z.int().min(1).max(1440)).min(1).max(4).default([15, 1440]), {
    expected: 'a list of one to four whole numbers from 1 to 1 440',
    description: 'Each window is read again when it ended so long ago. After the last time it is final.',
    example: [10, 60, 1440],
  }),
  firstReadHours: wholeNumber({
    min: 1,
    max: 168,
    default: 3,
    description: 'A log group that was never read is read from so far back.',
    example: 24,
  }),
  quotaShare: key(z.number().min(0.1).max(0.8).default(0.7), {
    expected: 'a number from 0.1 to 0.8',
    description: "Part of AWS's quota of FilterLogEvents that is used; the rest is for the console and other tools.",
    example: 0.5,
  }),
  discoveryMinutes: wholeNumber({
    min: 1,
    max: 1440,
    default: 15,
    description: 'From one look at APIs, stages and their configuration to the next.',
    example: 5,
  }),
  apiCallsPerSecond: wholeNumber({
    min: 2,
    max: 8,
    default: 3,
    description:
      "Calls of such looks in any second, to an account and region, of all entries together. API Gateway's control plane allows 10 to all tools.",
    example: 5,
  }),
  executionLogs: onOff(true, 'Whether execution logs are read.'),
  wafLogs: onOff(true, 'Whether logs of web ACLs are read.'),
  apiKeys: onOff(
    false,
    'Whether API keys are listed, which tells a disabled key from an unknown one; needs [a policy of its own](aws/iam.md).',
  ),
  insights: onOff(
    false,
    'Whether sweeps count with CloudWatch Logs Insights first and read again only what has changed; AWS charges for what it scans, and it needs [a policy of its own](aws/iam.md).',
  ),
  thriftyReading: key(z.enum(['auto', 'never', 'always']).default('auto'), {
    expected: 'auto, never or always',
    description:
      'Whether AWS is asked for refusals only, which costs few calls and leaves shares without their denominator: where its quota does not suffice for all (`auto`), nowhere or everywhere ([what is missing then](aws/scaling.md#when-it-does-not-suffice)).',
    example: 'never',
  }),
  metricTotals: onOff(
    false,
    'Whether CloudWatch metrics say how many requests there were where only refusals are read; AWS charges [for each stage and minute](aws/scaling.md#shares-by-metrics), and it needs [a policy of its own](aws/iam.md).',
  ),
});
