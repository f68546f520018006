import type { CommandEntry } from './command.js';

/** What `why403 --help` prints. */
export function overview(commands: readonly CommandEntry[]): string {
  const rows: readonly (readonly [string, string])[] = [
    ...commands.map((command) => [command.usage, command.summary] as const),
    ['help [COMMAND]', 'show the options and examples of a command'],
  ];
  const column = Math.max(...rows.map(([usage]) => usage.length)) + 3;
  return `why403 says why API Gateway refused a request, with proof and fix.

Usage: why403 COMMAND [OPTIONS]

Commands:
${rows.map(([usage, summary]) => `  ${usage.padEnd(column)}${summary}`).join('\n')}

Options:
  -h, --help       this text; after a command, its options and examples
  -V, --version    the version

Examples:
  why403 explain access.log
  why403 analyze access.log.gz
  aws logs tail API-Gateway-Execution-Logs_a1b2c3d4e5/prod --since 10m | why403 explain
  curl -i https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod/pets | why403 explain
  why403 causes api_key_invalid
  why403 demo
`;
}
