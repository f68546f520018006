import { expect, it } from 'vitest';
import type { CountedRequests, RejectReason } from '../../parsers/src/index.js';
import type { RefusedRow } from '../../server/src/store/event-store.js';
import { payloads } from '../support/hostile-values.js';
import type { OpenStore } from './event-store.js';
import {
  counted,
  generation,
  hourMs,
  minuteMs,
  readCounts,
  refusedRow,
  sampleRow,
  startMs,
  storedFact,
  storedUnit,
  writeUnit,
} from './store-rows.js';

const texts: readonly string[] = [
  ...payloads,
  '',
  ' leading and trailing ',
  '\\',
  "\\'",
  "'",
  '"',
  '\\N',
  'NULL',
  '\t\n\r\b\f\v\u0007\u0000\u001b[31m',
  '{name:String}',
  "'; DROP TABLE refused; --",
  "') OR 1=1 --",
  '/* comment */ -- comment',
  '%_%',
  '$$',
  'ünï©ødé 漢字 😀 \u202e',
  '\ufeff',
  '\u0085\u009f',
  '__proto__',
  '2061-03-10',
  '1e999',
  'x'.repeat(70_000),
];

/** Half of a surrogate pair is no text: U+FFFD stands for it. */
const kept = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

export function testKeptText(open: OpenStore): void {
  it('gives back every text of a refused row as it was', async () => {
    const { store } = await open();
    const rows = texts.map((text, n) => hostileRow(`e${n} ${text}`, text));
    await store.insertRefused(rows, startMs);
    const found = await store.readRefused(rows.map((row) => row.eventId));
    const expected = rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [key, typeof value === 'string' ? kept(value) : value]),
      ),
    );
    const byId = (a: { eventId?: unknown }, b: { eventId?: unknown }) =>
      String(a.eventId) < String(b.eventId) ? -1 : 1;
    expect([...found].sort(byId)).toEqual(expected.sort(byId));
  });

  it('gives back samples as they were', async () => {
    const { store } = await open();
    const range = { fromMs: startMs - hourMs, toMs: startMs + hourMs, filter: {}, limit: 500, cursor: null };
    const samples = texts.map((text, n) => {
      const { record, verdict } = sampleRow(`e${n}`);
      return sampleRow(`e${n}`, { record: { ...record, path: text }, verdict: { ...verdict, reason: text } });
    });
    await store.insertSamples(samples, startMs);
    await store.insertRefused(
      texts.map((_, n) => refusedRow(`e${n}`)),
      startMs,
    );
    const { events } = await store.readEvents(range);
    const paths = new Map(
      events.map((event) => [event.eventId, [event.sample?.record.path, event.sample?.verdict.reason]]),
    );
    // JSON of its own: here even half a pair is kept.
    expect(paths).toEqual(new Map(texts.map((text, n) => [`e${n}`, [text, text]])));
  });

  it('gives back facts by whatever link they have', async () => {
    const { store } = await open();
    const facts = texts.map((text, n) =>
      storedFact(`f${n} ${text}`, [`r:${n}${text}`], {
        eventId: text,
        body: { ...storedFact('', []).body, logStream: text },
      }),
    );
    await store.insertFacts(facts, startMs);
    const found = await store.readFacts(
      facts.flatMap((fact) => fact.links),
      5,
    );
    for (const fact of facts) {
      expect(found.get(fact.links[0] ?? '')).toEqual([
        { ...fact, factId: kept(fact.factId), eventId: kept(fact.eventId) },
      ]);
    }
    const step = (n: number) => ({ attempt: texts[n] ?? '', factId: facts[n]?.factId ?? '', ruleSet: 1 });
    await store.announceSettling(
      texts.map((_, n) => step(n)),
      startMs,
    );
    const unsettled = await store.readUnsettled({ sinceMs: 0, abandonedBeforeMs: startMs + 1, ruleSet: 1, limit: 500 });
    expect(new Set(unsettled.flatMap((each) => each.abandoned))).toEqual(new Set(texts.map(kept)));
    await store.markSettled(
      texts.map((_, n) => step(n)),
      startMs,
    );
    expect(await store.readUnsettled({ sinceMs: 0, abandonedBeforeMs: startMs + 1, ruleSet: 1, limit: 500 })).toEqual(
      [],
    );
  });

  it('counts units and labels of any name', async () => {
    const { store, database } = await open();
    for (const [n, text] of texts.entries()) {
      const of = generation(n + 1, text);
      const feed = `feed ${text}`;
      await store.insertTotals(`${n}${text}`, of, feed, [counted(startMs, 1, hostileLabels(text))]);
      await store.insertMarker(storedUnit(`${n}${text}`, of, { feed }), ['2061-03-10'], startMs);
    }
    const counts = await readCounts(database, startMs, startMs + minuteMs);
    const expected = texts.map(
      (text) => `2061-03-10 12:00 ${kept(`${text} ${text} ${text} ${text} ${text} ${text} 2xx access`)}`,
    );
    expect(Object.keys(counts).sort()).toEqual([...new Set(expected)].sort());
    const names = texts.map((text, n) => `${n}${text}`);
    const units = await store.readUnits(names);
    expect([...units.keys()].sort()).toEqual(names.map(kept).sort());
    for (const name of names) expect((await store.readUnitsOf(name)).map((each) => each.unit)).toContain(kept(name));
  });

  it('gives back rejects as they were', async () => {
    const { store } = await open();
    const unread = texts
      .slice(0, 99)
      .map((text, line) => ({ line, reason: 'malformed' as RejectReason, detail: text, shape: text }));
    await store.insertRejects('u', 'feed', startMs, unread);
    const found = (await store.readRejects(500)).map(({ line, detail, shape }) => ({ line, detail, shape }));
    expect(found.sort((a, b) => a.line - b.line)).toEqual(
      unread.map(({ line, detail, shape }) => ({ line, detail: kept(detail), shape: kept(shape) })),
    );
  });

  it('takes any moment that a log can claim', async () => {
    const { store, database } = await open();
    const moments = [-1, 0, 1.5, 253_402_300_799_999, Number.MAX_SAFE_INTEGER, Number.NaN];
    await store.insertRefused(
      moments.map((tsMs, n) => refusedRow(`e${n}`, { tsMs })),
      startMs,
    );
    // What is older than the retention is forgotten sooner or later.
    const found = await store.readRefused(moments.map((_, n) => `e${n}`));
    expect(found.map((row) => row.eventId)).toEqual(expect.arrayContaining(['e3', 'e4']));
    await store.insertFacts(
      moments.map((timeMs, n) => storedFact(`f${n}`, [`x:${n}`], { timeMs })),
      startMs,
    );
    await writeUnit(store, 'u', generation(1), [counted(-minuteMs, 1), counted(253_402_300_740_000, 10)]);
    expect(Object.values(await readCounts(database, startMs, Number.MAX_SAFE_INTEGER))).toEqual([10]);
  });
}

const hostileRow = (eventId: string, text: string): RefusedRow =>
  refusedRow(eventId, {
    account: text,
    region: text,
    apiId: text,
    stage: text,
    route: text,
    method: text,
    detail: text,
    culpritKind: text,
    culprit: text,
    sourceIp: text,
    principal: text,
    apiKeyId: text,
    userAgent: text,
    path: text,
    requestId: text,
    extendedRequestId: text,
    reason: text,
    decidedBy: text,
  });

const hostileLabels = (text: string): Partial<CountedRequests> => ({
  account: text,
  region: text,
  apiId: text,
  stage: text,
  route: text,
  method: text,
});
