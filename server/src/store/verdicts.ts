import { createHash } from 'node:crypto';
import type { StoredFact } from '@why403/parsers';
import type { TimeRange } from '../query/query.js';
import { wellFormed } from '../text/well-formed.js';
import { insertByDay, nameLists } from './batches.js';
import type { Database } from './database.js';
import type { KnownFacts, RefusedRow, SampleRow, SettleStep, UnsettledQuery, VerdictStore } from './event-store.js';
import { gathered } from './gathered.js';
import { type RefusedColumns, refusedColumnsOf, refusedColumnsSql, refusedRowOf } from './refused-row.js';
import { dateTime64, versionOf } from './stored-values.js';

const dayOfTs = (row: Readonly<Record<string, unknown>>): string => String(row['ts']).slice(0, 10);
const oneDay = (): string => '';

export function createVerdictStore(database: Database): VerdictStore {
  /** Of facts that were stored or compared: each is written once and looked for twice. */
  const contents = new WeakMap<StoredFact, string>();

  const contentOf = (fact: StoredFact, payload = () => payloadOf(fact)): string => {
    const known = contents.get(fact);
    if (known !== undefined) return known;
    const content = contentName(fact.eventId, payload());
    contents.set(fact, content);
    return content;
  };

  const insertFactRows = gathered<readonly Readonly<Record<string, unknown>>[]>((lists) =>
    insertByDay(database, 'fact', lists.flat(), oneDay),
  );

  return {
    async insertFacts(facts: readonly StoredFact[], nowMs: number) {
      const seenAt = dateTime64(nowMs);
      const rows = facts.flatMap((fact) => {
        const { factId, kind, timeMs, links, eventId, body } = fact;
        const payload = payloadOf(fact);
        contentOf(fact, () => payload);
        const ts = dateTime64(timeMs);
        return [...new Set(links)].map((link) => ({
          link,
          fact_id: factId,
          kind,
          ts,
          event_id: eventId,
          payload,
          line: body.line,
          seen_at: seenAt,
        }));
      });
      await insertFactRows(rows);
    },

    readFacts: (links, limitPerLink, known) =>
      known === undefined
        ? readWholeFacts(database, links, limitPerLink)
        : readUnknownFacts(database, links, limitPerLink, { known, contentOf }),

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
      const writtenAt = dateTime64(nowMs);
      const columns = rows.map((row) => refusedColumnsOf(row, writtenAt));
      await insertByDay(database, 'refused', columns, dayOfTs);
    },

    async insertSamples(samples: readonly SampleRow[], nowMs: number) {
      const writtenAt = dateTime64(nowMs);
      const rows = samples.map(({ eventId, tsMs, facts, ruleSet, record, verdict }) => ({
        event_id: eventId,
        ts: dateTime64(tsMs),
        version: versionOf(facts, ruleSet),
        body: JSON.stringify({ record, verdict }),
        written_at: writtenAt,
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

type FactsByLink = Map<string, StoredFact[]>;

async function readWholeFacts(
  database: Database,
  links: readonly string[],
  limitPerLink: number,
): Promise<FactsByLink> {
  const known = new Map<string, StoredFact>();
  const found: FactsByLink = new Map();
  for (const [link, row] of await readFactRows<FactRow>(database, factColumns, links, limitPerLink)) {
    const fact = known.get(row.fact_id) ?? storedFactOf(row);
    known.set(row.fact_id, fact);
    add(found, link, fact);
  }
  return found;
}

/** Names first: of most links there is nothing else. What is read after them can only be more. */
async function readUnknownFacts(
  database: Database,
  links: readonly string[],
  limitPerLink: number,
  { known, contentOf }: { readonly known: KnownFacts; readonly contentOf: (fact: StoredFact) => string },
): Promise<FactsByLink> {
  const found: FactsByLink = new Map();
  const unknown = new Set<string>();
  for (const [link, row] of await readFactRows<FactNameRow>(database, factNameColumns, links, limitPerLink)) {
    const fact = known.get(row.fact_id);
    if (fact !== undefined && contentOf(fact) === row.content_name) add(found, link, fact);
    else unknown.add(link);
  }
  if (unknown.size === 0) return found;
  return new Map([...found, ...(await readWholeFacts(database, [...unknown], limitPerLink))]);
}

function add(found: FactsByLink, link: string, fact: StoredFact): void {
  const ofLink = found.get(link);
  if (ofLink === undefined) found.set(link, [fact]);
  else ofLink.push(fact);
}

/** Rows of facts by link, of each fact the one that stands. */
async function readFactRows<Row>(
  database: Database,
  columns: string,
  links: readonly string[],
  limitPerLink: number,
): Promise<readonly [link: string, row: Row][]> {
  const asked = new Map(links.map((link) => [wellFormed(link), link]));
  const found = await Promise.all(
    [...nameLists(links)].map((list) =>
      database.query<Row & { link: string }>(
        `SELECT *
        FROM (
          SELECT link, ${columns}
          FROM fact
          WHERE link IN {links:Array(String)}
          ORDER BY link, fact_id, line DESC, content
          LIMIT 1 BY link, fact_id
        )
        ORDER BY link, fact_id
        LIMIT {most:UInt32} BY link`,
        { links: list, most: limitPerLink + 1 },
      ),
    ),
  );
  return found.flat().map((row) => [asked.get(row.link) ?? row.link, row]);
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
const factNameColumns = 'fact_id, lower(hex(content)) AS content_name';

interface FactNameRow {
  readonly fact_id: string;
  readonly content_name: string;
}

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

const payloadOf = ({ timeMs, links, body }: StoredFact): string => JSON.stringify({ timeMs, links, body });

/** As the table works it out (migrations/0002-fact-content.sql). */
const contentName = (eventId: string, payload: string): string =>
  createHash('sha256').update(eventId).update(payload).digest('hex').slice(0, 32);
