import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplainOptions, type Explanation, refuse } from '../../../parsers/src/index.js';
import type { Engine } from '../../../server/src/cli/engine.js';
import { createExplainCommand } from '../../../server/src/cli/explain.js';
import { runCommandLine } from '../../../server/src/cli/run.js';
import { explainSchemaErrors } from './explain-schema.js';
import { causeInfos, explanation, planVerdict, record } from './explained.js';
import { fakeHost } from './fake-host.js';

/** Stands for the engine: keeps what it is given by input, answers `result`, is full after `capacity` bytes. */
function fakeEngine(result: Explanation, capacity = Number.POSITIVE_INFINITY) {
  const inputs: { readonly name: string | undefined; text: string }[] = [];
  const pushed = () => inputs.map(({ text }) => text).join('');
  const asked: ExplainOptions[] = [];
  const engine: Engine = {
    causeCatalogue: causeInfos,
    createExplainer(options = {}) {
      asked.push(options);
      if (options.accessLogFormat === 'no variables')
        return refuse('malformed', 'Expected a $context variable, got none.');
      const decoder = new TextDecoder();
      return {
        ok: true,
        value: {
          nextInput(name) {
            inputs.push({ name, text: '' });
          },
          push(bytes) {
            const input = inputs.at(-1);
            if (input === undefined) throw new Error('pushed before any input began');
            input.text += decoder.decode(bytes);
          },
          get full() {
            return pushed().length >= capacity;
          },
          end: () => result,
        },
      };
    },
  };
  return { engine, asked, inputs, pushed };
}

const understood = explanation([{ record, verdict: planVerdict }]);
const nothing = explanation([], { rejected: [{ line: 3, reason: 'unrecognised', detail: 'Expected a log line.' }] });

async function explain(
  fake: ReturnType<typeof fakeEngine>,
  args: readonly string[],
  host = fakeHost(['pasted\n']),
): Promise<{ code: number; out: string; error: string }> {
  const command = createExplainCommand(async () => fake.engine);
  const commands = [{ name: 'explain', usage: 'explain', summary: '', load: async () => command }];
  const code = await runCommandLine({ commands, readVersion: async () => '' }, ['explain', ...args], host);
  return { code, out: host.out.join(''), error: host.error.join('') };
}

let folder: string;
const file = (name: string, text = ''): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'why403-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('explain reads', () => {
  it.each([
    ['standard input when no file is named', []],
    ['standard input for -', ['-']],
  ])('%s', async (_name, args) => {
    const fake = fakeEngine(understood);
    expect((await explain(fake, args)).code).toBe(0);
    expect(fake.pushed()).toBe('pasted\n');
  });

  it('says what it waits for when standard input is a terminal, on standard error', async () => {
    const { out, error } = await explain(fakeEngine(understood), [], fakeHost(['x'], true));
    expect(error).toContain('Ctrl-D');
    expect(out).not.toContain('Ctrl-D');
  });

  it('files and standard input in their order, each as an input of its own', async () => {
    const fake = fakeEngine(understood);
    const [a, b] = [file('a.log', 'one'), file('b.log', 'two\n')];
    await explain(fake, [a, '-', b]);
    expect(fake.inputs).toEqual([
      { name: a, text: 'one' },
      { name: 'standard input', text: 'pasted\n' },
      { name: b, text: 'two\n' },
    ]);
  });

  it('no further than the engine takes', async () => {
    const fake = fakeEngine(understood, 4);
    await explain(fake, ['-', file('c.log', 'later')], fakeHost(['1234', '5678']));
    expect(fake.pushed()).toBe('1234');
  });

  it('a large file in pieces of at most 64 KiB, all of it', async () => {
    const fake = fakeEngine(understood);
    await explain(fake, [file('large.log', 'x'.repeat(200_000))]);
    expect(fake.pushed()).toHaveLength(200_000);
  });
});

describe('explain hands on', () => {
  it.each([
    ['nothing by default', [], {}],
    ['api and stage', ['--api', 'a1b2c3d4e5', '--stage', 'prod'], { apiId: 'a1b2c3d4e5', stage: 'prod' }],
    ['the log format', ['--access-log-format', '$context.status'], { accessLogFormat: '$context.status' }],
  ])('%s', async (_name, args, options) => {
    const fake = fakeEngine(understood);
    await explain(fake, args);
    expect(fake.asked).toEqual([options]);
  });

  it('a log format from a file, without its final newline', async () => {
    const fake = fakeEngine(understood);
    await explain(fake, ['--access-log-format', `@${file('format.txt', '$context.status $context.path\r\n')}`]);
    expect(fake.asked).toEqual([{ accessLogFormat: '$context.status $context.path' }]);
  });
});

describe('explain answers', () => {
  it('3 and says so when nothing was recognised', async () => {
    const { code, out, error } = await explain(fakeEngine(nothing), []);
    expect(code).toBe(3);
    expect(out).toBe('');
    expect(error).toContain('Nothing here was recognised');
    expect(error).toContain('not read: line 3: Expected a log line.');
  });

  it('3 with JSON too, and writes the rejects', async () => {
    const { code, out } = await explain(fakeEngine(nothing), ['--json']);
    expect(code).toBe(3);
    expect(JSON.parse(out)).toEqual({
      requests: [],
      rejected: [{ line: 3, reason: 'unrecognised', detail: 'Expected a log line.' }],
    });
  });

  it('keeps warnings out of the JSON', async () => {
    const { code, out, error } = await explain(fakeEngine({ ...understood, warnings: ['Odd\x1b.'] }), ['--json']);
    expect(code).toBe(0);
    expect(explainSchemaErrors(out)).toEqual([]);
    expect(error).toBe('warning: Odd\\x1b.\n');
  });

  it('names the file of a request when the engine tells it', async () => {
    const named = explanation([{ input: 'logs/e\x1b.log', record, verdict: planVerdict }]);
    expect((await explain(fakeEngine(named), [])).out).toContain('logs/e\\x1b.log line 7');
  });
});

describe('explain refuses', () => {
  it.each([
    ['a file that is not there', () => [join(folder, 'absent.log')], 'does not exist'],
    ['a path through a file', () => [join(file('f.log'), 'x')], 'part of its path is a file'],
    ['a directory', () => [folder], 'is a directory, not a file.'],
    ['a name with NUL', () => ['a\0b'], 'holds a NUL character'],
    ['standard input twice', () => ['-', '-'], 'named twice'],
    [
      'a log format that does not compile',
      () => ['--access-log-format', 'no variables'],
      'Expected a $context variable',
    ],
    ['a log format file that is not there', () => ['--access-log-format', '@absent'], 'The file absent does not exist'],
    [
      'a log format file that is none',
      () => ['--access-log-format', `@${file('big.txt', 'x'.repeat(70_000))}`],
      'too long for a log format',
    ],
  ])('%s: exit code 2, before anything is read or written', async (_name, args, sentence) => {
    const fake = fakeEngine(understood);
    const { code, out, error } = await explain(fake, args());
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(fake.pushed()).toBe('');
    expect(error).toContain(sentence);
    expect(error.split('\n')).toHaveLength(3);
  });

  it('a bad file behind a good one before it reads the good one', async () => {
    const fake = fakeEngine(understood);
    expect((await explain(fake, [file('good.log', 'x'), join(folder, 'absent')])).code).toBe(2);
    expect(fake.pushed()).toBe('');
  });

  it('standard input that turns out to be a directory', async () => {
    const host = {
      ...fakeHost(),
      stdin: {
        isTerminal: false,
        chunks: (): AsyncIterable<Uint8Array> => ({
          [Symbol.asyncIterator]: () => ({
            next: () => Promise.reject(Object.assign(new Error(), { code: 'EISDIR' })),
          }),
        }),
      },
    };
    const { code, error } = await explain(fakeEngine(understood), [], host);
    expect(code).toBe(2);
    expect(error).toContain('Standard input is a directory, not a file.');
  });
});
