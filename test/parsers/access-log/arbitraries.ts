import fc from 'fast-check';
import { shapeOf } from '../../../parsers/src/access-log/variable-shapes.js';
import { type ContextVariable, contextVariables } from '../../../parsers/src/model/context-variable.js';

/** Values and formats as API Gateway writes them, the callers' parts hostile. */
export interface Filled {
  readonly variable: ContextVariable;
  /** Reference in the format. */
  readonly reference: string;
  readonly value: string;
}

export const variables = Object.keys(contextVariables) as ContextVariable[];

const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''));
const uuid = fc.uuid();
const shortId = fc
  .array(fc.constantFrom(...'ABCDEFGHabcdefgh0123456789_-'), { minLength: 15, maxLength: 15 })
  .map((letters) => `${letters.join('')}=`);
const status = fc.constantFrom('200', '204', '301', '400', '401', '403', '404', '429', '500', '504');
const number = fc.integer({ min: 0, max: 9_999_999 }).map(String);
const arn = fc.constantFrom(
  'arn:aws:iam::111122223333:user/ann',
  'arn:aws:sts::111122223333:assumed-role/Deploy/s,1@x',
  'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/edge/0f0e',
);

/** What a caller may try: separators, quotes, escapes, whole fields of other formats. */
const hostileParts = fc.constantFrom(
  '"',
  '\\',
  '\\"',
  ' ',
  ',',
  '-',
  '","status":"200","x":"',
  '" 200 "',
  ' 200 ',
  '<status>200</status>',
  '[27/Oct/2023:13:40:57 +0000]',
  'é\u202e𝒳',
  '$context.status',
  '{}',
  'Mozilla/5.0 (X11; Linux)',
  "'$(id)'",
  '%22',
  '\t',
);
export const hostileText = fc
  .array(fc.oneof(hostileParts, fc.string({ maxLength: 6 })), { maxLength: 5 })
  .map((parts) => parts.join('').replace(/[\r\n]/g, ' '));
const hostileWord = hostileText.map((text) => `/${text.replace(/[\0-\x20\x7f]/g, '')}`);
const message = fc.oneof(
  fc.constantFrom(
    'Forbidden',
    'Missing Authentication Token',
    'User is not authorized to access this resource',
    'Too Many Requests',
  ),
  hostileText,
);

const particular: Partial<Record<ContextVariable, fc.Arbitrary<string>>> = {
  requestId: fc.oneof(uuid, shortId, fc.constant('UUID_REPLACED_INVALID_REQUEST_ID')),
  extendedRequestId: shortId,
  connectionId: shortId,
  'identity.sourceIp': fc.oneof(fc.ipV4(), fc.ipV6()),
  requestTime: fc.constantFrom(
    '27/Oct/2023:13:40:57 +0000',
    '01/Jan/2025:00:00:00 +0000',
    '29/Feb/2024:23:59:59 -0330',
  ),
  requestTimeEpoch: fc.integer({ min: 1_500_000_000_000, max: 1_900_000_000_000 }).map(String),
  connectedAt: fc.constant('1698414057744'),
  httpMethod: fc.constantFrom('GET', 'POST', 'OPTIONS', 'PROPFIND'),
  protocol: fc.constantFrom('HTTP/1.1', 'HTTP/2.0'),
  tlsVersion: fc.constantFrom('TLSv1.2', 'TLSv1.3'),
  cipherSuite: fc.constant('ECDHE-RSA-AES128-GCM-SHA256'.replaceAll('-', '_')),
  stage: fc.constantFrom('prod', '$default', 'v1_b-2'),
  apiId: fc.constantFrom('a1b2c3d4e5', 'zz99yy88xx'),
  'error.responseType': fc.constantFrom('ACCESS_DENIED', 'WAF_FILTERED', 'DEFAULT_4XX', 'THROTTLED'),
  wafResponseCode: fc.constantFrom('WAF_ALLOW', 'WAF_BLOCK'),
  domainName: fc.constantFrom('a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com', 'api.example.com'),
  'identity.userArn': arn,
  webaclArn: arn,
  'identity.apiKeyId': fc.constant('k1l2m3n4o5'),
  'identity.clientCert.validity.notAfter': fc.constant('May 14 16:47:38 2026 GMT'),
  'identity.clientCert.validity.notBefore': fc.constant('Feb  3 06:42:38 2026 GMT'),
  xrayTraceId: fc.tuple(hex(8), hex(24)).map(([a, b]) => `1-${a}-${b}`),
  routeKey: fc.oneof(fc.constantFrom('GET /pets/{id}', '$default', 'ANY /{proxy+}'), hostileText),
};

function valueFor(variable: ContextVariable): fc.Arbitrary<string> {
  const shape = shapeOf(variable);
  const own = particular[variable];
  const usual =
    own ??
    (contextVariables[variable] === 'message'
      ? message
      : shape.freedom === 'text'
        ? hostileText
        : shape.freedom === 'word'
          ? hostileWord
          : shape.ascii['.'.charCodeAt(0)] === 1 && shape.max === 20
            ? number
            : shape.max === 3
              ? status
              : fc.constantFrom('abc123', 'x1'.repeat(8)));
  return fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: fc.constant('-') });
}

const referenceOf = (variable: ContextVariable): string => {
  if (variable === 'authorizer.claims') return '$context.authorizer.claims.sub';
  if (variable === 'authorizer.context') return '$context.authorizer.tenant';
  return `$context.${variable}`;
};

/** Some variables, each once, with values. messageString has its own quotes, as API Gateway adds them. */
export const filledVariables = (max: number): fc.Arbitrary<Filled[]> =>
  fc
    .uniqueArray(fc.constantFrom(...variables), { minLength: 1, maxLength: max })
    .chain((chosen) =>
      fc
        .tuple(...chosen.map((variable) => valueFor(variable)))
        .map((values) =>
          chosen.map((variable, i) => ({ variable, reference: referenceOf(variable), value: values[i] as string })),
        ),
    );
