import type * as z from 'zod';
import { closest } from '../text/closest.js';
import { visible } from '../text/visible.js';
import { infoAt, isObject } from './schema-tree.js';

/** What is wrong with the configuration, in words for the person who wrote it. Never holds a secret's value. */
export interface ConfigProblem {
  /** `listen.port`, `sources[0].paths`; '' for the file as a whole. */
  readonly key: string;
  /** Whence: `why403.yaml:3`, `WHY403_LISTEN_PORT`, `--port`; null when it was not given. */
  readonly origin: string | null;
  /** A sentence: what was expected, what came, an example. */
  readonly sentence: string;
}

export type OriginOf = (path: readonly PropertyKey[]) => string | null;

/** Zod's issues in our words; one for each place. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], value: unknown, originOf: OriginOf): ConfigProblem[] {
  const problems = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((name) => unknownKey([...issue.path, name], value, originOf))
      : [wrongValue(issue, value, originOf)],
  );
  const seen = new Set<string>();
  return problems.filter(({ key }) => !seen.has(key) && seen.add(key));
}

function unknownKey(path: readonly PropertyKey[], value: unknown, originOf: OriginOf): ConfigProblem {
  const { siblings } = infoAt(path.slice(0, -1), value);
  const meant = closest(String(path.at(-1)), siblings);
  const hint = meant === null ? `Known here: ${siblings.join(', ')}.` : `Did you mean ${meant}?`;
  return { key: keyText(path), origin: originOf(path), sentence: `There is no such key. ${hint}` };
}

function wrongValue(issue: z.core.$ZodIssue, value: unknown, originOf: OriginOf): ConfigProblem {
  const { path } = issue;
  const { info } = infoAt(path, value);
  const came = valueAt(value, path);
  const place = { key: keyText(path), origin: originOf(path) };
  if (info === null)
    return { ...place, sentence: `Expected a map of keys, came ${typeof came === 'string' ? 'a text' : shown(came)}.` };
  const what = info.secret === true ? '' : `, came ${shown(issue.code === 'invalid_key' ? String(path.at(-1)) : came)}`;
  return { ...place, sentence: `Expected ${info.expected}${what}. Example: ${exampleText(info.example)}` };
}

/** `['sources', 0, 'paths']` → `sources[0].paths` */
export function keyText(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${keyName(String(part))}`)).join('');
  return text.replace(/^\./, '');
}

export function exampleText(example: unknown): string {
  return typeof example === 'string' ? example : JSON.stringify(example);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const part of path) {
    if (!isObject(current) || !Object.hasOwn(current, part)) return undefined;
    current = (current as Record<PropertyKey, unknown>)[part];
  }
  return current;
}

const maxShown = 60;
const cut = (text: string): string => (text.length > maxShown ? `${text.slice(0, maxShown)}…` : text);

/** Somebody may have put a password or key into a URL, or pasted a token. */
const mayHoldSecret = (text: string): boolean => text.includes('w403_') || /[@?#]/.test(text);

const keyName = (name: string): string => (mayHoldSecret(name) ? '…' : visible(cut(name)));

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (isObject(value)) return 'a map';
  if (typeof value !== 'string') return String(value);
  return mayHoldSecret(value) ? 'another text' : `the text "${visible(cut(value))}"`;
}
