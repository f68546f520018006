import { describe, expect, it } from 'vitest';
import type { Arguments } from '../../../server/src/cli/arguments.js';
import type { Command } from '../../../server/src/cli/command.js';
import { runCommandLine } from '../../../server/src/cli/run.js';
import { fakeHost } from './fake-host.js';

function commandLine() {
  const calls: Arguments[] = [];
  const paint: Command = {
    help: 'Help of paint\n',
    options: { color: 'value', dry: 'flag' },
    async run(args) {
      calls.push(args);
      return 0;
    },
  };
  const commands = [{ name: 'paint', usage: 'paint [FILE…]', summary: 'paint files', load: async () => paint }];
  const run = async (args: readonly string[]) => {
    const host = fakeHost();
    const code = await runCommandLine({ commands, readVersion: async () => '1.2.3' }, args, host);
    return { code, out: host.out.join(''), error: host.error.join('') };
  };
  return { run, calls };
}

describe('wrong usage', () => {
  it.each([
    ['an unknown command', ['frobnicate'], 'There is no command "frobnicate"'],
    ['a command misspelt', ['piant'], 'Did you mean `why403 paint`?'],
    ['an option before a command', ['--dry', 'paint'], 'There is no option --dry before a command'],
    ['an unknown option', ['paint', '--bright'], '`why403 paint` has no option --bright.'],
    ['an option misspelt', ['paint', '--colour', 'red'], 'Did you mean --color?'],
    ['an unknown short option', ['paint', '-x'], 'no option -x.'],
    ['an option of the prototype', ['paint', '--constructor'], 'no option --constructor.'],
    ['a value that is missing', ['paint', '--color'], '--color needs a value.'],
    ['an empty value', ['paint', '--color', ''], '--color needs a value.'],
    ['an empty value after =', ['paint', '--color='], '--color needs a value.'],
    [
      'an option instead of a value',
      ['paint', '--color', '--dry'],
      '--color needs a value, and the option --dry follows.',
    ],
    ['a value for a flag', ['paint', '--dry=yes'], '--dry takes no value.'],
    ['an option twice', ['paint', '--color', 'red', '--color', 'blue'], '--color is given twice.'],
    ['help for an unknown command', ['help', 'sing'], 'There is no command "sing"'],
    ['help for two commands', ['help', 'paint', 'paint'], '`why403 help` takes one command.'],
  ])('%s: one sentence, a hint, exit code 2', async (_name, args, sentence) => {
    const { run, calls } = commandLine();
    const { code, out, error } = await run(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(error).toContain(sentence);
    expect(error).toMatch(/^why403: .+\n.*`why403.+\n$/);
    expect(calls).toEqual([]);
  });

  it('shows hostile arguments as escapes', async () => {
    const { error } = await commandLine().run(['\x1b[2J\u202e']);
    expect(error).toContain('"\\x1b[2J\\u202e"');
  });
});

describe('a command line', () => {
  it('hands options, flags and files to the command', async () => {
    const { run, calls } = commandLine();
    expect((await run(['paint', 'a', '--color', 'red', '--dry', '-', '--', '--b'])).code).toBe(0);
    expect(calls[0]?.values.get('color')).toBe('red');
    expect(calls[0]?.flags.has('dry')).toBe(true);
    expect(calls[0]?.positionals).toEqual(['a', '-', '--b']);
  });

  it('takes a value that begins with a dash after =', async () => {
    const { run, calls } = commandLine();
    await run(['paint', '--color=-red-']);
    expect(calls[0]?.values.get('color')).toBe('-red-');
  });

  it.each([
    ['nothing', []],
    ['--help', ['--help']],
    ['-h', ['-h']],
    ['help', ['help']],
    ['help help', ['help', 'help']],
  ])('answers %s with the overview', async (_name, args) => {
    const { code, out } = await commandLine().run(args);
    expect(code).toBe(0);
    expect(out).toMatch(/paint \[FILE…\] +paint files/);
    expect(out).toContain('Examples:');
  });

  it('loads no command for the overview, so that it starts quickly', async () => {
    const load = () => Promise.reject(new Error('loaded'));
    const commands = [{ name: 'paint', usage: 'paint', summary: 'paint files', load }];
    const host = fakeHost();
    expect(await runCommandLine({ commands, readVersion: async () => '' }, ['--help'], host)).toBe(0);
  });

  it.each([
    ['paint --help', ['paint', '--help']],
    ['paint -h', ['paint', 'file', '-h']],
    ['help paint', ['help', 'paint']],
  ])('answers %s with the help of the command, which does not run', async (_name, args) => {
    const { run, calls } = commandLine();
    expect(await run(args)).toEqual({ code: 0, out: 'Help of paint\n', error: '' });
    expect(calls).toEqual([]);
  });

  it.each([['--version'], ['-V']])('answers %s', async (option) => {
    expect(await commandLine().run([option])).toEqual({ code: 0, out: '1.2.3\n', error: '' });
  });
});
