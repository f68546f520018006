import { AwsFailure } from '../aws-failure.js';
import type { AwsService, CallContext, Operation, Subject } from '../aws-service.js';
import type { Sessions } from '../credentials.js';
import { queryXmlProtocol } from '../protocols/query-xml.js';
import type { FakeRole, FakeWorld } from '../world.js';

interface AssumeRoleInput {
  readonly RoleArn?: string;
  readonly RoleSessionName?: string;
  readonly ExternalId?: string;
  readonly DurationSeconds?: string;
}

const rolePattern = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;

function findRole(world: FakeWorld, arn: string): { account: string; name: string; role: FakeRole } | null {
  const [, account, name] = rolePattern.exec(arn) ?? [];
  const role = account && name ? world.accounts[account]?.roles?.[name] : undefined;
  return account && name && role ? { account, name, role } : null;
}

const mayAssume = (role: FakeRole, call: CallContext, externalId: string | undefined): boolean =>
  (role.trusts?.includes(call.account) ?? true) && (role.externalId === undefined || role.externalId === externalId);

function durationOf(input: AssumeRoleInput, role: FakeRole): number {
  const seconds = Number(input.DurationSeconds ?? 3_600);
  const most = role.maxSessionSeconds ?? 3_600;
  if (Number.isInteger(seconds) && seconds >= 900 && seconds <= most) return seconds;
  throw new AwsFailure(
    'ValidationError',
    seconds > most
      ? 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'
      : `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint`,
  );
}

/** Roles give temporary keys that end by the fake's clock. */
export function createStsService(sessions: Sessions): AwsService {
  let issued = 0;

  const assumeRole: Operation<AssumeRoleInput> = {
    iamAction: 'sts:AssumeRole',
    subject: (input): Subject => ({ key: input.RoleArn ?? '', arn: input.RoleArn ?? '*', page: 1 }),
    answer: (input, call) => {
      const arn = input.RoleArn ?? '';
      const sessionName = input.RoleSessionName ?? '';
      if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
        throw new AwsFailure(
          'ValidationError',
          `Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint`,
        );
      }
      const found = findRole(call.world, arn);
      // AWS does not tell a missing role from a missing trust.
      if (!found || !mayAssume(found.role, call, input.ExternalId)) {
        throw new AwsFailure(
          'AccessDenied',
          `User: ${call.principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
          403,
        );
      }
      issued += 1;
      const expiresAtMs = call.nowMs + durationOf(input, found.role) * 1_000;
      const accessKeyId = `ASIA${String(issued).padStart(16, '0')}`;
      const sessionToken = `session-token-${issued}`;
      const roleId = `AROA${found.account}:${sessionName}`;
      const sessionArn = `arn:aws:sts::${found.account}:assumed-role/${found.name}/${sessionName}`;
      sessions.set(accessKeyId, {
        sessionToken,
        expiresAtMs,
        principal: { account: found.account, arn: sessionArn, userId: roleId, policy: found.role.policy ?? null },
      });
      return {
        Credentials: {
          AccessKeyId: accessKeyId,
          SecretAccessKey: `secret-${issued}`,
          SessionToken: sessionToken,
          Expiration: new Date(expiresAtMs).toISOString(),
        },
        AssumedRoleUser: { AssumedRoleId: roleId, Arn: sessionArn },
      };
    },
  };

  const getCallerIdentity: Operation<object> = {
    iamAction: 'sts:GetCallerIdentity',
    subject: () => ({ key: '', arn: '*', page: 1 }),
    answer: (_input, { principal }) => ({ UserId: principal.userId, Account: principal.account, Arn: principal.arn }),
  };

  return {
    name: 'sts',
    claims: (_request, service) => service === 'sts',
    protocol: queryXmlProtocol('https://sts.amazonaws.com/doc/2011-06-15/'),
    operations: { AssumeRole: assumeRole, GetCallerIdentity: getCallerIdentity },
  };
}
