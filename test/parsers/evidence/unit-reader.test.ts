import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createUnitReader } from '../../../parsers/src/evidence/unit-reader.js';
import { defaultLimits, noPlace, type StoredFact } from '../../../parsers/src/model/index.js';
import {
  accessLine,
  baseMs,
  compiled,
  executionLines,
  extendedId,
  filteredEvents,
  format,
  gzipped,
  readBytes,
  readLines,
  readText,
  shortFormat,
  subscription,
  template,
  uuid,
  wafLine,
} from './feed.js';

const all = { access: true, execution: true, waf: true };
const sent = (n: number, fate: Parameters<typeof accessLine>[0]['fate'], atMs = 0) => ({ n, fate, atMs, logs: all });
const short = compiled(shortFormat);
const shortLine = (n: number, fate: Parameters<typeof accessLine>[0]['fate'], atMs = 0): string =>
  accessLine(sent(n, fate, atMs), shortFormat);
const linksOf = (facts: readonly StoredFact[]): (readonly string[])[] => facts.map(({ links }) => links);

describe('an access log', () => {
  it('is counted by labels, and only possible refusals become facts', () => {
    const unit = readLines([
      accessLine(sent(1, 'served')),
      accessLine(sent(2, 'served', 59_000)),
      accessLine(sent(3, 'denied', 61_000)),
      accessLine(sent(4, 'missing', 61_000)),
      accessLine(sent(5, 'throttled', 61_000)),
    ]);
    const labels = {
      account: 'unknown',
      region: 'unknown',
      apiId: 'k4t7wq2zpe',
      stage: 'prod',
      route: '/orders',
      method: 'GET',
      countedFrom: 'access',
    };
    expect(unit.counts).toEqual([
      { ...labels, minuteMs: baseMs, statusClass: '2xx', requests: 2 },
      { ...labels, minuteMs: baseMs + 60_000, statusClass: '403', requests: 1 },
      { ...labels, minuteMs: baseMs + 60_000, statusClass: '4xx', requests: 2 },
    ]);
    expect(unit.facts.map(({ kind, timeMs, body }) => [kind, timeMs, body.line])).toEqual([
      ['access', baseMs + 61_000, 3],
    ]);
    expect(unit).toMatchObject({ lines: 5, unread: [], rejected: {}, firstMs: baseMs, newestMs: baseMs + 61_000 });
  });

  it('is read by its keys when no template is given, with the same counts and event ids', () => {
    const lines = [accessLine(sent(1, 'served')), accessLine(sent(2, 'denied', 70_000))];
    const detected = readLines(lines, { template: null });
    const known = readLines(lines);
    expect(detected.counts).toEqual(known.counts);
    expect(detected.facts.map(({ eventId }) => eventId)).toEqual(known.facts.map(({ eventId }) => eventId));
  });

  it('takes labels that no line tells from the settings', () => {
    const fallbackPlace = { account: '111122223333', region: 'eu-west-1', apiId: 'zzzzzzzzzz', stage: 'test' };
    const bare = compiled('$context.requestTimeEpoch $context.status $context.requestId');
    const unit = readLines([`${baseMs} 200 ${uuid(1)}`, `${baseMs} 403 ${uuid(2)}`], { template: bare, fallbackPlace });
    expect(unit.counts).toMatchObject([
      { ...fallbackPlace, route: 'unknown', method: 'unknown', statusClass: '2xx' },
      { ...fallbackPlace, statusClass: '403' },
    ]);
    expect(unit.facts).toMatchObject([{ body: { fallbackPlace, facts: { place: noPlace } } }]);
    expect(readLines([accessLine(sent(1, 'served'))], { fallbackPlace }).counts).toMatchObject([
      { account: '111122223333', region: 'eu-west-1', apiId: 'k4t7wq2zpe', stage: 'prod' },
    ]);
  });

  it('takes account and region from its own lines before the settings', () => {
    const source =
      '{"account":"$context.accountId","domain":"$context.domainName","time":"$context.requestTimeEpoch","status":"$context.status","requestId":"$context.requestId"}';
    const line = (status: number) =>
      `{"account":"444455556666","domain":"a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com","time":"${baseMs}","status":"${status}","requestId":"${uuid(status)}"}`;
    const fallbackPlace = { account: '111122223333', region: 'eu-west-1' };
    for (const known of [compiled(source), null]) {
      const { counts } = readLines([line(200), line(403)], { template: known, fallbackPlace });
      const place = { account: '444455556666', region: 'eu-central-1', apiId: 'a1b2c3d4e5' };
      expect(counts).toMatchObject([place, place]);
    }
  });

  it.each([
    ['a line without a time by template', '$context.status $context.requestId', [`200 ${uuid(1)}`, `403 ${uuid(2)}`]],
    ['a time that is absent', format, [accessLine(sent(1, 'denied')).replace(String(baseMs), '-')]],
    [
      'a time that no log is of, of served and refused requests',
      format,
      [sent(1, 'served'), sent(2, 'denied')].map((each) => accessLine(each).replace(String(baseMs), '3786912000000')),
    ],
    ['a time that is none', format, [accessLine(sent(1, 'served')).replace(String(baseMs), 'soon')]],
  ])('rejects %s and does not count it', (_name, source, lines) => {
    const unit = readLines(lines, { template: compiled(source) });
    expect(unit.rejected).toEqual({ no_event_time: lines.length });
    expect(unit).toMatchObject({ counts: [], facts: [], lines: lines.length, firstMs: null, newestMs: null });
    expect(unit.unread.map(({ line }) => line)).toEqual(lines.map((_, i) => i + 1));
  });

  it('takes the time of the envelope for lines without one', () => {
    const message = accessLine(sent(1, 'denied')).replace(String(baseMs), '-');
    const unit = readText(subscription([{ id: '37', timestamp: baseMs + 5, message }], '/aws/apigateway/shop'));
    expect(unit.counts).toMatchObject([{ account: '111122223333', minuteMs: baseMs, requests: 1 }]);
    expect(unit.facts).toMatchObject([{ timeMs: baseMs + 5 }]);
  });

  it('makes one route of the rarest beyond a thousand of a stage', () => {
    const line = (route: string) => accessLine(sent(1, 'served')).replace('"/orders"', `"${route}"`);
    const routes = Array.from({ length: 1003 }, (_, i) => `/r${String(i).padStart(4, '0')}`);
    const lines = [...routes, ...routes.slice(3)].map(line);
    const other = lines.slice(0, 5).map((text) => text.replace('"prod"', '"test"'));
    for (const order of [lines, lines.toReversed()]) {
      const { counts } = readLines([...order, ...other]);
      const production = counts.filter(({ stage }) => stage === 'prod');
      expect(production).toHaveLength(1001);
      expect(production.filter(({ route }) => route === '(other)')).toMatchObject([{ requests: 3 }]);
      expect(production.some(({ route }) => route === '/r0002')).toBe(false);
      expect(production.reduce((sum, { requests }) => sum + requests, 0)).toBe(2003);
      expect(counts.filter(({ stage }) => stage === 'test')).toHaveLength(5);
    }
  });

  it('is read on behind lines that are too long, and through objects without newlines between them', () => {
    const good = accessLine(sent(1, 'denied'));
    const unit = readLines([good, 'x'.repeat(5000), accessLine(sent(2, 'served'))], { limits: { lineBytes: 2000 } });
    expect(unit.rejected).toEqual({ line_too_long: 1 });
    expect(unit.unread).toMatchObject([{ line: 2, shape: '' }]);
    expect(unit.facts).toHaveLength(1);
    expect(unit.counts).toHaveLength(2);
    const glued = Array.from({ length: 400 }, (_, i) => accessLine(sent(i, i % 2 === 0 ? 'denied' : 'served'))).join(
      '',
    );
    for (const known of [template, null]) {
      const { counts, facts } = readText(glued, { template: known, limits: { lineBytes: 4096 } });
      expect(facts).toHaveLength(200);
      expect(counts.map(({ requests }) => requests)).toEqual([200, 200]);
    }
  });
});

describe('what is not read', () => {
  it('is kept by its line, reason and shape, a hundred of each reason, and counted whole', () => {
    const lines = Array.from({ length: 250 }, (_, i) =>
      i % 2 === 0 ? `noise number ${i}` : accessLine(sent(i, 'served')),
    );
    const unit = readLines(lines);
    expect(unit.rejected).toEqual({ unrecognised: 125 });
    expect(unit.unread).toHaveLength(100);
    expect(unit.unread[1]).toMatchObject({ line: 3, reason: 'unrecognised', shape: 'aaaaa aaaaaa 9' });
    expect(unit.lines).toBe(250);
  });

  it('names each line of a run', () => {
    const unit = readText('one\n\ntwo\nthree');
    expect(unit.unread.map(({ line, shape }) => [line, shape])).toEqual([
      [1, 'aaa'],
      [3, 'aaa'],
      [4, 'aaaaa'],
    ]);
    expect(unit).toMatchObject({ lines: 3, rejected: { unrecognised: 3 } });
  });

  it('never is an answer that somebody pasted: a feed has none', () => {
    const unit = readText(
      'HTTP/1.1 403 Forbidden\r\nx-amzn-ErrorType: ForbiddenException\r\n\r\n{"message":"Forbidden"}\r\n',
    );
    expect(unit).toMatchObject({ counts: [], facts: [], rejected: { unrecognised: 3 } });
  });

  it.each([
    ['gzip that is cut off', gzipped(`${accessLine(sent(1, 'served'))}\n`.repeat(50)).subarray(0, 60), 'corrupt_gzip'],
    [
      'more than the limit',
      new TextEncoder().encode(`${accessLine(sent(1, 'served'))}\n`.repeat(40)),
      'input_too_large',
    ],
    ['gzip of more than the limit', gzipped(`${accessLine(sent(1, 'served'))}\n`.repeat(40)), 'input_too_large'],
  ])('%s', (_name, bytes, reason) => {
    expect(Object.keys(readBytes(bytes, { limits: { totalBytes: 8000 } }).rejected)).toContain(reason);
  });

  it('is evidence beyond the bound on memory, whose requests are counted all the same', () => {
    const lines = Array.from({ length: 100 }, (_, i) => accessLine(sent(i, 'denied')));
    const unit = readLines(lines, { limits: { openBytes: 50_000 } });
    expect(unit.counts).toMatchObject([{ requests: 100 }]);
    expect(unit.facts.length).toBeGreaterThan(5);
    expect(unit.rejected.too_many_requests_held).toBe(100 - unit.facts.length);
  });
});

describe('a web ACL’s log', () => {
  it('is counted by what became of the request, and records that end one are facts', () => {
    const custom = wafLine(sent(3, 'waf')).replace('"action":"BLOCK"', '"action":"BLOCK","responseCodeSent":429');
    const captcha = wafLine(sent(4, 'waf')).replace('"action":"BLOCK"', '"action":"CAPTCHA"');
    const unit = readLines([wafLine(sent(1, 'served')), wafLine(sent(2, 'waf')), custom, captcha]);
    const place = { account: '111122223333', region: 'eu-west-1', apiId: 'k4t7wq2zpe', stage: 'prod' };
    expect(unit.counts).toMatchObject([
      { ...place, statusClass: '403', countedFrom: 'waf', route: 'unknown', method: 'GET', requests: 1 },
      { ...place, statusClass: '4xx', requests: 1 },
      { ...place, statusClass: 'other', requests: 2 },
    ]);
    expect(unit.facts.map(({ kind }) => kind)).toEqual(['waf', 'waf', 'waf']);
  });

  it('is found by its extended id, and by client, method and time', () => {
    const cell = Math.floor(baseMs / 2000);
    const [fact] = readLines([wafLine(sent(1, 'waf'))]).facts;
    expect(fact?.links).toEqual([
      `x:${extendedId(1)}`,
      ...[cell - 1, cell, cell + 1].map((n) => `a:203.0.113.2 GET ${n}`),
    ]);
  });
});

describe('links and ids of access lines', () => {
  it('name the extended id and the request id; the event and the WAF’s cell only without an extended id', () => {
    const [known] = readLines([accessLine(sent(1, 'denied'))]).facts;
    expect(known?.links).toEqual([`x:${extendedId(1)}`, `r:${uuid(1)}`]);
    const [bare] = readLines([shortLine(1, 'denied')], { template: short }).facts;
    expect(bare?.links).toEqual([
      `r:${uuid(1)}`,
      `e:${bare?.eventId}`,
      `a:203.0.113.2 GET ${Math.floor(baseMs / 2000)}`,
    ]);
    expect(bare?.body.lineEventId).toBe(bare?.eventId);
    expect(known?.body.lineEventId).toBeNull();
  });

  it('are those of the same line in another unit, order or wrapping with the same CloudWatch event id', () => {
    const events = [1, 2].map((n) => ({ id: `3700${n}`, timestamp: baseMs + n, message: shortLine(n, 'denied', n) }));
    const idsOf = (text: string) =>
      readText(text, { template: null }).facts.map(({ factId, eventId }) => [factId, eventId]);
    const ids = idsOf(subscription(events, '/aws/apigateway/shop'));
    expect(ids).toHaveLength(2);
    expect(idsOf(filteredEvents(events))).toEqual(ids);
    expect(idsOf(filteredEvents(events.toReversed()))).toEqual(ids);
    expect(idsOf(subscription(events.slice(1), '/aws/apigateway/shop'))).toEqual(ids.slice(1));
    expect(idsOf(`${subscription(events, 'g')}\n${subscription(events, 'g')}`)).toEqual(ids);
  });

  it('tell two equal lines of one unit apart only if nothing else does', () => {
    const bare = compiled('$context.requestTimeEpoch $context.status $context.error.responseType');
    const twice = readLines([`${baseMs} 403 ACCESS_DENIED`, `${baseMs} 403 ACCESS_DENIED`], { template: bare });
    expect(new Set(twice.facts.map(({ factId }) => factId)).size).toBe(2);
    expect(twice.counts).toMatchObject([{ requests: 2 }]);
    const known = readLines([accessLine(sent(1, 'denied')), accessLine(sent(1, 'denied'))]);
    expect(known.facts).toHaveLength(1);
  });
});

describe('labels that are no text', () => {
  it('are counted under what is stored of them', () => {
    const sample = accessLine(sent(1, 'served'));
    const lines = ['\\ud800', '\\udfff'].map((half) => sample.replace('"/orders"', `"/orders${half}"`));
    const unit = readLines(lines);
    expect(unit.counts.map(({ route, requests }) => [route, requests])).toEqual([['/orders\uFFFD', 2]]);
  });
});

describe('an execution log', () => {
  it('is counted once a request, by the status it completed with', () => {
    const unit = readLines([...executionLines(sent(1, 'served')), ...executionLines(sent(2, 'denied', 10))]);
    expect(unit.counts).toMatchObject([
      { countedFrom: 'execution', statusClass: '2xx', method: 'GET', requests: 1 },
      { countedFrom: 'execution', statusClass: '403', requests: 1 },
    ]);
  });

  it('is kept for requests that were refused or failed, by extended or request id', () => {
    const unit = readLines([...executionLines(sent(1, 'served')), ...executionLines(sent(2, 'denied', 10))]);
    expect(linksOf(unit.facts)).toEqual([
      [`x:${extendedId(2)}`, `r:${uuid(2)}`],
      [`r:${uuid(2)}`],
      [`r:${uuid(2)}`],
      [`r:${uuid(2)}`],
    ]);
    expect(unit.facts.map(({ eventId }) => eventId !== '')).toEqual([true, false, false, false]);
  });

  it('gives lines without an id that of the request they stand in', () => {
    const [first, ...rest] = executionLines(sent(1, 'denied'));
    const bare = rest.map((line) => line.replace(`(${uuid(1)}) `, ''));
    const unit = readLines([first as string, ...bare]);
    expect(unit.facts).toHaveLength(4);
    expect(unit.facts.every(({ links }) => links.includes(`r:${uuid(1)}`))).toBe(true);
  });

  it('without any id is linked by the line that it begins with', () => {
    const lines = executionLines(sent(1, 'denied')).slice(1);
    const unit = readLines(lines.map((line) => line.replaceAll(`(${uuid(1)}) `, '').replaceAll(uuid(1), '****')));
    const [first] = unit.facts;
    expect(unit.facts).toHaveLength(3);
    expect(first?.eventId).toMatch(/^[0-9a-f]{32}$/);
    expect(linksOf(unit.facts)).toEqual(unit.facts.map(() => [`e:${first?.eventId}`]));
  });

  it('gives the same facts whether the newest line is listed first or last', () => {
    const lines = executionLines(sent(1, 'denied'));
    const idsOf = (list: readonly string[]) => readLines(list).facts.map(({ factId }) => factId);
    expect(idsOf(lines.toReversed())).toEqual(idsOf(lines));
  });

  it('gives no facts of lines that nobody knows', () => {
    const lines = executionLines(sent(1, 'denied'));
    const odd = (lines[1] as string).replace(/\) .*/, ') Something that no version has printed so far');
    expect(readLines([...lines, odd]).facts).toHaveLength(lines.length);
  });

  it('without any time is rejected line by line', () => {
    const lines = executionLines(sent(1, 'denied')).map((line) => line.slice(25));
    const unit = readLines(lines);
    expect(unit).toMatchObject({ counts: [], facts: [], lines: 4, rejected: { no_event_time: 4 } });
  });
});

describe('the name of a reading', () => {
  const nameOf = (text: string, options = {}): string => readText(text, options).name;
  const line = accessLine(sent(1, 'served'));

  it('follows bytes and settings and nothing else', () => {
    expect(nameOf(line)).toMatch(/^[0-9a-f]{64}$/);
    expect(nameOf(line, { cuts: [1, 2, 3] })).toBe(nameOf(line));
    const others = [
      nameOf(`${line}\n`),
      nameOf(line, { template: null }),
      nameOf(line, { fallbackPlace: { stage: 'test' } }),
    ];
    expect(new Set([nameOf(line), ...others]).size).toBe(4);
  });

  it('is the same with the platform’s SHA-256', () => {
    const reader = createUnitReader({ template, fallbackPlace: noPlace, limits: defaultLimits }, () =>
      createHash('sha256'),
    );
    reader.push(new TextEncoder().encode(line));
    expect(reader.end().name).toBe(nameOf(line));
  });
});

describe('a mixture', () => {
  it('counts the lines inside envelopes with what the envelope tells', () => {
    const group = `API-Gateway-Execution-Logs_k4t7wq2zpe/prod`;
    const execution = executionLines(sent(1, 'denied')).map((line, i) => ({
      id: `3800${i}`,
      timestamp: baseMs + i,
      message: line.slice(25),
    }));
    const access = [{ id: '39001', timestamp: baseMs, message: accessLine(sent(1, 'denied')) }];
    const unit = readLines([
      subscription(execution, group),
      filteredEvents(access),
      wafLine(sent(1, 'waf')),
      accessLine(sent(2, 'served')),
      'noise',
    ]);
    expect(unit.counts.map(({ countedFrom, account, statusClass }) => [countedFrom, account, statusClass])).toEqual([
      ['waf', '111122223333', '403'],
      ['execution', '111122223333', '403'],
      ['access', 'unknown', '2xx'],
      ['access', 'unknown', '403'],
    ]);
    expect(unit.counts[1]).toMatchObject({ apiId: 'k4t7wq2zpe', stage: 'prod' });
    expect(unit.lines).toBe(8);
    expect(unit.rejected).toEqual({ unrecognised: 1 });
  });

  it('reads base64 of gzip, and gzip of gzip', () => {
    const payload = gzipped(
      subscription([{ id: '1', timestamp: baseMs, message: accessLine(sent(1, 'denied')) }], 'g'),
    );
    const base64 = Buffer.from(payload).toString('base64');
    expect(readText(`${base64}\n`).facts).toHaveLength(1);
    expect(readBytes(gzipped(base64)).facts).toHaveLength(1);
    expect(readBytes(payload).facts).toHaveLength(1);
  });
});
