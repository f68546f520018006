import { beforeAll, expect, test } from 'vitest';
import { buildEntry } from './build-entry.mjs';
import { simulate } from './simulate.js';

// Other seeds, and longer: npm run simulate -- --help
const { WHY403_SIMULATION_SEEDS: given, WHY403_SIMULATION_HOURS: hours = '24' } = process.env;
const seeds = given === undefined ? [403, 404, 405] : given.split(',').map(Number);
const mostBytes = 400_000_000;

let collector = '';

beforeAll(async () => {
  collector = await buildEntry('collector');
});

// Each waits for its own database most of the time.
test.concurrent.each(seeds)(
  'seed %i: all that AWS showed is stored exactly once, and nothing was promised too early',
  async (seed) => {
    const tell = (line: string): void => void process.stdout.write(`seed ${seed}: ${line}\n`);
    const began = performance.now();
    const onProgress = given === undefined ? () => {} : tell;
    const { lies, ...figures } = await simulate({ seed, hours: Number(hours), collector, onProgress });
    tell(JSON.stringify({ ...figures, seconds: Math.round((performance.now() - began) / 1_000) }));
    expect(lies, `npm run simulate -- --seed ${seed} --hours ${hours}`).toEqual([]);
    expect(figures.peakBytes).toBeLessThan(mostBytes);
  },
);
