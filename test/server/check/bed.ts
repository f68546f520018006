import { type CheckEntryTools, checkEntry, type EntryCheck } from '../../../server/src/check/check-entry.js';
import type { CheckedEntry } from '../../../server/src/check/checked-entry.js';
import type { Finding } from '../../../server/src/check/finding.js';
import type { FakeAws } from '../../fake-aws/fake-aws.js';
import { account, region } from '../../fake-aws/harness.js';
import { leaping } from '../aws/discovery/bed.js';

export const entry: CheckedEntry = {
  name: 'sources[0]',
  regions: [region],
  role: null,
  filters: { include: [], exclude: [] },
  executionLogs: true,
  wafLogs: true,
  apiKeys: false,
  insights: false,
  metricTotals: false,
  apiCallsPerSecond: 3,
  quotaShare: 0.7,
};

/** Checks an entry against the fake, whose clock leaps. */
export function checkWith(
  aws: FakeAws,
  changes: Partial<CheckedEntry> = {},
  tools: Partial<CheckEntryTools> = {},
): Promise<EntryCheck> {
  const { credentials, endpoint } = aws.clientConfig(account, region);
  const work = checkEntry(
    { ...entry, ...changes },
    {
      ...{ credentials, endpoint, nowMs: aws.clock.nowMs, wait: (ms, signal) => aws.clock.wait(ms, signal) },
      signal: new AbortController().signal,
      onProgress: async () => {},
      ...tools,
    },
  );
  return leaping(aws, work);
}

/** All that is not well, of the entry and its regions. */
export const faultsOf = (check: EntryCheck): readonly Finding[] =>
  [...check.findings, ...check.regions.flatMap(({ findings }) => findings)].filter(({ level }) => level !== 'ok');
