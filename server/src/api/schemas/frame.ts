import { countedFromKinds } from '@why403/parsers';
import { z } from 'zod';
import { bases } from '../../query/completeness.js';
import { colorOf } from '../../query/group-colors.js';
import type { Column } from '../../query/query.js';
import type { Completeness } from '../../store/event-store.js';
import { baseline } from './baseline.js';
import { epochMs } from './time.js';

const timeColumn = z
  .strictObject({
    name: z.string(),
    type: z.literal('time'),
    unit: z.literal('ms'),
    values: z.array(z.int()),
  })
  .meta({ id: 'TimeColumn', description: 'Start of each step, ms since the epoch.' });

const stringColumn = z
  .strictObject({ name: z.string(), type: z.literal('string'), values: z.array(z.string()) })
  .meta({ id: 'StringColumn' });

const numberColumn = z
  .strictObject({
    name: z.string(),
    type: z.literal('number'),
    unit: z.enum(['requests', 'requests/s', 'ratio', 's', 'score']),
    labels: z.record(z.string(), z.string()).meta({ description: 'What the series is about.' }),
    values: z
      .array(z.number().nullable())
      .meta({ description: 'null: not known (yet), after `completeUntil` or without a denominator.' }),
    completeUntil: epochMs.nullable().optional().meta({ description: 'As of the answer, for this series alone.' }),
    color: z
      .string()
      .regex(/^#[0-9a-f]{6}$/)
      .optional()
      .meta({ description: 'Of the group that the labels tell, the same everywhere.' }),
    baseline: baseline.optional(),
  })
  .meta({ id: 'NumberColumn' });

export const columns = z
  .array(z.discriminatedUnion('type', [timeColumn, stringColumn, numberColumn]).meta({ id: 'Column' }))
  .meta({ description: 'One array per column, all of one length.' });

export const completenessShape = {
  completeUntil: epochMs.nullable().meta({
    description:
      'Logs were read once up to here, ms since the epoch; null when no feed has told of the stages asked for.',
  }),
  basis: z.enum(bases).meta({
    description:
      '`metric`: where only refusals were read, all requests are known from the metrics of CloudWatch. `none`: only refusals were read, so there is no share; where that is so in some buckets, only these have none.',
  }),
  countedFrom: z.array(z.enum(countedFromKinds)).meta({ description: 'Logs that the requests were counted from.' }),
};

type ApiColumn = z.output<typeof columns>[number];

export const toColumn = (column: Column): ApiColumn => {
  if (column.type === 'time') return { ...column, values: column.values as number[] };
  if (column.type === 'string') return { ...column, values: column.values as string[] };
  const { completeUntilMs, values, ...rest } = column;
  const color = colorOf(column.labels);
  return {
    ...rest,
    values: values as (number | null)[],
    ...(color === undefined ? {} : { color }),
    ...(completeUntilMs === undefined ? {} : { completeUntil: completeUntilMs }),
  };
};

export const toCompleteness = ({ completeUntilMs, basis, countedFrom }: Completeness) => ({
  completeUntil: completeUntilMs,
  basis,
  countedFrom,
});
