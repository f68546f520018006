import { z } from 'zod';
import type { RunningService } from './running-service.js';

/** Refusals of a stage, and how many of them the recommended format would have decided. */
export interface DecidedRefusals {
  readonly hours: number;
  readonly refused: number;
  /** At least so many: those whose verdict says that a variable which is not logged would settle it. */
  readonly decided: number;
}

const column = z.object({ name: z.string(), values: z.array(z.union([z.string(), z.number(), z.null()])) });
const table = z.object({ columns: z.array(column) });

const hours = 24;

/** Throws `ServiceUnusable`. The key of a stage is its API and name, `a1b2c3d4e5 prod`. */
export async function readDecidedRefusals(
  service: RunningService,
): Promise<(apiId: string, stage: string, added: readonly string[]) => DecidedRefusals | null> {
  const ask = (name: string) => service.get(`/api/v1/coverage?table=${name}&from=now-${hours}h&limit=500`, table);
  const refused = new Map<string, number>();
  for (const row of rowsOf(await ask('stages'))) {
    const key = keyOf(row);
    refused.set(key, (refused.get(key) ?? 0) + Number(row['refused'] ?? 0));
  }
  const advice = rowsOf(await ask('advice'));
  return (apiId, stage, added) => {
    const ofStage = refused.get(`${apiId} ${stage}`);
    if (ofStage === undefined) return null;
    // One refusal may have several pieces of advice: of each cause the one that settles most counts.
    const byCause = new Map<string, number>();
    for (const row of advice) {
      if (keyOf(row) !== `${apiId} ${stage}` || !names(String(row['advice']), added)) continue;
      const cause = String(row['cause']);
      byCause.set(cause, Math.max(byCause.get(cause) ?? 0, Number(row['requests'] ?? 0)));
    }
    const decided = [...byCause.values()].reduce((sum, requests) => sum + requests, 0);
    return { hours, refused: ofStage, decided: Math.min(ofStage, decided) };
  };
}

type Row = Readonly<Record<string, string | number | null>>;

const keyOf = (row: Row): string => `${row['api_id']} ${row['stage']}`;

function rowsOf({ columns }: z.output<typeof table>): Row[] {
  const length = Math.max(0, ...columns.map(({ values }) => values.length));
  return Array.from({ length }, (_, i) =>
    Object.fromEntries(columns.map(({ name, values }) => [name, values[i] ?? null])),
  );
}

/** `Log $context.error.message: …` */
const names = (advice: string, added: readonly string[]): boolean =>
  [...advice.matchAll(/\$context\.([\w.]*\w)/g)].some(([, name = '']) => added.includes(name));
