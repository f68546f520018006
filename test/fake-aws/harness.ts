import { onTestFinished } from 'vitest';
import { type FakeAws, type FakeAwsOptions, startFakeAws } from './fake-aws.js';
import { noQuotas } from './quotas.js';
import type { FakeLogGroup, FakeRegion, FakeWorld } from './world.js';

export const account = '111122223333';
export const region = 'eu-central-1';

export const worldOf = (here: FakeRegion): FakeWorld => ({ accounts: { [account]: { regions: { [region]: here } } } });
export const worldOfGroup = (group: FakeLogGroup): FakeWorld => worldOf({ logGroups: [group] });

/** A fake that ends with its test; without quotas unless asked for, since its clock stands still. */
export async function fakeFor(world: FakeWorld, options: Omit<FakeAwsOptions, 'clock'> = {}): Promise<FakeAws> {
  const aws = await startFakeAws(world, { quotas: noQuotas, ...options });
  onTestFinished(() => aws.close());
  return aws;
}

/** What a client of the usual account is made with; failures are not tried again. */
export const clientOf = (aws: FakeAws, where = region) => ({ ...aws.clientConfig(account, where), maxAttempts: 1 });
