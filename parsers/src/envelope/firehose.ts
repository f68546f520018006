import { isJsonObject, type JsonValue } from '../text/lenient-json.js';
import { text } from './members.js';
import { originOfArn } from './origin.js';
import type { JsonWrapping } from './wrapping.js';

/**
 * The body that Firehose posts to an HTTP endpoint, `{"requestId":…,"timestamp":1700000000000,"records":[{"data":"…"}]}`,
 * and what it hands to a transforming Lambda function, `{"invocationId":…,"deliveryStreamArn":…,"region":…,"records":[{"recordId":…,"data":"…"}]}`.
 * A record is gzip when it comes from CloudWatch Logs, and lines or JSON without newlines between them otherwise.
 */
export const firehoseRequest: JsonWrapping = {
  name: 'firehose-request',
  unwrap(value, sink) {
    if (!isJsonObject(value) || !('requestId' in value || 'invocationId' in value)) return false;
    const records = value['records'];
    if (!Array.isArray(records) || !records.every(hasData)) return false;
    const stream = originOfArn(value['deliveryStreamArn']);
    const told = { account: stream.account ?? null, region: text(value['region']) ?? stream.region ?? null };
    for (const record of records) if (hasData(record)) sink.base64(record.data, told);
    return true;
  },
};

/**
 * A line of the objects that Firehose writes to S3 when it could not deliver:
 * `{"attemptsMade":4,"arrivalTimestamp":…,"errorCode":…,"errorMessage":…,"rawData":"…","dataId":…}`.
 */
export const firehoseError: JsonWrapping = {
  name: 'firehose-error',
  unwrap(value, sink) {
    if (!isJsonObject(value)) return false;
    const { rawData } = value as { rawData?: JsonValue };
    if (typeof rawData !== 'string' || !('attemptsMade' in value || 'errorCode' in value || 'dataId' in value))
      return false;
    sink.base64(rawData, {});
    return true;
  },
};

function hasData(record: JsonValue): record is { data: string } {
  return isJsonObject(record) && typeof record['data'] === 'string';
}
