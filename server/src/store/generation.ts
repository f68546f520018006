import type { Generation } from './event-store.js';

/** How `totals` names a generation. */
export const generationText = ({ rank, version, name }: Generation): string => `${rank}.${version}.${name}`;

/** The same of a row of `unit`. */
export const generationSql = `concat(toString(rank), '.', toString(version), '.', name)`;

/** Orders the generations of a unit: more bytes, then newer counting code, then the name. */
export const generationOrderSql = '(rank, version, name)';

/** The same order of two generations: above 0 when the first is higher, 0 when they are one. */
export function compareGenerations(a: Generation, b: Generation): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.version !== b.version) return a.version - b.version;
  return a.name === b.name ? 0 : a.name > b.name ? 1 : -1;
}

/**
 * Generations all of whose marker rows are there: (unit, rank, version, name). Markers of several days lie in several partitions,
 * and an insert into several partitions can be stored in part. `condition` is SQL of ours on columns of `unit`; it must not
 * leave out some of the days of a generation.
 */
export const completeGenerations = (condition: string): string => `
    SELECT unit, rank, version, name
    FROM (
      SELECT unit, rank, version, name, groupUniqArray(day) AS present, groupUniqArray(days) AS wanted
      FROM unit
      WHERE ${condition}
      GROUP BY unit, rank, version, name
    )
    WHERE arrayExists(each -> hasAll(present, each), wanted)`;

/**
 * The same as a condition on rows of `unit` that are chosen by their day: other days are looked at for units of several days only,
 * which are few.
 */
export const isComplete = (dayCondition: string, condition = 'true'): string =>
  `(length(days) = 1 OR (unit, rank, version, name) IN (${completeGenerations(
    `${condition} AND unit IN (SELECT unit FROM unit WHERE ${dayCondition} AND length(days) > 1)`,
  )}))`;
