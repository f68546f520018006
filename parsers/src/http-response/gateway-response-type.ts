const types = [
  'ACCESS_DENIED',
  'API_CONFIGURATION_ERROR',
  'AUTHORIZER_CONFIGURATION_ERROR',
  'AUTHORIZER_FAILURE',
  'BAD_REQUEST_BODY',
  'BAD_REQUEST_PARAMETERS',
  'DEFAULT_4XX',
  'DEFAULT_5XX',
  'EXPIRED_TOKEN',
  'INTEGRATION_FAILURE',
  'INTEGRATION_TIMEOUT',
  'INVALID_API_KEY',
  'INVALID_SIGNATURE',
  'MISSING_AUTHENTICATION_TOKEN',
  'QUOTA_EXCEEDED',
  'REQUEST_TOO_LARGE',
  'RESOURCE_NOT_FOUND',
  'THROTTLED',
  'UNAUTHORIZED',
  'UNSUPPORTED_MEDIA_TYPE',
  'WAF_FILTERED',
];

// {"error":"DEFAULT_4XX",…}   "type": "WAF_FILTERED"   "errorType":"ACCESS_DENIED": templates of gateway responses print
// $context.error.responseType. Backends use such words as well, so they are evidence of a body, never proof.
const typed = new RegExp(
  `\\b(?:response_?type|error_?type|type|error)["']?\\s{0,3}[:=]\\s{0,3}["'](${types.join('|')})["']`,
  'i',
);

/** The gateway response type that a customised body names; null when it names none. */
export const findGatewayResponseType = (answer: string): string | null =>
  typed.exec(answer)?.[1]?.toUpperCase() ?? null;
