import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { CommandEntry, ExitCode } from './cli/command.js';
import type { Host } from './cli/host.js';
import { runCommandLine } from './cli/run.js';

const loadEngine = () => import('@why403/parsers');
const loadCatalogue = async () => (await loadEngine()).causeCatalogue;
const samplePath = fileURLToPath(new URL('../samples/mixed.txt', import.meta.url));

// Commands in the order of `--help`. Each is loaded when it runs, so that `--help` and `explain` start quickly.
// To add one: its file in cli/, a line here, tests, README.
const commands: readonly CommandEntry[] = [
  {
    name: 'explain',
    usage: 'explain [FILE…|-]',
    summary: 'say of each refused request in logs or a response why',
    load: async () => (await import('./cli/explain.js')).createExplainCommand(loadEngine),
  },
  {
    name: 'causes',
    usage: 'causes [CAUSE]',
    summary: 'list the causes that are told apart, or explain one',
    load: async () => (await import('./cli/causes.js')).createCausesCommand(loadCatalogue),
  },
  {
    name: 'welcome',
    usage: 'welcome',
    summary: 'explain a bundled sample',
    load: async () => (await import('./cli/welcome.js')).createWelcomeCommand(loadEngine, samplePath),
  },
];

/** Puts the parts together and runs one command line. */
export async function run(args: readonly string[], host: Host): Promise<ExitCode> {
  return runCommandLine({ commands, readVersion }, args, host);
}

async function readVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}
