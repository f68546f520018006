import type { ResponseFacts } from '../model/index.js';

const preflight: readonly RegExp[] = [
  // … has been blocked by CORS policy: Response to preflight request doesn't pass access control check: …
  /response to preflight request doesn.{0,3}t pass access control check/i,
  // Cross-Origin Request Blocked: … (Reason: CORS preflight response did not succeed). Status code: 403.
  /cors preflight (?:response|channel|request) did ?n.{0,3}t succeed|cors preflight response did not succeed/i,
  // Preflight response is not successful. Status code: 403
  /preflight response is not successful/i,
  // It does not have HTTP ok status.
  /does not have http ok status/i,
];

const blocked: readonly RegExp[] = [
  // Access to fetch at '…' from origin '…' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header …
  /blocked by cors policy/i,
  // Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at …
  /cross-origin request blocked/i,
  // Origin https://app.example.com is not allowed by Access-Control-Allow-Origin.
  /is not allowed by access-control-allow-origin/i,
  /no 'access-control-allow-origin' header is present/i,
];

/** What a browser's console says of CORS. */
export function readBrowserCors(text: string): ResponseFacts['browserCors'] {
  const words = text.replace(/[\u2018\u2019]/g, "'");
  if (preflight.some((pattern) => pattern.test(words))) return 'preflight_failed';
  return blocked.some((pattern) => pattern.test(words)) ? 'blocked' : null;
}
