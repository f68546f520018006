import { isJsonObject, type JsonObject } from '../text/lenient-json.js';
import { timeOf } from './csv-table.js';
import { text } from './members.js';
import { type Origin, originOfLogGroup } from './origin.js';
import type { JsonWrapping } from './wrapping.js';

/** Where shippers put the line: Docker and Fluent Bit `log`, Vector and Datadog `message`, Splunk `event`, Elasticsearch `_source` … */
const messageKeys = [
  'message',
  'log',
  'msg',
  '@message',
  'event',
  'line',
  '_raw',
  'MESSAGE',
  'textPayload',
  'jsonPayload',
  '_source',
  'log_processed',
  'attributes',
  'data',
] as const;
const timeKeys = ['@timestamp', 'timestamp', 'time', '_time', 'date', 'ts', 'eventTime'] as const;
const groupKeys = ['logGroup', 'log_group', 'log_group_name', 'logGroupName', 'cloudwatch_log_group', '@log'] as const;
const streamKeys = ['logStream', 'log_stream', 'log_stream_name', 'logStreamName', '@logStream'] as const;

/**
 * A line of a log shipper, `{"log":"(id) Method completed with status: 403\n","stream":"stdout","time":…}`. Only when
 * what it holds is a log record itself: `{"message":"Forbidden"}` is a response body.
 */
export const shipperLine: JsonWrapping = {
  name: 'shipper-line',
  unwrap(value, sink) {
    if (!isJsonObject(value)) return false;
    const alone = Object.keys(value).length === 1;
    for (const key of messageKeys) {
      const inner = value[key];
      if (typeof inner === 'string') {
        // Alone, a sentence such as "The client is not authorized …" may as well be what a client got.
        if (alone && !/^\s*[({[\d"]|^Execution log/.test(inner)) continue;
        if (!sink.isRecord(inner)) continue;
        sink.lines(inner.endsWith('\n') ? inner.slice(0, -1) : inner, toldBy(value));
        return true;
      }
      if (isJsonObject(inner) && sink.isJsonRecord(inner)) {
        sink.json(inner, toldBy(value));
        return true;
      }
    }
    return false;
  },
};

function toldBy(line: JsonObject): Partial<Origin> {
  const first = (keys: readonly string[]) => {
    const key = keys.find((name) => Object.hasOwn(line, name));
    return key === undefined ? undefined : line[key];
  };
  return { timeMs: timeOf(first(timeKeys)), ...originOfLogGroup(first(groupKeys)), logStream: text(first(streamKeys)) };
}
