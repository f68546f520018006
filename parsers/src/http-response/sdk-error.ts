import { plainErrorType } from './header-block.js';

const name = '([A-Za-z][\\w.#]{1,80})';

/** Ways in which SDKs and tools print the name of an error. */
const namings: readonly RegExp[] = [
  // An error occurred (ForbiddenException) when calling the PostToConnection operation: Forbidden
  new RegExp(`an error occurred \\(${name}\\) when calling`, 'i'),
  // (Service: AmazonApiGatewayManagementApi; Status Code: 403; Error Code: ForbiddenException; Request ID: …)
  /\berror[ _]?code["']?\s{0,3}[:=]\s{0,3}["']?([A-Za-z][\w.#]{1,60}(?:Exception|Denied|Token|Error|Failure))\b/i,
  // api error AccessDeniedException: User: …
  new RegExp(`\\bapi error ${name}:`, 'i'),
  // {"__type":"com.amazon.coral.service#AccessDeniedException","message":…}
  new RegExp(`["']?__type["']?\\s{0,3}:\\s{0,3}["']${name}["':]`),
  // Error Type: IncompleteSignatureException
  /\berror[ _-]?type["'`]?\s{0,3}(?::|=>?)\s{0,3}["'`]?([A-Za-z][\w.#]{1,60}Exception)\b/i,
  // <MissingAuthenticationTokenException>   <Code>AccessDenied</Code>
  /<(\w{3,60}Exception)>/,
  /<Code>((?:AccessDenied|SignatureDoesNotMatch|\w{3,40}Exception)\w{0,20})<\/Code>/,
  // ForbiddenException: Forbidden   403 IncompleteSignatureException   name: 'ForbiddenException'
  /\b((?:Forbidden|AccessDenied|MissingAuthenticationToken|IncompleteSignature|InvalidSignature|ExpiredToken|UnrecognizedClient|InvalidClientTokenId|Unauthorized|TooManyRequests|LimitExceeded|Throttling|InternalServerError|InternalFailure|NotFound|BadRequest|ServiceUnavailable|AuthorizerConfiguration|RequestEntityTooLarge|UnsupportedMediaType|IntegrationTimeout|IntegrationFailure|Gone)Exception)\b/,
  // Error: UnrecognizedClient (AWS SDK JS v2 prints some names without the suffix)
  /\b(SignatureDoesNotMatch|InvalidClientTokenId|ExpiredToken|MissingAuthenticationToken|UnrecognizedClient)(?=[:)\s"'])/,
];

/** The name of the error that an SDK, tool or body prints, without its namespace; null when there is none. */
export function findErrorType(text: string): string | null {
  for (const naming of namings) {
    const found = naming.exec(text)?.[1];
    if (found !== undefined) return plainErrorType(found.split('.').at(-1) ?? found);
  }
  return null;
}

// Request ID: 0d1b3c2e-…   RequestID: …   "requestId":"Iq9gwFDNoAMFo1A="
const requestIdWord =
  /\brequest[ _-]?id["'`]?\s{0,3}[:=]?\s{0,3}["'`]?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?=[\w+/-]{0,40}\d)[\w+/-]{10,64}={0,2})(?![\w-])/i;

/** The request id that an SDK or a body prints; null when there is none. */
export const findRequestId = (text: string): string | null => requestIdWord.exec(text)?.[1] ?? null;
