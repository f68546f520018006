import { causeCatalogue, causes, groupOfCause } from '@why403/parsers';
import { z } from 'zod';
import { type DimensionName, dimensionNames, type EventFilter, type LabelName, labelNames } from '../../query/query.js';

export type FieldName = LabelName | DimensionName;

/** What each label and dimension is, for people. */
export const fieldDescriptions: Readonly<Record<FieldName, string>> = {
  account: 'AWS account',
  region: 'AWS region',
  api_id: 'id of the API',
  stage: 'stage',
  route: 'route template (resource path or route key), never a raw path',
  method: 'HTTP method',
  cause: 'why it was refused',
  group: 'group of the cause',
  source_ip: 'IP address of the caller',
  principal: 'who called, as the authorizer or IAM says',
  api_key_id: 'id of the API key',
  culprit: 'name, else id, of the object that refused: a WAF rule, an authorizer, a plan, a key',
  user_agent: 'user agent of the caller',
  path: 'raw path, as the caller wrote it',
  detail: 'the finer word below the cause',
  confidence: 'how sure the verdict is',
  request_id: 'request id',
};

export const fieldNames: readonly FieldName[] = [...labelNames, ...dimensionNames];

const details = [...new Set(causeCatalogue.flatMap((cause) => cause.details.map(({ detail }) => detail)))];

/** Words of closed sets are checked: a misspelt cause must not answer "nothing was refused". */
const closedValues: Readonly<Partial<Record<FieldName, readonly string[]>>> = {
  cause: causes,
  group: [...new Set(Object.values(groupOfCause))],
  detail: details,
  confidence: ['certain', 'likely', 'possible'],
};

const valuesOf = (field: FieldName) => {
  const words = closedValues[field];
  return z.array(words === undefined ? z.string().max(1024) : z.enum(words as [string, ...string[]])).max(100);
};

/** `cause=…&cause=…` and `not.cause=…` for each of these labels and dimensions. */
export const filterShapeOf = <Name extends FieldName>(fields: readonly Name[]) =>
  Object.fromEntries(
    fields.flatMap((field) => [
      [
        field,
        valuesOf(field)
          .optional()
          .meta({ description: `Only these: ${fieldDescriptions[field]}. Repeatable.` }),
      ],
      [
        `not.${field}`,
        valuesOf(field)
          .optional()
          .meta({ description: `None of these: ${fieldDescriptions[field]}. Repeatable.` }),
      ],
    ]),
  ) as Record<Name | `not.${Name}`, z.ZodOptional<z.ZodArray<z.ZodString>>>;

export const filterShape = filterShapeOf(fieldNames);

export type FilterQuery = { readonly [Key in keyof typeof filterShape]?: readonly string[] | undefined };

export function toFilter(query: FilterQuery): EventFilter {
  const filter: { -readonly [Key in keyof EventFilter]: EventFilter[Key] } = {};
  for (const field of fieldNames) {
    const isIn = query[field];
    const notIn = query[`not.${field}`];
    if (isIn === undefined && notIn === undefined) continue;
    filter[field] = { ...(isIn === undefined ? {} : { in: isIn }), ...(notIn === undefined ? {} : { notIn }) };
  }
  return filter;
}

export const hasField = (filter: EventFilter, fields: readonly FieldName[]): FieldName | undefined =>
  fields.find((field) => filter[field] !== undefined);
