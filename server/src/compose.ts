import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandEntry, ExitCode } from './cli/command.js';
import type { ConfigurationInput } from './cli/configuration.js';
import type { DemoTraffic } from './cli/demo.js';
import { runCommandLine } from './cli/run.js';
import type { ServiceHost } from './cli/service-host.js';
import type { Config } from './config/schema.js';

const loadEngine = () => import('@why403/parsers');
const loadCatalogue = async () => (await loadEngine()).causeCatalogue;

// Commands in the order of `--help`. Each is loaded when it runs, so that `--help` and `explain` start quickly.
// To add one: its file in cli/, a line here, tests, README.
const commandsFor = (host: ServiceHost): readonly CommandEntry[] => [
  {
    name: 'explain',
    usage: 'explain [FILE…|-]',
    summary: 'say of each refused request in logs or a response why',
    load: async () => (await import('./cli/explain.js')).createExplainCommand(loadEngine),
  },
  {
    name: 'analyze',
    usage: 'analyze FILE…|-',
    summary: 'sum up logs of any size: what was refused, why, when, where',
    load: async () => (await import('./cli/analyze.js')).createAnalyzeCommand(loadEngine, () => performance.now()),
  },
  {
    name: 'causes',
    usage: 'causes [CAUSE]',
    summary: 'list the causes that are told apart, or explain one',
    load: async () => (await import('./cli/causes.js')).createCausesCommand(loadCatalogue),
  },
  {
    name: 'serve',
    usage: 'serve',
    summary: 'read logs continuously and answer by HTTP',
    load: async () => {
      const { createServeCommand } = await import('./cli/serve.js');
      return createServeCommand({
        host,
        readConfiguration: readCheckedConfiguration,
        start: async (config) => (await startService(config, host, null)).service,
      });
    },
  },
  {
    name: 'check',
    usage: 'check',
    summary: 'try credentials, permissions and log formats in AWS; say what to mend',
    load: async () => (await import('./compose-check.js')).composeCheckCommand(host, readCheckedConfiguration),
  },
  {
    name: 'status',
    usage: 'status',
    summary: 'how far a running service has read, and what keeps it',
    load: async () => (await import('./compose-check.js')).composeStatusCommand(host),
  },
  {
    name: 'backfill',
    usage: 'backfill',
    summary: 'have a running service read a past range; follow or stop it',
    load: async () => (await import('./compose-check.js')).composeBackfillCommand(host),
  },
  {
    name: 'demo',
    usage: 'demo',
    summary: 'the same with made-up traffic, to look around',
    load: async () => {
      const { createDemoCommand } = await import('./cli/demo.js');
      return createDemoCommand({
        host,
        nowMs: () => Date.now(),
        readConfiguration: readCheckedConfiguration,
        start: (config, traffic) => startService(config, host, traffic),
      });
    },
  },
  {
    name: 'token',
    usage: 'token create',
    summary: 'make a token for the API',
    load: async () => {
      const [{ createTokenCommand }, { createToken }] = await Promise.all([
        import('./cli/token.js'),
        import('./api/access/token.js'),
      ]);
      return createTokenCommand((role, id) => createToken(role, id, randomBytes));
    },
  },
];

/** Puts the parts together and runs one command line. */
export async function run(args: readonly string[], host: ServiceHost): Promise<ExitCode> {
  return runCommandLine({ commands: commandsFor(host), readVersion }, args, host);
}

async function readVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}

async function readCheckedConfiguration(input: Omit<ConfigurationInput, 'checkLogFormat'>): Promise<Config> {
  const [{ readConfiguration }, { compileAccessLogFormat }] = await Promise.all([
    import('./cli/configuration.js'),
    loadEngine(),
  ]);
  return readConfiguration({
    ...input,
    checkLogFormat(format) {
      const compiled = compileAccessLogFormat(format);
      return compiled.ok ? null : compiled.detail;
    },
  });
}

/** Where programs keep data of a user, by the XDG base directory specification. */
function defaultDirectory({ env, homeDirectory }: ServiceHost, folder: string): string {
  const { XDG_DATA_HOME } = env;
  // The specification says to ignore relative ones.
  const base = XDG_DATA_HOME?.startsWith('/') ? XDG_DATA_HOME : join(homeDirectory, '.local', 'share');
  return join(base, 'why403', folder);
}

async function startService(config: Config, host: ServiceHost, traffic: DemoTraffic | null) {
  const { startComposedService } = await import('./compose-service.js');
  const { owner, folder } = traffic === null ? { owner: 'serve', folder: 'serve' } : demoPlace(traffic);
  return startComposedService(config, host, {
    owner,
    directory: config.data.directory ?? defaultDirectory(host, folder),
    demo: traffic === null ? null : { seed: config.demo.seed, ...traffic },
    version: await readVersion(),
  });
}

/** Counts of one plan of incidents must not add to those of another: each has a directory, and takes no other's. */
const demoPlace = ({ incidents }: DemoTraffic) =>
  incidents === 'scheduled'
    ? { owner: 'demo', folder: 'demo' }
    : { owner: `demo --incidents ${incidents}`, folder: `demo-${incidents}` };
