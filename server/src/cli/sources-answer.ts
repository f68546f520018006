import { z } from 'zod';

const problem = z.looseObject({ action: z.string(), part: z.string(), message: z.string() });
const group = z.looseObject({
  ...{ account: z.string(), region: z.string(), group: z.string(), kind: z.string(), state: z.string() },
  ...{ message: z.string(), since: z.number(), lagMs: z.number().nullable(), completeUntil: z.number().nullable() },
  ...{ reading: z.string(), misses: z.array(z.string()), wholeBecause: z.string().nullable() },
  ...{ behindWindows: z.number(), events: z.number(), throttles: z.number() },
  stages: z.array(z.looseObject({ apiId: z.string(), stage: z.string() })),
  gaps: z.array(z.looseObject({ from: z.number(), to: z.number() })),
});
const account = z.looseObject({
  ...{ account: z.string().nullable(), region: z.string(), stages: z.number() },
  takenAt: z.number().nullable(),
  problems: z.array(problem),
});
const feed = z.looseObject({
  ...{ feed: z.string(), kind: z.string(), completeUntil: z.number(), lagMs: z.number(), requests: z.number() },
  rejected: z.record(z.string(), z.number()),
});
const overlap = z.looseObject({ message: z.string() });
const reject = z.looseObject({ feed: z.string(), reason: z.string(), seenAt: z.number() });

/** What is shown of the answer. There is more in it, at each level, which `--json` passes on. */
export const sources = z.looseObject({
  ...{ feeds: z.array(feed), groups: z.array(group), accounts: z.array(account) },
  ...{ overlaps: z.array(overlap), rejects: z.array(reject) },
});

export type SourcesAnswer = z.output<typeof sources>;
