import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Program, run } from '../e2e/service/program.js';
import { withClock } from './with-clock.js';

/** How demo incidents are chosen on the command line. */
export type Incidents = 'scheduled' | 'none';

export interface DemoOptions {
  readonly directory: string;
  readonly seed: number;
  readonly incidents: Incidents;
  readonly historyHours: number;
  /** What the program's clock shows when it starts. */
  readonly clockMs: number;
}

export interface DemoService {
  readonly url: string;
  stop(): Promise<void>;
}

/** The built program, `why403 demo`, once it has made up all of its history. */
export async function startDemo({
  directory,
  seed,
  incidents,
  historyHours,
  clockMs,
}: DemoOptions): Promise<DemoService> {
  const options = ['--port', '0', '--data', directory, '--seed', String(seed)];
  const traffic = ['--incidents', incidents, '--history', String(historyHours)];
  const program = run(['demo', ...options, ...traffic], {
    ...withClock(clockMs),
    WHY403_LOG_LEVEL: 'info',
    WHY403_LOG_FORMAT: 'json',
    // One caller asks for a whole day.
    WHY403_LIMITS_REQUESTS_PER_MINUTE: '10000000',
  });
  const url = await program.address();
  await complete(program, url, clockMs - 60_000);
  return {
    url,
    async stop() {
      await program.stop();
    },
  };
}

/**
 * Lets the next start write other incidents into the same directory, which the program refuses to people: a day with incidents can
 * follow quiet ones.
 */
export function handOver(directory: string, incidents: Incidents): void {
  const marker = join(directory, 'why403-data.json');
  const owner = incidents === 'scheduled' ? 'demo' : `demo --incidents ${incidents}`;
  writeFileSync(marker, JSON.stringify({ ...JSON.parse(readFileSync(marker, 'utf8')), owner }));
}

export const demoFeeds = ['demo-rest', 'demo-http', 'demo-devices', 'demo-erp'] as const;
const limitMs = 300_000;

async function complete(program: Program, url: string, untilMs: number): Promise<void> {
  let hasEnded = false;
  void program.ended.then(() => {
    hasEnded = true;
  });
  for (const began = performance.now(); performance.now() - began < limitMs; ) {
    if (hasEnded) throw new Error(`the demo ended: ${program.error}`);
    const completeUntil = await readCompleteUntil(url);
    if (completeUntil.length === demoFeeds.length && Math.min(...completeUntil) >= untilMs) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`the demo did not make up its history in ${limitMs / 1000} s`);
}

interface Answer {
  readonly columns: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** How far each feed is, ms. */
export async function readCompleteUntil(url: string): Promise<readonly number[]> {
  const response = await fetch(`${url}/api/v1/coverage?table=feeds`);
  if (!response.ok) return [];
  const { columns } = (await response.json()) as Answer;
  return columns.find(({ name }) => name === 'complete_until')?.values ?? [];
}
