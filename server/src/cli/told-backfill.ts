import { z } from 'zod';

const progressShape = { windows: z.number(), doneWindows: z.number(), events: z.number() };
export const backfill = z.looseObject({
  ...{ id: z.string(), state: z.string(), from: z.number(), to: z.number(), startedAt: z.number() },
  ...{ api: z.string().nullable(), stage: z.string().nullable(), endedAt: z.number().nullable() },
  ...progressShape,
  problems: z.array(z.string()),
  groups: z.array(
    z.looseObject({
      ...{ account: z.string(), region: z.string(), group: z.string(), state: z.string(), message: z.string() },
      ...progressShape,
    }),
  ),
});
/** Answer of GET /api/v1/backfills. */
export const backfills = z.looseObject({ backfills: z.array(backfill) });

/** What is shown of a backfill; there may be more in it. */
export type ToldBackfill = z.output<typeof backfill>;
