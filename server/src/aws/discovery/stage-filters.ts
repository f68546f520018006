import { matchesGlob } from '../../text/glob.js';

/** Fits a stage when all that is given does. In names and values `*` stands for any characters, `?` for one. */
export interface StagePattern {
  readonly apiId?: string;
  readonly apiName?: string;
  readonly stage?: string;
  /** Of the stage or its API. */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface StageFilters {
  /** None = every stage. */
  readonly include: readonly StagePattern[];
  /** Wins over `include`. */
  readonly exclude: readonly StagePattern[];
}

export const everyStage: StageFilters = { include: [], exclude: [] };

export interface NamedApi {
  readonly apiId: string;
  readonly apiName: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface NamedStage extends NamedApi {
  readonly stage: string;
}

export const isStageSelected = (stage: NamedStage, { include, exclude }: StageFilters): boolean =>
  (include.length === 0 || include.some((pattern) => fits(stage, pattern))) &&
  !exclude.some((pattern) => fits(stage, pattern));

/** False when none of its stages can be: they need not be asked for. What stages add, their names and tags, is not known yet. */
export const mayHaveSelected = (api: NamedApi, { include, exclude }: StageFilters): boolean =>
  (include.length === 0 || include.some((pattern) => fitsApi(api, pattern))) &&
  !exclude.some((pattern) => pattern.stage === undefined && pattern.tags === undefined && fitsApi(api, pattern));

const fits = (stage: NamedStage, pattern: StagePattern): boolean =>
  fitsApi(stage, pattern) &&
  matches(pattern.stage, stage.stage) &&
  Object.entries(pattern.tags ?? {}).every(
    ([name, value]) => Object.hasOwn(stage.tags, name) && matches(value, stage.tags[name] as string),
  );

const fitsApi = ({ apiId, apiName }: NamedApi, pattern: StagePattern): boolean =>
  matches(pattern.apiId, apiId) && matches(pattern.apiName, apiName);

const matches = (pattern: string | undefined, text: string): boolean =>
  pattern === undefined || matchesGlob(pattern, text);
