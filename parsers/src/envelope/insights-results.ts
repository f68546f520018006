import { isJsonObject, type JsonObject, type JsonValue } from '../text/lenient-json.js';
import { timeOf } from './csv-table.js';
import { text } from './members.js';
import { type Origin, originOfLogGroup } from './origin.js';
import type { JsonWrapping, WrappingSink } from './wrapping.js';

/**
 * `aws logs get-query-results`: `{"results":[[{"field":"@timestamp","value":"2024-02-01 06:47:49.000"},{"field":"@message","value":…}]],"status":"Complete"}`.
 */
export const insightsResults: JsonWrapping = {
  name: 'insights-results',
  unwrap(value, sink) {
    const results = isJsonObject(value) ? value['results'] : undefined;
    if (!Array.isArray(results) || !results.every(isRow)) return false;
    if (results.length === 0 && !('statistics' in (value as JsonObject))) return false;
    for (const row of results as JsonObject[][]) {
      const fields: JsonObject = Object.create(null) as JsonObject;
      for (const { field, value: content } of row as { field: string; value?: JsonValue }[]) {
        if (content !== undefined) fields[field] = content;
      }
      putRow(fields, sink);
    }
    return true;
  },
};

/** A row of the Insights console's JSON export: `{"@timestamp":"2024-02-01 06:47:49.000","@message":{…}}`. */
export const insightsRow: JsonWrapping = {
  name: 'insights-row',
  unwrap(value, sink) {
    if (!isJsonObject(value)) return false;
    const message = value['@message'];
    const named = '@timestamp' in value || '@ptr' in value || '@logStream' in value || '@log' in value;
    const isText = typeof message === 'string' && (named || sink.isRecord(message));
    if (!isText && !(isJsonObject(message) && (named || sink.isJsonRecord(message)))) return false;
    putRow(value, sink);
    return true;
  },
};

function isRow(row: JsonValue): boolean {
  return Array.isArray(row) && row.every((cell) => isJsonObject(cell) && typeof cell['field'] === 'string');
}

function putRow(fields: JsonObject, sink: WrappingSink): void {
  const told: Partial<Origin> = {
    timeMs: timeOf(fields['@timestamp']),
    ...originOfLogGroup(fields['@log']),
    logStream: text(fields['@logStream']),
  };
  const message = fields['@message'];
  if (typeof message === 'string') sink.event(message, told);
  else if (message !== undefined) sink.json(message, told);
  else {
    // the query selected fields of the record instead of the message
    const record: JsonObject = Object.create(null) as JsonObject;
    for (const name of Object.keys(fields)) {
      if (!name.startsWith('@')) record[name] = fields[name] as JsonValue;
    }
    sink.json(record, told);
  }
}
