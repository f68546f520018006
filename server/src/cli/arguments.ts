import { parseArgs } from 'node:util';
import { closest } from '../text/closest.js';
import { UsageError } from './usage-error.js';

/** Options of one command: long name → whether a value follows. `help` is everyone's. */
export type OptionTable = Readonly<Record<string, 'value' | 'flag'>>;

export interface Arguments {
  readonly values: ReadonlyMap<string, string>;
  readonly flags: ReadonlySet<string>;
  readonly positionals: readonly string[];
}

/** Reads a command's arguments; every mistake is a `UsageError` with a sentence of ours. */
export function parseArguments(command: string, args: readonly string[], options: OptionTable): Arguments {
  const known: OptionTable = { ...options, help: 'flag' };
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(known).map(([name, kind]) => [
        name,
        { type: kind === 'value' ? 'string' : 'boolean', ...(name === 'help' ? { short: 'h' } : {}) },
      ]),
    ),
    // Not strict: Node's own messages speak of its API, ours of the command.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string>();
  const flags = new Set<string>();
  const positionals: string[] = [];
  const help = `\`why403 ${command} --help\` shows the options.`;
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const kind = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (kind === undefined) {
      const meant = token.rawName.startsWith('--') ? closest(token.name, Object.keys(known)) : null;
      throw new UsageError(
        `\`why403 ${command}\` has no option ${token.rawName}.`,
        meant === null ? help : `Did you mean --${meant}? ${help}`,
      );
    }
    if (kind === 'flag') {
      if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value.`, help);
      flags.add(token.name);
      continue;
    }
    if (values.has(token.name)) throw new UsageError(`${token.rawName} is given twice.`, help);
    values.set(token.name, optionValue(token.rawName, token.value, token.inlineValue ?? false, help));
  }
  return { values, flags, positionals };
}

function optionValue(rawName: string, value: string | undefined, inline: boolean, help: string): string {
  if (value === undefined || value === '') throw new UsageError(`${rawName} needs a value.`, help);
  if (!inline && value.startsWith('-') && value.length > 1) {
    throw new UsageError(
      `${rawName} needs a value, and the option ${value} follows.`,
      `For a value that begins with a dash write ${rawName}=VALUE. ${help}`,
    );
  }
  return value;
}
