import type { StoredFact } from '@why403/parsers';
import type { TimeRange } from '../query/query.js';
import { insertByDay, nameLists } from './batches.js';
import type { Database } from './database.js';
import type { RefusedRow, SampleRow, SettleStep, UnsettledQuery, VerdictStore } from './event-store.js';
import { type RefusedColumns, refusedColumnsOf, refusedColumnsSql, refusedRowOf } from './refused-row.js';
import { dateTime64, storableText, versionOf } from './stored-values.js';

const dayOfTs = (row: Readonly<Record<string, unknown>>): string => String(row['ts']).slice(0, 10);
const oneDay = (): string => '';

export function createVerdictStore(database: Database): VerdictStore {
  return {
    async insertFacts(facts: readonly StoredFact[], nowMs: number) {
      const rows = facts.flatMap(({ factId, kind, timeMs, links, eventId, body }) => {
        const payload = JSON.stringify({ timeMs, links, body });
        return [...new Set(links)].map((link) => ({
          link,
          fact_id: factId,
          kind,
          ts: dateTime64(timeMs),
          event_id: eventId,
          payload,
          line: body.line,
          seen_at: dateTime64(nowMs),
        }));
      });
      await insertByDay(database, 'fact', rows, oneDay);
    },

    async readFacts(links: readonly string[], limitPerLink: number) {
      const asked = new Map(links.map((link) => [storableText(link), link]));
      const known = new Map<string, StoredFact>();
      const found = new Map<string, StoredFact[]>();
      for (const list of nameLists(links)) {
        const rows = await database.query<FactRow & { link: string }>(
          `SELECT link, ${factColumns}
          FROM (
            SELECT link, ${factColumns}
            FROM fact
            WHERE link IN {links:Array(String)}
            ORDER BY link, fact_id, line DESC
            LIMIT 1 BY link, fact_id
          )
          ORDER BY link, fact_id
          LIMIT {most:UInt32} BY link`,
          { links: list, most: limitPerLink + 1 },
        );
        for (const row of rows) {
          const link = asked.get(row.link) ?? row.link;
          const fact = known.get(row.fact_id) ?? storedFactOf(row);
          known.set(row.fact_id, fact);
          const ofLink = found.get(link);
          if (ofLink === undefined) found.set(link, [fact]);
          else ofLink.push(fact);
        }
      }
      return found;
    },

    async readRefused(eventIds: readonly string[], within?: TimeRange) {
      const found: RefusedRow[] = [];
      for (const list of nameLists(eventIds)) {
        const rows = await database.query<RefusedColumns>(
          `SELECT ${refusedColumnsSql}
          FROM refused
          WHERE event_id IN {events:Array(String)}${within === undefined ? '' : ` AND ${tsWithin}`}
          ORDER BY ts, account, region, api_id, stage, event_id, version DESC
          LIMIT 1 BY account, region, api_id, stage, ts, event_id`,
          within === undefined
            ? { events: list }
            : { events: list, from: dateTime64(within.fromMs), to: dateTime64(within.toMs) },
        );
        for (const row of rows) found.push(refusedRowOf(row));
      }
      return found;
    },

    async insertRefused(rows: readonly RefusedRow[], nowMs: number) {
      const columns = rows.map((row) => refusedColumnsOf(row, nowMs));
      await insertByDay(database, 'refused', columns, dayOfTs);
    },

    async insertSamples(samples: readonly SampleRow[], nowMs: number) {
      const rows = samples.map(({ eventId, tsMs, facts, ruleSet, record, verdict }) => ({
        event_id: eventId,
        ts: dateTime64(tsMs),
        version: versionOf(facts, ruleSet),
        body: JSON.stringify({ record, verdict }),
        written_at: dateTime64(nowMs),
      }));
      await insertByDay(database, 'sample', rows, dayOfTs);
    },

    announceSettling: (steps, nowMs) => insertSteps(database, steps, 0, nowMs),
    markSettled: (steps, nowMs) => insertSteps(database, steps, 1, nowMs),

    async readUnsettled({ sinceMs, abandonedBeforeMs, ruleSet, limit }: UnsettledQuery) {
      // Names first, payloads after: there may be many more facts than are asked for. Hashes, so that two days of ids fit into memory.
      // A fact was settled after it was seen.
      const rows = await database.query<FactRow>(
        `SELECT ${factColumns}
        FROM fact
        WHERE (link, fact_id) IN (
          SELECT min(link), fact_id
          FROM fact
          WHERE seen_at >= {since:DateTime64(3, 'UTC')} AND (
            sipHash128(fact_id) NOT IN (
              SELECT sipHash128(fact_id)
              FROM settle_step
              WHERE done = 1 AND rule_set >= {rule_set:UInt16} AND at >= {since:DateTime64(3, 'UTC')})
            OR fact_id IN (
              SELECT fact_id FROM settle_step FINAL WHERE done = 0 AND at < {abandoned_before:DateTime64(3, 'UTC')})
          )
          GROUP BY fact_id
          ORDER BY min(seen_at), fact_id
          LIMIT {most:UInt32}
        )
        ORDER BY fact_id, line DESC
        LIMIT 1 BY fact_id`,
        {
          since: dateTime64(sinceMs),
          abandoned_before: dateTime64(abandonedBeforeMs),
          rule_set: ruleSet,
          most: limit,
        },
      );
      const facts = rows.map(storedFactOf);
      const abandoned = await readAbandoned(database, facts, abandonedBeforeMs);
      return facts.map((fact) => ({ fact, abandoned: abandoned.get(fact.factId) ?? [] }));
    },
  };
}

async function insertSteps(
  database: Database,
  steps: readonly SettleStep[],
  done: 0 | 1,
  nowMs: number,
): Promise<void> {
  const at = dateTime64(nowMs);
  const rows = steps.map(({ factId, attempt, ruleSet }) => ({ fact_id: factId, attempt, rule_set: ruleSet, done, at }));
  await insertByDay(database, 'settle_step', rows, oneDay);
}

/** Attempts on these facts that nobody is done with, by fact. */
async function readAbandoned(
  database: Database,
  facts: readonly StoredFact[],
  beforeMs: number,
): Promise<Map<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const list of nameLists(facts.map(({ factId }) => factId))) {
    const rows = await database.query<{ fact_id: string; attempts: readonly string[] }>(
      `SELECT fact_id, arraySort(groupArray(attempt)) AS attempts
      FROM settle_step FINAL
      WHERE fact_id IN {facts:Array(String)} AND done = 0 AND at < {before:DateTime64(3, 'UTC')}
      GROUP BY fact_id`,
      { facts: list, before: dateTime64(beforeMs) },
    );
    for (const { fact_id, attempts } of rows) found.set(fact_id, attempts);
  }
  return found;
}

const tsWithin = `ts >= {from:DateTime64(3, 'UTC')} AND ts < {to:DateTime64(3, 'UTC')}`;
const factColumns = 'fact_id, kind, event_id, payload';

interface FactRow {
  readonly fact_id: string;
  readonly kind: StoredFact['kind'];
  readonly event_id: string;
  readonly payload: string;
}

function storedFactOf(row: FactRow): StoredFact {
  // Written by insertFacts.
  const payload = JSON.parse(row.payload) as Pick<StoredFact, 'timeMs' | 'links' | 'body'>;
  return { factId: row.fact_id, kind: row.kind, eventId: row.event_id, ...payload };
}
