import type { Request } from 'express';
import { z } from 'zod';
import { closest } from '../text/closest.js';
import { ApiError, type RequestFault } from './errors/api-error.js';
import { excerpt } from './errors/excerpt.js';
import type { Operation } from './operation.js';
import { filterShape } from './schemas/filter.js';

/** Parts of a request as the operation's schemas have checked them; all faults are told at once. */
export function parseRequest(
  operation: Operation,
  req: Request,
): { params: unknown; query: unknown; headers: unknown } {
  const search = new URLSearchParams(queryText(req.url));
  refuseUnknown(search, operation);
  const faults: RequestFault[] = [];
  const parsed = {
    params: check('path', operation.params, pathValues(req, operation.params), faults),
    query: check('query', operation.query, queryValues(search, operation.query, faults), faults),
    headers: check('header', operation.headers, headerValues(req, operation.headers), faults),
  };
  const [first] = faults;
  if (first === undefined) return parsed;
  throw new ApiError('parameter_invalid', `${first.where}: ${first.message}`, { faults });
}

function queryText(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
}

function refuseUnknown(search: URLSearchParams, { query }: Operation): void {
  const known = Object.keys(query.shape);
  const unknown = [...new Set(search.keys())].filter((name) => !Object.hasOwn(query.shape, name));
  if (unknown.length === 0) return;
  const faults = unknown.slice(0, 20).map((name) => {
    // Whoever names a field that others filter by has not misspelt one of these.
    const meant = Object.hasOwn(filterShape, name) ? null : closest(name, known);
    const hint = meant === null ? listOf(known) : `did you mean ${meant}?`;
    return { where: `query ${excerpt(name)}`, message: `there is no such parameter; ${hint}` };
  });
  const [first] = faults as [RequestFault];
  throw new ApiError('parameter_unknown', `${first.where}: ${first.message}`, { faults });
}

const listOf = (names: readonly string[]): string =>
  names.length === 0
    ? 'this address takes none'
    : `expected one of ${names.filter((name) => !name.startsWith('not.')).join(', ')}`;

function queryValues(search: URLSearchParams, schema: z.ZodObject, faults: RequestFault[]): Record<string, unknown> {
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, field] of Object.entries(schema.shape)) {
    const all = search.getAll(name);
    if (all.length === 0) continue;
    if (isRepeatable(field)) values[name] = all;
    else if (all.length === 1) values[name] = all[0];
    else faults.push({ where: `query ${name}`, message: `expected it once, came ${all.length} times` });
  }
  return values;
}

function isRepeatable(field: z.core.$ZodType): boolean {
  return field instanceof z.ZodOptional ? isRepeatable(field.unwrap()) : field instanceof z.ZodArray;
}

function pathValues(req: Request, { shape }: z.ZodObject): Record<string, unknown> {
  return Object.fromEntries(Object.keys(shape).map((name) => [name, req.params[name]]));
}

function headerValues(req: Request, { shape }: z.ZodObject): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(shape).flatMap((name) => {
      const value = req.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function check(place: string, schema: z.ZodObject, values: Record<string, unknown>, faults: RequestFault[]): unknown {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  for (const issue of result.error.issues.slice(0, 20)) {
    faults.push({ where: `${place} ${String(issue.path[0] ?? '')}`, message: describeIssue(issue, values) });
  }
  return undefined;
}

/** Our own messages are whole; of zod's the words that name no input are used. */
export function describeIssue(issue: z.core.$ZodIssue, input: unknown): string {
  if (issue.code === 'custom') return issue.message;
  const came = valueAt(input, issue.path);
  const shown = typeof came === 'string' ? excerpt(came) : describeType(came);
  switch (issue.code) {
    case 'invalid_value': {
      const words = issue.values.map(String);
      const meant = typeof came === 'string' ? closest(came, words) : null;
      return `expected ${words.length === 1 ? words[0] : `one of ${words.join(', ')}`}, came ${shown}${meant === null ? '' : `; did you mean ${meant}?`}`;
    }
    case 'invalid_type':
      return `expected ${issue.expected}, came ${shown}`;
    case 'too_big':
      return `expected at most ${issue.maximum} ${issue.origin === 'string' ? 'characters' : 'values'}, came more`;
    case 'too_small':
      return `expected at least ${issue.minimum} ${issue.origin === 'string' ? 'characters' : 'values'}, came fewer`;
    case 'unrecognized_keys':
      return `there is no ${issue.keys.slice(0, 5).map(excerpt).join(', ')} here`;
    default:
      return `expected another form, came ${shown}`;
  }
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

const describeType = (value: unknown): string =>
  value === undefined ? 'nothing' : value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
