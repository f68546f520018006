import { accessLogFormat, readLogSettings, setLogFormat } from './access-log-format.js';
import type { Advice } from './advice.js';
import type { RemedyContext } from './context.js';
import { call, executionLog } from './lookups.js';

/** Which input would show whether the request was refused at all. */
export function undetermined(context: RemedyContext): Advice {
  const { record } = context;
  if (record.access !== null && record.access.values.status === undefined) {
    return {
      summary: 'Log $context.status: this access-log format does not say how requests ended.',
      steps: [
        'Add $context.status and the variables that tell causes apart to the format (last command, which replaces the present format: keep the keys that other tools read).',
        'Log settings of a stage are live at once: no deployment is needed.',
        ...(context.apiKind === 'http' ? [] : ['For this request: read its execution log to the end.']),
      ],
      commands: [readLogSettings(context), ...executionLog(context), setLogFormat(context, accessLogFormat(context))],
    };
  }
  if (record.execution.length > 0) {
    return {
      summary: 'Read all execution-log lines of the request: those given do not show how it ended.',
      steps: [
        'The line “Method completed with status” or “Gateway response type” tells the end; the command below fetches every line of the request.',
        'The access-log line of the same extended request id tells it too.',
      ],
      commands: [...executionLog(context), readLogSettings(context)],
    };
  }
  if (record.waf !== null) {
    return {
      summary: 'Look for the access-log line of this request: WAF did not end it.',
      steps: [
        'The request id of the WAF record is the extended request id of API Gateway: search it in the access log of the stage.',
        'WAF let it pass, so anything after it may have refused it, or nothing did.',
      ],
      commands: [...executionLog(context), readLogSettings(context)],
    };
  }
  return {
    summary: 'Capture the whole answer, with status line and headers.',
    steps: [
      'Repeat the call with curl -i and explain its output: status, x-amzn-ErrorType and the request ids decide much.',
      'Or find the access-log line of the request by the ids in those headers.',
    ],
    commands: [call(context), readLogSettings(context)],
  };
}
