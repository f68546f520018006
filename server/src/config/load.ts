import { agreementProblems, type CheckLogFormat } from './agreement.js';
import { type Environment, type Override, readEnvironment } from './environment.js';
import { type ConfigProblem, problemsOf } from './problem.js';
import { type Config, configSchema } from './schema.js';
import { isObject } from './schema-tree.js';
import { type ConfigFile, type ReadConfigFile, readConfigFile } from './yaml-file.js';

export interface ConfigInput {
  readonly file: ConfigFile | null;
  readonly env: Environment;
  /** From the command line: stronger than the environment, which is stronger than the file. */
  readonly options: readonly Override[];
  readonly checkLogFormat: CheckLogFormat;
}

export type LoadedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const noFile: ReadConfigFile = { value: {}, problems: [], originOf: () => null };

/** The whole configuration, deeply frozen, or everything that is wrong with it. */
export function loadConfig({ file, env, options, checkLogFormat }: ConfigInput): LoadedConfig {
  const read = file === null ? noFile : readConfigFile(file);
  const environment = readEnvironment(env);
  const overrides = [...environment.overrides, ...options];
  const value = merge(read.value, overrides);
  const originOf = (path: readonly PropertyKey[]) =>
    overrides.findLast((override) => override.path.every((name, i) => name === path[i]))?.origin ?? read.originOf(path);

  const result = configSchema.safeParse(value);
  const problems = [
    ...read.problems,
    ...(result.success ? [] : problemsOf(result.error.issues, value, originOf)),
    ...environment.problems,
    ...agreementProblems(value, originOf, checkLogFormat, env),
  ];
  if (!result.success || problems.length > 0) return { ok: false, problems };
  return { ok: true, config: deepFreeze(result.data) };
}

function merge(file: unknown, overrides: readonly Override[]): object {
  const given = withoutNulls(file);
  const merged = isObject(given) ? given : {};
  for (const { path, value } of overrides) {
    let parent: object = merged;
    for (const name of path.slice(0, -1)) {
      const next = Object.hasOwn(parent, name) ? (parent as Record<string, unknown>)[name] : undefined;
      if (next === undefined) define(parent, name, {});
      parent = (parent as Record<string, object>)[name] as object;
      // Something else than a map stands in the file: that is a problem of its own.
      if (!isObject(parent)) break;
    }
    const last = path.at(-1);
    if (last !== undefined && isObject(parent)) define(parent, last, value);
  }
  return merged;
}

/** `port:` with nothing after it is null in YAML: like an empty environment variable it counts as not given. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept = {};
  for (const [name, inner] of Object.entries(value)) {
    if (inner !== null) define(kept, name, withoutNulls(inner));
  }
  return kept;
}

// `__proto__` in the file is a key like any other (and an unknown one).
function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}

function deepFreeze<T>(value: T): T {
  if (isObject(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
