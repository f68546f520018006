import { isJsonObject } from '../text/lenient-json.js';
import type { JsonWrapping, WrappingSink } from './wrapping.js';

/**
 * `aws apigateway test-invoke-method` and the console's test page:
 * `{"status":500,"body":"…","log":"Execution log for request 93a7…\nThu Apr 05 11:07:54 UTC 2018 : Starting execution …\n…","latency":39}`.
 */
export const testInvokeOutput: JsonWrapping = {
  name: 'test-invoke-output',
  unwrap(value, sink) {
    const log = isJsonObject(value) ? value['log'] : undefined;
    if (!isJsonObject(value) || typeof log !== 'string' || !isTestInvokeLog(log)) return false;
    const { status } = value as { status?: unknown };
    const known = typeof status === 'number' && Number.isInteger(status) && status >= 100 && status < 600;
    // When the log was cut off before its last line, the output still tells how it ended.
    const ending = known && !log.includes('Method completed with status:') ? status : null;
    putTestInvokeLog(log, ending, sink);
    return true;
  },
};

export const isTestInvokeLog = (log: string): boolean => log.trimStart().startsWith('Execution log');

export function putTestInvokeLog(log: string, status: number | null, sink: WrappingSink): void {
  // People shorten the log and lose the newline with it:
  // `Method request path: {}[TRUNCATED]Thu Apr 05 11:07:54 UTC 2018 : Sending request to …`
  const lines = log.replace(/\[TRUNCATED\](?=[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d)/g, '[TRUNCATED]\n').trimEnd();
  sink.lines(status === null ? lines : `${lines}\nMethod completed with status: ${status}`, {});
}
