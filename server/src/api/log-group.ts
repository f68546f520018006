import type { StoredEvent } from '../store/event-store.js';

/** Ids as AWS gives them and stages as it allows them: the name ends up in links. */
const plainName = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * The log group with the execution log of the request; null when no line of it was seen, since most stages have execution logs
 * switched off. Which group an access log goes to is not stored.
 *
 * api `a1b2c3d4e5`, stage `prod` → `API-Gateway-Execution-Logs_a1b2c3d4e5/prod`
 */
export function executionLogGroup({ apiId, stage, sample }: StoredEvent): string | null {
  if (sample === null || sample.record.execution.length === 0) return null;
  if (![apiId, stage].every((name) => plainName.test(name) && name !== 'unknown')) return null;
  return `API-Gateway-Execution-Logs_${apiId}/${stage}`;
}
