import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import type { RoleToAssume } from './account-access.js';
import { AwsError, awsErrorOf } from './aws-error.js';

/** What a call is signed with. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export type CredentialsProvider = () => Promise<AwsCredentials>;

/** The session of a role. */
export interface RoleSession {
  /** Renewed before it ends. Throws `AwsError`. */
  readonly credentials: CredentialsProvider;
  /** AWS no longer takes what `credentials` gave: the next call assumes the role anew. */
  forget(): void;
}

export interface RoleSessionOptions {
  readonly role: RoleToAssume;
  /** Signs with the credentials of whoever assumes the role. */
  readonly sts: STSClient;
  readonly nowMs: () => number;
}

/** The longest that a role assumed by another role may last. */
const durationSeconds = 3_600;
const renewBeforeMs = 300_000;
/** Renewing failed and the old ones still hold: not asked again before. */
const renewAgainMs = 30_000;

interface Held {
  readonly credentials: AwsCredentials;
  readonly untilMs: number;
}

export function createRoleSession({ role, sts, nowMs }: RoleSessionOptions): RoleSession {
  let held: Held | null = null;
  let renewMs = Number.NEGATIVE_INFINITY;
  let pending: Promise<Held> | null = null;

  async function assume(): Promise<Held> {
    try {
      const { Credentials: given } = await sts.send(
        new AssumeRoleCommand({
          RoleArn: role.arn,
          RoleSessionName: 'why403',
          DurationSeconds: durationSeconds,
          ...(role.externalId === null ? {} : { ExternalId: role.externalId }),
        }),
      );
      if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken) {
        throw new AwsError('broken', `AWS let the role ${role.arn} be assumed and gave no credentials.`);
      }
      return {
        untilMs: given.Expiration?.getTime() ?? nowMs() + durationSeconds * 1_000,
        credentials: {
          accessKeyId: given.AccessKeyId,
          secretAccessKey: given.SecretAccessKey,
          sessionToken: given.SessionToken,
          // The SDK would keep them as long as the machine's clock says; in the past means that it asks here each time.
          expiration: new Date(0),
        },
      };
    } catch (error) {
      throw refusalOf(error, role);
    }
  }

  return {
    async credentials() {
      if (held !== null && nowMs() < renewMs) return held.credentials;
      pending ??= assume().finally(() => {
        pending = null;
      });
      try {
        held = await pending;
        renewMs = held.untilMs - renewBeforeMs;
      } catch (error) {
        if (held === null || nowMs() >= held.untilMs) throw error;
        renewMs = nowMs() + renewAgainMs;
      }
      return held.credentials;
    },
    forget() {
      held = null;
    },
  };
}

/** AWS does not tell a missing role from a missing trust or a wrong ExternalId. */
function refusalOf(error: unknown, { arn, externalId }: RoleToAssume): AwsError {
  const failure = awsErrorOf(error, { action: 'sts:AssumeRole', on: `role ${arn}` });
  if (failure.kind !== 'credentials' || error instanceof AwsError) return failure;
  const id = externalId === null ? 'asks for no ExternalId' : 'asks for the ExternalId that is configured';
  const message = `AWS does not let the role ${arn} be assumed: check that it exists, that its trust policy names who assumes it and ${id}, and that who assumes it is allowed sts:AssumeRole on it.`;
  return new AwsError('credentials', message, { cause: error });
}
