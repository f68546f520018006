import { randomUUID } from 'node:crypto';
import type { ReadingSettings } from '@why403/parsers';
import type { UnitSink } from '../../pipeline/counting-unit.js';
import type { Telemetry } from '../../telemetry/telemetry.js';
import { pause, pauseAfter } from '../../time/pause.js';
import type { Source } from '../source.js';
import { cutLines } from './cut-lines.js';

export interface StdinSourceOptions {
  readonly input: AsyncIterable<Uint8Array>;
  readonly settings: ReadingSettings;
  readonly feed?: string;
  /** A unit is as long as this, or as what comes in this time. */
  readonly unitBytes?: number;
  readonly unitMs?: number;
  /** How late lines may come: the watermark stays so far behind the newest. */
  readonly delayMs?: number;
  readonly nowMs: () => number;
  readonly telemetry: Telemetry;
}

/** At most once: what was read and not yet stored when the process ends is gone, for nobody can send it again. */
export function createStdinSource(options: StdinSourceOptions): Source {
  const { input, settings, feed = 'stdin', unitBytes = 1024 * 1024, unitMs = 2_000, delayMs = 60_000 } = options;
  const run = randomUUID();

  async function store(sink: UnitSink, unit: number, bytes: readonly Uint8Array[], signal: AbortSignal): Promise<void> {
    for (let failures = 0; ; ) {
      try {
        const id = `stdin:${run}:${unit}`;
        const receipt = await sink.accept({ id, feed, kind: 'stdin', settings, content: bytes });
        const newestMs = Math.min(receipt.unit.newestMs, options.nowMs());
        if (newestMs > delayMs) await sink.reportProgress(feed, 'stdin', newestMs - delayMs);
        return;
      } catch {
        // The sink has told about it.
        await pause(pauseAfter(++failures), signal);
        if (signal.aborted) return;
      }
    }
  }

  return {
    name: 'stdin',
    async run(sink, signal) {
      let unit = 0;
      for await (const bytes of cutLines(input, { unitBytes, unitMs, signal })) {
        await store(sink, unit++, bytes, signal);
        if (signal.aborted) return;
      }
    },
  };
}
