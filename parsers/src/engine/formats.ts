import type { AccessLogTemplate } from '../access-log/index.js';
import { createFeedFormats, type FeedFormats } from '../evidence/feed-formats.js';
import { httpResponseFormat, startsHttpExchange } from '../http-response/http-response.js';

/** The formats of what people paste: those of log feeds, and at last what they saw of the answer. */
export type FormatRegistry = FeedFormats;

/**
 * Behind the formats of feeds (evidence/feed-formats.ts tells their order) stand HTTP responses and error texts: the most
 * lenient, for what people paste; they would take parts of all others.
 */
export function createFormatRegistry(template: AccessLogTemplate | null): FormatRegistry {
  const feed = createFeedFormats(template === null ? [] : [template]);
  return {
    ...feed,
    formats: [...feed.formats, httpResponseFormat],
    isRecordStart: (line) => feed.isRecordStart(line) ?? (startsHttpExchange(line) ? 'exchange' : null),
  };
}
