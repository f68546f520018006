import { firehoseError, firehoseRequest } from './firehose.js';
import { insightsResults, insightsRow } from './insights-results.js';
import { logEventsOutput } from './log-events-output.js';
import { recordArray } from './record-array.js';
import { shipperLine } from './shipper-line.js';
import { kinesisRecords, lambdaLogsEvent, subscriptionPayload } from './subscription-payload.js';
import { testInvokeOutput } from './test-invoke-output.js';
import type { JsonWrapping } from './wrapping.js';

/**
 * JSON wrappings with a shape of their own. They are asked before anything else looks at an object, because some carry
 * a `requestId` or `status` and would pass for an access-log line. No two claim the same object, but for the Firehose
 * request, which stands before what has a `data` member too.
 *
 * To add one: its file, a line here, a row in the table of envelope tests.
 */
export const shapedWrappings: readonly JsonWrapping[] = [
  subscriptionPayload,
  lambdaLogsEvent,
  firehoseRequest,
  firehoseError,
  kinesisRecords,
  logEventsOutput,
  insightsResults,
  insightsRow,
  testInvokeOutput,
];

/**
 * Wrappings without a shape: any object with a message, any array. Asked last, when the object is no record itself: a
 * record may have a member called `message` or `log`.
 */
export const looseWrappings: readonly JsonWrapping[] = [shipperLine, recordArray];
