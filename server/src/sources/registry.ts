import type { compileAccessLogFormat, Limits } from '@why403/parsers';
import type { Telemetry } from '../telemetry/telemetry.js';
import { createFileSource } from './file/file-source.js';
import { type ReadingConfig, readingSettingsOf } from './reading-settings.js';
import type { Source } from './source.js';
import { createStdinSource } from './stdin/stdin-source.js';

/** One entry of `sources` in the configuration. */
export type SourceEntry = ReadingConfig &
  (
    | {
        readonly kind: 'file';
        readonly paths: readonly string[];
        readonly unitBytes?: number;
        readonly pollMs?: number;
      }
    | { readonly kind: 'stdin' }
  );

export interface SourceDeps {
  readonly engine: { readonly compileAccessLogFormat: typeof compileAccessLogFormat };
  /** What a line, a record, a payload may take. The length of all is not limited: a log has no end. */
  readonly limits: Limits;
  readonly input: AsyncIterable<Uint8Array>;
  readonly nowMs: () => number;
  readonly telemetry: Telemetry;
}

/** To add one: its folder, a case here, its object in config/lists.ts, a line in docs/adding-a-source.md. */
export function createSource(entry: SourceEntry, deps: SourceDeps): Source {
  const { nowMs, telemetry } = deps;
  const settings = readingSettingsOf(entry, deps.limits, deps.engine.compileAccessLogFormat);
  switch (entry.kind) {
    case 'file': {
      const { paths, unitBytes, pollMs } = entry;
      return createFileSource({
        paths,
        settings,
        ...(unitBytes === undefined ? {} : { unitBytes }),
        ...(pollMs === undefined ? {} : { pollMs }),
        nowMs,
        telemetry,
      });
    }
    case 'stdin':
      return createStdinSource({ input: deps.input, settings, nowMs, telemetry });
  }
}
