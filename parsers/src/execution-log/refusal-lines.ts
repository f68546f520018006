import type { ExecutionLine } from '../model/index.js';
import { refusingResponseTypes } from '../model/refusing-response-types.js';
import { readPrefix } from './layout.js';
import { readExecutionLine } from './line-kinds.js';

/** Texts of which a line that tells of a refusal has one; each whole words. */
const phrases = [
  'Method completed with status: 403',
  'Received response. Status: 403',
  'with status code: 403',
  ...[...refusingResponseTypes].map((type) => `Gateway response type: ${type}`),
  'The client is not authorized to perform this operation',
  'not authorized because',
  'Access denied. Reason:',
  'is not authorized to perform',
  'is not authorized to access this resource',
];

/**
 * A pattern for FilterLogEvents that matches, of each refused request in an execution log, a line or more that tells so. Callers can write
 * the same words into headers that are logged: ask `refusedRequestOf`.
 */
export const executionRefusals: { readonly pattern: string; readonly misses: readonly string[] } = {
  pattern: phrases.map((phrase) => `?"${phrase}"`).join(' '),
  misses: [
    'Refusals that got another status than 403 from a gateway response, where the execution log names neither gate nor response type.',
    'Refusals of which the execution log has no line: paths that do not exist, and most that a web ACL blocks.',
  ],
};

/** The id of the request that a line of an execution log, as CloudWatch has it, tells the refusal of; null when it tells of none. */
export function refusedRequestOf(text: string): string | null {
  if (!text.startsWith('(')) return null;
  const { requestId, marked, wrapped, end } = readPrefix(text);
  if (requestId === null || !marked) return null;
  const read = readExecutionLine(text.slice(end), { marked, wrapped });
  return read !== null && tellsRefusal(read.line) ? requestId : null;
}

function tellsRefusal(line: ExecutionLine): boolean {
  switch (line.kind) {
    case 'client_not_authorized':
    case 'api_key_refused':
    case 'mtls_denied':
      return true;
    case 'method_completed':
    case 'response_received':
      return line.status === 403;
    case 'gateway_response':
      return line.status === 403 || refusingResponseTypes.has(line.responseType);
    case 'message':
      return line.message.kind === 'user_not_authorized' || line.message.kind === 'authorizer_not_authorized';
    default:
      return false;
  }
}
