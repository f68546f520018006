/**
 * A sentence that API Gateway (or a service next to it) writes when it refuses or fails, recognised. It stands in
 * `$context.error.message`, in response bodies and sometimes in execution logs.
 */
export type GatewayMessageKind =
  | 'missing_authentication_token'
  | 'forbidden'
  | 'unauthorized'
  /** `… not a valid key=value pair (missing equal-sign) in Authorization header …` and `Authorization header requires 'Credential' parameter …` */
  | 'incomplete_signature'
  | 'signature_mismatch'
  | 'signature_expired'
  | 'signature_not_yet_current'
  | 'credential_scope'
  | 'security_token_expired'
  | 'security_token_invalid'
  /** `User: <principal> is not authorized to perform: execute-api:<Action> on resource: <arn> …` */
  | 'user_not_authorized'
  /** `User is not authorized to access this resource …`: the Lambda authorizer's form. */
  | 'authorizer_not_authorized'
  /** Only the tail is there: `no identity-based policy allows the execute-api:Invoke action`, `explicit deny in …`. */
  | 'policy_tail'
  /** `The client is not authorized to perform this operation.` */
  | 'client_not_authorized'
  /** `No method found matching route <route> for http method <METHOD>.` */
  | 'no_route_matched'
  /** `Access denied. Reason: <mTLS reason>` */
  | 'mtls_denied'
  | 'operation_undetermined'
  | 'jwt_insufficient_scope'
  // The rest belong to answers that are not a refusal of this kind (401, 404, 413, 429, 5xx).
  | 'identity_token_expired'
  | 'too_many_requests'
  | 'limit_exceeded'
  | 'not_found'
  | 'bad_request'
  | 'payload_too_large'
  | 'uri_too_long'
  | 'unsupported_media_type'
  | 'internal_server_error'
  | 'service_unavailable'
  | 'integration_timeout'
  /** `{"message":null}`: authorizer configuration error, 500. */
  | 'null_message'
  /** A permission of API Gateway itself is missing (Lambda permission, integration role): always a 500. */
  | 'gateway_lacks_permission'
  | 'configuration_error'
  /** Text was there and is none of the above; its words are not kept. */
  | 'other';

export type PolicyKind =
  | 'identity'
  | 'resource'
  | 'vpc_endpoint'
  | 'service_control'
  | 'resource_control'
  | 'permissions_boundary'
  | 'session';

export interface PolicyDenial {
  readonly effect: 'explicit_deny' | 'no_allow' | 'unstated';
  readonly policy: PolicyKind | null;
  readonly policyArn: string | null;
  /** `anonymous`, an ARN as written (perhaps masked or cut), `…` when a caller is named but hidden (`<ARN>`), null when none is named. */
  readonly principal: string | null;
  /** e.g. `execute-api:Invoke`, `execute-api:InvalidateCache`, `execute-api:ManageConnections`. */
  readonly action: string | null;
  /** ARN of the request as AWS wrote it (account may be masked), without a query; null when it is not shown. */
  readonly resource: string | null;
}

export interface GatewayMessage {
  readonly kind: GatewayMessageKind;
  /**
   * The recognised words, safe to show: header values, tokens, signatures and canonical strings are replaced by `…`.
   * For `other` this is a fixed phrase, never the original.
   */
  readonly text: string;
  /** Only for `user_not_authorized`, `authorizer_not_authorized`, `policy_tail`. */
  readonly denial: PolicyDenial | null;
  /** Only for `incomplete_signature`: what the Authorization header looked like, as far as the text shows it. */
  readonly authorizationScheme: 'bearer' | 'basic' | 'sigv4' | 'other' | 'hidden' | null;
  /** Only for `no_route_matched`: `<METHOD> <route>`; for `mtls_denied`: AWS's reason; for `credential_scope`: what was wrong. */
  readonly subject: string | null;
}
