import type { GatewayMessage } from '../../model/gateway-message.js';
import type { RequestRecord } from '../../model/request-record.js';
import type { Evidence } from '../../model/verdict.js';

/** A recognised message and where it stands. */
export interface Said {
  readonly message: GatewayMessage;
  readonly evidence: Evidence;
  /** Read from a key that any application's log may have. */
  readonly guessed: boolean;
}

/** What API Gateway's own logs quote. */
export function ownMessage({ access, execution }: RequestRecord): Said | null {
  if (access?.message && access.message.kind !== 'other') {
    const field = access.values['error.message'] === undefined ? 'error.messageString' : 'error.message';
    const evidence: Evidence = { from: 'access', field, value: access.message.text };
    return { message: access.message, evidence, guessed: access.messageGuessed === true };
  }
  for (const l of execution) {
    if (l.kind === 'message') return said(l.message, { from: 'execution', field: 'message', value: l.text });
    if (l.kind === 'gateway_response_body' && l.message && l.message.kind !== 'other') {
      return said(l.message, { from: 'execution', field: 'Gateway response body', value: l.message.text });
    }
  }
  return null;
}

/** What the answer at hand says. */
export function answeredMessage({ response }: RequestRecord): Said | null {
  if (!response?.message || response.message.kind === 'other') return null;
  return said(response.message, { from: 'response', field: 'message', value: response.message.text });
}

const said = (message: GatewayMessage, evidence: Evidence): Said => ({ message, evidence, guessed: false });
