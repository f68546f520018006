import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import type { AccountAccess } from './account-access.js';
import { AwsError, type AwsErrorKind, awsErrorOf } from './aws-error.js';
import { type AwsCredentials, type CredentialsProvider, createRoleSession, type RoleSession } from './credentials.js';

/** SDK clients of one account and region, made when they are first asked for. They try once: repeating is ours, through the budgets. */
export interface RegionClients {
  readonly logs: CloudWatchLogsClient;
  readonly apiGateway: APIGatewayClient;
  readonly apiGatewayV2: ApiGatewayV2Client;
  readonly waf: WAFV2Client;
  readonly metrics: CloudWatchClient;
}

export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
}

export interface AwsClients {
  /** Throws a TypeError for an account that is not configured. */
  of(account: string, region: string): RegionClients;
  /** As whom the account is read; needs no permission. Throws `AwsError`, also when it is another account than the configured one. */
  identify(account: string): Promise<CallerIdentity>;
  /** Ends all connections; calls under way fail. */
  close(): void;
}

export interface AwsClientsOptions {
  readonly accounts: readonly AccountAccess[];
  /** In place of AWS's own hosts: a test, a private endpoint. */
  readonly endpoint?: string;
  /** The service's own; default: the SDK's chain of environment, profile, container and machine. */
  readonly credentials?: AwsCredentials | CredentialsProvider;
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  readonly nowMs: () => number;
  /** After each call, well or not. */
  readonly onCall?: (call: AwsCallDone) => void;
}

/** `logs:FilterLogEvents` */
export interface AwsCallDone {
  readonly operation: string;
  readonly result: 'ok' | AwsErrorKind;
}

const defaultConnectTimeoutMs = 5_000;
const defaultRequestTimeoutMs = 30_000;
/** Nobody else asks STS for us, and no budget stands before it. */
const stsAttempts = 3;

/** What all clients have in common; the types of their stacks differ. */
interface SdkClient {
  readonly middlewareStack: unknown;
  destroy(): void;
}

export function createAwsClients(options: AwsClientsOptions): AwsClients {
  const { accounts, endpoint, nowMs } = options;
  const open: SdkClient[] = [];
  const kept = <Client extends SdkClient>(client: Client): Client => {
    open.push(client);
    if (options.onCall !== undefined) tellCalls(client, options.onCall);
    return client;
  };

  const configOf = (region: string, credentials: AwsClientsOptions['credentials']) => ({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    requestHandler: {
      connectionTimeout: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
      requestTimeout: options.requestTimeoutMs ?? defaultRequestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  });

  /** The last of the account's roles, each assumed by the one before it; null = none. */
  function sessionOf({ roles, regions }: AccountAccess): RoleSession | null {
    const region = regionOf(regions);
    let session: RoleSession | null = null;
    for (const role of roles) {
      const by: AwsClientsOptions['credentials'] = session?.credentials ?? options.credentials;
      const sts = kept(new STSClient({ ...configOf(region, by), maxAttempts: stsAttempts }));
      if (session !== null) forgetExpired(sts, session);
      session = createRoleSession({ role, sts, nowMs });
    }
    return session;
  }

  const accessOf = new Map(accounts.map((access) => [access.account, access]));
  const sessions = new Map<string, RoleSession | null>();
  const regional = new Map<string, RegionClients>();

  function accessTo(account: string): { access: AccountAccess; session: RoleSession | null } {
    const access = accessOf.get(account);
    if (access === undefined) throw new TypeError(`the account ${account} is not configured`);
    const session = sessions.get(account) ?? sessionOf(access);
    sessions.set(account, session);
    return { access, session };
  }

  /** Made on first use, and told when its credentials have ended. */
  function maker(account: string, region: string) {
    const { session } = accessTo(account);
    const config = { ...configOf(region, session?.credentials ?? options.credentials), maxAttempts: 1 };
    return <Client extends SdkClient>(make: (common: typeof config) => Client): (() => Client) => {
      let made: Client | null = null;
      return () => {
        if (made === null) {
          made = kept(make(config));
          if (session !== null) forgetExpired(made, session);
        }
        return made;
      };
    };
  }

  function clientsOf(account: string, region: string): RegionClients {
    const lazy = maker(account, region);
    const logs = lazy((config) => new CloudWatchLogsClient(config));
    const apiGateway = lazy((config) => new APIGatewayClient(config));
    const apiGatewayV2 = lazy((config) => new ApiGatewayV2Client(config));
    const waf = lazy((config) => new WAFV2Client(config));
    const metrics = lazy((config) => new CloudWatchClient(config));
    return {
      get logs() {
        return logs();
      },
      get apiGateway() {
        return apiGateway();
      },
      get apiGatewayV2() {
        return apiGatewayV2();
      },
      get waf() {
        return waf();
      },
      get metrics() {
        return metrics();
      },
    };
  }

  return {
    of(account, region) {
      const key = `${account} ${region}`;
      const clients = regional.get(key) ?? clientsOf(account, region);
      regional.set(key, clients);
      return clients;
    },
    async identify(account) {
      const { access, session } = accessTo(account);
      const config = configOf(regionOf(access.regions), session?.credentials ?? options.credentials);
      const sts = new STSClient({ ...config, maxAttempts: stsAttempts });
      try {
        const { Account: found = '', Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand());
        if (found === account) return { account, arn };
        throw new AwsError(
          'credentials',
          `The credentials for account ${account} are of account ${found} (${arn}): configure a role of ${account}, or correct the account.`,
        );
      } catch (error) {
        throw awsErrorOf(error, { action: 'sts:GetCallerIdentity', on: `account ${account}` });
      } finally {
        sts.destroy();
      }
    },
    close() {
      for (const client of open.splice(0)) client.destroy();
    },
  };
}

function regionOf([first]: readonly string[]): string {
  if (first === undefined) throw new TypeError('an account needs a region');
  return first;
}

const expired: ReadonlySet<unknown> = new Set(['ExpiredToken', 'ExpiredTokenException']);

type Handler = (args: unknown) => Promise<unknown>;

/** What the SDK says of the call that goes through a stack. */
interface CallContext {
  readonly clientName?: string;
  readonly commandName?: string;
}

interface Stack {
  add(
    middleware: (next: Handler, context: CallContext) => Handler,
    options: { readonly step: 'initialize'; readonly name: string },
  ): void;
}

/** A clock that goes wrong, a session that was revoked: what AWS says counts more than when the session should have ended. */
function forgetExpired(client: SdkClient, session: RoleSession): void {
  (client.middlewareStack as Stack).add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (expired.has((error as { readonly name?: unknown } | null)?.name)) session.forget();
        throw error;
      }
    },
    { step: 'initialize', name: 'why403ForgetExpired' },
  );
}

/** By the SDK's own names of its clients. */
const services: Readonly<Record<string, string>> = {
  APIGatewayClient: 'apigateway',
  ApiGatewayV2Client: 'apigatewayv2',
  CloudWatchClient: 'cloudwatch',
  CloudWatchLogsClient: 'logs',
  STSClient: 'sts',
  WAFV2Client: 'wafv2',
};

function tellCalls(client: SdkClient, tell: (call: AwsCallDone) => void): void {
  (client.middlewareStack as Stack).add(
    (next, { clientName = '', commandName = '' }) => {
      const operation = `${services[clientName] ?? clientName}:${commandName.replace(/Command$/, '')}`;
      return async (args) => {
        try {
          const answer = await next(args);
          tell({ operation, result: 'ok' });
          return answer;
        } catch (error) {
          tell({ operation, result: awsErrorOf(error, { action: operation, on: '' }).kind });
          throw error;
        }
      };
    },
    { step: 'initialize', name: 'why403TellCalls' },
  );
}
