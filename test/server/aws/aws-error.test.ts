import { expect, test } from 'vitest';
import { AwsError, awsErrorOf } from '../../../server/src/aws/aws-error.js';

const call = { action: 'logs:FilterLogEvents', on: 'log group shop' };
const named = (name: string, more: object = {}): Error => Object.assign(new Error('what AWS wrote'), { name, ...more });

test.each([
  { error: named('ThrottlingException'), kind: 'throttled' },
  { error: named('TooManyRequestsException'), kind: 'throttled' },
  { error: named('LimitExceededException'), kind: 'throttled' },
  { error: named('Odd', { $metadata: { httpStatusCode: 429 } }), kind: 'throttled' },
  { error: named('AccessDeniedException'), kind: 'denied' },
  // As STS says it: the role may not be assumed.
  { error: named('AccessDenied'), kind: 'credentials' },
  { error: named('CredentialsProviderError'), kind: 'credentials' },
  { error: named('UnrecognizedClientException'), kind: 'credentials' },
  { error: named('ResourceNotFoundException'), kind: 'group_missing' },
  { error: named('InvalidOperationException'), kind: 'group_unreadable' },
  { error: named('Error', { code: 'ENOTFOUND' }), kind: 'unreachable' },
  { error: named('TimeoutError'), kind: 'unreachable' },
  { error: named('Odd', { $metadata: { httpStatusCode: 502 } }), kind: 'unreachable' },
  { error: named('constructor'), kind: 'broken' },
  { error: 'no error at all', kind: 'broken' },
  { error: null, kind: 'broken' },
])('$error.name is $kind', ({ error, kind }) => {
  const made = awsErrorOf(error, call);
  expect(made).toMatchObject({ name: 'AwsError', kind, cause: error });
  expect(made.message).not.toContain('what AWS wrote');
});

test('a name that is no word does not get into the sentence', () => {
  expect(awsErrorOf(named('\u001b[31mred\nred'), call).message).toContain('with an unknown error');
});

test.each([
  { more: { retryAfterSeconds: '3' }, ms: 3_000 },
  { more: { $response: { headers: { 'retry-after': '7' } } }, ms: 7_000 },
  { more: { retryAfterSeconds: '999999' }, ms: 300_000 },
  { more: { retryAfterSeconds: 'soon' }, ms: null },
  { more: {}, ms: null },
])('how long to wait: $more', ({ more, ms }) => {
  expect(awsErrorOf(named('TooManyRequestsException', more), call).retryAfterMs).toBe(ms);
});

test('what was translated once stays as it is', () => {
  const error = new AwsError('denied', 'of ours');
  expect(awsErrorOf(error, call)).toBe(error);
});

test.each([
  ['expired', named('ExpiredTokenException'), /\(ExpiredTokenException\): renew them/],
  ['none', named('CredentialsProviderError'), /: set AWS_PROFILE/],
  ['a wrong secret key or clock', named('SignatureDoesNotMatch'), /: check AWS_SECRET_ACCESS_KEY and the clock/],
  ['a role that is refused', named('AccessDenied'), /: check the role, its trust policy, the ExternalId and the clock/],
])('credentials that are not accepted are told with what mends them: %s', (_name, error, told) => {
  expect(awsErrorOf(error, call, 'credentials').message).toMatch(told);
});
