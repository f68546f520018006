import type { AwsError } from '../aws/aws-error.js';
import { type CredentialFault, credentialFaultOf, credentialFixes, namesIn } from '../aws/credential-fault.js';
import { type Finding, type FindingCode, problem, warning } from './finding.js';

/** Where a call failed. */
export interface FailedCall {
  /** `account 111122223333`, `the own identity` */
  readonly on: string;
  readonly region: string;
  /** The ARN that is known to be accepted elsewhere; null when nobody is known yet. */
  readonly knownAs: string | null;
}

const explained: Readonly<Record<CredentialFault, readonly [FindingCode, string]>> = {
  expired: ['credentials_expired', `The AWS credentials have expired: ${credentialFixes.expired}.`],
  missing: ['credentials_missing', `No AWS credentials were found: ${credentialFixes.missing}.`],
  signature: ['credentials_refused', `AWS does not accept the signature of the calls: ${credentialFixes.signature}.`],
};

/** One sentence: what came, and what mends it. */
export function explainFailure(error: AwsError, { on, region, knownAs }: FailedCall): Finding {
  const fault = credentialFaultOf(error);
  switch (error.kind) {
    case 'credentials':
      if (fault !== null) return problem(...explained[fault]);
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
      return problem('unreachable', unreachableSentence(namesIn(error), region));
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
  return `AWS does not answer in ${region} (${name}): let https out to *.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}, directly or by VPC endpoints.`;
}
