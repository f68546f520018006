import { type CredentialFault, credentialFaultOf, credentialFixes } from './credential-fault.js';

/**
 * `throttled`: later; `token_rejected`: begin the range again; `denied`: a permission is missing; `group_missing`: deleted, or not there
 * yet; `group_unreadable`: its class has no such call; `credentials`: expired, wrong, or the role may not be assumed; `unreachable`: no
 * answer, or one that says to come back; `broken`: an answer that nothing here expects.
 */
export type AwsErrorKind =
  | 'throttled'
  | 'token_rejected'
  | 'denied'
  | 'group_missing'
  | 'group_unreadable'
  | 'credentials'
  | 'unreachable'
  | 'broken';

/** Every failure of a call to AWS. `message` is ours: it says what came and what to do; AWS's own words are in `cause`. */
export class AwsError extends Error {
  readonly kind: AwsErrorKind;
  /** How long AWS asks to wait; null when it does not say. */
  readonly retryAfterMs: number | null;
  /** The call that failed, as IAM calls it; null when it is not one call. */
  readonly action: string | null;

  constructor(
    kind: AwsErrorKind,
    message: string,
    options: ErrorOptions & { readonly retryAfterMs?: number | null; readonly action?: string } = {},
  ) {
    super(message, options);
    this.name = 'AwsError';
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.action = options.action ?? null;
  }
}

/** The call, for the sentence: `logs:FilterLogEvents`, `log group /aws/apigateway/shop`. */
export interface AwsCall {
  /** As IAM calls it. */
  readonly action: string;
  readonly on: string;
}

/** By the error's name. To add one: a line here; what stands nowhere is `broken`, or `unreachable` by its HTTP status. */
const kinds: Readonly<Record<string, AwsErrorKind>> = {
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  ThrottledException: 'throttled',
  TooManyRequestsException: 'throttled',
  RequestLimitExceeded: 'throttled',
  LimitExceededException: 'throttled',
  SlowDown: 'throttled',
  AccessDeniedException: 'denied',
  UnauthorizedOperation: 'denied',
  NotAuthorizedException: 'denied',
  ResourceNotFoundException: 'group_missing',
  // API Gateway and WAF.
  NotFoundException: 'group_missing',
  WAFNonexistentItemException: 'group_missing',
  // e.g. "The log group … is of log-group-class INFREQUENT_ACCESS. FilterLogEvents is not supported for this log class."
  InvalidOperationException: 'group_unreadable',
  // STS says AccessDenied, CloudWatch Logs AccessDeniedException: this one is the role that may not be assumed.
  AccessDenied: 'credentials',
  ExpiredToken: 'credentials',
  ExpiredTokenException: 'credentials',
  InvalidClientTokenId: 'credentials',
  UnrecognizedClientException: 'credentials',
  InvalidSignatureException: 'credentials',
  SignatureDoesNotMatch: 'credentials',
  IncompleteSignatureException: 'credentials',
  MissingAuthenticationToken: 'credentials',
  MissingAuthenticationTokenException: 'credentials',
  RegionDisabledException: 'credentials',
  CredentialsProviderError: 'credentials',
  TokenProviderError: 'credentials',
  ServiceUnavailableException: 'unreachable',
  ServiceUnavailable: 'unreachable',
  InternalFailure: 'unreachable',
  InternalServerError: 'unreachable',
  RequestTimeout: 'unreachable',
  TimeoutError: 'unreachable',
};

const unreachableCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

const sentences: Readonly<
  Record<AwsErrorKind, (call: AwsCall, name: string, fault: CredentialFault | null) => string>
> = {
  throttled: ({ action }) => `AWS throttles ${action}: it is asked again, more slowly.`,
  token_rejected: ({ action, on }) => `AWS no longer takes its own page token of ${action} on ${on}.`,
  denied: ({ action, on }) => `AWS refuses ${action} on ${on}: allow this action to the role.`,
  group_missing: ({ on }) => `There is no ${on} (any more, or yet).`,
  group_unreadable: ({ action, on }) =>
    `AWS does not offer ${action} on ${on}; groups of the class Infrequent Access cannot be read: use the class Standard.`,
  credentials: ({ action }, name, fault) =>
    `AWS does not accept the credentials for ${action} (${name}): ${fault === null ? 'check the role, its trust policy, the ExternalId and the clock' : credentialFixes[fault]}.`,
  unreachable: ({ action }, name) => `AWS did not answer ${action} (${name}): check the network and the region.`,
  broken: ({ action, on }, name) => `AWS answered ${action} on ${on} with ${name}, which was not expected.`,
};

/** What an SDK client threw, in the words above. */
export function awsErrorOf(error: unknown, call: AwsCall, kind: AwsErrorKind = kindOf(error)): AwsError {
  if (error instanceof AwsError) return error;
  return new AwsError(kind, sentences[kind](call, nameOf(error), credentialFaultOf(error)), {
    cause: error,
    retryAfterMs: retryAfterMsOf(error),
    action: call.action,
  });
}

/** What is looked at of an error; the SDK's classes are not, since several copies of them may be loaded. */
interface SdkError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly retryAfterSeconds?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown } | undefined;
  readonly $response?: { readonly headers?: Readonly<Record<string, unknown>> } | undefined;
}

const seenOf = (error: unknown): SdkError => (typeof error === 'object' && error !== null ? error : {});

function kindOf(error: unknown): AwsErrorKind {
  const { name, code, $metadata } = seenOf(error);
  if (typeof name === 'string' && Object.hasOwn(kinds, name)) return kinds[name] as AwsErrorKind;
  if (typeof code === 'string' && unreachableCodes.has(code)) return 'unreachable';
  const status = Number($metadata?.httpStatusCode);
  if (status === 429) return 'throttled';
  return status >= 500 ? 'unreachable' : 'broken';
}

const word = /^[A-Za-z0-9_.-]{1,64}$/;

function nameOf(error: unknown): string {
  const { name, code } = seenOf(error);
  if (typeof code === 'string' && word.test(code)) return code;
  return typeof name === 'string' && word.test(name) ? name : 'an unknown error';
}

function retryAfterMsOf(error: unknown): number | null {
  const { retryAfterSeconds, $response } = seenOf(error);
  const seconds = Number(retryAfterSeconds ?? $response?.headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 300) * 1000 : null;
}
