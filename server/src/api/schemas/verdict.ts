import { causeCatalogue, causes, groupOfCause } from '@why403/parsers';
import { z } from 'zod';
import { orNull } from './or-null.js';

export const cause = z.enum(causes as [string, ...string[]]).meta({ id: 'Cause', description: 'Why it was refused.' });
export const group = z
  .enum([...new Set(Object.values(groupOfCause))] as [string, ...string[]])
  .meta({ id: 'CauseGroup', description: 'Group of the cause.' });
export const confidence = z
  .enum(['certain', 'likely', 'possible'])
  .meta({ id: 'Confidence', description: 'A certain verdict is never wrong.' });

const detailWords = [...new Set(causeCatalogue.flatMap((info) => info.details.map(({ detail }) => detail)))];
export const detail = z
  .enum(detailWords as [string, ...string[]])
  .meta({ id: 'Detail', description: 'The finer word below the cause.' });

export const evidence = z
  .strictObject({
    from: z.enum(['access', 'execution', 'waf', 'config', 'response']),
    field: z.string().meta({ description: "AWS's own word for it." }),
    value: z.string(),
  })
  .meta({ id: 'Evidence', description: 'One thing that was seen.' });

export const culprit = z
  .strictObject({
    kind: z.string(),
    id: z.string().nullable(),
    name: z.string().nullable(),
  })
  .meta({ id: 'Culprit', description: 'The object that refused, as far as the evidence names it.' });

export const remedy = z
  .strictObject({
    summary: z.string(),
    steps: z.array(z.string()),
    commands: z.array(z.string()).meta({ description: 'Shell commands.' }),
  })
  .meta({ id: 'Remedy', description: 'What to do.' });

export const alternative = z
  .strictObject({
    cause,
    confidence: z.enum(['likely', 'possible']),
    settledBy: z.string().meta({ description: 'What would decide between this and the verdict.' }),
  })
  .meta({ id: 'Alternative' });

export const verdictShape = {
  outcome: z.enum(['refused', 'not_refused', 'undetermined']),
  cause: orNull(cause),
  group: orNull(group),
  detail: orNull(detail),
  culprit: orNull(culprit),
  confidence,
  alternatives: z.array(alternative).meta({ description: 'Likeliest first.' }),
  reason: z.string(),
  evidence: z.array(evidence),
  remedy,
  decidedBy: z.string().meta({ description: 'Rule that decided.' }),
};

export const verdict = z.strictObject(verdictShape).meta({ id: 'Verdict' });
