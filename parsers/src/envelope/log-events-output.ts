import { isJsonObject } from '../text/lenient-json.js';
import { timeOf } from './csv-table.js';
import { text } from './members.js';
import { originOfLogGroup } from './origin.js';
import type { JsonWrapping } from './wrapping.js';

/**
 * Output of `aws logs filter-log-events` and `get-log-events`:
 * `{"events":[{"logStreamName":…,"timestamp":1700000000000,"message":…,"ingestionTime":…,"eventId":…}],"searchedLogStreams":[]}`,
 * and of Live Tail, where the list is called `sessionResults` and events name their group.
 */
export const logEventsOutput: JsonWrapping = {
  name: 'log-events-output',
  unwrap(value, sink) {
    if (!isJsonObject(value)) return false;
    const update = isJsonObject(value['sessionUpdate']) ? value['sessionUpdate'] : value;
    const events = value['events'] ?? update['sessionResults'];
    if (!Array.isArray(events)) return false;
    const tells = events.some((event) => isJsonObject(event) && typeof event['message'] === 'string');
    const empty = events.length === 0 && ('searchedLogStreams' in value || 'nextForwardToken' in value);
    if (!tells && !empty) return false;
    for (const event of events) {
      if (!isJsonObject(event) || typeof event['message'] !== 'string') {
        sink.reject('malformed', 'Expected log events with a text `message`, one has none; it was left out.');
        continue;
      }
      sink.event(event['message'], {
        ...originOfLogGroup(event['logGroupIdentifier'] ?? event['logGroupName'] ?? value['logGroupName']),
        logStream: text(event['logStreamName']),
        eventId: text(event['eventId']),
        timeMs: timeOf(event['timestamp']),
      });
    }
    return true;
  },
};
