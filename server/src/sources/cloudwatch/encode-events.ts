import type { LogEvent, LogGroup } from './log-events-client.js';

const encoder = new TextEncoder();

/**
 * Events as the engine knows them from `aws logs filter-log-events`, each a line of its own:
 * `{"logGroupName":"/aws/apigateway/shop","events":[{"logStreamName":…,"timestamp":…,"message":…,"eventId":…}]}`.
 * What an event takes does not depend on the page it came in, or a reading that saw less in more pages could outrank one that saw more.
 */
export function encodeEvents({ name }: LogGroup, events: readonly LogEvent[]): Uint8Array {
  const head = `{"logGroupName":${JSON.stringify(name)},"events":[`;
  let text = '';
  for (const { logStreamName, timestamp, message, eventId } of events) {
    text += `${head}${JSON.stringify({ logStreamName, timestamp, message, eventId })}]}\n`;
  }
  return encoder.encode(text);
}
