import { createAnswerer } from './answer-call.js';
import { type CallLog, createCallLog } from './call-log.js';
import { type Clock, createFakeClock, type FakeClock } from './clock.js';
import { defaultKeyOf, type Sessions } from './credentials.js';
import { createFaultChooser, type Fault } from './faults.js';
import { awsQuotas, createQuotaMeter, type Quota } from './quotas.js';
import { createServices, iamActionsByOperation } from './registry.js';
import { serveHttp } from './serve-http.js';
import type { LogsOptions } from './services/logs/logs-service.js';
import type { FakeWorld } from './world.js';

export interface FakeAwsOptions extends Partial<LogsOptions> {
  /** Default: a clock that stands at 2026-03-01T12:00:00Z until it is moved. */
  readonly clock?: Clock;
  /** Default: AWS's own. */
  readonly quotas?: readonly Quota[];
  /** The array is looked at with each call: push a rule to start it, empty it to end all. */
  readonly faults?: Fault[];
  /** Of everything random. */
  readonly seed?: number;
}

/** What an SDK client needs to talk to the fake as an account in a region. */
export interface FakeClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface FakeAws<C extends Clock = FakeClock> {
  /** `http://127.0.0.1:<port>`, the endpoint of every service. */
  readonly url: string;
  readonly clock: C;
  readonly world: FakeWorld;
  readonly faults: Fault[];
  readonly calls: CallLog;
  /** Every operation that the fake has, and its IAM action. */
  readonly iamActions: Readonly<Record<string, string>>;
  clientConfig(account: string, region: string): FakeClientConfig;
  /** The same for a process that makes its clients itself: variables that every AWS SDK reads. */
  environment(account: string, region: string): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export const defaultStartMs = Date.UTC(2026, 2, 1, 12);

/** A pretended AWS on 127.0.0.1 that speaks the wire protocols of the real one to unmodified clients. */
export function startFakeAws<C extends Clock>(
  world: FakeWorld,
  options: FakeAwsOptions & { readonly clock: C },
): Promise<FakeAws<C>>;
export function startFakeAws(world: FakeWorld, options?: Omit<FakeAwsOptions, 'clock'>): Promise<FakeAws<FakeClock>>;
export async function startFakeAws(world: FakeWorld, options: FakeAwsOptions = {}): Promise<FakeAws<Clock>> {
  const clock = options.clock ?? createFakeClock(defaultStartMs);
  const faults = options.faults ?? [];
  const sessions: Sessions = new Map();
  const calls = createCallLog();
  const services = createServices(sessions, {
    scannedPerPage: options.scannedPerPage ?? 100_000,
    queryMs: options.queryMs ?? 0,
  });
  const server = await serveHttp(
    createAnswerer({
      world,
      clock,
      services,
      sessions,
      calls,
      quotas: createQuotaMeter(options.quotas ?? awsQuotas),
      faults: createFaultChooser(faults, options.seed ?? 1),
    }),
  );
  const clientConfig = (account: string, region: string): FakeClientConfig => ({
    endpoint: server.url,
    region,
    credentials: {
      accessKeyId: world.accounts[account]?.accessKeys?.[0]?.id ?? defaultKeyOf(account),
      secretAccessKey: 'not checked',
    },
  });
  return {
    url: server.url,
    clock,
    world,
    faults,
    calls,
    iamActions: iamActionsByOperation(services),
    clientConfig,
    environment: (account, region) => {
      const { credentials } = clientConfig(account, region);
      return {
        AWS_ENDPOINT_URL: server.url,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        // Neither the user's own profiles nor the machine's role.
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_EC2_METADATA_DISABLED: 'true',
      };
    },
    close: server.close,
  };
}
