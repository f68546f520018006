import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSentence, recognizeMessage } from '../../../parsers/src/gateway-message/recognize.js';
import type { GatewayMessageKind } from '../../../parsers/src/model/index.js';

const arn = 'arn:aws:execute-api:eu-west-1:********3333:abcdefghij/prod/GET/pets';

/** Text → kind. */
const kinds: readonly (readonly [text: string, kind: GatewayMessageKind])[] = [
  ['Missing Authentication Token', 'missing_authentication_token'],
  ['missing authentication token', 'missing_authentication_token'],
  ['{"message":"Missing Authentication Token"}', 'missing_authentication_token'],
  ['MissingAuthenticationTokenException: Missing Authentication Token', 'missing_authentication_token'],
  ['Request is missing Authentication Token', 'missing_authentication_token'],
  ['Forbidden', 'forbidden'],
  ['forbidden', 'forbidden'],
  ['"Forbidden"', 'forbidden'],
  ['{"message":"Forbidden"}', 'forbidden'],
  ['{"message": "Forbidden", "connectionId":"a=", "requestId":"b="}', 'forbidden'],
  ["{'Message': 'Forbidden'}", 'forbidden'],
  ['{\\"message\\":\\"Forbidden\\"}', 'forbidden'],
  ['{&quot;message&quot;:&quot;Forbidden&quot;}', 'forbidden'],
  ['<ForbiddenException><Message>Forbidden</Message></ForbiddenException>', 'forbidden'],
  ['ForbiddenException: Forbidden', 'forbidden'],
  ['Unauthorized', 'unauthorized'],
  ['{"message":"Unauthorized"}', 'unauthorized'],
  ['The incoming token has expired', 'identity_token_expired'],
  ['Identity token has expired', 'identity_token_expired'],
  [
    "'abc' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer abc'.",
    'incomplete_signature',
  ],
  [
    "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'Zm9v='.",
    'incomplete_signature',
  ],
  ["Authorization header requires 'Credential' parameter.", 'incomplete_signature'],
  [
    'Authorization header requires existence of either a ‘X-Amz-Date’ or a ‘Date’ header. Authorization=Basic x',
    'incomplete_signature',
  ],
  [
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    'signature_mismatch',
  ],
  [
    'Signature expired: 20250309T162431Z is now earlier than 20250309T163358Z (20250309T163858Z - 5 min.)',
    'signature_expired',
  ],
  [
    'Signature not yet current: 20250309T172431Z is still later than 20250309T164358Z (20250309T163858Z + 5 min.)',
    'signature_not_yet_current',
  ],
  ['Credential should be scoped to a valid region.', 'credential_scope'],
  ["Credential should be scoped to correct service: 'execute-api'.", 'credential_scope'],
  ['The security token included in the request is expired', 'security_token_expired'],
  ['The security token included in the request is invalid.', 'security_token_invalid'],
  [`User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${arn}`, 'user_not_authorized'],
  ['User is not authorized to access this resource', 'authorizer_not_authorized'],
  ['no identity-based policy allows the execute-api:Invoke action', 'policy_tail'],
  ['with an explicit deny in a resource-based policy', 'policy_tail'],
  ['The client is not authorized to perform this operation.', 'client_not_authorized'],
  ['No method found matching route orders/1 for http method POST.', 'no_route_matched'],
  ['Access denied. Reason: Could not find issuer for certificate', 'mtls_denied'],
  ['Access denied. Reason: self signed certificate', 'mtls_denied'],
  ['Access denied. Reason: Client cert using an insecure Signature Algorithm', 'mtls_denied'],
  ['Unable to determine service/operation name to be authorized', 'operation_undetermined'],
  ['error="insufficient_scope" error_description="expected scopes: [a b]"', 'jwt_insufficient_scope'],
  ['insufficient_scope', 'jwt_insufficient_scope'],
  ['insufficient_scope: expected scopes: [a/read]', 'jwt_insufficient_scope'],
  ['Bearer scope="a/read b" error="insufficient_scope"', 'jwt_insufficient_scope'],
  ['Bearer scope="" error="invalid_token" error_description="the token is malformed"', 'unauthorized'],
  ['Credential must be scoped to a valid region.', 'credential_scope'],
  ['Too Many Requests', 'too_many_requests'],
  ['Limit Exceeded', 'limit_exceeded'],
  ['Not Found', 'not_found'],
  ['{"message":"404 Not found"}', 'not_found'],
  ['Invalid request body', 'bad_request'],
  ['Missing required request parameters: [limit]', 'bad_request'],
  ['HTTP content length exceeded 10485760 bytes.', 'payload_too_large'],
  ['Request Too Long', 'payload_too_large'],
  ['Request URI too long', 'uri_too_long'],
  ['Unsupported Media Type', 'unsupported_media_type'],
  ['Internal server error', 'internal_server_error'],
  ['Internal Server Error', 'internal_server_error'],
  ['Service Unavailable', 'service_unavailable'],
  ['Endpoint request timed out', 'integration_timeout'],
  ['{"message":null}', 'null_message'],
  ['{"message" : null }', 'null_message'],
  ['Invalid permissions on Lambda function', 'gateway_lacks_permission'],
  [
    'The IAM role configured on the integration or API Gateway doesn’t have permissions to call the integration. Check the permissions and try again.',
    'gateway_lacks_permission',
  ],
  [
    "API Gateway doesn't have permissions to assume the IAM role configured on the integration.",
    'gateway_lacks_permission',
  ],
  ['API Gateway does not have permission to assume the provided role', 'gateway_lacks_permission'],
  ['AuthorizerConfigurationException', 'configuration_error'],
  ['Execution failed due to configuration error: Could not parse policy', 'configuration_error'],
  ['Execution failed due to configuration error: Malformed Lambda proxy response', 'configuration_error'],
];

/** Text that is none of AWS's, however near. */
const none: readonly (readonly [name: string, text: string])[] = [
  ['nothing', ''],
  ['blanks', ' \n\t '],
  ['a customised message', 'You shall not pass'],
  ['a word among others', 'This area is forbidden for guests'],
  ['another JSON member', '{"error":"Forbidden"}'],
  ['a body around another text', '{"message":"Forbidden for you"}'],
  ['a denial of somebody else', 'User 42 is not authorized to perform this action'],
  ['a policy of somebody else', 'our policy allows the action'],
  ['an explicit deny of somebody else', 'there was an explicit deny'],
  ['a refusal of a backend', 'Access denied. Reason: wrong department'],
  ['the scope error of another OAuth server', 'error="insufficient_scope", error_description="more privileges needed"'],
  ['a scope error inside somebody’s JSON', '{"error":"insufficient_scope"}'],
  ['a token error inside somebody’s JSON', '{"error":"invalid_token"}'],
  ['an exception name alone', 'ForbiddenException'],
];

describe('recognizeMessage', () => {
  it.each(kinds)('%s → %s', (text, kind) => {
    expect(recognizeMessage(text).kind).toBe(kind);
  });

  it.each(kinds)('recognises wrapped, indented and escaped: %s', (text, kind) => {
    if (text.includes('&quot;')) return;
    expect(recognizeMessage(text.replaceAll(' ', '\n      ')).kind).toBe(kind);
    expect(recognizeMessage(text.replaceAll(' ', '\u00a0 ')).kind).toBe(kind);
    expect(recognizeMessage(JSON.stringify(text)).kind).toBe(kind);
    expect(recognizeMessage(JSON.stringify({ message: text })).kind).toBe(kind);
  });

  it.each(none)('%s is none', (_name, text) => {
    const message = recognizeMessage(text);
    expect(message.kind).toBe('other');
    expect(message.text).toBe(recognizeMessage('another').text);
  });

  it('tells the two spellings of an internal error apart: REST and HTTP APIs differ', () => {
    expect(recognizeMessage('{"message": "Internal server error"}').text).toBe('Internal server error');
    expect(recognizeMessage('{"message":"Internal Server Error"}').text).toBe('Internal Server Error');
  });

  it('names the route that did not match, without its query', () => {
    expect(recognizeMessage('No method found matching route a/b?key=1 for http method post.')).toMatchObject({
      subject: 'POST a/b',
      text: 'No method found matching route a/b for http method post',
    });
  });

  it('names the reason of a refused certificate', () => {
    expect(recognizeMessage('{"message":"Access denied. Reason: self signed certificate"}').subject).toBe(
      'self signed certificate',
    );
  });

  it.each([
    ["Credential should be scoped to a valid region, not 'us-east-1'. ", 'region'],
    ["Credential should be scoped to correct service: 'execute-api'. ", 'service'],
    [
      "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'execute-api'. ",
      'region and service',
    ],
    ['Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 1 != 2', 'date'],
  ])('%s is about the %s', (text, subject) => {
    expect(recognizeMessage(text).subject).toBe(subject);
  });
});

describe('findSentence', () => {
  it('finds a sentence among other words', () => {
    expect(
      findSentence(`Error: 403 '{"Message":"User: x is not authorized to perform: a:B on resource: y"}'`)?.kind,
    ).toBe('user_not_authorized');
  });

  it('does not take an everyday word for a message', () => {
    expect(findSentence('Forbidden')).toBeNull();
    expect(findSentence('HTTP/1.1 401 Unauthorized')).toBeNull();
  });
});

describe('scheme of the Authorization header that the text echoes', () => {
  const pair = 'not a valid key=value pair (missing equal-sign) in Authorization header';
  it.each([
    [`'eyJ' ${pair}: 'Bearer eyJ'.`, 'bearer'],
    [`<token> ${pair}: 'Bearer <token>'`, 'bearer'],
    [`'x' ${pair}: 'Basic x'.`, 'basic'],
    [`'AWS4-HMAC-SHA256' ${pair}: 'Authorization: AWS4-HMAC-SHA256 Credential=A'.`, 'sigv4'],
    [`'AWS4-HMAC-SHA256' ${pair}: '…'`, 'sigv4'],
    [`'eyJhbGciOi' ${pair}: 'eyJhbGciOi'.`, 'other'],
    [`'…' ${pair}: '…'.`, 'hidden'],
    [`'…' ${pair}: [...]`, 'hidden'],
    [
      `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'Zm9v='.`,
      'hidden',
    ],
    [pair, null],
    ["Authorization header requires 'Credential' parameter. Authorization=Basic abc=", 'basic'],
    [
      "Authorization header requires 'Credential' parameter. (Hashed with SHA-256 and encoded with Base64) Authorization=abc=",
      'hidden',
    ],
    ["Authorization header requires 'Signature' parameter.", null],
  ])('%s → %s', (text, scheme) => {
    expect(recognizeMessage(text)).toMatchObject({ kind: 'incomplete_signature', authorizationScheme: scheme });
  });
});

describe('what is not AWS’s words is not kept', () => {
  const canary = 'CanarySecret0123456789';
  it.each([
    `'${canary}' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer ${canary}'.`,
    `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${canary}'.`,
    `Authorization header requires 'Credential' parameter. Authorization=${canary}`,
    `The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'GET\n/a\n${canary}'\n\nThe String-to-Sign should have been\n'${canary}'`,
    `{"message":"${canary}"}`,
    `${canary}: Forbidden`,
    `User: ${canary} is not authorized to perform: execute-api:Invoke on resource: ${canary}`,
    `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${arn}?token=${canary}`,
    `User: anonymous is not authorized to perform: ${canary} on resource: ${arn}`,
    `User is not authorized to access this resource with an explicit deny ${canary}`,
    `No method found matching route a?key=${canary} for http method GET.`,
    `Access denied. Reason: ${canary}`,
    `Missing required request parameters: [${canary}]`,
    `Execution failed due to configuration error: ${canary}`,
    `Credential should be scoped to a valid region, not '${canary}'.`,
    `Missing Authentication Token ${canary}`,
  ])('%s', (text) => {
    expect(JSON.stringify(recognizeMessage(text))).not.toContain(canary);
  });

  it('in any mixture of the known sentences', () => {
    const words = fc.constantFrom(
      ...kinds.map(([text]) => text),
      canary,
      `'${canary}'`,
      `=${canary}`,
      ': ',
      '"',
      ' Authorization=',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 8 }), (parts) => {
        expect(JSON.stringify(recognizeMessage(parts.join(' ')))).not.toContain(canary);
      }),
      { seed: 403, numRuns: 2000 },
    );
  });

  it('whatever the text is, nothing is thrown', () => {
    const part = fc.oneof(
      fc.constantFrom(...kinds.map(([text]) => text)),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.nat(60), (parts, cut) => {
        expect(typeof recognizeMessage(parts.join('').slice(cut)).kind).toBe('string');
      }),
      { seed: 403, numRuns: 2000 },
    );
  });
});
