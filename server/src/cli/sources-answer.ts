import { z } from 'zod';

const problem = z.object({ action: z.string(), part: z.string(), message: z.string() });
const group = z.object({
  ...{ account: z.string(), region: z.string(), group: z.string(), kind: z.string(), state: z.string() },
  ...{ message: z.string(), since: z.number(), lagMs: z.number().nullable(), completeUntil: z.number().nullable() },
  ...{ reading: z.string(), misses: z.array(z.string()), wholeBecause: z.string().nullable() },
  ...{ behindWindows: z.number(), events: z.number(), throttles: z.number() },
  stages: z.array(z.object({ apiId: z.string(), stage: z.string() })),
  gaps: z.array(z.object({ from: z.number(), to: z.number() })),
});
const account = z.object({
  ...{ account: z.string().nullable(), region: z.string(), stages: z.number() },
  takenAt: z.number().nullable(),
  problems: z.array(problem),
});
const feed = z.object({ ...{ feed: z.string(), kind: z.string() }, lagMs: z.number(), requests: z.number() });

const overlap = z.object({ message: z.string() });

/** What is shown of the answer; there is more in it. */
export const sources = z.looseObject({
  ...{ feeds: z.array(feed), groups: z.array(group), accounts: z.array(account) },
  overlaps: z.array(overlap),
});

export type SourcesAnswer = z.output<typeof sources>;
