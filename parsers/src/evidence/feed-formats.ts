import {
  type AccessLogTemplate,
  consoleFormats,
  createTemplateFormat,
  fitsObject,
  isAccessLogObject,
  jsonKeysFormat,
} from '../access-log/index.js';
import type { LogReaderOptions } from '../envelope/index.js';
import { executionLogFormat, startsExecutionLine } from '../execution-log/execution-log.js';
import { type EntryFormat, plainEntry } from '../model/index.js';
import { looksLikeWafRecord, wafLogFormat } from '../waf-log/waf-log.js';

/** The formats of log feeds in the order in which they are asked, and what the envelopes need to know of them. */
export interface FeedFormats {
  readonly formats: readonly EntryFormat[];
  /** Those of them that read lines of the templates that were given. */
  readonly templates: ReadonlySet<EntryFormat>;
  readonly isRecordStart: LogReaderOptions['isRecordStart'];
  readonly isJsonRecord: LogReaderOptions['isJsonRecord'];
}

/**
 * Several formats may claim an entry; the first that parses it wins. The order, and why:
 * 1. the template: whoever gives the stage's format knows best; it fits a line as a whole or not at all. Of several, what fits one of
 *    them to the letter goes first: lines of a longer format fit a shorter one in some way, and lose values by it;
 * 2. WAF records: JSON with keys that no access log has, while an access log's keys are anybody's choice;
 * 3. execution log: fixed sentences of AWS, also inside JSON (test-invoke's `log`), so before the guessing formats;
 * 4. console templates (CLF, CSV, XML): a full line of known shape;
 * 5. JSON access logs by their keys: a guess by names.
 * What people paste has one format more (engine/formats.ts). To add one: put it where nothing before it claims its entries
 * and it claims none of those behind it.
 */
export function createFeedFormats(templates: readonly AccessLogTemplate[]): FeedFormats {
  const exact = templates.length > 1 ? templates.map((template) => createTemplateFormat(template, true)) : [];
  const lenient = templates.map((template) => createTemplateFormat(template));
  const given = [...exact, ...lenient];
  return {
    formats: [...given, wafLogFormat, executionLogFormat, ...consoleFormats, jsonKeysFormat],
    templates: new Set(given),
    isRecordStart(line) {
      const entry = plainEntry(line, 1);
      if (templates.some((template, i) => lenient[i]?.claims(entry) && template.parse(line))) return 'access';
      // A console format claims whole lines only.
      if (consoleFormats.some((format) => format.claims(entry))) return 'access';
      return startsExecutionLine(line) ? 'execution' : null;
    },
    isJsonRecord(value) {
      if (looksLikeWafRecord(value)) return true;
      return templates.some(({ layout }) => layout !== null && fitsObject(layout, value)) || isAccessLogObject(value);
    },
  };
}
