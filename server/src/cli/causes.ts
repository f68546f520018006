import { closest } from '../text/closest.js';
import { jsonText } from '../text/json-text.js';
import type { Arguments } from './arguments.js';
import type { Command, ExitCode } from './command.js';
import type { CauseInfo } from './engine.js';
import type { Host } from './host.js';
import { createPalette, type Style } from './palette.js';
import { UsageError } from './usage-error.js';
import { hanging, indented, wrap } from './wrap.js';

const help = `Prints the causes that why403 tells apart, or all about one of them.

Usage: why403 causes [CAUSE] [OPTIONS]

Options:
  --json       output for programs: a list of causes, also for one (docs/explain-output.md)
  -h, --help   this text

Examples:
  why403 causes
  why403 causes api_key_invalid
  why403 causes --json
`;

export function createCausesCommand(loadCatalogue: () => Promise<readonly CauseInfo[]>): Command {
  return {
    help,
    options: { json: 'flag' },
    async run(args, host) {
      const catalogue = await loadCatalogue();
      const chosen = chooseCauses(catalogue, args);
      await host.writeOut(render(chosen, args, host));
      return 0 satisfies ExitCode;
    },
  };
}

function render(chosen: readonly CauseInfo[], args: Arguments, host: Host): string {
  if (args.flags.has('json')) return causesJson(chosen);
  const [only] = chosen;
  return only !== undefined && args.positionals.length === 1
    ? renderCause(only, host.style)
    : renderCauses(chosen, host.style);
}

function chooseCauses(catalogue: readonly CauseInfo[], { positionals }: Arguments): readonly CauseInfo[] {
  const [name] = positionals;
  if (positionals.length > 1) {
    throw new UsageError('`why403 causes` takes one cause.', '`why403 causes` alone lists them.');
  }
  if (name === undefined) return catalogue;
  const chosen = catalogue.filter(({ cause }) => cause === name);
  if (chosen.length > 0) return chosen;
  const meant = closest(
    name,
    catalogue.map(({ cause }) => cause),
  );
  throw new UsageError(
    `There is no cause "${name}".`,
    `${meant === null ? '' : `Did you mean ${meant}? `}\`why403 causes\` lists them.`,
  );
}

function causesJson(causes: readonly CauseInfo[]): string {
  const items = causes.map(({ cause, group, title, meaning, details, shownBy }) =>
    jsonText({ cause, group, title, meaning, details, shownBy }),
  );
  return `[\n${items.join(',\n')}\n]\n`;
}

/** One line a cause, groups kept together. */
function renderCauses(causes: readonly CauseInfo[], style: Style): string {
  const palette = createPalette(style.colors);
  const causeWidth = Math.max(...causes.map(({ cause }) => cause.length));
  const groupWidth = Math.max(...causes.map(({ group }) => group.length));
  const rows = causes.map(
    ({ cause, group, title }) =>
      `${palette.group(group)(group.padEnd(groupWidth))}  ${palette.bold(cause.padEnd(causeWidth))}  ${title}`,
  );
  return `${rows.join('\n')}\n\n\`why403 causes CAUSE\` says more about one of them.\n`;
}

const inputNames: Readonly<Record<string, string>> = {
  access: 'an access log with the cause variables',
  access_console: "an access log in one of the console's own formats",
  execution: 'an execution log',
  waf: 'a WAF log',
  response: 'the response that the client got',
};

function renderCause({ cause, group, title, meaning, details, shownBy }: CauseInfo, style: Style): string {
  const palette = createPalette(style.colors);
  const { width } = style;
  const lines = [
    palette.group(group)(palette.bold(title)),
    palette.dim(`cause ${cause} · group ${group}`),
    '',
    ...wrap(meaning, width, indented('  ')),
    '',
    `  ${palette.bold('Details')}`,
    ...details.flatMap((entry) => wrap(`${entry.detail}: ${entry.meaning}`, width, hanging('    - '))),
    '',
    `  ${palette.bold('Can be seen in')}`,
    ...shownBy.flatMap((kind) => wrap(inputNames[kind] ?? kind, width, hanging('    - '))),
  ];
  return `${lines.join('\n')}\n`;
}
