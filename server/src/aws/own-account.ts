import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AwsError, awsErrorOf } from './aws-error.js';
import type { AwsClientsOptions, CallerIdentity } from './clients.js';

/** In place of AWS's own host and of what the SDK finds: a test. */
export type OwnCredentials = Pick<AwsClientsOptions, 'endpoint' | 'credentials'>;

/** Whose credentials the SDK finds; needs no permission. Throws `AwsError`. */
export async function ownIdentity(
  region: string,
  signal: AbortSignal,
  { endpoint, credentials }: OwnCredentials = {},
): Promise<CallerIdentity> {
  const sts = new STSClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
  });
  try {
    const { Account: account, Arn: arn } = await sts.send(new GetCallerIdentityCommand(), { abortSignal: signal });
    if (account !== undefined && arn !== undefined) return { account, arn };
    throw new AwsError('broken', 'AWS did not say of which account the credentials are: configure a role.');
  } catch (error) {
    throw awsErrorOf(error, { action: 'sts:GetCallerIdentity', on: 'the service itself' });
  } finally {
    sts.destroy();
  }
}

export const ownAccount = async (region: string, signal: AbortSignal): Promise<string> =>
  (await ownIdentity(region, signal)).account;
