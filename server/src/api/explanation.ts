import type { causeCatalogue } from '@why403/parsers';

type CauseInfo = (typeof causeCatalogue)[number];
export type CauseInfoMap = ReadonlyMap<string, CauseInfo>;

export const causeMap = (catalogue: readonly CauseInfo[]): CauseInfoMap =>
  new Map(catalogue.map((info) => [info.cause, info]));

/** Rows of a newer rule set may have a cause that this version does not know; the words stand for themselves then. */
export function explanationOf(cause: string, detail: string | null, causes: CauseInfoMap) {
  const info = causes.get(cause);
  return {
    title: info?.title ?? cause,
    meaning: info?.meaning ?? '',
    detail: info?.details.find((entry) => entry.detail === detail)?.meaning ?? null,
  };
}
