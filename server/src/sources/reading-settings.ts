import type { compileAccessLogFormat, Limits, ReadingSettings } from '@why403/parsers';

/** How the configuration says that lines are to be read. */
export interface ReadingConfig {
  readonly format: string | null;
  readonly account: string | null;
  readonly region: string | null;
  readonly api: string | null;
  readonly stage: string | null;
}

/** Throws a sentence about the format when it is none; the configuration is checked at start. */
export function readingSettingsOf(
  config: ReadingConfig,
  limits: Limits,
  compile: typeof compileAccessLogFormat,
): ReadingSettings {
  const { format, account, region, api, stage } = config;
  const fallbackPlace = { account, region, apiId: api, stage };
  if (format === null) return { template: null, fallbackPlace, limits };
  const compiled = compile(format);
  if (!compiled.ok) throw new Error(`the access log format cannot be used: ${compiled.detail}`);
  return { template: compiled.value, fallbackPlace, limits };
}
