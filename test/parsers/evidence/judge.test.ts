import { describe, expect, it } from 'vitest';
import { judge } from '../../../parsers/src/evidence/judge.js';
import type { ConfigFacts, StoredFact } from '../../../parsers/src/model/index.js';
import {
  accessLine,
  baseMs,
  compiled,
  executionLines,
  filteredEvents,
  readLines,
  readText,
  shortFormat,
  uuid,
  wafLine,
} from './feed.js';

const all = { access: true, execution: true, waf: true };
const sent = (n: number, fate: Parameters<typeof accessLine>[0]['fate'], atMs = 0) => ({ n, fate, atMs, logs: all });
const short = compiled(shortFormat);
const factsOf = (...lines: string[]): readonly StoredFact[] => readLines(lines, { template: short }).facts;
const bare = (n: number, fate: Parameters<typeof accessLine>[0]['fate'], atMs = 0) =>
  accessLine(sent(n, fate, atMs), shortFormat);

describe('judging', () => {
  it('nothing gives nothing', () => {
    expect(judge([], () => null)).toEqual([]);
  });

  it('makes a verdict certain when the record of the web ACL arrives', () => {
    const access = readLines([accessLine(sent(1, 'waf'))]).facts;
    const [early] = judge(access, () => null);
    const [late] = judge([...access, ...factsOf(wafLine(sent(1, 'waf')))], () => null);
    expect(early).toMatchObject({ verdict: { cause: 'waf_blocked' }, record: { waf: null } });
    expect(late).toMatchObject({
      verdict: { cause: 'waf_blocked', culprit: { name: 'block-scanners' } },
      record: { wafJoin: 'id', eventId: early?.record.eventId },
      formerEventIds: [],
    });
  });

  it('cancels the row of the execution log when the access line, which counts, arrives', () => {
    const execution = readLines(executionLines(sent(1, 'denied')).slice(1)).facts;
    const [before] = judge(execution, () => null);
    const [after] = judge([...execution, ...factsOf(bare(1, 'denied'))], () => null);
    expect(before).toMatchObject({ verdict: { cause: 'authorizer_denied' }, formerEventIds: [] });
    expect(after?.record.eventId).not.toBe(before?.record.eventId);
    expect(after).toMatchObject({ verdict: { outcome: 'refused' }, formerEventIds: [before?.record.eventId] });
  });

  it('does not judge an execution log of which the first line is not stored yet', () => {
    const execution = readLines(executionLines(sent(1, 'denied')).slice(1)).facts;
    expect(judge(execution.slice(1), () => null)).toEqual([]);
  });

  it('joins a record that no id links by client, method, path and time, if it fits one request only', () => {
    const record = factsOf(wafLine(sent(1, 'waf', 900), false));
    const [joined, ...rest] = judge([...record, ...factsOf(bare(1, 'waf'))], () => null);
    expect(rest).toEqual([]);
    expect(joined).toMatchObject({ record: { wafJoin: 'approximate' }, formerEventIds: [record[0]?.eventId] });
    const twice = judge([...record, ...factsOf(bare(1, 'waf'), bare(201, 'waf', 1000))], () => null);
    expect(twice.map(({ record: { wafJoin } }) => wafJoin)).toEqual([null, 'id', null]);
    expect(twice.flatMap(({ formerEventIds }) => formerEventIds)).toEqual([]);
  });

  it('gives each request that linked facts prove, and cancels none of them', () => {
    const lines = [1, 2].map((n) => accessLine(sent(n, 'denied', n)).replace(uuid(n), uuid(9)));
    const judged = judge(readLines(lines).facts, () => null);
    expect(judged).toHaveLength(2);
    expect(judged.flatMap(({ formerEventIds }) => formerEventIds)).toEqual([]);
  });

  it('keeps the order of the log within a millisecond', () => {
    const messages = executionLines(sent(1, 'invalid_key')).map((line) => line.slice(25));
    const events = messages.map((message, i) => ({ id: `40${i}`, timestamp: baseMs, message }));
    const kinds = ['extended_request_id', 'usage_plan_check', 'api_key_refused', 'method_completed'];
    for (const cut of [0, 1, 2, 3]) {
      const facts = [events.slice(cut), events.slice(0, cut)].flatMap((part) => readText(filteredEvents(part)).facts);
      const judged = judge(facts, () => null);
      expect(judged).toHaveLength(1);
      expect(judged[0]?.record.execution.map(({ kind }) => kind).toSorted()).toEqual(kinds.toSorted());
      expect(judged[0]?.verdict.cause).toBe('usage_plan_mismatch');
    }
    expect(
      judge(readText(filteredEvents(events)).facts, () => null)[0]?.record.execution.map(({ kind }) => kind),
    ).toEqual(kinds);
  });

  it('takes what no line tells from the settings of the feed that counted', () => {
    const place = { account: '111122223333', region: 'eu-west-1', apiId: 'zzzzzzzzzz', stage: 'test' };
    const known = compiled('$context.requestTimeEpoch $context.status $context.requestId');
    const facts = readLines([`${baseMs} 403 ${uuid(1)}`], { template: known, fallbackPlace: place }).facts;
    const log = readLines(executionLines(sent(1, 'denied')), { fallbackPlace: { ...place, stage: 'other' } }).facts;
    expect(judge([...log, ...facts], () => null).map(({ record }) => record)).toMatchObject([place]);
  });

  it('asks of each request what was configured at its place and time', () => {
    const facts = [...factsOf(bare(1, 'no_token')), ...factsOf(bare(2, 'no_token', 60_000))];
    const routesOf = (path: string): ConfigFacts => ({
      ageMs: 0,
      apiKind: 'rest',
      routes: [{ path, method: 'GET', authorizationType: 'AWS_IAM', apiKeyRequired: false }],
    });
    const asked: unknown[] = [];
    const judged = judge(facts, ({ apiId, stage, timeMs }) => {
      asked.push({ apiId, stage, timeMs });
      return routesOf(timeMs === baseMs ? '/orders' : '/other');
    });
    expect(asked).toEqual([
      { apiId: 'k4t7wq2zpe', stage: 'prod', timeMs: baseMs },
      { apiId: 'k4t7wq2zpe', stage: 'prod', timeMs: baseMs + 60_000 },
    ]);
    expect(judged.map(({ verdict }) => verdict.cause)).toEqual(['unsigned_request', 'route_not_found']);
  });
});
