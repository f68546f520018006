import { gzipSync } from 'node:zlib';

/** A way in which log events reach people. */
export interface Envelope {
  readonly name: string;
  readonly wrap: (events: readonly string[]) => string;
}

const logGroup = 'API-Gateway-Execution-Logs_a1b2c3d4e5/prod';
const logStream = '8c2d4f6a8b0c1d2e3f4a5b6c7d8e9f01';
const time = 1_778_751_012_345;
const isoTime = '2026-05-14 09:30:12.345';

const subscription = (events: readonly string[]) => ({
  messageType: 'DATA_MESSAGE',
  owner: '111122223333',
  logGroup,
  logStream,
  subscriptionFilters: ['why403'],
  logEvents: events.map((message, i) => ({ id: `3${i}`, timestamp: time, message })),
});

const packed = (value: unknown): string => gzipSync(JSON.stringify(value)).toString('base64');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const csvField = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** To add one: a line here. */
export const envelopes: readonly Envelope[] = [
  { name: 'subscription payload', wrap: (events) => JSON.stringify(subscription(events)) },
  { name: 'subscription payload, base64 of gzip', wrap: (events) => packed(subscription(events)) },
  {
    name: 'event of a Lambda function',
    wrap: (events) => JSON.stringify({ awslogs: { data: packed(subscription(events)) } }),
  },
  {
    name: 'Kinesis records',
    wrap: (events) =>
      JSON.stringify({ Records: [{ kinesis: { data: packed(subscription(events)) }, awsRegion: 'eu-west-1' }] }),
  },
  {
    name: 'filter-log-events output',
    wrap: (events) =>
      JSON.stringify(
        {
          events: events.map((message, i) => ({
            logStreamName: logStream,
            timestamp: time,
            message,
            ingestionTime: time,
            eventId: `3${i}`,
          })),
          searchedLogStreams: [],
        },
        null,
        4,
      ),
  },
  {
    name: 'filter-log-events output as text',
    wrap: (events) =>
      events.map((message, i) => `EVENTS\t3${i}\t${time}\t${logStream}\t${message}\t${time}`).join('\n'),
  },
  {
    name: 'tail output',
    wrap: (events) => events.map((message) => `2026-05-14T09:30:12.345000+00:00 ${logStream} ${message}`).join('\n'),
  },
  {
    name: 'console CSV',
    wrap: (events) => ['timestamp,message', ...events.map((message) => `${time},${csvField(message)}`)].join('\n'),
  },
  {
    name: 'Insights CSV',
    wrap: (events) =>
      [
        '@timestamp,@message,@logStream,@log',
        ...events.map((message) => `${isoTime},${csvField(message)},${logStream},111122223333:${logGroup}`),
      ].join('\n'),
  },
  {
    name: 'Insights JSON',
    wrap: (events) =>
      JSON.stringify(
        events.map((message) => ({ '@timestamp': isoTime, '@message': message, '@logStream': logStream })),
      ),
  },
  {
    name: 'Insights query results',
    wrap: (events) =>
      JSON.stringify({
        results: events.map((message) => [
          { field: '@timestamp', value: isoTime },
          { field: '@message', value: message },
        ]),
        status: 'Complete',
      }),
  },
  {
    name: 'Firehose request',
    wrap: (events) =>
      JSON.stringify({
        requestId: 'f0e1d2c3-b4a5-4697-8879-6a5b4c3d2e1f',
        timestamp: time,
        records: [...events.map((message) => ({ data: base64(message) })), { data: packed(subscription(events)) }],
      }),
  },
  {
    name: 'Firehose error records',
    wrap: (events) =>
      events
        .map((message) =>
          JSON.stringify({
            attemptsMade: 4,
            arrivalTimestamp: time,
            errorCode: '403',
            errorMessage: 'no',
            rawData: base64(message),
            dataId: 'x',
          }),
        )
        .join('\n'),
  },
  {
    name: 'JSON lines of a shipper',
    wrap: (events) => events.map((message) => JSON.stringify({ time: isoTime, level: 'info', message })).join('\n'),
  },
  {
    name: 'Docker JSON',
    wrap: (events) =>
      events
        .map((message) => JSON.stringify({ log: `${message}\n`, stream: 'stdout', time: '2026-05-14T09:30:12.345Z' }))
        .join('\n'),
  },
  { name: 'JSON strings', wrap: (events) => events.map((message) => JSON.stringify(message)).join('\n') },
  { name: 'one after the other without newlines', wrap: (events) => events.join('') },
  { name: 'Markdown', wrap: (events) => events.map((message) => `> \`\`\`\n> ${message}\n> \`\`\``).join('\n') },
];
