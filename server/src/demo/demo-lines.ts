import { writeExecutionLines } from './execution-lines.js';
import { type DemoFeed, type FeedKey, feedKeys, feeds } from './log-formats.js';
import { minuteMs, requestsOfMinute } from './traffic.js';
import { writeWafRecords } from './waf-records.js';
import type { World } from './world.js';

/** Log lines of one feed, each with its newline. */
export interface FeedLines extends DemoFeed {
  readonly bytes: Uint8Array;
}

/** Everything that is logged of the minute that begins then, by feed: a pure function of the world and the minute. */
export const linesOfMinute = (world: World, fromMs: number): readonly FeedLines[] =>
  linesWithin(world, fromMs, fromMs, fromMs + minuteMs);

/**
 * The same for each minute of [fromMs, toMs), which may begin and end within one. A request belongs to the window that it
 * came in, with all its lines: windows that cover a minute give its lines, each once.
 */
export function* linesOfWindow(world: World, fromMs: number, toMs: number): Generator<readonly FeedLines[]> {
  for (let minute = Math.floor(fromMs / minuteMs) * minuteMs; minute < toMs; minute += minuteMs) {
    yield linesWithin(world, minute, fromMs, toMs);
  }
}

function linesWithin(world: World, minute: number, fromMs: number, toMs: number): readonly FeedLines[] {
  const encoder = new TextEncoder();
  const text: Record<FeedKey, string> = { rest: '', http: '', devices: '', erp: '' };
  for (const request of requestsOfMinute(world, minute)) {
    if (request.timeMs < fromMs || request.timeMs >= toMs) continue;
    const { feed } = request.stage;
    text[feed] += `${world.writer.write(request)}\n`;
    for (const line of writeExecutionLines(request)) text[feed] += `${line}\n`;
    for (const line of writeWafRecords(request)) text[feed] += `${line}\n`;
  }
  return feedKeys.map((key) => ({ ...feeds[key], bytes: encoder.encode(text[key]) }));
}
