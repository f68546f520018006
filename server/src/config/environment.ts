import { closest } from '../text/closest.js';
import { visible } from '../text/visible.js';
import type { ConfigProblem } from './problem.js';
import { type ConfigKey, configKeys, type Node } from './schema-tree.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A value from outside the file, and where it belongs. */
export interface Override {
  readonly path: readonly string[];
  readonly origin: string;
  readonly value: unknown;
}

/** Names the file; not a key itself. */
export const fileVariable = 'WHY403_CONFIG';
/** A token with which commands ask a running service: by a variable, since others on the machine can see arguments. */
export const tokenVariable = 'WHY403_TOKEN';
/** The access key that `check --firehose` tries. */
export const firehoseKeyVariable = 'WHY403_FIREHOSE_KEY';

const noKeys: ReadonlySet<string> = new Set([fileVariable, tokenVariable, firehoseKeyVariable]);

/** Values from `WHY403_<SECTION>_<KEY>`. Empty ones count as unset. */
export function readEnvironment(env: Environment): { overrides: Override[]; problems: ConfigProblem[] } {
  const keys = new Map(configKeys().map((key) => [key.variable, key]));
  const overrides: Override[] = [];
  const problems: ConfigProblem[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('WHY403_') || noKeys.has(name) || text === undefined || text.trim() === '') continue;
    const key = keys.get(name);
    if (key !== undefined) overrides.push({ path: key.path, origin: name, value: converted(key, text) });
    else if (!isServiceLink(name, text)) problems.push(unknownVariable(name, [...keys.keys()]));
  }
  return { overrides, problems };
}

/** What an option of the command line sets. */
export function optionOverride(option: string, path: readonly string[], text: string): Override {
  const key = configKeys().find((each) => each.path.join('.') === path.join('.'));
  if (key === undefined) throw new Error(`the option ${option} sets a key that does not exist`);
  return { path, origin: option, value: converted(key, text) };
}

function converted({ node }: ConfigKey, text: string): unknown {
  return converters[node.type](text);
}

const asText = (text: string): unknown => text;
// A list, a map or a switch is written as JSON; what is none is left for the schema to complain of.
const asStructure = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

const converters: Readonly<Record<Node['type'], (text: string) => unknown>> = {
  text: asText,
  choice: asText,
  number: (text) => (/^[+-]?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : text),
  switch: asStructure,
  array: asStructure,
  record: asStructure,
  object: asStructure,
  union: asStructure,
};

function unknownVariable(name: string, known: readonly string[]): ConfigProblem {
  const meant = closest(name, known);
  return {
    key: visible(name.slice(0, 100)),
    origin: 'environment',
    sentence: `There is no such variable. ${meant === null ? 'docs/configuration.md lists them.' : `Did you mean ${meant}?`}`,
  };
}

/**
 * Kubernetes describes each service of the namespace to every container; of a service named why403 it says
 * WHY403_SERVICE_HOST=10.0.0.11, WHY403_PORT=tcp://10.0.0.11:4030, WHY403_PORT_4030_TCP_ADDR=10.0.0.11 and the like.
 */
function isServiceLink(name: string, text: string): boolean {
  return (
    /_SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]{1,64})?)$/.test(name) ||
    /_PORT_\d{1,5}_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/.test(name) ||
    (name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(text))
  );
}
