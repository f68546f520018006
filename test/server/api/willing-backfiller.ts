import type { Backfiller, BackfillReport } from '../../../server/src/sources/backfiller.js';
import type { PastRequest } from '../../../server/src/sources/past-reading.js';

export const backfillReport = (more: Partial<BackfillReport> = {}): BackfillReport => ({
  id: 'mkxv3c1s-1',
  state: 'running',
  range: { fromMs: Date.UTC(2026, 1, 22, 12, 30), toMs: Date.UTC(2026, 2, 1, 12, 30) },
  api: null,
  stage: null,
  startedMs: Date.UTC(2026, 2, 1, 12, 30),
  endedMs: null,
  problems: [],
  groups: [],
  ...more,
});

/** Begins whatever it is asked for, reads nothing, and keeps what it was asked for in `asked`. */
export function willingBackfiller(
  more: Partial<Backfiller> = {},
): Backfiller & { readonly asked: (PastRequest | string)[] } {
  const asked: (PastRequest | string)[] = [];
  return {
    asked,
    keptDays: 30,
    start(request) {
      asked.push(request);
      return { kind: 'started', report: backfillReport(request) };
    },
    list: () => [backfillReport()],
    async stop(id) {
      asked.push(id);
      return backfillReport({ id, state: 'stopped', endedMs: Date.UTC(2026, 2, 1, 12, 40) });
    },
    ...more,
  };
}
