import * as z from 'zod';
import { key, section, wholeNumber } from './key.js';
import { accessTokens, ingestFeeds, sources } from './lists.js';

const KiB = 1024;
const MiB = 1024 * KiB;

/** A URL without a user, a password, a query or a fragment: those would end up in logs. */
const plainUrl = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search + url.hash === '';
});

const optionalText = (max: number) => z.string().min(1).max(max).nullable().default(null);

/**
 * Everything that can be configured. To add a key: a line here; `npm run docs` of the drift test in
 * test/server/config/document.test.ts writes docs/configuration.md anew.
 */
export const configSchema = section('', {
  listen: section('Where the API is served. An address that other machines reach needs `access.tokens`.', {
    host: key(
      z
        .string()
        .regex(/^[A-Za-z0-9.:_-]{1,253}$/)
        .default('127.0.0.1'),
      {
        expected: 'an IP address or host name of this machine',
        description: 'Address to listen on.',
        example: '127.0.0.1',
      },
    ),
    port: wholeNumber({
      min: 0,
      max: 65_535,
      default: 4030,
      description: 'Port to listen on; 0 takes any free one.',
      example: 4030,
    }),
  }),
  data: section('Where the embedded database keeps its files. Not used with `store.url`.', {
    directory: key(optionalText(4096), {
      expected: 'a path',
      description:
        'Data directory, made when it is not there. One service at a time uses it. Default: `why403/serve` below `$XDG_DATA_HOME`, else below `~/.local/share`.',
      example: '/var/lib/why403',
    }),
  }),
  store: section('The database. Without `url` why403 starts its own.', {
    url: key(plainUrl.nullable().default(null), {
      expected: 'an http or https URL without user, password and query',
      description: 'HTTP address of a ClickHouse server or cluster.',
      example: 'https://clickhouse.example.com:8443',
    }),
    username: key(z.string().min(1).max(256).default('default'), {
      expected: 'a name',
      description: 'User of that server.',
      example: 'why403',
    }),
    password: key(z.string().max(4096).default(''), {
      expected: 'a text',
      description: 'Password of that user. Better given by the environment variable.',
      example: 'correct-horse-battery-staple',
      secret: true,
    }),
    database: key(
      z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/)
        .default('why403'),
      {
        expected: 'letters, digits and _',
        description: 'Database of that server that holds the tables; made when it is not there.',
        example: 'why403',
      },
    ),
    memoryBytes: wholeNumber({
      min: 256 * MiB,
      max: 1024 * 1024 * MiB,
      default: 600_000_000,
      description: 'Memory that the embedded database may use for its work.',
      example: 1_500_000_000,
    }),
    maxQuerySeconds: wholeNumber({
      min: 1,
      max: 600,
      default: 30,
      description: 'A query that takes longer is ended.',
      example: 20,
    }),
  }),
  retention: section('How long what was read is kept, by the time of the request: older lines are read and not kept.', {
    rowsDays: wholeNumber({
      min: 1,
      max: 3650,
      default: 30,
      description: 'Refused requests and totals.',
      example: 90,
    }),
    evidenceDays: wholeNumber({
      min: 1,
      max: 3650,
      default: 7,
      description: 'Samples with their whole evidence, and lines that were not read. At most `retention.rowsDays`.',
      example: 14,
    }),
    factsHours: wholeNumber({
      min: 25,
      max: 720,
      default: 48,
      description: 'Facts of which verdicts are made again when later evidence comes.',
      example: 72,
    }),
  }),
  access: section('Who may use the API. Without tokens only this machine may, and everything.', {
    tokens: accessTokens,
  }),
  sources,
  ingest: section('What is sent to `POST /api/v1/ingest` and `POST /api/v1/ingest/firehose`.', {
    delaySeconds: wholeNumber({
      min: 0,
      max: 86_400,
      default: 60,
      description: 'How much later than its newest line a feed may still bring older ones. Values count up to there.',
      example: 120,
    }),
    feeds: ingestFeeds,
  }),
  limits: section('What one caller, one answer or one line may take.', {
    bodyBytes: wholeNumber({
      min: KiB,
      max: 4096 * MiB,
      default: 64 * MiB,
      description: 'One body sent to `POST /api/v1/ingest`, decompressed.',
      example: 32 * MiB,
    }),
    firehoseBodyBytes: wholeNumber({
      min: KiB,
      max: 4096 * MiB,
      default: 96 * MiB,
      description:
        'One request sent to `POST /api/v1/ingest/firehose`, decompressed. Firehose buffers up to 64 MiB, which base64 makes a third larger. What its records hold may be 16 times that, unpacked.',
      example: 128 * MiB,
    }),
    explainBytes: wholeNumber({
      min: KiB,
      max: 256 * MiB,
      default: MiB,
      description:
        'One text sent to `POST /api/v1/explain`, decompressed. Other callers wait while its last step is made: a second or two for 1 MiB.',
      example: 256 * KiB,
    }),
    explainedRequests: wholeNumber({
      min: 1,
      max: 20_000,
      default: 1000,
      description: 'Requests that one such answer lists.',
      example: 200,
    }),
    decompressedBytes: wholeNumber({
      min: KiB,
      max: 1024 * MiB,
      default: 64 * MiB,
      description:
        'One compressed payload inside the log (a CloudWatch subscription message, a Firehose record), decompressed.',
      example: 16 * MiB,
    }),
    recordBytes: wholeNumber({
      min: KiB,
      max: 256 * MiB,
      default: 4 * MiB,
      description: 'One record of several lines, such as a pretty-printed object.',
      example: 2 * MiB,
    }),
    lineBytes: wholeNumber({
      min: KiB,
      max: 64 * MiB,
      default: MiB,
      description: 'One line of a log; a longer one is rejected and counted.',
      example: 256 * KiB,
    }),
    inFlightBytes: wholeNumber({
      min: MiB,
      max: 4096 * MiB,
      default: 64 * MiB,
      description:
        'Log text that is read and not yet stored; sources and senders wait beyond it. Half of it is for what is still being sent.',
      example: 128 * MiB,
    }),
    rangeDays: wholeNumber({
      min: 1,
      max: 3650,
      default: 92,
      description: 'Time range of one question.',
      example: 31,
    }),
    series: wholeNumber({
      min: 1,
      max: 10_000,
      default: 500,
      description: 'Series of one answer.',
      example: 200,
    }),
    points: wholeNumber({
      min: 10,
      max: 100_000,
      default: 11_000,
      description: 'Points of one series.',
      example: 1500,
    }),
    pageSize: wholeNumber({
      min: 1,
      max: 10_000,
      default: 1000,
      description: 'Events of one page.',
      example: 100,
    }),
    topRows: wholeNumber({
      min: 1,
      max: 10_000,
      default: 1000,
      description: 'Rows of one `top` answer.',
      example: 50,
    }),
    labelValues: wholeNumber({
      min: 1,
      max: 100_000,
      default: 1000,
      description: 'Values of one label.',
      example: 5000,
    }),
    requestsPerMinute: wholeNumber({
      min: 1,
      max: 10_000_000,
      default: 1200,
      description: 'Requests of one token, or of one address without a token.',
      example: 600,
    }),
    ingestRequestsPerMinute: wholeNumber({
      min: 1,
      max: 10_000_000,
      default: 6000,
      description: 'The same for ingest.',
      example: 12_000,
    }),
    openIngests: wholeNumber({
      min: 1,
      max: 1000,
      default: 16,
      description: 'Ingest bodies that are taken at a time.',
      example: 8,
    }),
    feeds: wholeNumber({
      min: 1,
      max: 100_000,
      default: 100,
      description: 'Feed names that senders may bring besides those of `ingest.feeds`.',
      example: 20,
    }),
    streamClients: wholeNumber({
      min: 1,
      max: 10_000,
      default: 32,
      description: 'Listeners of `GET /api/v1/stream` at a time.',
      example: 64,
    }),
    streamBufferBytes: wholeNumber({
      min: 16 * KiB,
      max: 64 * MiB,
      default: MiB,
      description: 'What is held for a listener that does not read; beyond it the listener is dropped.',
      example: 512 * KiB,
    }),
  }),
  log: section('What the service says of itself, on standard output.', {
    level: key(z.enum(['debug', 'info', 'warn', 'error']).default('info'), {
      expected: 'debug, info, warn or error',
      description: 'The least important level that is written.',
      example: 'warn',
    }),
    format: key(z.enum(['auto', 'json', 'pretty']).default('auto'), {
      expected: 'auto, json or pretty',
      description: '`json`: one object a line. `pretty`: sentences. `auto`: sentences on a terminal, else JSON.',
      example: 'json',
    }),
  }),
  telemetry: section('Traces and metrics by OpenTelemetry.', {
    otlpEndpoint: key(plainUrl.nullable().default(null), {
      expected: 'an http or https URL without user, password and query',
      description:
        'Collector that takes OTLP over HTTP; `/v1/traces` and `/v1/metrics` are added. Without it nothing is exported.',
      example: 'http://127.0.0.1:4318',
    }),
    serviceName: key(z.string().min(1).max(255).default('why403'), {
      expected: 'a name',
      description: '`service.name` of what is exported.',
      example: 'why403-eu',
    }),
  }),
  demo: section('`why403 demo` only.', {
    seed: wholeNumber({
      min: 0,
      max: 4_294_967_295,
      default: 403,
      description: 'The same seed makes the same traffic.',
      example: 7,
    }),
  }),
});

type DeepReadonly<T> = T extends string | number | boolean | null | undefined
  ? T
  : { readonly [Key in keyof T]: DeepReadonly<T[Key]> };

/** Deeply frozen. */
export type Config = DeepReadonly<z.output<typeof configSchema>>;
