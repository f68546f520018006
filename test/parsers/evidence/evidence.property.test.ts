import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainText } from '../../../parsers/src/engine/explain.js';
import { type JudgedRequest, judge } from '../../../parsers/src/evidence/judge.js';
import type { StoredFact } from '../../../parsers/src/model/index.js';
import {
  accessLine,
  extendedId,
  format,
  gzipped,
  interleave,
  logsOf,
  readBytes,
  readLines,
  readText,
  type Sent,
  sentRequests,
  shortFormat,
  template,
  uuid,
} from './feed.js';

const picks = fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 });
const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 60 });

/** The lines cut into units at these places. */
function units(lines: readonly string[], at: readonly number[]): string[][] {
  const ends = [...new Set([...at.map((n) => n % (lines.length + 1)), lines.length])].sort((a, b) => a - b);
  return ends.map((end, i) => lines.slice(ends[i - 1] ?? 0, end));
}

/** What a row of the store would say. */
const rowsOf = (judged: readonly JudgedRequest[]) =>
  judged
    .filter(({ verdict }) => verdict.outcome === 'refused')
    .map(({ record, verdict }) => ({
      eventId: record.eventId,
      timeMs: record.timeMs,
      apiId: record.apiId,
      stage: record.stage,
      cause: verdict.cause,
      detail: verdict.detail,
      kinds: record.execution.map(({ kind }) => kind),
    }))
    .sort((a, b) => (a.eventId < b.eventId ? -1 : 1));

/** As over JSON of the store. */
const stored = (facts: readonly StoredFact[]): StoredFact[] => JSON.parse(JSON.stringify(facts)) as StoredFact[];

const totals = (all: readonly ReturnType<typeof readLines>[], kind: string): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const { counts } of all) {
    for (const { countedFrom, requests, statusClass, minuteMs, apiId, stage, route, method } of counts) {
      if (countedFrom !== kind) continue;
      const key = [minuteMs, apiId, stage, route, method, statusClass].join(' ');
      sums[key] = (sums[key] ?? 0) + requests;
    }
  }
  return sums;
};

const classOf = (status: number): string => (status === 403 ? '403' : `${Math.floor(status / 100)}xx`);

describe('what a counting unit says', () => {
  it('is the same however its bytes are cut, packed or not', () => {
    fc.assert(
      fc.property(
        sentRequests(8),
        picks,
        cuts,
        fc.boolean(),
        fc.constantFrom('\n', '\r\n'),
        (sent, order, sizes, known, newline) => {
          const lines = interleave([...logsOf(sent), ['no log line of anybody', '', '  ', '{"half":']], order);
          const text = lines.join(newline);
          const options = { template: known ? template : null };
          const whole = readText(text, options);
          expect(readText(text, { ...options, cuts: sizes })).toEqual(whole);
          const packed = readBytes(gzipped(text), { ...options, cuts: sizes });
          expect({ ...packed, bytes: whole.bytes, name: whole.name }).toEqual(whole);
        },
      ),
      { seed: 403, numRuns: 120 },
    );
  });

  it('counts every request once, however the lines are shared between units', () => {
    // A refusal in the log counts by itself: there are logs without a status behind it.
    const told = sentRequests(10).map((all) =>
      all.map((one) =>
        one.fate === 'denied' || one.fate === 'invalid_key' ? { ...one, logs: { ...one.logs, execution: false } } : one,
      ),
    );
    fc.assert(
      fc.property(told, picks, fc.array(fc.nat(100), { maxLength: 4 }), fc.boolean(), (sent, order, at, known) => {
        const lines = interleave(logsOf(sent), order);
        const read = units(lines, at).map((unit) => readLines(unit, { template: known ? template : null }));
        expect(read.map(({ rejected }) => rejected)).toEqual(read.map(() => ({})));
        expect(read.reduce((sum, unit) => sum + unit.lines, 0)).toBe(lines.length);
        const truth: Record<string, number> = {};
        for (const one of sent.filter(({ logs }) => logs.access)) {
          const { time, status } = JSON.parse(accessLine(one)) as { time: string; status: string };
          const minute = Math.floor(Number(time) / 60_000) * 60_000;
          const key = [minute, 'k4t7wq2zpe', 'prod', '/orders', 'GET', classOf(Number(status))].join(' ');
          truth[key] = (truth[key] ?? 0) + 1;
        }
        expect(totals(read, 'access')).toEqual(truth);
        const ofKind = (kind: string) => Object.values(totals(read, kind)).reduce((sum, n) => sum + n, 0);
        expect(ofKind('waf')).toBe(sent.filter(({ logs }) => logs.waf).length);
        expect(ofKind('execution')).toBe(sent.filter(({ logs }) => logs.execution).length);
      }),
      { seed: 403, numRuns: 150 },
    );
  });
});

/** Rows by explain, of the same lines at once. */
const explained = (lines: readonly string[], accessLogFormat: string | undefined) =>
  explainText(lines.join('\n'), accessLogFormat === undefined ? {} : { accessLogFormat })
    .requests.filter(({ verdict }) => verdict.outcome === 'refused')
    .map(({ record, verdict }) => ({
      eventId: record.eventId,
      timeMs: record.timeMs,
      apiId: record.apiId,
      stage: record.stage,
      cause: verdict.cause,
      detail: verdict.detail,
      kinds: record.execution.map(({ kind }) => kind),
    }))
    .sort((a, b) => (a.eventId < b.eventId ? -1 : 1));

describe('judging the facts of any units', () => {
  it('says what explain says of the same lines', () => {
    // Records of what WAF let through are counted only.
    const blocked = sentRequests(8).map((all) =>
      all.map((one) => ({ ...one, logs: { ...one.logs, waf: one.logs.waf && one.fate === 'waf' } })),
    );
    fc.assert(
      fc.property(blocked, picks, fc.array(fc.nat(100), { maxLength: 3 }), fc.boolean(), (sent, order, at, known) => {
        const lines = interleave(logsOf(sent), order);
        const facts = units(lines, at).flatMap((unit) => readLines(unit, { template: known ? template : null }).facts);
        expect(rowsOf(judge(stored(facts), () => null))).toEqual(explained(lines, known ? format : undefined));
      }),
      { seed: 403, numRuns: 200 },
    );
  });

  it('does so without extended ids in the access log, where requests are joined by request id', () => {
    const withoutWaf = sentRequests(8).map((all) => all.map((one) => ({ ...one, logs: { ...one.logs, waf: false } })));
    fc.assert(
      fc.property(withoutWaf, picks, fc.array(fc.nat(100), { maxLength: 3 }), (sent, order, at) => {
        const shorten = (one: Sent) => (one.logs.access ? [[accessLine(one, shortFormat)]] : []);
        const logs = sent.flatMap((one) => [
          ...shorten(one),
          ...logsOf([{ ...one, logs: { ...one.logs, access: false } }]),
        ]);
        const lines = interleave(logs, order);
        const facts = units(lines, at).flatMap((unit) => readLines(unit, { template: null }).facts);
        const rows = rowsOf(judge(stored(facts), () => null));
        expect(rows.map(({ eventId, cause }) => [eventId, cause])).toEqual(
          explained(lines, undefined).map(({ eventId, cause }) => [eventId, cause]),
        );
      }),
      { seed: 403, numRuns: 120 },
    );
  });

  it('depends neither on order nor on repetition', () => {
    fc.assert(
      fc.property(sentRequests(6), picks, fc.array(fc.nat(1000), { maxLength: 30 }), (sent, order, again) => {
        const { facts } = readLines(interleave(logsOf(sent), order));
        const once = judge(stored(facts), () => null);
        const repeated = again.flatMap((n) => (facts.length === 0 ? [] : [facts[n % facts.length] as StoredFact]));
        expect(judge(stored([...repeated, ...facts.toReversed(), ...repeated]), () => null)).toEqual(once);
        expect(judge(stored(facts.toSorted((a, b) => (a.factId < b.factId ? -1 : 1))), () => null)).toEqual(once);
      }),
      { seed: 403, numRuns: 150 },
    );
  });

  it('is the same for two nodes that read the same logs in other units and other orders', () => {
    fc.assert(
      fc.property(sentRequests(6), picks, picks, fc.array(fc.nat(100), { maxLength: 4 }), (sent, one, other, at) => {
        const logs = logsOf(sent);
        const here = readLines(interleave(logs, one)).facts;
        const there = units(interleave(logs, other), at).flatMap((unit) => readLines(unit).facts);
        const rows = rowsOf(judge(stored(here), () => null));
        expect(rowsOf(judge(stored(there), () => null))).toEqual(rows);
        expect(rowsOf(judge(stored([...there, ...here]), () => null))).toEqual(rows);
      }),
      { seed: 403, numRuns: 120 },
    );
  });

  it('cancels every row that a part of the facts gave, and no row of another request', () => {
    fc.assert(
      fc.property(sentRequests(6), picks, fc.array(fc.nat(100), { maxLength: 4 }), (sent, order, at) => {
        const parts = units(interleave(logsOf(sent), order), at).map((unit) => readLines(unit).facts);
        const standing = new Set<string>();
        const facts: StoredFact[] = [];
        for (const part of parts) {
          facts.push(...stored(part));
          for (const { record, verdict, formerEventIds } of judge(facts, () => null)) {
            for (const id of formerEventIds) standing.delete(id);
            if (verdict.outcome === 'refused') standing.add(record.eventId);
            else standing.delete(record.eventId);
          }
        }
        expect([...standing].sort()).toEqual(rowsOf(judge(facts, () => null)).map(({ eventId }) => eventId));
      }),
      { seed: 403, numRuns: 150 },
    );
  });

  it('finds all facts of a request by the links alone', () => {
    fc.assert(
      fc.property(sentRequests(6), picks, fc.array(fc.nat(100), { maxLength: 3 }), (sent, order, at) => {
        const facts = units(interleave(logsOf(sent), order), at).flatMap((unit) => readLines(unit).facts);
        const byLink = new Map<string, StoredFact[]>();
        for (const fact of facts) {
          for (const link of fact.links) byLink.set(link, [...(byLink.get(link) ?? []), fact]);
        }
        const rows = new Map<string, unknown>();
        for (const fact of facts) {
          const found = new Set([fact]);
          for (const one of found)
            for (const link of one.links) for (const next of byLink.get(link) ?? []) found.add(next);
          for (const row of rowsOf(judge([...found], () => null))) rows.set(row.eventId, row);
        }
        expect(
          [...rows.values()].toSorted((a, b) =>
            (a as { eventId: string }).eventId < (b as { eventId: string }).eventId ? -1 : 1,
          ),
        ).toEqual(rowsOf(judge(facts, () => null)));
      }),
      { seed: 403, numRuns: 120 },
    );
  });
});

describe('ids that callers choose', () => {
  it('make as many requests as there are extended ids', () => {
    const lines = [1, 2, 3].map((n) => accessLine({ n, fate: 'denied', atMs: n }).replace(uuid(n), uuid(77)));
    const judged = judge(readLines(lines).facts, () => null);
    expect(judged.map(({ record }) => record.extendedRequestId)).toEqual([1, 2, 3].map(extendedId));
    expect(judged.flatMap(({ formerEventIds }) => formerEventIds)).toEqual([]);
  });
});
