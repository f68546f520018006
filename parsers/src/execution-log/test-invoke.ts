import { isJsonObject, parseLenientJson } from '../text/lenient-json.js';

const title = 'Execution log for request';
/** How far into an answer of test-invoke-method the log may begin: status, headers and body stand before it. */
const maxLead = 256 * 1024;

// Tue Jun 23 05:58:07 UTC 2020 : Starting execution for request: …
const datedLine = /^[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2} [A-Z]{1,5} \d{4} : /;

/**
 * The log of a test invoke when the text is one: pasted as the console prints it, as the JSON answer of
 * `aws apigateway test-invoke-method`, or as that answer's `"log"` member alone. Null for anything else.
 */
export function findTestInvokeLog(text: string): string | null {
  const head = text.length > maxLead ? text.slice(0, maxLead) : text;
  const at = head.indexOf(title);
  if (at === -1) return null;
  const before = head.slice(Math.max(0, at - 64), at);
  // "log": "Execution log for request …\nTue Jun 23 05:58:07 UTC 2020 : …
  const quote = /"log"\s{0,8}:\s{0,8}"$/.exec(before) ? at - 1 : /^\s*"$/.test(before) ? at - 1 : -1;
  if (quote !== -1) {
    const whole = text.trimStart().startsWith('{') ? parseLenientJson(text) : null;
    const log =
      whole !== null && isJsonObject(whole.value) && Object.hasOwn(whole.value, 'log') ? whole.value['log'] : null;
    if (typeof log === 'string' && log.startsWith(title)) return log;
    const alone = parseLenientJson(text, quote);
    return typeof alone?.value === 'string' ? alone.value : null;
  }
  const lineStart = head.lastIndexOf('\n', at) + 1;
  const multiLine = text.includes('\n', at) || text.includes('\\n', at);
  // The console writes `Logs` above it.
  const opens = /^\s*(?:Logs?:?\s*)?$/.test(head.slice(Math.max(0, lineStart - 32), at));
  return multiLine && opens ? text.slice(at) : null;
}

/** Cuts a test-invoke log into its lines; what begins no line (a printed body) stays with the line before it. */
export function splitTestInvokeLog(log: string, startsLine: (line: string) => boolean): string[] {
  const unescaped = log.includes('\n') ? log : log.replaceAll('\\n', '\n');
  // …: {}[TRUNCATED]Tue Jun 23 05:58:07 UTC 2020 : …
  const rows = unescaped.replace(/\[TRUNCATED\](?=[A-Z][a-z]{2} [A-Z][a-z]{2} )/g, '[TRUNCATED]\n').split('\n');
  const lines: string[] = [];
  let held: string[] = [];
  for (const row of rows) {
    if (held.length > 0 && (datedLine.test(row) || startsLine(row))) {
      lines.push(held.join('\n'));
      held = [];
    }
    held.push(row);
  }
  if (held.length > 0) lines.push(held.join('\n'));
  return lines;
}
