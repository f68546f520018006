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

// {"error":"DEFAULT_4XX","code":…}   "type": "WAF_FILTERED"   <type>ACCESS_DENIED</type>: templates of gateway responses
// print $context.error.responseType. UNAUTHORIZED is many a backend's own word, so it must stand under a type.
const quoted = new RegExp(`["'>](${types.filter((type) => type !== 'UNAUTHORIZED').join('|')})["'<]`);
const typed = /\b(?:response|error)_?type["']?\s{0,3}[:=]\s{0,3}["'](UNAUTHORIZED)["']/i;

/** The gateway response type that a customised body names; null when it names none. */
export const findGatewayResponseType = (answer: string): string | null =>
  quoted.exec(answer)?.[1] ?? typed.exec(answer)?.[1] ?? null;
