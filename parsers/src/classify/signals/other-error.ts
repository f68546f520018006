import type { GatewayMessageKind } from '../../model/gateway-message.js';
import type { RequestRecord } from '../../model/request-record.js';
import type { Evidence } from '../../model/verdict.js';
import type { Said } from './said.js';
import { wordTable } from './word-table.js';

export type OtherErrorKind = 'rate_limit' | 'quota' | 'unauthorized' | 'not_found' | 'bad_request' | 'server_error';

/** An error that is no 403 by itself: throttling, 401, 5xx … */
export interface OtherError {
  readonly kind: OtherErrorKind;
  /** API Gateway's own log says so. */
  readonly own: boolean;
  readonly evidence: Evidence;
}

const otherErrorOfResponseType = wordTable<OtherErrorKind>({
  THROTTLED: 'rate_limit',
  QUOTA_EXCEEDED: 'quota',
  UNAUTHORIZED: 'unauthorized',
  RESOURCE_NOT_FOUND: 'not_found',
  BAD_REQUEST_PARAMETERS: 'bad_request',
  BAD_REQUEST_BODY: 'bad_request',
  REQUEST_TOO_LARGE: 'bad_request',
  UNSUPPORTED_MEDIA_TYPE: 'bad_request',
  AUTHORIZER_FAILURE: 'server_error',
  AUTHORIZER_CONFIGURATION_ERROR: 'server_error',
  API_CONFIGURATION_ERROR: 'server_error',
  INTEGRATION_FAILURE: 'server_error',
  INTEGRATION_TIMEOUT: 'server_error',
  DEFAULT_5XX: 'server_error',
});

const otherErrorOfMessage: Readonly<Partial<Record<GatewayMessageKind, OtherErrorKind>>> = {
  unauthorized: 'unauthorized',
  identity_token_expired: 'unauthorized',
  too_many_requests: 'rate_limit',
  limit_exceeded: 'quota',
  not_found: 'not_found',
  bad_request: 'bad_request',
  payload_too_large: 'bad_request',
  uri_too_long: 'bad_request',
  unsupported_media_type: 'bad_request',
  internal_server_error: 'server_error',
  service_unavailable: 'server_error',
  integration_timeout: 'server_error',
  null_message: 'server_error',
  gateway_lacks_permission: 'server_error',
  configuration_error: 'server_error',
};

const otherErrorOfErrorType = wordTable<OtherErrorKind>({
  UnauthorizedException: 'unauthorized',
  TooManyRequestsException: 'rate_limit',
  LimitExceededException: 'quota',
  NotFoundException: 'not_found',
  BadRequestException: 'bad_request',
  InternalServerErrorException: 'server_error',
  AuthorizerConfigurationException: 'server_error',
});

export function readOtherError(
  record: RequestRecord,
  responseType: string | null,
  responseTypeEvidence: Evidence | null,
  said: Said | null,
): OtherError | null {
  const byType = responseType ? otherErrorOfResponseType.get(responseType) : undefined;
  if (byType && responseTypeEvidence) return { kind: byType, own: true, evidence: responseTypeEvidence };
  for (const l of record.execution) {
    const at = (kind: OtherErrorKind, field: string): OtherError => ({
      kind,
      own: true,
      evidence: { from: 'execution', field, value: l.text },
    });
    if (l.kind === 'limit_exceeded') return at(l.limit === 'quota' ? 'quota' : 'rate_limit', 'message');
    if (l.kind === 'unauthorized_request') return at('unauthorized', 'Unauthorized request');
    if (l.kind === 'configuration_error') return at('server_error', 'message');
  }
  const byMessage = said ? otherErrorOfMessage[said.message.kind] : undefined;
  if (byMessage && said) {
    return { kind: byMessage, own: said.evidence.from !== 'response' && !said.guessed, evidence: said.evidence };
  }
  const errorType = record.response?.errorType;
  const byErrorType = errorType ? otherErrorOfErrorType.get(errorType) : undefined;
  if (byErrorType && errorType) {
    return {
      kind: byErrorType,
      own: false,
      evidence: { from: 'response', field: 'x-amzn-ErrorType', value: errorType },
    };
  }
  return null;
}
