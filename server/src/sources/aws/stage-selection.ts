import type { StageFilters, StagePattern } from '../../aws/discovery/stage-filters.js';

/** Stages that fit all that is given; in each text `*` stands for any characters. */
export interface StageSelection {
  /** Ids or names. */
  readonly apis?: readonly string[] | undefined;
  readonly stages?: readonly string[] | undefined;
  /** Of the stage or its API. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export const filtersOf = (include: StageSelection | null, exclude: StageSelection | null): StageFilters => ({
  include: include === null ? [] : patternsOf(include),
  exclude: exclude === null ? [] : patternsOf(exclude),
});

function patternsOf({ apis, stages, tags }: StageSelection): StagePattern[] {
  const ofApis: StagePattern[] = apis?.flatMap((text) => [{ apiId: text }, { apiName: text }]) ?? [{}];
  const ofStages: StagePattern[] = stages?.map((stage) => ({ stage })) ?? [{}];
  return ofApis.flatMap((api) => ofStages.map((stage) => ({ ...api, ...stage, ...(tags && { tags }) })));
}
