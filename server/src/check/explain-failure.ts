import type { AwsError } from '../aws/aws-error.js';
import { type Finding, problem, warning } from './finding.js';

/** Where a call failed. */
export interface FailedCall {
  /** `account 111122223333`, `the own identity` */
  readonly on: string;
  readonly region: string;
  /** The ARN that is known to be accepted elsewhere; null when nobody is known yet. */
  readonly knownAs: string | null;
}

const expired: ReadonlySet<string> = new Set(['ExpiredToken', 'ExpiredTokenException']);
const signature: ReadonlySet<string> = new Set([
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignatureException',
]);
const notFound: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError']);

/** One sentence: what came, and what mends it. */
export function explainFailure(error: AwsError, { on, region, knownAs }: FailedCall): Finding {
  const names = namesIn(error);
  const has = (set: ReadonlySet<string>): boolean => names.some((name) => set.has(name));
  switch (error.kind) {
    case 'credentials':
      if (has(expired)) {
        return problem(
          'credentials_expired',
          `The AWS credentials have expired: renew them (\`aws sso login\`, or a new AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN) and start why403 again.`,
        );
      }
      if (has(notFound)) {
        return problem(
          'credentials_missing',
          'No AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run why403 where a role is attached (instance, task or pod).',
        );
      }
      if (has(signature)) {
        return problem(
          'credentials_refused',
          'AWS does not accept the signature of the calls: check AWS_SECRET_ACCESS_KEY and the clock of this machine.',
        );
      }
      if (knownAs !== null) {
        return problem(
          'region_refused',
          `The region ${region} does not accept credentials that other regions do: switch it on for the account, or take it out of \`regions\`.`,
        );
      }
      return problem(
        'credentials_refused',
        `AWS does not know the access key (asked in ${region}, for ${on}): check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN, and whether ${region} is switched on for the account.`,
      );
    case 'unreachable':
      return problem('unreachable', unreachableSentence(names, region));
    case 'throttled':
      return warning('throttled', `AWS throttles calls on ${on} (${region}): check again when other tools are quiet.`);
    case 'denied':
      return problem('permission_missing', error.message);
    default:
      return problem('unexpected_answer', error.message);
  }
}

function unreachableSentence(names: readonly string[], region: string): string {
  if (names.includes('ENOTFOUND') || names.includes('EAI_AGAIN')) {
    return `The host name of AWS in ${region} cannot be looked up: check the name of the region, then DNS and network.`;
  }
  const name = names.find((each) => each !== 'AwsError' && each !== 'Error') ?? 'no answer';
  return `AWS does not answer in ${region} (${name}): let https out to *.${region}.amazonaws.com, directly or by VPC endpoints.`;
}

/** Names and codes of an error and what caused it. */
function namesIn(error: unknown): string[] {
  const names: string[] = [];
  let at: unknown = error;
  for (let depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth++) {
    const { name, code, cause } = at as { readonly name?: unknown; readonly code?: unknown; readonly cause?: unknown };
    for (const word of [code, name]) if (typeof word === 'string' && /^\w{1,64}$/.test(word)) names.push(word);
    at = cause;
  }
  return names;
}
