import type { Secrets } from './canary-secrets.js';

/** An input that holds secrets, and the stage's format when it is read by one. */
export interface CanaryInput {
  readonly name: string;
  readonly text: string;
  readonly template?: string;
}

export const requestId = '0c5f8e1a-7b3d-4e92-8a64-d1f0b2c3a495';
export const extendedId = 'KdR5xHZvjoEFq3A=';
export const time = '14/May/2026:09:30:12 +0000';
export const host = 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com';
export const methodArn = 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/orders/7';
export const aclArn = 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/front/6c9d1c1e-8f0a-4b7e-9d2a-5e3c1f7b8a90';

/** A value inside JSON, without its quotes. */
export const inJson = (value: string): string => JSON.stringify(value).slice(1, -1);

/** Header values that carry a secret: every scheme of Authorization, and what stands beside it. */
export const secretHeaders = ({ apiKey, secret }: Secrets): readonly (readonly [string, string])[] => [
  ['Authorization', `Bearer ${secret}`],
  ['Authorization', `Basic ${secret}`],
  [
    'Authorization',
    `AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260514/eu-west-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=${secret}`,
  ],
  ['Authorization', secret],
  ['Authorization', `Token token=${secret}`],
  ['X-Amz-Security-Token', secret],
  ['x-api-key', apiKey],
  ['Cookie', `session=${secret}; theme=dark`],
  ['X-Auth-Token', secret],
];

export const echoes = ({ secret }: Secrets): readonly (readonly [string, string])[] => [
  [
    'key=value echo',
    `'${secret}' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer ${secret}'.`,
  ],
  [
    'key=value echo of SigV4',
    `'Signature=${secret}' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 Signature=${secret}'.`,
  ],
  [
    'parameter echo',
    `Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=${secret}`,
  ],
  ['parameter echo of Basic', `Authorization header requires 'Credential' parameter. Authorization=Basic ${secret}`],
  [
    'canonical string',
    `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'GET\n/prod/orders\ntoken=${secret}\nhost:${host}\nx-amz-security-token:${secret}\n\nhost;x-amz-security-token\ne3b0c44298fc'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20260514T093012Z\n20260514/eu-west-1/execute-api/aws4_request\n${secret}'\n`,
  ],
  [
    'scope echo',
    `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${secret}'`,
  ],
  ['unknown words', `Some new wording about ${secret}`],
];
