import type { UnitSink } from '../pipeline/counting-unit.js';
import type { PastReading, PastRequest } from './past-reading.js';
import type { SourceState } from './source-state.js';

/** Cuts its input into counting units. To add one: its folder, a line in sources/registry.ts, docs/adding-a-source.md. */
export interface Source {
  readonly name: string;
  /** Runs until the signal, or until its input ends; failures of the sink are retried with a growing pause, not thrown. */
  run(sink: UnitSink, signal: AbortSignal): Promise<void>;
  /** Of a source that has to reach something before it can read. */
  state?(): SourceState;
  /** Of a source whose input can be read again, long after: what it would read. It begins with `run` of what is returned. */
  openPast?(request: PastRequest): PastReading;
}
