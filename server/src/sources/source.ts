import type { UnitSink } from '../pipeline/counting-unit.js';

/** Cuts its input into counting units. To add one: its folder, a line in sources/registry.ts, docs/adding-a-source.md. */
export interface Source {
  readonly name: string;
  /** Runs until the signal, or until its input ends; failures of the sink are retried with a growing pause, not thrown. */
  run(sink: UnitSink, signal: AbortSignal): Promise<void>;
}
