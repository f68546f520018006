import { readFile } from 'node:fs/promises';
import type { CheckLogFormat } from '../config/agreement.js';
import { type Environment, fileVariable, type Override } from '../config/environment.js';
import { loadConfig } from '../config/load.js';
import type { ConfigProblem } from '../config/problem.js';
import type { Config } from '../config/schema.js';
import { visible } from '../text/visible.js';
import { unreadable } from './input-files.js';
import { UsageError } from './usage-error.js';

export interface ConfigurationInput {
  /** `--config`, else the variable names it, else there is none. */
  readonly path: string | undefined;
  readonly env: Environment;
  readonly options: readonly Override[];
  readonly checkLogFormat: CheckLogFormat;
}

/** Everything that is wrong with the configuration. Exit code 2. */
export class ConfigurationError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(`the configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}`);
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

/** Throws UsageError for a file that cannot be read, ConfigurationError for what stands in it. */
export async function readConfiguration({ path, env, options, checkLogFormat }: ConfigurationInput): Promise<Config> {
  const file = path ?? (env[fileVariable]?.trim() || undefined);
  const text = file === undefined ? null : await readConfigText(file);
  const loaded = loadConfig({
    file: file === undefined || text === null ? null : { path: file, text },
    env,
    options,
    checkLogFormat,
  });
  if (!loaded.ok) throw new ConfigurationError(loaded.problems);
  return loaded.config;
}

const maxFileBytes = 1024 * 1024;
const hint = 'Give the path of a YAML file with --config or WHY403_CONFIG; docs/configuration.md has an example.';

async function readConfigText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw unreadable(`The configuration file ${path}`, error, hint);
  }
  if (bytes.length > maxFileBytes) {
    throw new UsageError(`The configuration file ${path} is too long (${bytes.length} bytes).`, hint);
  }
  return new TextDecoder().decode(bytes);
}

export function renderConfigurationError({ message, problems }: ConfigurationError): string {
  const lines = problems.map((problem) => `  ${visible(problemLine(problem))}\n`);
  return `why403: ${message}:\n${lines.join('')}docs/configuration.md lists every key.\n`;
}

/** `listen.port (why403.yaml line 2): Expected …` */
export function problemLine({ key, origin, sentence }: ConfigProblem): string {
  const where = origin === null ? '' : key === '' ? origin : ` (${origin})`;
  return `${key}${where}: ${sentence}`;
}
