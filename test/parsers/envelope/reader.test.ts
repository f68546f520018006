import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../parsers/src/model/log-entry.js';
import { read, reasons, texts } from './harness.js';

const id = '6f0b1f4e-3a52-4d0c-9e0b-7d4c5a8e2b10';
const executionLine = `(${id}) Method completed with status: 403`;
const accessLine = `{"requestId":"${id}","ip":"203.0.113.7","status":"403","responseLength":"23"}`;
const wafRecord =
  '{"timestamp":1700000000123,"webaclId":"arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1","action":"BLOCK"}';
const timeMs = Date.UTC(2023, 10, 14, 22, 13, 20, 123);
const iso = '2023-11-14T22:13:20.123Z';
const stream = '0123456789abcdef0123456789abcdef';
const group = 'API-Gateway-Execution-Logs_a1b2c3d4e5/prod';
const eventId = '37944221109876543210987654321098765432109876543210987654';

const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64');

const payload = JSON.stringify({
  messageType: 'DATA_MESSAGE',
  owner: '111122223333',
  logGroup: group,
  logStream: stream,
  subscriptionFilters: ['to-why403'],
  logEvents: [
    { id: eventId, timestamp: timeMs, message: executionLine },
    { id: `${eventId.slice(0, -1)}5`, timestamp: timeMs + 1, message: accessLine, extractedFields: { status: '403' } },
  ],
});
const control = JSON.stringify({
  messageType: 'CONTROL_MESSAGE',
  owner: 'CloudwatchLogs',
  logGroup: '',
  logStream: '',
  subscriptionFilters: [],
  logEvents: [{ id: '', timestamp: timeMs, message: 'CWL CONTROL MESSAGE: Checking health of destination Firehose.' }],
});
const filterOutput = {
  events: [
    { logStreamName: stream, timestamp: timeMs, message: executionLine, ingestionTime: timeMs + 9, eventId },
    {
      logStreamName: stream,
      timestamp: timeMs,
      message: accessLine,
      ingestionTime: timeMs + 9,
      eventId: `${eventId}0`,
    },
  ],
  searchedLogStreams: [],
};
const testInvoke = {
  status: 500,
  body: '{"message": "Internal server error"}',
  log: `Execution log for request ${id}\nThu Apr 05 11:07:54 UTC 2018 : Starting execution for request: ${id}\nThu Apr 05 11:07:54 UTC 2018 : Method completed with status: 500\n`,
  latency: 39,
};
const testInvokeLines = [
  `Execution log for request ${id}`,
  `Thu Apr 05 11:07:54 UTC 2018 : Starting execution for request: ${id}`,
  'Thu Apr 05 11:07:54 UTC 2018 : Method completed with status: 500',
];

interface Wrapped {
  readonly name: string;
  readonly input: string | Uint8Array;
  readonly texts: readonly string[];
  /** Of the first entry. */
  readonly told?: Partial<LogEntry>;
}

const both = [executionLine, accessLine];
const subscriptionTells = { timeMs, eventId, logGroup: group, logStream: stream, account: '111122223333' };

const wrapped: readonly Wrapped[] = [
  { name: 'plain lines', input: `${executionLine}\n${accessLine}\n`, texts: both },
  { name: 'CRLF lines after a byte order mark', input: `\uFEFF${executionLine}\r\n${accessLine}\r\n`, texts: both },
  {
    name: 'UTF-16 as PowerShell redirects it',
    input: Buffer.from(`\uFEFF${both.join('\r\n')}`, 'utf16le'),
    texts: both,
  },
  { name: 'gzip', input: gzipSync(both.join('\n')), texts: both },
  {
    name: 'gzip of several members, the cut inside a line',
    input: Buffer.concat([
      gzipSync(`${executionLine}\n${accessLine.slice(0, 20)}`),
      gzipSync(`${accessLine.slice(20)}\n`),
    ]),
    texts: both,
  },
  { name: 'gzip of gzip', input: gzipSync(gzipSync(both.join('\n'))), texts: both },
  { name: 'subscription payload, plain', input: payload, texts: both, told: subscriptionTells },
  {
    name: 'subscription payload, pretty-printed',
    input: JSON.stringify(JSON.parse(payload), null, 2),
    texts: both,
    told: subscriptionTells,
  },
  { name: 'subscription payload, gzip', input: gzipSync(payload), texts: both, told: subscriptionTells },
  {
    name: 'subscription payload, base64 of gzip',
    input: base64(gzipSync(payload)),
    texts: both,
    told: subscriptionTells,
  },
  {
    name: 'subscription payload, base64 wrapped at 76 columns',
    input: base64(gzipSync(payload)).replace(/.{76}/g, '$&\n'),
    texts: both,
    told: subscriptionTells,
  },
  {
    name: 'subscription payload of an account-level policy with system fields',
    input: JSON.stringify({
      ...JSON.parse(payload),
      policyLevel: 'ACCOUNT_LEVEL_POLICY',
      logEvents: [
        {
          id: eventId,
          timestamp: timeMs,
          message: executionLine,
          extractedFields: { '@aws.account': '444455556666', '@aws.region': 'eu-west-1' },
        },
      ],
    }),
    texts: [executionLine],
    told: { account: '444455556666', region: 'eu-west-1' },
  },
  { name: 'control message', input: control, texts: [] },
  { name: 'control message, base64 of gzip', input: base64(gzipSync(control)), texts: [] },
  {
    name: 'Lambda event',
    input: JSON.stringify({ awslogs: { data: base64(gzipSync(payload)) } }, null, 4),
    texts: both,
    told: subscriptionTells,
  },
  {
    name: 'Kinesis event of Lambda',
    input: JSON.stringify({
      Records: [
        {
          kinesis: { partitionKey: 'p', sequenceNumber: '1', data: base64(gzipSync(payload)) },
          eventSource: 'aws:kinesis',
          awsRegion: 'eu-west-1',
          eventSourceARN: 'arn:aws:kinesis:eu-west-1:111122223333:stream/logs',
        },
      ],
    }),
    texts: both,
    told: { ...subscriptionTells, region: 'eu-west-1' },
  },
  {
    name: 'output of kinesis get-records',
    input: JSON.stringify({ Records: [{ SequenceNumber: '1', Data: base64(gzipSync(payload)), PartitionKey: 'p' }] }),
    texts: both,
    told: subscriptionTells,
  },
  {
    name: 'filter-log-events output',
    input: JSON.stringify(filterOutput, null, 4),
    texts: both,
    told: { timeMs, eventId, logStream: stream },
  },
  {
    name: 'get-log-events output on one line',
    input: JSON.stringify({
      events: [{ timestamp: timeMs, message: executionLine, ingestionTime: 1 }],
      nextForwardToken: 'f/1',
    }),
    texts: [executionLine],
    told: { timeMs, eventId: null },
  },
  { name: 'filter-log-events without events', input: '{"events":[],"searchedLogStreams":[]}', texts: [] },
  {
    name: 'Live Tail update',
    input: JSON.stringify({
      sessionUpdate: {
        sessionResults: [
          {
            logStreamName: stream,
            logGroupIdentifier: `arn:aws:logs:eu-west-1:111122223333:log-group:${group}`,
            message: executionLine,
            timestamp: timeMs,
          },
        ],
      },
    }),
    texts: [executionLine],
    told: { timeMs, logStream: stream, logGroup: group, account: '111122223333', region: 'eu-west-1' },
  },
  {
    name: 'aws logs tail',
    input: `2023-11-14T22:13:20.123000+00:00 ${stream} ${executionLine}\n2023-11-14T22:13:20.123000+00:00 ${stream} ${accessLine}\n`,
    texts: both,
    told: { timeMs, logStream: stream },
  },
  {
    name: 'aws logs tail in colours',
    input: `\x1b[32m2023-11-14T22:13:20.123000+00:00\x1b[0m \x1b[36m${stream}\x1b[0m ${executionLine}`,
    texts: [executionLine],
    told: { timeMs, logStream: stream },
  },
  {
    name: 'aws logs tail --format short',
    input: `2023-11-14T22:13:20 ${executionLine}\n2023-11-14T22:13:20 ${accessLine}`,
    texts: both,
    told: { timeMs: timeMs - 123, logStream: null },
  },
  {
    name: 'aws logs tail --format json',
    input: `2023-11-14T22:13:20 ${stream} {\n  "requestId": "r",\n  "status": "403"\n}\n${iso} ${stream} ${executionLine}`,
    texts: ['{\n  "requestId": "r",\n  "status": "403"\n}', executionLine],
    told: { timeMs: timeMs - 123, logStream: stream },
  },
  {
    name: 'a stream named by its writer',
    input: `${iso} eu-west-1_shop-acl_0 ${wafRecord}`,
    texts: [wafRecord],
    told: { timeMs, logStream: 'eu-west-1_shop-acl_0' },
  },
  {
    name: 'a stream named by its writer before an execution line',
    input: `${iso} prod/shop.1 ${executionLine}`,
    texts: [executionLine],
    told: { timeMs, logStream: 'prod/shop.1' },
  },
  {
    name: 'log group and stream before the line',
    input: `${group} ${stream} ${executionLine}`,
    texts: [executionLine],
    told: { logGroup: group, logStream: stream },
  },
  {
    name: 'export task object',
    input: gzipSync(`${iso} ${executionLine}\n${iso} ${accessLine}\n`),
    texts: both,
    told: { timeMs },
  },
  {
    name: 'console copy with a time column',
    input: `${iso}\t${executionLine}\n${iso}\t${accessLine}`,
    texts: both,
    told: { timeMs },
  },
  {
    name: 'console copy with milliseconds',
    input: `${timeMs}\t${executionLine}`,
    texts: [executionLine],
    told: { timeMs },
  },
  {
    name: 'time on its own line',
    input: `${iso}\n${executionLine}\n\n${iso}\n${accessLine}`,
    texts: both,
    told: { timeMs },
  },
  {
    name: 'time on its own line before pretty-printed JSON',
    input: `${iso}\n{\n    "requestId": "r",\n    "status": "200"\n}\n`,
    texts: ['{\n    "requestId": "r",\n    "status": "200"\n}'],
    told: { timeMs, line: 2 },
  },
  {
    name: 'console CSV export',
    input: `timestamp,message\n${timeMs},"${executionLine}\n"\n${timeMs},"${accessLine.replaceAll('"', '""')}"\n`,
    texts: both,
    told: { timeMs, line: 2 },
  },
  {
    name: 'console CSV export with a message over several lines',
    input: `timestamp,message\r\n${timeMs},"(${id}) Method request body before transformations: {\r\n  ""a"": 1\r\n}"\r\n${timeMs},${executionLine}`,
    texts: [`(${id}) Method request body before transformations: {\n  "a": 1\n}`, executionLine],
    told: { timeMs, line: 2 },
  },
  {
    name: 'Insights CSV',
    input: `@timestamp,@message,@logStream,@log\n2023-11-14 22:13:20.123,"${accessLine.replaceAll('"', '""')}",${stream},111122223333:${group}\n`,
    texts: [accessLine],
    told: { timeMs, logStream: stream, logGroup: group, account: '111122223333' },
  },
  {
    name: 'Insights CSV of selected fields',
    input: '@timestamp,requestId,status\n2023-11-14 22:13:20.123,r,403\n',
    texts: ['{"requestId":"r","status":"403"}'],
    told: { timeMs },
  },
  {
    name: 'get-query-results output',
    input: JSON.stringify({
      results: [
        [
          { field: '@timestamp', value: '2023-11-14 22:13:20.123' },
          { field: '@message', value: executionLine },
          { field: '@logStream', value: stream },
          { field: '@ptr', value: 'CmEK' },
        ],
      ],
      statistics: { recordsMatched: 1 },
      status: 'Complete',
    }),
    texts: [executionLine],
    told: { timeMs, logStream: stream },
  },
  {
    name: 'Insights JSON export with objects as messages',
    input: JSON.stringify(
      [
        { '@timestamp': '2023-11-14 22:13:20.123', '@message': JSON.parse(accessLine) },
        { '@timestamp': iso, '@message': executionLine },
      ],
      null,
      2,
    ),
    texts: [accessLine, executionLine],
    told: { timeMs },
  },
  {
    name: 'Firehose request with gzip records',
    input: JSON.stringify({
      requestId: id,
      timestamp: timeMs,
      records: [{ data: base64(gzipSync(payload)) }, { data: '' }, { data: base64(gzipSync(control)) }],
    }),
    texts: both,
    told: subscriptionTells,
  },
  {
    name: 'Firehose request with plain records, concatenated inside one',
    input: JSON.stringify({
      requestId: id,
      timestamp: timeMs,
      records: [{ data: base64(`${accessLine}${wafRecord}`) }, { data: base64(accessLine) }],
    }),
    texts: [accessLine, wafRecord, accessLine],
  },
  {
    name: 'Firehose transformation event',
    input: JSON.stringify({
      invocationId: id,
      deliveryStreamArn: 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/amazon-apigateway-shop',
      region: 'eu-west-1',
      records: [{ recordId: '1', approximateArrivalTimestamp: timeMs, data: base64(accessLine) }],
    }),
    texts: [accessLine],
    told: { account: '111122223333', region: 'eu-west-1' },
  },
  {
    name: 'Firehose error object in S3',
    input: `${JSON.stringify({ attemptsMade: 4, arrivalTimestamp: timeMs, errorCode: '500', rawData: base64(gzipSync(payload)), dataId: 'd' })}\n`,
    texts: both,
    told: subscriptionTells,
  },
  { name: 'test-invoke output', input: JSON.stringify(testInvoke), texts: testInvokeLines },
  { name: 'test-invoke output, pretty-printed', input: JSON.stringify(testInvoke, null, 4), texts: testInvokeLines },
  {
    name: 'test-invoke log without its last line',
    input: JSON.stringify({ ...testInvoke, status: 403, log: `Execution log for request ${id}\n` }),
    texts: [`Execution log for request ${id}`, 'Method completed with status: 403'],
  },
  { name: 'the log member alone', input: `    "log": ${JSON.stringify(testInvoke.log)},\n`, texts: testInvokeLines },
  {
    name: 'test-invoke log shortened by hand',
    input: JSON.stringify({
      log: `Execution log for request ${id}\nThu Apr 05 11:07:54 UTC 2018 : Method request path: {}[TRUNCATED]Thu Apr 05 11:07:54 UTC 2018 : Method completed with status: 500`,
    }),
    texts: [
      `Execution log for request ${id}`,
      'Thu Apr 05 11:07:54 UTC 2018 : Method request path: {}[TRUNCATED]',
      'Thu Apr 05 11:07:54 UTC 2018 : Method completed with status: 500',
    ],
  },
  { name: 'a whole log as one JSON string', input: JSON.stringify(`${executionLine}\n${accessLine}\n`), texts: both },
  {
    name: 'Docker',
    input: JSON.stringify({ log: `${executionLine}\n`, stream: 'stdout', time: iso }),
    texts: [executionLine],
    told: { timeMs },
  },
  {
    name: 'Fluent Bit with an object',
    input: JSON.stringify({ date: timeMs / 1000, log: JSON.parse(accessLine) }),
    texts: [accessLine],
    told: { timeMs },
  },
  {
    name: 'Vector',
    input: JSON.stringify({
      message: executionLine,
      timestamp: iso,
      source_type: 'aws_cloudwatch_logs',
      log_group: group,
      log_stream: stream,
    }),
    texts: [executionLine],
    told: { timeMs, logGroup: group, logStream: stream },
  },
  {
    name: 'a message member alone',
    input: `${JSON.stringify({ message: executionLine })}\n${JSON.stringify({ msg: accessLine })}`,
    texts: both,
  },
  {
    name: 'Elasticsearch hit',
    input: JSON.stringify({ _index: 'logs', _source: JSON.parse(wafRecord) }),
    texts: [wafRecord],
  },
  { name: 'JSON array of records', input: `[${accessLine},${wafRecord}]`, texts: [accessLine, wafRecord] },
  {
    name: 'JSON array of records over lines',
    input: `[\n${accessLine},\n${wafRecord}\n]\n`,
    texts: [accessLine, wafRecord],
  },
  {
    name: 'records with commas between them',
    input: `${accessLine},\n${wafRecord},\n`,
    texts: [accessLine, wafRecord],
  },
  {
    name: 'records without newlines',
    input: `${accessLine}${wafRecord} ${accessLine}`,
    texts: [accessLine, wafRecord, accessLine],
  },
  {
    name: 'pretty-printed records one after another',
    input: `{\n  "requestId": "r",\n  "status": "403"\n}{\n  "requestId": "s",\n  "status": "200"\n}`,
    texts: ['{\n  "requestId": "r",\n  "status": "403"\n}', '{\n  "requestId": "s",\n  "status": "200"\n}'],
  },
  { name: 'a record behind an unknown prefix', input: `web-1  | INFO ${accessLine}`, texts: [accessLine] },
];

describe('wrappings', () => {
  it.each(wrapped)('$name', ({ input, texts: expected, told }) => {
    const result = read(input);
    expect(result.rejects).toEqual([]);
    expect(texts(result)).toEqual(expected);
    if (told) expect(result.entries[0]).toMatchObject(told);
  });

  it.each(wrapped)('$name, byte by byte', ({ input }) => {
    expect(read(input, { chunks: [1] })).toEqual(read(input));
  });

  it('says which line of the input an entry stands on, for a payload that of the payload', () => {
    const result = read(gzipSync(`\n${executionLine}\n${base64(gzipSync(payload))}\n${accessLine}`));
    expect(result.entries.map((entry) => entry.line)).toEqual([2, 3, 3, 4]);
  });

  it('takes what it does not know for something that was pasted', () => {
    for (const input of [
      '{"message":"Forbidden"}',
      '{"Message":"User: anonymous is not authorized"}',
      '{"message":"Method completed with status: 403"}',
      '{"results":[1,2]}',
      '{"events":[{"name":"launch"}]}',
      '{"records":[{"data":7}],"requestId":"r"}',
      '[{"a":1}]',
      '"a string"',
      '["x"]',
      '{id=hello}',
      '[INFO] started',
      'timestamp, I think, was noon',
      'H4sI said so',
    ]) {
      expect(read(input)).toMatchObject({ entries: [{ text: input, line: 1, timeMs: null }], rejects: [] });
    }
  });
});

describe('wrappings that are damaged', () => {
  it('leaves out an event without a message and reads the others', () => {
    const result = read(JSON.stringify({ events: [{ message: 7 }, { message: executionLine }] }));
    expect(texts(result)).toEqual([executionLine]);
    expect(reasons(result)).toEqual(['malformed']);
  });

  it('reads the events of an output that was cut off', () => {
    const cut = JSON.stringify(filterOutput, null, 2).slice(0, -60);
    expect(texts(read(cut))).toEqual(both);
  });

  it('reads a record that was cut off, and the one after it', () => {
    const result = read(`{\n  "requestId": "r",\n  "status": "403",\n{\n  "requestId": "s",\n  "status": "200"\n}`);
    expect(texts(result)).toEqual([
      '{\n  "requestId": "r",\n  "status": "403",',
      '{\n  "requestId": "s",\n  "status": "200"\n}',
    ]);
  });

  it('reads quotes that nobody escaped', () => {
    const line = '{"requestId":"r","error":"no "key" was sent","status":"403"}';
    expect(texts(read(`${line}\n${accessLine}`))).toEqual([line, accessLine]);
  });

  it.each([
    ['a character that is none', (data: string) => `${data.slice(0, 50)}*${data.slice(51)}`],
    ['a missing end', (data: string) => data.slice(0, 61)],
  ])('rejects base64 with %s and reads on', (_name, damage) => {
    const result = read(`${damage(base64(gzipSync(payload)))}\n${executionLine}`);
    expect(texts(result)).toEqual([executionLine]);
    expect(result.rejects).toHaveLength(1);
    expect(result.rejects[0]?.line).toBe(1);
    expect(['corrupt_base64', 'corrupt_gzip']).toContain(result.rejects[0]?.reason);
  });

  it('rejects a Firehose record that is no base64 and reads the others', () => {
    const result = read(JSON.stringify({ requestId: id, records: [{ data: '?' }, { data: base64(accessLine) }] }));
    expect(texts(result)).toEqual([accessLine]);
    expect(reasons(result)).toEqual(['corrupt_base64']);
  });

  it('rejects a CSV field that never ends', () => {
    const result = read(`timestamp,message\n${timeMs},"${executionLine}\n`);
    expect(reasons(result)).toEqual(['truncated']);
    expect(result.rejects[0]?.line).toBe(2);
  });

  it('leaves a CSV export where it ends', () => {
    const result = read(
      `timestamp,message\n${timeMs},${executionLine}\n\nand this is what the client got:\nHTTP/2 403\n`,
    );
    expect(texts(result)).toEqual([executionLine, 'and this is what the client got:\nHTTP/2 403']);
  });
});
