import { type Environment, type Override, optionOverride } from '../config/environment.js';
import type { Config } from '../config/schema.js';
import type { Service } from '../service/service.js';
import type { Arguments } from './arguments.js';
import type { Command } from './command.js';
import { runService } from './run-service.js';
import type { ServiceHost } from './service-host.js';
import { UsageError } from './usage-error.js';

const help = `Reads logs continuously, says why requests were refused, and serves the answers by HTTP.

Usage: why403 serve [OPTIONS]

Options:
  --config FILE   YAML file (docs/configuration.md); WHY403_CONFIG can name it too
  --host HOST     address to listen on; instead of listen.host (127.0.0.1)
  --port PORT     port to listen on; instead of listen.port (4030)
  --data DIR      directory of the embedded database; instead of data.directory
  -h, --help      this text

Every key of the file has an environment variable: listen.port is WHY403_LISTEN_PORT.
Ctrl-C or SIGTERM ends it within 5 seconds. Exit codes: 0 ended as asked, 2 wrong configuration, 3 data directory in use or of
another command, 4 port in use, 5 database not reachable or disk full, 1 a defect.

Examples:
  why403 serve
  why403 serve --config why403.yaml
  WHY403_SOURCES='[{"kind":"file","paths":["/var/log/gateway/*.log"]}]' why403 serve --port 8080
`;

export interface ServeParts {
  readonly host: ServiceHost;
  readConfiguration(input: {
    readonly path: string | undefined;
    readonly env: Environment;
    readonly options: readonly Override[];
  }): Promise<Config>;
  start(config: Config): Promise<Service>;
}

const optionKeys: Readonly<Record<string, readonly string[]>> = {
  host: ['listen', 'host'],
  port: ['listen', 'port'],
  data: ['data', 'directory'],
};

export function createServeCommand({ host, readConfiguration, start }: ServeParts): Command {
  return {
    help,
    options: { config: 'value', host: 'value', port: 'value', data: 'value' },
    run(args) {
      refusePositionals('serve', args);
      let hasSources = true;
      return runService(
        host,
        async () => {
          const path = args.values.get('config');
          const config = await readConfiguration({ path, env: host.env, options: overridesOf(args, optionKeys) });
          hasSources = config.sources.length > 0;
          return start(config);
        },
        // The log says that it is ready; people who begin learn what to do next.
        async ({ url }) => {
          if (!host.outputIsTerminal) return;
          const read = hasSources
            ? ''
            : `No sources are configured: send logs to ${url}/api/v1/ingest, or name files (\`sources\` in docs/configuration.md).\n`;
          await host.writeOut(`${read}Open ${url}/docs to see what can be asked. Ctrl-C ends the service.\n`);
        },
      );
    },
  };
}

export function refusePositionals(command: string, { positionals }: Arguments): void {
  if (positionals.length === 0) return;
  throw new UsageError(
    `\`why403 ${command}\` takes no argument, and "${positionals[0]}" is one.`,
    `\`why403 ${command} --help\` shows the options.`,
  );
}

/** The options that set a key of the configuration. */
export function overridesOf(args: Arguments, keys: Readonly<Record<string, readonly string[]>>): readonly Override[] {
  return [...args.values].flatMap(([name, text]) => {
    const path = keys[name];
    return path === undefined ? [] : [optionOverride(`--${name}`, path, text)];
  });
}
