import { isJsonObject, type JsonValue } from '../text/lenient-json.js';
import { timeOf } from './csv-table.js';
import { text } from './members.js';
import { originOfArn, originOfLogGroup } from './origin.js';
import type { JsonWrapping, WrappingSink } from './wrapping.js';

/**
 * What a CloudWatch subscription filter sends:
 * `{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":…,"logStream":…,"subscriptionFilters":[…],"logEvents":[{"id":…,"timestamp":…,"message":…}]}`.
 * `CONTROL_MESSAGE` only asks whether someone listens: it holds no log and is no fault.
 */
export const subscriptionPayload: JsonWrapping = {
  name: 'subscription-payload',
  unwrap(value: JsonValue, sink: WrappingSink): boolean {
    if (!isJsonObject(value)) return false;
    const messageType = value['messageType'];
    const logEvents = value['logEvents'];
    if (messageType === 'CONTROL_MESSAGE') return true;
    if (!Array.isArray(logEvents) || (messageType !== 'DATA_MESSAGE' && !('logGroup' in value))) return false;
    for (const event of logEvents) {
      if (!isJsonObject(event) || typeof event['message'] !== 'string') {
        sink.reject('malformed', 'Expected log events with a text `message`, one has none; it was left out.');
        continue;
      }
      const system = isJsonObject(event['extractedFields']) ? event['extractedFields'] : value;
      sink.event(event['message'], {
        account: text(system['@aws.account']) ?? text(value['owner']),
        region: text(system['@aws.region']),
        ...originOfLogGroup(value['logGroup']),
        logStream: text(value['logStream']),
        eventId: text(event['id']),
        timeMs: timeOf(event['timestamp']),
      });
    }
    return true;
  },
};

/** The event of a Lambda function behind such a filter: `{"awslogs":{"data":"H4sI…"}}`. */
export const lambdaLogsEvent: JsonWrapping = {
  name: 'lambda-logs-event',
  unwrap(value, sink) {
    const awslogs = isJsonObject(value) ? value['awslogs'] : undefined;
    if (!isJsonObject(awslogs) || typeof awslogs['data'] !== 'string') return false;
    sink.base64(awslogs['data'], {});
    return true;
  },
};

/**
 * Kinesis records, as Lambda gets them (`{"Records":[{"kinesis":{"data":…},"awsRegion":…,"eventSourceARN":…}]}`), one
 * of them, or `aws kinesis get-records` output (`{"Records":[{"Data":…}]}`).
 */
export const kinesisRecords: JsonWrapping = {
  name: 'kinesis-records',
  unwrap(value, sink) {
    if (!isJsonObject(value)) return false;
    const records = Array.isArray(value['Records']) ? value['Records'] : [value];
    const datas = records.map(kinesisData);
    if (!datas.some((data) => data !== null)) return false;
    for (const [i, data] of datas.entries()) {
      const record = records[i];
      if (data === null || !isJsonObject(record)) {
        sink.reject('malformed', 'Expected Kinesis records with base64 `data`, one has none; it was left out.');
        continue;
      }
      const { region } = originOfArn(record['eventSourceARN']);
      sink.base64(data, { region: text(record['awsRegion']) ?? region ?? null });
    }
    return true;
  },
};

function kinesisData(record: JsonValue): string | null {
  if (!isJsonObject(record)) return null;
  if (isJsonObject(record['kinesis'])) return text(record['kinesis']['data']);
  return 'SequenceNumber' in record || 'PartitionKey' in record ? text(record['Data']) : null;
}
