import { describe, expect, it } from 'vitest';
import {
  compileAccessLogFormat,
  createUnitReader,
  defaultLimits,
  type UnitContent,
} from '../../../parsers/src/index.js';
import { type FeedLines, linesOfMinute, linesOfWindow } from '../../../server/src/demo/demo-lines.js';
import { createWorld } from '../../../server/src/demo/world.js';
import { templateOf } from './template-of.js';

const noon = Date.UTC(2026, 5, 17, 12);
const minuteMs = 60_000;

/** By feed, the text of some minutes or windows one after another. */
function text(...parts: readonly Iterable<readonly FeedLines[]>[]): Record<string, string> {
  const all: Record<string, string> = {};
  for (const part of parts) {
    for (const lines of part) {
      for (const { name, bytes } of lines) all[name] = (all[name] ?? '') + new TextDecoder().decode(bytes);
    }
  }
  return all;
}
const linesOf = (content: string | undefined): string[] => (content ?? '').split('\n').filter((line) => line !== '');
const isEvidence = (line: string): boolean => /^API-Gateway-Execution-Logs_|^\{"timestamp":/.test(line);

describe('the same seed and minute', () => {
  it('give the same bytes, whatever was made before and by whom', () => {
    const world = createWorld(7);
    for (const _ of linesOfWindow(world, noon - 2 * minuteMs, noon + 2 * minuteMs)) void _;
    expect(text([linesOfMinute(world, noon)])).toEqual(text([linesOfMinute(createWorld(7), noon)]));
  });

  it.each([
    ['seed', createWorld(8), noon],
    ['minute', createWorld(7), noon + minuteMs],
    ['day', createWorld(7), noon + 24 * 3_600_000],
  ])('another %s gives other lines, and no request twice', (_, world, fromMs) => {
    const idsOf = (lines: readonly FeedLines[]): string[] =>
      Object.values(text([lines])).flatMap((content) => content.match(/[\w-]{8}(?:oAMF|IAMF)[\w-]{3}=/g) ?? []);
    const before = new Set(idsOf(linesOfMinute(createWorld(7), noon)));
    const after = idsOf(linesOfMinute(world, fromMs));
    expect(after.length).toBeGreaterThan(100);
    expect(after.filter((id) => before.has(id))).toEqual([]);
  });
});

describe('windows', () => {
  it.each([10, 20])('of %i s cut a minute into its lines, each once and in order', (seconds) => {
    const world = createWorld(7);
    const windows = Array.from({ length: 60 / seconds }, (_, i) => {
      const at = noon + i * seconds * 1000;
      return linesOfWindow(world, at, at + seconds * 1000);
    });
    expect(text(...windows)).toEqual(text([linesOfMinute(world, noon)]));
  });

  it('of a quarter of an hour are its minutes one after another', () => {
    const world = createWorld(7);
    const minutes = Array.from({ length: 15 }, (_, i) => linesOfMinute(world, noon + i * minuteMs));
    expect(text(linesOfWindow(world, noon, noon + 15 * minuteMs))).toEqual(text(minutes));
  });

  it('hold all that their lines tell of time', () => {
    const world = createWorld(7);
    for (let at = noon; at < noon + 5 * minuteMs; at += 10_000) {
      for (const content of Object.values(text(linesOfWindow(world, at, at + 10_000)))) {
        const epochs = [...content.matchAll(/"(?:requestTimeEpoch":"|timestamp":)(\d{13})/g)].map((m) => Number(m[1]));
        const isos = [...content.matchAll(/ (20\d\d-\d\d-\d\dT[\d:.]+Z) \(/g)].map((m) => Date.parse(m[1] as string));
        for (const time of [...epochs, ...isos]) {
          expect(time).toBeGreaterThanOrEqual(at);
          expect(time).toBeLessThan(at + 10_000);
        }
      }
    }
  });
});

describe('an hour of lines', () => {
  const hours = [...linesOfWindow(createWorld(11), noon, noon + 3_600_000)];
  const feeds = (hours[0] ?? []).map((feed) => [feed.name, feed] as const);
  const content = text(hours);

  it.each(feeds)('%s: every access line fits the format of its stages', (name, feed) => {
    const template = templateOf(feed);
    const access = linesOf(content[name]).filter((line) => !isEvidence(line));
    expect(access.length).toBeGreaterThan(100);
    expect(access.filter((line) => template.parse(line) === null)).toEqual([]);
  });

  it.each(feeds)('%s: callers have addresses of documentation, hosts are examples, keys are masked', (name, feed) => {
    const template = templateOf(feed);
    const odd = linesOf(content[name])
      .map((line) => template.parse(line))
      .filter((values) => {
        const address = values?.get('identity.sourceIp') ?? '192.0.2.1';
        const host = values?.get('domainName') ?? 'api.example.com';
        const key = values?.get('identity.apiKey') ?? '-';
        return !(
          /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}$|^2001:db8:/.test(address) &&
          /\.example\.com$|^\w{10}\.execute-api\.eu-west-1\.amazonaws\.com$/.test(host) &&
          /^(?:-|\*{34}\w{6})$/.test(key)
        );
      });
    expect(odd).toEqual([]);
  });

  it.each(feeds)('%s: the engine reads every line, and knows the place of every request', (name, feed) => {
    const reader = createUnitReader({ template: templateOf(feed), fallbackPlace: feed.place, limits: defaultLimits });
    for (const lines of hours) for (const { name: of, bytes } of lines) if (of === name) reader.push(bytes);
    const read: UnitContent = reader.end();
    const lines = linesOf(content[name]);
    expect({ lines: read.lines, rejected: read.rejected, unread: read.unread }).toEqual({
      lines: lines.length,
      rejected: {},
      unread: [],
    });
    const ofAccess = read.counts.filter(({ countedFrom }) => countedFrom === 'access');
    expect(ofAccess.reduce((sum, { requests }) => sum + requests, 0)).toBe(
      lines.filter((line) => !isEvidence(line)).length,
    );
    for (const { account, region, apiId, stage } of read.counts) {
      expect({ account, region }).toEqual({ account: '111122223333', region: 'eu-west-1' });
      expect(apiId).toMatch(/^[a-z0-9]{10}$/);
      expect(stage).toMatch(/^(?:prod|staging|v2|\$default)$/);
    }
  });

  it('have execution-log lines and WAF records among the access lines', () => {
    expect(content['demo-rest']).toMatch(/^API-Gateway-Execution-Logs_o4r8t1wz6c\/prod [0-9a-f]{32} /m);
    expect(content['demo-rest']).toMatch(/^\{"timestamp":\d{13},"formatVersion":1,/m);
    expect(content['demo-devices']).toMatch(/^API-Gateway-Execution-Logs_d7v4n1kx8q\/prod /m);
  });

  it('are written by formats that are what they say', () => {
    for (const [, feed] of feeds) expect(compileAccessLogFormat(feed.template).ok).toBe(true);
  });
});
