import { closest } from '../text/closest.js';
import { visible } from '../text/visible.js';
import { parseArguments } from './arguments.js';
import type { CommandEntry, ExitCode } from './command.js';
import type { Host } from './host.js';
import { overview } from './overview.js';
import { UsageError } from './usage-error.js';

export interface CommandLine {
  readonly commands: readonly CommandEntry[];
  readVersion(): Promise<string>;
}

/** Runs one command line and says how the process shall end. */
export async function runCommandLine(commandLine: CommandLine, args: readonly string[], host: Host): Promise<ExitCode> {
  try {
    return await dispatch(commandLine, args, host);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await host.writeError(`why403: ${visible(error.message)}\n${visible(error.hint)}\n`);
    return 2;
  }
}

async function dispatch(
  { commands, readVersion }: CommandLine,
  args: readonly string[],
  host: Host,
): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h') {
    await host.writeOut(overview(commands));
    return 0;
  }
  if (name === '--version' || name === '-V') {
    await host.writeOut(`${await readVersion()}\n`);
    return 0;
  }
  if (name === 'help') return help(commands, rest, host);
  const command = await find(commands, name).load();
  const parsed = parseArguments(name, rest, command.options);
  if (parsed.flags.has('help')) {
    await host.writeOut(command.help);
    return 0;
  }
  return command.run(parsed, host);
}

/** `why403 help [COMMAND]` */
async function help(commands: readonly CommandEntry[], args: readonly string[], host: Host): Promise<ExitCode> {
  const { positionals } = parseArguments('help', args, {});
  if (positionals.length > 1) {
    throw new UsageError('`why403 help` takes one command.', '`why403 help` alone lists them.');
  }
  const [topic] = positionals;
  const text = topic === undefined || topic === 'help' ? overview(commands) : (await find(commands, topic).load()).help;
  await host.writeOut(text);
  return 0;
}

function find(commands: readonly CommandEntry[], name: string): CommandEntry {
  const entry = commands.find((command) => command.name === name);
  if (entry !== undefined) return entry;
  const list = '`why403 --help` lists the commands.';
  if (name.startsWith('-')) throw new UsageError(`There is no option ${name} before a command.`, list);
  const meant = closest(name, [...commands.map((command) => command.name), 'help']);
  throw new UsageError(
    `There is no command "${name}".`,
    meant === null ? `${list} To explain a file: why403 explain FILE` : `Did you mean \`why403 ${meant}\`? ${list}`,
  );
}
