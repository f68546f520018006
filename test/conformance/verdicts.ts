import { expect, it } from 'vitest';
import type { StoredFact } from '../../parsers/src/index.js';
import type { OpenStore } from './event-store.js';
import { dayMs, hourMs, minuteMs, refusedRow, sampleRow, startMs, storedFact } from './store-rows.js';

const day = { fromMs: startMs - hourMs, toMs: startMs + hourMs, filter: {}, limit: 50, cursor: null };

export function testVerdicts(open: OpenStore): void {
  it.each([
    ['more facts', { facts: 2, ruleSet: 1 }, { facts: 1, ruleSet: 1 }],
    ['more facts beat a newer rule set', { facts: 2, ruleSet: 1 }, { facts: 1, ruleSet: 9 }],
    ['a newer rule set on equal facts', { facts: 2, ruleSet: 10 }, { facts: 2, ruleSet: 9 }],
    [
      'more facts than integers of JSON hold as a version',
      { facts: 2 ** 39 + 1, ruleSet: 1 },
      { facts: 2 ** 39, ruleSet: 2 },
    ],
    ['the newest rule set there can be', { facts: 1, ruleSet: 65_535 }, { facts: 1, ruleSet: 65_534 }],
  ])('lets the better verdict stand, whichever is written last: %s', async (_, better, worse) => {
    const { store } = await open();
    const right = (id: string) => refusedRow(id, { ...better, cause: 'iam_denied', group: 'iam' });
    const wrong = (id: string) => refusedRow(id, worse);
    for (const row of [wrong('up'), right('up'), right('down'), wrong('down')])
      await store.insertRefused([row], startMs);
    expect(await store.readRefused(['up', 'down'])).toEqual([right('down'), right('up')]);
    expect((await store.readEvents(day)).events.map((event) => event.cause)).toEqual(['iam_denied', 'iam_denied']);
  });

  it('takes facts beyond what a version can hold for as many as it can hold', async () => {
    const { store } = await open();
    await store.insertRefused([refusedRow('e1', { facts: 2 ** 50, ruleSet: 3 })], startMs);
    expect(await store.readRefused(['e1'])).toEqual([refusedRow('e1', { facts: 2 ** 40, ruleSet: 3 })]);
  });

  it('treats a range of events as [from, to)', async () => {
    const { store } = await open();
    const rows = [-1, 0, 999, 1000].map((ms) => refusedRow(`at ${ms}`, { tsMs: startMs + ms }));
    await store.insertRefused(rows, startMs);
    const { events } = await store.readEvents({ ...day, fromMs: startMs, toMs: startMs + 1000 });
    expect(events.map((event) => [event.eventId, event.tsMs])).toEqual([
      ['at 999', startMs + 999],
      ['at 0', startMs],
    ]);
  });

  it('cancels a row under an old key and keeps the one under the new', async () => {
    const { store } = await open();
    await store.insertRefused([refusedRow('e1', { apiId: 'unknown' })], startMs);
    await store.insertRefused(
      [refusedRow('e1', { facts: 2 }), refusedRow('e1', { facts: 2, apiId: 'unknown', cancelled: true })],
      startMs + 1,
    );
    expect((await store.readEvents(day)).events.map((event) => event.apiId)).toEqual(['orders']);
    const standing = (await store.readRefused(['e1'])).map((row) => [row.apiId, row.cancelled, row.facts]);
    expect(standing).toEqual([
      ['orders', false, 2],
      ['unknown', true, 2],
    ]);
    // The old writer comes late.
    await store.insertRefused([refusedRow('e1', { apiId: 'unknown' })], startMs + 2);
    expect((await store.readEvents(day)).events).toHaveLength(1);
  });

  it('reads standing rows of many events, of one range of time if asked', async () => {
    const { store } = await open();
    const rows = Array.from({ length: 1_500 }, (_, n) =>
      refusedRow(`event ${n}`, { tsMs: startMs + Math.floor(n / 100) * dayMs }),
    );
    await store.insertRefused(rows, startMs);
    await store.insertRefused(rows, startMs + 1);
    const ids = rows.map((row) => row.eventId);
    expect(await store.readRefused(ids)).toHaveLength(1_500);
    expect(await store.readRefused(['event 3', 'no such event'])).toEqual([rows[3]]);
    const first = await store.readRefused(ids, { fromMs: startMs, toMs: startMs + dayMs });
    expect(first.map((row) => row.eventId).sort()).toEqual(ids.slice(0, 100).sort());
  });

  it('keeps the sample of the better verdict', async () => {
    const { store } = await open();
    await store.insertRefused([refusedRow('e1', { facts: 2 })], startMs);
    const better = sampleRow('e1', { facts: 2 });
    await store.insertSamples([better], startMs);
    await store.insertSamples([{ ...better, facts: 1, record: { ...better.record, path: '/worse' } }], startMs + 1);
    const [event] = await store.findEvents('e1');
    expect(event?.sample).toEqual({ record: better.record, verdict: better.verdict });
  });

  it('gives the union of facts by link, each once, however often and in whatever order they came', async () => {
    const { store } = await open();
    const one = storedFact('f1', ['x:1', 'r:1']);
    const two = storedFact('f2', ['r:1', 'e:2'], { kind: 'waf', eventId: '' });
    await store.insertFacts([one, two], startMs);
    await store.insertFacts([two, one, one], startMs + 2 * dayMs);
    const found = await store.readFacts(['r:1', 'x:1', 'e:2', 'x:nothing'], 10);
    expect([...found.keys()].sort()).toEqual(['e:2', 'r:1', 'x:1']);
    expect(found.get('r:1')).toEqual([one, two]);
    expect(found.get('x:1')).toEqual([one]);
    expect(found.get('e:2')).toEqual([two]);
    expect(await store.readFacts([], 10)).toEqual(new Map());
  });

  it('lets the later place in a unit stand when a fact is read from two', async () => {
    const { store } = await open();
    const fact = storedFact('f1', ['x:1']);
    const at = (line: number) => ({ ...fact, body: { ...fact.body, line } });
    for (const line of [5, 900, 20]) await store.insertFacts([at(line)], startMs);
    expect((await store.readFacts(['x:1'], 10)).get('x:1')).toEqual([at(900)]);
  });

  it('says the same of a fact that two feeds tell in their own words at one place', async () => {
    const found = [];
    for (const order of [
      ['one', 'two'],
      ['two', 'one'],
    ]) {
      const { store } = await open();
      const fact = storedFact('f1', ['x:1']);
      const told = (logGroup: string) => ({ ...fact, body: { ...fact.body, logGroup } });
      for (const logGroup of order) await store.insertFacts([told(logGroup)], startMs);
      found.push((await store.readFacts(['x:1'], 10)).get('x:1'));
    }
    expect(found[0]).toEqual(found[1]);
  });

  it('gives back facts that the caller knows, and the others as they are stored', async () => {
    const { store } = await open();
    const [same, changed, other] = ['f1', 'f2', 'f3'].map((id) => storedFact(id, [`x:${id}`, 'r:1'])) as StoredFact[];
    await store.insertFacts([same, changed, other] as StoredFact[], startMs);
    const before = { ...changed, body: { ...changed?.body, line: 1 } } as StoredFact;
    const known = new Map([same, before].map((fact) => [fact?.factId, fact] as [string, StoredFact]));
    const found = await store.readFacts(['x:f1', 'x:f2', 'x:f3', 'r:1', 'x:none'], 10, known);
    expect(found.get('x:f1')?.[0]).toBe(same);
    expect(found.get('x:f2')).toEqual([changed]);
    expect(found.get('x:f3')).toEqual([other]);
    expect(found.get('r:1')).toEqual([same, changed, other]);
    expect(found.has('x:none')).toBe(false);
  });

  it('gives at most one fact of a link more than the limit', async () => {
    const { store } = await open();
    const facts = Array.from({ length: 30 }, (_, n) => storedFact(`f${n}`, ['r:common', `x:${n}`]));
    for (const nowMs of [startMs, startMs + 1]) await store.insertFacts(facts, nowMs);
    const found = await store.readFacts(['r:common', 'x:4'], 10);
    expect(found.get('r:common')).toHaveLength(11);
    expect(found.get('x:4')).toHaveLength(1);
    expect((await store.readFacts(['r:common'], 29)).get('r:common')).toHaveLength(30);
  });

  it('reads facts of more links than one statement can name', async () => {
    const { store } = await open();
    const facts = Array.from({ length: 3_000 }, (_, n) => storedFact(`f${n}`, [`x:${n}:${'0'.repeat(50)}`]));
    await store.insertFacts(facts, startMs);
    const found = await store.readFacts(
      facts.flatMap((fact) => fact.links),
      1,
    );
    expect(found.size).toBe(3_000);
  });

  it('knows what no settle step is done with', async () => {
    const { store } = await open();
    const facts = ['f1', 'f2', 'f3', 'f4'].map((id) => storedFact(id, [`x:${id}`, `r:${id}`]));
    await store.insertFacts(facts.slice(0, 1), startMs - 1);
    await store.insertFacts(facts.slice(1), startMs);
    const unsettled = async (ruleSet: number, more = {}) =>
      (await store.readUnsettled({ sinceMs: startMs - 10, abandonedBeforeMs: startMs, ruleSet, limit: 10, ...more }))
        .map(({ fact, abandoned }) => [fact.factId, ...abandoned])
        .sort();
    const step = (factId: string, ruleSet: number, attempt = 'a1') => ({ attempt, factId, ruleSet });
    await store.announceSettling([step('f1', 2), step('f2', 2), step('f3', 2)], startMs + 5);
    expect(await unsettled(2)).toEqual([['f1'], ['f2'], ['f3'], ['f4']]);
    await store.markSettled([step('f1', 2), step('f2', 3)], startMs + dayMs);
    expect(await unsettled(2)).toEqual([['f3'], ['f4']]);
    expect(await unsettled(3)).toEqual([['f1'], ['f3'], ['f4']]);
    expect(await unsettled(4)).toHaveLength(4);
    expect(await unsettled(4, { sinceMs: startMs })).toEqual([['f2'], ['f3'], ['f4']]);
    expect(await unsettled(4, { limit: 2 })).toHaveLength(2);
    const [first] = await store.readUnsettled({ sinceMs: 0, abandonedBeforeMs: 0, ruleSet: 4, limit: 1 });
    expect(first).toEqual({ fact: facts[0], abandoned: [] });
  });

  it('knows which steps were abandoned, until somebody is done with them', async () => {
    const { store } = await open();
    await store.insertFacts([storedFact('f1', ['x:1', 'r:1']), storedFact('f2', ['x:2'])], startMs);
    const step = (attempt: string, ruleSet = 2) => ({ attempt, factId: 'f1', ruleSet });
    const abandoned = async (beforeMs: number) =>
      (await store.readUnsettled({ sinceMs: 0, abandonedBeforeMs: beforeMs, ruleSet: 2, limit: 10 }))
        .filter(({ fact }) => fact.factId === 'f1')
        .map((each) => each.abandoned);
    await store.announceSettling([step('dead'), step('well')], startMs);
    await store.markSettled([step('well')], startMs + 1);
    await store.announceSettling([step('busy')], startMs + 5 * minuteMs);
    expect(await abandoned(startMs)).toEqual([]);
    expect(await abandoned(startMs + minuteMs)).toEqual([['dead']]);
    expect(await abandoned(startMs + 10 * minuteMs)).toEqual([['busy', 'dead']]);
    // An announcement that arrives once more changes nothing; what is noted as cleared up under no rule set is no verdict.
    await store.markSettled([step('dead', 0), step('busy', 0)], startMs + dayMs);
    await store.announceSettling([step('dead')], startMs);
    expect(await abandoned(startMs + 10 * minuteMs)).toEqual([]);
    const left = await store.readUnsettled({ sinceMs: 0, abandonedBeforeMs: 0, ruleSet: 2, limit: 10 });
    expect(left.map(({ fact }) => fact.factId)).toEqual(['f2']);
  });
}
