import type { Evidence } from '../../model/verdict.js';
import { refused, statusEvidence } from '../finding.js';
import type { Rule } from '../rule.js';
import type { OtherErrorKind } from '../signals/other-error.js';

const names: Readonly<Record<OtherErrorKind, string>> = {
  rate_limit: 'throttling (429 by default)',
  quota: 'a used-up usage-plan quota (429 by default)',
  unauthorized: 'missing or bad authentication (401 by default)',
  not_found: 'something not found (404 by default)',
  bad_request: 'a bad request (400, 413 or 415 by default)',
  server_error: 'a failure of the authorizer, the integration or the configuration (5xx by default)',
};

/** 403 at the client, but API Gateway’s own error is another one: a gateway response gives it the status 403. */
export const mappedGatewayResponse: Rule = {
  id: 'gateway-response-mapped-to-403',
  match(s) {
    if (s.status !== 403 || !s.otherError || s.refusal?.strength === 'gateway') return undefined;
    if (!s.otherError.own && s.refusal) return undefined;
    const { own } = s.otherError;
    return refused({
      cause: 'response_override',
      detail: s.otherError.kind,
      confidence: own ? 'certain' : 'likely',
      reason: `The client saw a 403, but the error behind it is ${names[s.otherError.kind]}: a customised gateway response changes the status.`,
      evidence: [s.otherError.evidence, ...statusEvidence(s)],
      alternatives: ['backend_refused', 'authorizer_denied'],
    });
  },
};

const kindOfStatus = (status: number): OtherErrorKind =>
  status === 401
    ? 'unauthorized'
    : status === 404
      ? 'not_found'
      : status === 429
        ? 'rate_limit'
        : status >= 500
          ? 'server_error'
          : 'bad_request';

/** The backend answered another error and a mapping (integration response, parameter mapping) made a 403 of it. */
export const mappedIntegrationStatus: Rule = {
  id: 'integration-status-mapped-to-403',
  match(s) {
    const { status, serviceStatus } = s.integration;
    if (s.status !== 403 || s.integration.answered !== true || s.refusal?.strength === 'gateway') return undefined;
    const behind = status ?? serviceStatus;
    if (behind === null || behind === 403 || behind < 400) return undefined;
    const override = s.value('responseOverride.status');
    const evidence: Evidence[] = [...s.integration.evidence, ...statusEvidence(s)];
    if (override) evidence.push({ from: 'access', field: 'responseOverride.status', value: override });
    return refused({
      cause: 'response_override',
      detail: kindOfStatus(behind),
      confidence: status !== null && s.value('error.responseType') === null ? 'certain' : 'likely',
      reason: `The backend answered ${behind}; a response mapping of the API turned it into the 403 that the client saw.`,
      evidence,
      alternatives: ['backend_refused'],
    });
  },
};
