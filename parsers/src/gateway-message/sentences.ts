import type { GatewayMessageKind } from '../model/index.js';

/**
 * One sentence of AWS's and the kind that it means. What the pattern matches is kept and shown: a pattern holds AWS's
 * own words and, where the sentence names something, only characters that the named thing can have.
 */
export interface Sentence {
  readonly kind: GatewayMessageKind;
  readonly pattern: RegExp;
  /** Makes the subject from the match. */
  readonly subject?: (match: RegExpExecArray) => string;
  /** Makes the shown text when the match itself may hold what must not be kept. */
  readonly text?: (match: RegExpExecArray) => string;
}

const withoutQuery = (route: string | undefined): string => (route ?? '').replace(/\?.*$/, '');

const time = '\\d{8}T\\d{6}Z';

/**
 * Sentences that are recognised inside other words. A later one may be part of an earlier one, never the other way round.
 * To add one: add a line with an example above it, a row in recognize.test.ts.
 */
export const sentences: readonly Sentence[] = [
  // Signature expired: 20250309T162431Z is now earlier than 20250309T163358Z (20250309T163858Z - 5 min.)
  {
    kind: 'signature_expired',
    pattern: new RegExp(
      `signature expired(?:: ${time} is now earlier than ${time}(?: \\(${time} - \\d{1,3} min\\.?\\))?)?`,
      'i',
    ),
  },
  // Signature not yet current: 20250309T172431Z is still later than 20250309T164358Z (20250309T163858Z + 5 min.)
  {
    kind: 'signature_not_yet_current',
    pattern: new RegExp(
      `signature not yet current(?:: ${time} is still later than ${time}(?: \\(${time} \\+ \\d{1,3} min\\.?\\))?)?`,
      'i',
    ),
  },
  // Credential should be scoped to a valid region. Credential should be scoped to correct service: 'execute-api'.
  {
    kind: 'credential_scope',
    pattern:
      /credential (?:should|must) be scoped (?:to a valid region(?:, not '[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d')?|to (?:the )?correct service(?:: '[a-z-]{2,24}')?|with a valid terminator)/i,
    subject: (match) =>
      /valid region/i.test(match[0])
        ? /correct service/i.test(match.input.slice(match.index, match.index + 200))
          ? 'region and service'
          : 'region'
        : /service/i.test(match[0])
          ? 'service'
          : 'terminator',
  },
  // Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: …
  {
    kind: 'credential_scope',
    pattern: /date in credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP/i,
    subject: () => 'date',
  },
  // Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '…'
  {
    kind: 'credential_scope',
    pattern: /credential must have exactly 5 slash-delimited elements/i,
    subject: () => 'format',
  },
  {
    kind: 'signature_mismatch',
    pattern: /the request signature we calculated does not match the signature you provided\.?/i,
  },
  // 'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.
  {
    kind: 'signature_mismatch',
    pattern: /'host' or ':authority' must be a 'signedheader' in the aws authorization/i,
  },
  {
    kind: 'security_token_expired',
    pattern: /the (?:security token included in the request is|provided token (?:has|is)) expired/i,
  },
  {
    kind: 'security_token_invalid',
    pattern:
      /the security token included in the request is invalid|the provided token is malformed or otherwise invalid|the aws access key id you provided does not exist in our records/i,
  },
  { kind: 'missing_authentication_token', pattern: /(?:request is )?missing authentication token/i },
  // A Lambda function URL, which people take for API Gateway
  { kind: 'forbidden', pattern: /forbidden\. for troubleshooting function url authorization issues/i },
  { kind: 'client_not_authorized', pattern: /the client is not authori[sz]ed to perform this operation/i },
  // No method found matching route send/{id} for http method POST.
  {
    kind: 'no_route_matched',
    pattern: /no method found matching route ([^\s"']{0,1024}) for http method ([a-z]{1,20})/i,
    subject: (match) => `${(match[2] ?? '').toUpperCase()} ${withoutQuery(match[1])}`,
    text: (match) => `No method found matching route ${withoutQuery(match[1])} for http method ${match[2] ?? ''}`,
  },
  // Access denied. Reason: Could not find issuer for certificate
  {
    kind: 'mtls_denied',
    pattern:
      /access denied\. reason: ((?=[a-z0-9 ,_/-]{0,120}(?:cert|issuer|self[- ]signed|signature algorithm|chain|trust))[a-z0-9 ,_/-]{1,120})/i,
    subject: (match) => (match[1] ?? '').trim(),
  },
  {
    kind: 'operation_undetermined',
    pattern: /unable to determine service\/operation name to be authorized/i,
  },
  // Bearer scope="orders/read" error="insufficient_scope" error_description="expected scopes: [orders/read]"
  // insufficient_scope: expected scopes: [orders/read]   (the log's $context.authorizer.error)
  // Other OAuth servers use the word as well; they put a comma between the parts and another description.
  {
    kind: 'jwt_insufficient_scope',
    pattern:
      /\bscope="[\w .:/*-]{0,512}" error="insufficient_scope"|\binsufficient_scope\b(?:" error_description="|: ?)expected scopes: \[/i,
    text: () => 'insufficient_scope',
  },
  // Bearer scope="" error="invalid_token" error_description="…": the 401 of a JWT authorizer
  { kind: 'unauthorized', pattern: /\berror="invalid_token"/i },

  {
    kind: 'identity_token_expired',
    pattern: /the (?:incoming )?token has expired|(?:identity|id|access) token has expired/i,
  },
  {
    kind: 'gateway_lacks_permission',
    pattern:
      /invalid permissions on lambda function|the iam role configured on the integration or api gateway doesn't have permissions? to call the integration|api gateway (?:doesn't|does not) have permissions? to assume the (?:provided role|iam role configured on the integration)/i,
  },
  {
    kind: 'configuration_error',
    pattern:
      /authorizerconfigurationexception|could not parse policy|malformed lambda proxy response|invalid endpoint address|no match for (?:input|output) mapping(?: and no default endpoint response configured)?|unable to (?:base64 decode|transform) the (?:body|request|response)|execution failed due to (?:a )?configuration error|invalid mapping expression/i,
  },
  {
    kind: 'integration_timeout',
    pattern:
      /endpoint request timed[- ]?out|network error communicating with endpoint|execution failed due to a timeout error/i,
  },
  {
    kind: 'payload_too_large',
    pattern: /http content length exceeded \d{1,12} bytes|request entity too large|request too long|payload too large/i,
  },
  { kind: 'uri_too_long', pattern: /(?:request )?uri too long/i },
  { kind: 'unsupported_media_type', pattern: /unsupported media type/i },
  {
    kind: 'bad_request',
    pattern: /invalid request body|missing required request parameters|request header fields too large/i,
  },
  { kind: 'too_many_requests', pattern: /too many requests|\brate exceeded\b/i },
  { kind: 'limit_exceeded', pattern: /\blimit exceeded\b/i },
  { kind: 'internal_server_error', pattern: /internal server error/i },
  { kind: 'service_unavailable', pattern: /service (?:temporarily )?unavailable/i },
];

/** Messages of one or two everyday words: recognised only when they are the whole message. */
export const wholeMessages: ReadonlyMap<string, GatewayMessageKind> = new Map<string, GatewayMessageKind>([
  ['forbidden', 'forbidden'],
  ['unauthorized', 'unauthorized'],
  ['not found', 'not_found'],
  ['bad request', 'bad_request'],
  ['gateway timeout', 'integration_timeout'],
  ['gateway time-out', 'integration_timeout'],
  ['bad gateway', 'service_unavailable'],
  ['limit exceeded exception', 'limit_exceeded'],
  ['insufficient_scope', 'jwt_insufficient_scope'],
  ['authorizer error', 'configuration_error'],
  ['null', 'null_message'],
]);
