import type { ContextVariable } from '../model/context-variable.js';
import { addValue } from './access-values.js';
import { variableOfPath } from './key-names.js';

// `<status>403</status>`; values are not known to be escaped, so a value ends where its own closing tag stands
const element = /<([A-Za-z][\w.-]{0,63})(?:\s[^<>]{0,300})?>([^<]{0,8192})<\/([A-Za-z][\w.-]{0,63})\s{0,8}>/g;

// `<request id="48752d0f-c99d-4cfa-a5a7-f3c6834d19e5">`; the id is missing in some copies
const root =
  /^(?:<\?xml[^<>]{0,200}\?>\s{0,16})?<(request|log|entry|accessLog)\b(?:[^<>]{0,300}?\sid\s?=\s?["']?([^"'<>\s]{1,128}))?/;

/** `<request id="…"> <ip>203.0.113.7</ip> … <status>403</status> … </request>`, on one line or several. */
export function readConsoleXml(text: string): ReadonlyMap<ContextVariable, string> | null {
  const opening = root.exec(text);
  if (opening === null) return null;
  const values = new Map<ContextVariable, string>();
  if (opening[2] !== undefined) values.set('requestId', opening[2]);
  for (const [, name, value, closing] of text.matchAll(element)) {
    if (name !== closing) continue;
    const variable = variableOfPath([name as string]);
    if (variable !== null) addValue(values, variable, (value as string).trim());
  }
  const isRequest = values.has('httpMethod') || values.has('routeKey') || values.has('resourcePath');
  return values.has('status') && isRequest && values.has('requestTime') ? values : null;
}
