import type * as z from 'zod';
import { type KeyInfo, keyInfo } from './key.js';
import { configSchema } from './schema.js';

/** What the schema says, without zod's wrappers (default, nullable, prefault). */
export interface Node {
  readonly type: 'object' | 'array' | 'record' | 'union' | 'text' | 'number' | 'choice' | 'switch';
  readonly info: KeyInfo | null;
  /** `undefined`: must be given. */
  readonly standard: unknown;
  readonly schema: z.ZodType;
}

interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly defaultValue?: unknown;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
}

const definition = (schema: z.ZodType): Definition => schema.def as unknown as Definition;

const types: Readonly<Record<string, Node['type']>> = {
  object: 'object',
  array: 'array',
  record: 'record',
  union: 'union',
  string: 'text',
  literal: 'choice',
  enum: 'choice',
  number: 'number',
  boolean: 'switch',
};

export function nodeOf(schema: z.ZodType): Node {
  let inner = schema;
  let info = keyInfo.get(inner) ?? null;
  let standard: unknown;
  for (let def = definition(inner); def.innerType !== undefined; def = definition(inner)) {
    if (def.type === 'default') standard ??= def.defaultValue;
    inner = def.innerType;
    info ??= keyInfo.get(inner) ?? null;
  }
  const type = types[definition(inner).type];
  if (type === undefined)
    throw new Error(`the configuration has a key of the unforeseen type ${definition(inner).type}`);
  return { type, info, standard, schema: inner };
}

/** The keys of an object, in their order. */
export function childrenOf({ schema }: Node): readonly (readonly [string, z.ZodType])[] {
  return Object.entries(definition(schema).shape ?? {});
}

/** What stands inside a list or a map: one node, or one for each kind. */
export function elementsOf({ schema }: Node): readonly Node[] {
  const { element, valueType } = definition(schema);
  const inner = element ?? valueType;
  if (inner === undefined) return [];
  const node = nodeOf(inner);
  return node.type === 'union' ? (definition(node.schema).options ?? []).map(nodeOf) : [node];
}

export interface ConfigKey {
  /** `['listen', 'port']` */
  readonly path: readonly string[];
  /** `WHY403_LISTEN_PORT` */
  readonly variable: string;
  readonly node: Node & { readonly info: KeyInfo };
}

/** Every key that stands in the file at a fixed place and has an environment variable. */
export function configKeys(): readonly ConfigKey[] {
  return keysBelow(nodeOf(configSchema), []);
}

function keysBelow(node: Node, path: readonly string[]): ConfigKey[] {
  return childrenOf(node).flatMap(([name, schema]) => {
    const child = nodeOf(schema);
    const at = [...path, name];
    if (child.type === 'object') return keysBelow(child, at);
    if (child.info === null) throw new Error(`the configuration key ${at.join('.')} lacks its description`);
    return [{ path: at, variable: variableName(at), node: { ...child, info: child.info } }];
  });
}

/** `['store', 'memoryBytes']` → `WHY403_STORE_MEMORY_BYTES` */
const variableName = (path: readonly string[]): string =>
  `WHY403_${path.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()).join('_')}`;

/** What is known of the place that a path leads to: itself, else the nearest key above it. */
export function infoAt(path: readonly PropertyKey[], value: unknown): { info: KeyInfo | null; siblings: string[] } {
  let node = nodeOf(configSchema);
  let current = value;
  let info: KeyInfo | null = null;
  for (const part of path) {
    const next = step(node, part, current);
    if (next === null) break;
    node = next;
    info = node.info ?? info;
    current = isObject(current) ? (current as Record<PropertyKey, unknown>)[part] : undefined;
  }
  return { info, siblings: childrenOf(node.type === 'union' ? kindOf(node, current) : node).map(([name]) => name) };
}

function step(node: Node, part: PropertyKey, value: unknown): Node | null {
  const here = node.type === 'union' ? kindOf(node, value) : node;
  if (here.type === 'object') {
    const child = childrenOf(here).find(([name]) => name === part);
    return child === undefined ? null : nodeOf(child[1]);
  }
  const { element, valueType } = definition(here.schema);
  const inner = element ?? valueType;
  return inner === undefined ? null : nodeOf(inner);
}

/** The option of a union that the value means, else the first. */
function kindOf(union: Node, value: unknown): Node {
  const options = (definition(union.schema).options ?? []).map(nodeOf);
  const meant = options.find((option) =>
    childrenOf(option).some(
      ([name, schema]) =>
        name === 'kind' && isObject(value) && schema.safeParse((value as Record<string, unknown>)['kind']).success,
    ),
  );
  return meant ?? (options[0] as Node);
}

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
