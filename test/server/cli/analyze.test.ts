import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as engine from '../../../parsers/src/index.js';
import { createAnalyzeCommand } from '../../../server/src/cli/analyze.js';
import { readFilter } from '../../../server/src/cli/analyze-filter.js';
import { runCommandLine } from '../../../server/src/cli/run.js';
import { canaryInputs } from '../../must-hold/canary-inputs.js';
import { leaksIn, secretShapes } from '../../must-hold/canary-secrets.js';
import { accessLine, executionLines, type Fate, format, shortFormat, wafLine } from '../../parsers/evidence/feed.js';
import { analyzeSchemaErrors } from '../analyze/analyze-schema.js';
import { type FakeHost, fakeHost } from './fake-host.js';
import { expectGolden } from './golden.js';

async function analyze(
  args: readonly string[],
  host: FakeHost = fakeHost(),
  nowMs = () => 0,
): Promise<{ code: number; out: string; error: string }> {
  const command = createAnalyzeCommand(async () => engine, nowMs);
  const commands = [{ name: 'analyze', usage: 'analyze', summary: '', load: async () => command }];
  const code = await runCommandLine({ commands, readVersion: async () => '' }, ['analyze', ...args], host);
  return { code, out: host.out.join(''), error: host.error.join('') };
}

let folder: string;
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'why403-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const all = { access: true, execution: true, waf: true };
const sent = (n: number, fate: Fate, atMs = 0) => ({ n, fate, atMs, logs: all });
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** A quiet hour, and half an hour in which an authorizer denies everybody and a web ACL wakes up. */
const hour = Array.from({ length: 600 }, (_, n) => {
  const atMs = n * 6000;
  const isBad = n >= 240 && n < 420;
  const fate: Fate =
    isBad && n % 2 === 0 ? 'denied' : isBad && n % 3 === 0 ? 'waf' : n % 97 === 0 ? 'invalid_key' : 'served';
  return sent(n, fate, atMs);
});

describe('analyze shows', () => {
  const shown = (out: string): string => out.replaceAll(folder, '/logs');

  it('what was refused, why, when, where and whose', async () => {
    const access = hour.map((one) =>
      accessLine(one, shortFormat)
        .replace('/orders"', `/${['orders', 'orders/{id}', 'carts'][one.n % 3]}"`)
        .replace('"prod"', one.n % 5 === 0 ? '"test"' : '"prod"'),
    );
    const waf = hour.filter(({ fate }) => fate === 'waf').map((one) => wafLine(one));
    const noise = ['-- rotated --', 'something else'];
    const paths = [file('access.log', text([...noise, ...access])), file('waf.json', text(waf))];
    const { code, out, error } = await analyze([...paths, '--access-log-format', shortFormat]);
    expect([code, error]).toEqual([0, '']);
    expectGolden('analyze.txt', shown(out));
  });

  it('little where there is little', async () => {
    const { out } = await analyze([
      file('few.log', text([accessLine(sent(1, 'served')), accessLine(sent(2, 'throttled'))])),
    ]);
    expectGolden('analyze-nothing-refused.txt', shown(out));
  });

  it('text of callers as escapes', async () => {
    const hostile = accessLine(sent(1, 'denied'))
      .replace('curl/8.5.0', String.raw`\u001b[2J\u202e\u0007`)
      .replace('/orders"', String.raw`/\u001b]8;;x\u0007"`);
    const path = file('hostile\x1b.log', text([hostile]));
    const { out } = await analyze([path]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(out).not.toMatch(/[\0-\x09\x0b-\x1f\x7f\u202e]/);
    expect(out).toContain('\\x1b[2J\\u202e');
    const { out: json } = await analyze([path, '--json']);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(json).not.toMatch(/[\0-\x09\x0b-\x1f\x7f\u202e]/);
    expect(JSON.parse(json).callers.userAgents[0].value).toBe('\x1b[2J\u202e\x07');
  });

  it.each(secretShapes)('no secret that looks like $shape', async (secrets) => {
    for (const { text: input, template } of canaryInputs(secrets)) {
      const options = template === undefined ? [] : [`--access-log-format=${template}`];
      for (const more of [[], ['--json']]) {
        const { out, error } = await analyze(['-', ...options, ...more], fakeHost([input]));
        expect(leaksIn(out + error, secrets)).toEqual([]);
      }
    }
  });
});

describe('analyze reads', () => {
  const lines = text([accessLine(sent(1, 'denied')), accessLine(sent(2, 'served'))]);

  it.each([
    ['a file', () => [file('a.log', lines)], []],
    ['gzip', () => [file('a.log.gz', new Uint8Array(gzipSync(lines)))], []],
    ['standard input', () => ['-'], [lines]],
    [
      'a format from a file',
      () => [file('b.log', lines), '--access-log-format', `@${file('format.txt', `${format}\n`)}`],
      [],
    ],
    [
      'an execution log',
      () => [file('c.log', text([...executionLines(sent(1, 'denied')), ...executionLines(sent(2, 'served'))]))],
      [],
    ],
  ])('%s', async (_name, args, input) => {
    const { code, out } = await analyze([...args(), '--json'], fakeHost(input));
    expect(code).toBe(0);
    expect(analyzeSchemaErrors(out)).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({ requests: 2, refused: 1 });
  });

  it('several files, and says in which of them the example stands', async () => {
    const [a, b] = [
      file('one.log', text([accessLine(sent(1, 'served'))])),
      file('two.log', text(['', accessLine(sent(2, 'denied'))])),
    ];
    const report = JSON.parse((await analyze([a, b, '--json'])).out);
    expect(report.causes[0].example).toMatchObject({ input: b, line: 2 });
  });

  it('with progress on a terminal, which is gone at the end', async () => {
    let ms = 0;
    const host = { ...fakeHost([lines, lines]), errorIsTerminal: true };
    const { error } = await analyze(['-'], host, () => (ms += 400));
    expect(error).toContain('standard input');
    expect(error.endsWith('\r\x1b[K')).toBe(true);
    expect((await analyze(['-'], fakeHost([lines, lines]), () => (ms += 400))).error).toBe('');
  });
});

describe('analyze ends', () => {
  it('with 3 when nothing was recognised, and says so', async () => {
    const { code, out, error } = await analyze(['-'], fakeHost(['noise\n']));
    expect([code, out]).toEqual([3, '']);
    expect(error).toContain('Nothing here was recognised');
    expect(error).toContain('1 unrecognised');
    expect((await analyze(['-', '--json'], fakeHost(['noise\n']))).code).toBe(3);
  });

  it('with 0 when the filter lets nothing through', async () => {
    const line = text([accessLine(sent(1, 'denied'))]);
    const { code, out } = await analyze(['-', '--stage', 'nowhere'], fakeHost([line]));
    expect(code).toBe(0);
    expect(out).toContain('none passes the filters');
    expect((await analyze(['-', '--stage', 'prod'], fakeHost([line]))).out).not.toContain('none passes');
  });

  it.each([
    ['no file', [], 'needs a file, or - for standard input'],
    ['standard input twice', ['-', '-'], 'named twice'],
    ['a file that is not there', ['no-such-file.log'], 'does not exist'],
    ['a directory', [tmpdir()], `is a directory, not a file.\nName the files in it: ${tmpdir()}/*`],
    ['a format without variables', ['-', '--access-log-format', 'nothing'], 'The access log format cannot be used'],
    ['an unknown cause', ['-', '--cause', 'gremlins'], 'There is no cause gremlins.'],
    ['a cause misspelt', ['-', '--cause', 'waf_bloked'], 'Did you mean waf_blocked?'],
    ['an unknown group', ['-', '--group', 'waf,gremlins'], 'There is no group gremlins.'],
    ['a status that is none', ['-', '--status', '4xx'], '--status needs statuses such as 403, got 4xx.'],
    ['an empty list', ['-', '--stage', ' , '], '--stage needs a value'],
    ['a time that is none', ['-', '--from', 'yesterday'], '--from needs a time in whole minutes'],
    ['a time with seconds', ['-', '--to', '2026-05-14T09:30:15'], '--to needs a time in whole minutes'],
    ['a day that is none', ['-', '--from', '2026-02-31'], '--from needs a time'],
    ['an hour that is none', ['-', '--from', '2026-02-21T25:00'], '--from needs a time'],
    ['a range that is empty', ['-', '--from', '2026-05-14', '--to', '2026-05-14'], 'the range is empty'],
  ])('with 2 for %s', async (_name, args, sentence) => {
    const { code, out, error } = await analyze(args, fakeHost(['x\n']));
    expect([code, out]).toEqual([2, '']);
    expect(error).toContain(sentence);
  });
});

describe('times of a range', () => {
  const words = { causes: [], groups: [] };
  it.each([
    ['2026-05-14', '2026-05-14T00:00:00.000Z'],
    ['2026-05-14T09:30', '2026-05-14T09:30:00.000Z'],
    ['2026-05-14 09:30', '2026-05-14T09:30:00.000Z'],
    ['2026-05-14T09:30:00Z', '2026-05-14T09:30:00.000Z'],
    ['2026-05-14T09:30:00.000Z', '2026-05-14T09:30:00.000Z'],
    ['2026-05-14T09:30+02:00', '2026-05-14T07:30:00.000Z'],
    ['2024-02-29T23:59', '2024-02-29T23:59:00.000Z'],
  ])('%s', (given, iso) => {
    expect(readFilter({ values: new Map([['from', given]]) }, words).fromMs).toBe(Date.parse(iso));
  });
});
