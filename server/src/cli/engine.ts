import type { causeCatalogue, createExplainer } from '@why403/parsers';

export type CauseInfo = (typeof causeCatalogue)[number];

/** The part of the engine that the commands use; compose.ts loads it when it is needed. */
export interface Engine {
  readonly createExplainer: typeof createExplainer;
  readonly causeCatalogue: typeof causeCatalogue;
}
