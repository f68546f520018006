import type { GatewayMessage } from '../../model/gateway-message.js';
import type { RequestRecord } from '../../model/request-record.js';
import type { Evidence } from '../../model/verdict.js';

/** A recognised message and where it stands. */
export interface Said {
  readonly message: GatewayMessage;
  readonly evidence: Evidence;
}

/** What API Gateway's own logs quote. */
export function ownMessage({ access, execution }: RequestRecord): Said | null {
  if (access?.message && access.message.kind !== 'other') {
    return {
      message: access.message,
      evidence: { from: 'access', field: 'error.message', value: access.message.text },
    };
  }
  for (const l of execution) {
    if (l.kind === 'message')
      return { message: l.message, evidence: { from: 'execution', field: 'message', value: l.text } };
    if (l.kind === 'gateway_response_body' && l.message && l.message.kind !== 'other') {
      return {
        message: l.message,
        evidence: { from: 'execution', field: 'Gateway response body', value: l.message.text },
      };
    }
  }
  return null;
}

/** What the answer at hand says. */
export function answeredMessage({ response }: RequestRecord): Said | null {
  if (!response?.message || response.message.kind === 'other') return null;
  return { message: response.message, evidence: { from: 'response', field: 'message', value: response.message.text } };
}
