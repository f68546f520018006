import { setImmediate } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { AccountAccess } from '../../../../server/src/aws/account-access.js';
import { type AwsClients, createAwsClients } from '../../../../server/src/aws/clients.js';
import { type DiscoverOptions, discover } from '../../../../server/src/aws/discovery/discover.js';
import type { Snapshot } from '../../../../server/src/aws/discovery/snapshot.js';
import { everyStage } from '../../../../server/src/aws/discovery/stage-filters.js';
import { createRateBudget } from '../../../../server/src/aws/rate-budget.js';
import type { FakeAws } from '../../../fake-aws/fake-aws.js';
import { account, region } from '../../../fake-aws/harness.js';

export const own: AccountAccess = { account, regions: [region], roles: [] };

/** Clients of the fake that end with the test. */
export function clientsFor(aws: FakeAws, accounts: readonly AccountAccess[] = [own]): AwsClients {
  const clients = createAwsClients({
    accounts,
    endpoint: aws.url,
    credentials: aws.clientConfig(account, region).credentials,
    nowMs: aws.clock.nowMs,
  });
  onTestFinished(() => clients.close());
  return clients;
}

/** Lets the clock leap to whatever is waited for, until the work is done. */
export async function leaping<T>({ clock }: FakeAws, work: Promise<T>): Promise<T> {
  let isDone = false;
  const end = (): void => {
    isDone = true;
  };
  work.then(end, end);
  while (!isDone) {
    await setImmediate();
    const dueMs = clock.nextDueMs();
    if (dueMs !== null) clock.set(dueMs);
  }
  return work;
}

export function lookAt(aws: FakeAws, options: Partial<DiscoverOptions> = {}): Promise<Snapshot> {
  const { nowMs } = aws.clock;
  const wait = (ms: number, signal: AbortSignal): Promise<void> => aws.clock.wait(ms, signal);
  const work = discover({
    account,
    region,
    clients: clientsFor(aws).of(account, region),
    budget: createRateBudget({ perSecond: 2, burst: 1, nowMs, wait }),
    wait,
    signal: new AbortController().signal,
    previous: null,
    filters: everyStage,
    apiKeys: true,
    nowMs,
    ...options,
  });
  return leaping(aws, work);
}
