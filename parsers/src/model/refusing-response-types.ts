/**
 * Gateway responses whose own status is 403. A customised response can hide them behind another status, so each is
 * looked at whatever the status says.
 */
export const refusingResponseTypes: ReadonlySet<string> = new Set([
  'ACCESS_DENIED',
  'EXPIRED_TOKEN',
  'INVALID_API_KEY',
  'INVALID_SIGNATURE',
  'MISSING_AUTHENTICATION_TOKEN',
  'WAF_FILTERED',
]);
