import type { UnitSink } from '../pipeline/counting-unit.js';
import type { Source } from '../sources/source.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { pause } from '../time/pause.js';

const firstPauseMs = 1000;
const longestPauseMs = 60_000;

/** Runs all sources until the signal. A source that breaks by a defect of ours begins again after a pause, the others go on. */
export async function runSources(
  sources: readonly Source[],
  sink: UnitSink,
  telemetry: Telemetry,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(sources.map((source) => runOne(source, sink, telemetry, signal)));
}

async function runOne(source: Source, sink: UnitSink, telemetry: Telemetry, signal: AbortSignal): Promise<void> {
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await source.run(sink, signal);
    } catch (error) {
      if (signal.aborted) return;
      telemetry.defect({ where: `source ${source.name}`, error });
      await pause(pauseMs, signal);
    }
  }
}
