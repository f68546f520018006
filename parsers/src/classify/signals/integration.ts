import type { ContextVariable } from '../../model/context-variable.js';
import type { RequestRecord } from '../../model/request-record.js';
import type { Evidence } from '../../model/verdict.js';

export interface Integration {
  /** null: nothing tells whether the integration was reached. */
  readonly answered: boolean | null;
  /** What the backend (for Lambda proxy: the function's code) returned. */
  readonly status: number | null;
  /** What the AWS service in between returned (Lambda's own 200). */
  readonly serviceStatus: number | null;
  readonly evidence: readonly Evidence[];
}

const asStatus = (text: string | null | undefined): number | null =>
  text && /^[1-5]\d\d$/.test(text) ? Number(text) : null;

export function readIntegration(record: RequestRecord): Integration {
  const evidence: Evidence[] = [];
  const values = record.access?.values;
  const status = asStatus(values?.['integration.status']);
  const plain = asStatus(values?.integrationStatus);
  const service = asStatus(values?.['integration.integrationStatus']);
  if (status !== null) evidence.push({ from: 'access', field: 'integration.status', value: String(status) });
  if (plain !== null) evidence.push({ from: 'access', field: 'integrationStatus', value: String(plain) });
  if (service !== null)
    evidence.push({ from: 'access', field: 'integration.integrationStatus', value: String(service) });

  let lineStatus: number | null = null;
  let lineService: number | null = null;
  let received = false;
  let proxied = false;
  let started = false;
  let gates = false;
  // Before `Starting execution` the endpoint lines belong to the authorizer's own function.
  const authorizer = record.execution.some((l) => l.kind === 'authorizer_started');
  for (const l of record.execution) {
    if (l.kind === 'execution_started') started = true;
    if (l.kind === 'client_not_authorized' || l.kind === 'api_key_refused' || l.kind === 'mtls_denied') gates = true;
    if (l.kind === 'response_received' && (started || !authorizer)) {
      if (l.status !== null) lineService = l.status;
      if (!received) evidence.push({ from: 'execution', field: 'Received response', value: l.text });
      received = true;
    }
    if (l.kind === 'endpoint_response_body' && l.proxyStatus !== null && started) {
      lineStatus = l.proxyStatus;
      if (!proxied)
        evidence.push({ from: 'execution', field: 'Endpoint response body', value: `"statusCode":${l.proxyStatus}` });
      proxied = true;
    }
  }
  if (evidence.length > 0) {
    return { answered: true, status: status ?? lineStatus, serviceStatus: service ?? plain ?? lineService, evidence };
  }
  for (const field of ['integration.latency', 'integrationLatency', 'integration.requestId'] as const) {
    const value = values?.[field];
    if (value)
      return { answered: true, status: null, serviceStatus: null, evidence: [{ from: 'access', field, value }] };
  }
  const logged = (variable: ContextVariable) => values?.[variable] === null;
  const silent =
    logged('integration.status') ||
    logged('integrationStatus') ||
    logged('integrationLatency') ||
    logged('integration.latency');
  // WebSocket rows leave integration.* unset whatever happened.
  if (silent && record.apiKind !== 'websocket')
    return { answered: false, status: null, serviceStatus: null, evidence: [] };
  if (gates && !started) return { answered: false, status: null, serviceStatus: null, evidence: [] };
  return { answered: null, status: null, serviceStatus: null, evidence: [] };
}
