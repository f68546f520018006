import { type AccessLogTemplate, consoleFormats, createTemplateFormat, jsonKeysFormat } from '../access-log/index.js';
import type { LogReaderOptions, RecordStart } from '../envelope/index.js';
import { executionLogFormat, startsExecutionLine } from '../execution-log/execution-log.js';
import { httpResponseFormat, startsHttpExchange } from '../http-response/http-response.js';
import { type EntryFormat, plainEntry } from '../model/index.js';
import type { JsonObject } from '../text/lenient-json.js';
import { looksLikeWafRecord, wafLogFormat } from '../waf-log/waf-log.js';

/** The formats in the order in which they are asked, and what the envelopes need to know of them. */
export interface FormatRegistry {
  readonly formats: readonly EntryFormat[];
  /** Reads lines of the template that was given; null without one. */
  readonly template: EntryFormat | null;
  readonly isRecordStart: LogReaderOptions['isRecordStart'];
  readonly isJsonRecord: LogReaderOptions['isJsonRecord'];
}

/**
 * Several formats may claim an entry; the first that parses it wins. The order, and why:
 * 1. the template: whoever gives the stage's format knows best; it fits a line as a whole or not at all;
 * 2. WAF records: JSON with keys that no access log has, while an access log's keys are anybody's choice;
 * 3. execution log: fixed sentences of AWS, also inside JSON (test-invoke's `log`), so before the guessing formats;
 * 4. console templates (CLF, CSV, XML): a full line of known shape;
 * 5. JSON access logs by their keys: a guess by names;
 * 6. HTTP responses and error texts: the most lenient, for what people paste; they would take parts of all others.
 * To add one: put it where nothing before it claims its entries and it claims none of those behind it.
 */
export function createFormatRegistry(template: AccessLogTemplate | null): FormatRegistry {
  const templateFormat = template === null ? null : createTemplateFormat(template);
  const detected = [wafLogFormat, executionLogFormat, ...consoleFormats, jsonKeysFormat, httpResponseFormat];
  const wholeLines = templateFormat === null ? consoleFormats : [templateFormat, ...consoleFormats];
  return {
    formats: templateFormat === null ? detected : [templateFormat, ...detected],
    template: templateFormat,
    isRecordStart: (line) => recordStart(line, wholeLines),
    isJsonRecord: (value) => isJsonRecord(value, templateFormat),
  };
}

function recordStart(line: string, wholeLines: readonly EntryFormat[]): RecordStart {
  const entry = plainEntry(line, 1);
  if (wholeLines.some((format) => format.claims(entry) && format.parse(entry).ok)) return 'access';
  if (startsExecutionLine(line)) return 'execution';
  return startsHttpExchange(line) ? 'exchange' : null;
}

function isJsonRecord(value: JsonObject, template: EntryFormat | null): boolean {
  if (looksLikeWafRecord(value)) return true;
  const text = spell(value);
  if (text === null) return false;
  const entry = plainEntry(text, 1);
  return [template, jsonKeysFormat].some((format) => format?.claims(entry) === true && format.parse(entry).ok);
}

/** null when the value is nested so deeply that it cannot be written: no log record is. */
function spell(value: JsonObject): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    return null;
  }
}
