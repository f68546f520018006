import { insertByDay } from './batches.js';
import type { Database } from './database.js';
import type { DenominatorStore, MetricTotal, StretchesQuery } from './denominator-store.js';
import { readStretches } from './read/read-stretches.js';
import { dateTime, dateTime64 } from './stored-values.js';

export function createDenominatorStore(database: Database): DenominatorStore {
  return {
    async insertRequestTotals(totals: readonly MetricTotal[], nowMs: number) {
      const writtenAt = dateTime64(nowMs);
      const rows = totals.map(({ minuteMs, account, region, apiId, stage, requests }) => ({
        minute: dateTime(minuteMs),
        account,
        region,
        api_id: apiId,
        stage,
        requests,
        written_at: writtenAt,
      }));
      await insertByDay(database, 'metric_totals', rows, (row) => String(row['minute']).slice(0, 10));
    },

    readStretchesWithoutDenominator: (query: StretchesQuery) => readStretches(database, query),
  };
}
