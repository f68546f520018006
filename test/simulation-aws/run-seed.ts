// One seed in a process of its own: run-seed COLLECTOR SEED HOURS, started by command.ts.
import { type SimulationReport, simulate } from './simulate.js';

export interface SeedResult extends SimulationReport {
  readonly seed: number;
  readonly seconds: number;
}

export type FromSeed =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'done'; readonly result: SeedResult };

const [, , collector = '', seed, hours] = process.argv;
const send = (message: FromSeed): void => void process.send?.(message);
// At the end, and when whoever asked is gone.
process.once('disconnect', () => process.exit());
const began = performance.now();

const report = await simulate({
  seed: Number(seed),
  hours: Number(hours),
  collector,
  onProgress: (line) => send({ kind: 'line', line }),
});
const seconds = Math.round((performance.now() - began) / 1_000);
send({ kind: 'done', result: { ...report, seed: Number(seed), seconds } });
process.disconnect?.();
