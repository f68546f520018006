import type { compileAccessLogFormat, Limits } from '@why403/parsers';
import type { Telemetry } from '../telemetry/telemetry.js';
import type { AwsEntry, AwsSourceDeps } from './aws/aws-source.js';
import { createFileSource } from './file/file-source.js';
import { type ReadingConfig, readingSettingsOf } from './reading-settings.js';
import type { Source } from './source.js';
import { createStdinSource } from './stdin/stdin-source.js';

/** One entry of `sources` in the configuration. */
export type SourceEntry = FileEntry | StdinEntry | AwsEntry;

interface FileEntry extends ReadingConfig {
  readonly kind: 'file';
  readonly paths: readonly string[];
  readonly unitBytes?: number;
  readonly pollMs?: number;
}

interface StdinEntry extends ReadingConfig {
  readonly kind: 'stdin';
}

export interface SourceDeps {
  readonly engine: { readonly compileAccessLogFormat: typeof compileAccessLogFormat };
  /** What a line, a record, a payload may take. The length of all is not limited: a log has no end. */
  readonly limits: Limits;
  readonly input: AsyncIterable<Uint8Array>;
  readonly store: AwsSourceDeps['store'];
  readonly groups: AwsSourceDeps['groups'];
  readonly budgets: AwsSourceDeps['budgets'];
  /** The AWS region of whoever started the service. */
  readonly ownRegion: string | null;
  readonly keptDays: number;
  readonly nowMs: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly telemetry: Telemetry;
}

/** To add one: its folder, a case here, its object in config/lists.ts, a line in docs/adding-a-source.md. */
export async function createSource(entry: SourceEntry, deps: SourceDeps): Promise<Source> {
  const { engine, limits, nowMs, telemetry } = deps;
  switch (entry.kind) {
    case 'file': {
      const { paths, unitBytes, pollMs } = entry;
      return createFileSource({
        paths,
        settings: readingSettingsOf(entry, limits, engine.compileAccessLogFormat),
        ...(unitBytes === undefined ? {} : { unitBytes }),
        ...(pollMs === undefined ? {} : { pollMs }),
        nowMs,
        telemetry,
      });
    }
    case 'stdin': {
      const settings = readingSettingsOf(entry, limits, engine.compileAccessLogFormat);
      return createStdinSource({ input: deps.input, settings, nowMs, telemetry });
    }
    case 'aws': {
      // The AWS SDK is loaded only where it is needed.
      const { createAwsSource } = await import('./aws/aws-source.js');
      return createAwsSource(entry, deps);
    }
  }
}
