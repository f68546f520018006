import { open } from 'node:fs/promises';
import type { ReadingSettings } from '@why403/parsers';
import type { UnitSink } from '../../pipeline/counting-unit.js';
import type { Telemetry } from '../../telemetry/telemetry.js';
import { pause } from '../../time/pause.js';
import type { Source } from '../source.js';
import { createFileSet } from './file-set.js';

export interface FileSourceOptions {
  /** Files; `*` and `?` stand for any characters of a name. They should cover the names that rotation gives. */
  readonly paths: readonly string[];
  /** Its watermark and lag are told under this name. */
  readonly feed?: string;
  readonly settings: ReadingSettings;
  /** A file that was read keeps the grid that it was begun with. */
  readonly unitBytes?: number;
  readonly pollMs?: number;
  readonly flushMs?: number;
  readonly nowMs: () => number;
  readonly telemetry: Telemetry;
}

/**
 * What a growing unit costs is its length times the number of times it is stored, so units are short; what a unit costs is one
 * marker, so they are not shorter.
 */
const defaultUnitBytes = 256 * 1024;
/** Events are in the file this soon. */
const writerDelayMs = 30_000;
const progressEveryMs = 5_000;
const maxFeedCharacters = 200;

/** Follows files as they grow, are rotated and compressed. Nothing is kept beside the store: it says what was read. */
export function createFileSource(options: FileSourceOptions): Source {
  const { paths, nowMs, telemetry, pollMs = 1_000 } = options;
  const feed = options.feed ?? `file:${paths.join(',')}`.slice(0, maxFeedCharacters);

  async function run(sink: UnitSink, signal: AbortSignal): Promise<void> {
    const told = new Map<string, string>();
    const problem = (path: string, sentence: string): void => {
      if (told.get(path) === sentence) return;
      told.set(path, sentence);
      telemetry.sourceProblem({ source: feed, problem: `${path}: ${sentence}` });
    };
    const files = createFileSet({
      paths,
      open: (path) => open(path),
      reading: {
        feed,
        settings: options.settings,
        unitBytes: options.unitBytes ?? defaultUnitBytes,
        flushMs: options.flushMs ?? 5_000,
        sink,
        problem,
      },
      solved: (path) => told.delete(path),
      nowMs,
      signal,
    });
    let reportedMs = 0;
    try {
      while (!signal.aborted) {
        await files.list();
        const busy = await files.read();
        const cleanMs = files.cleanMs();
        if (cleanMs !== null && cleanMs - reportedMs >= progressEveryMs) {
          const reported = await sink.reportProgress(feed, 'file', cleanMs - writerDelayMs).then(
            () => true,
            () => false,
          );
          if (reported) reportedMs = cleanMs;
        }
        if (!busy) await pause(pollMs, signal);
      }
    } finally {
      await files.close();
    }
  }

  return { name: feed, run };
}
