import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { FromSeed, SeedResult } from './run-seed.js';

const help = `Simulates days of six log groups of a fake AWS and the collector that reads them: throttled and broken calls, lines that come
two hours late, kill -9. At the end all that AWS showed is stored exactly once, nothing was promised too early, no quota exceeded.

Usage: npm run simulate -- [OPTIONS]

Options:
  --seed N      the first seed (403)
  --seeds N     so many (3; with --seed 1)
  --hours H     simulated hours of each (24)
  --day         24 hours
  --week        168 hours
  --jobs N      seeds side by side (one per core)
  --json        one JSON document at the end, progress on stderr
  -h, --help    this text

Exit code: 0 every promise was kept, 1 some were not, 2 wrong usage or nothing built.
Needs what \`npm run build\` makes. Data goes to a folder in TMPDIR; one in memory spares the disk.
`;

const firstSeed = 403;

/** Returns the exit code. `buildEntry`: a file of this folder as JavaScript. */
export async function runCommand(
  args: readonly string[],
  buildEntry: (name: string) => Promise<string>,
): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${help}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  const { seeds, hours, jobs, json } = options;
  const progress = json ? process.stderr : process.stdout;
  const [entry, collector] = await Promise.all([buildEntry('run-seed'), buildEntry('collector')]);
  const results: SeedResult[] = [];
  const left = [...seeds];
  const work = async (): Promise<void> => {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      const result = await runSeed(entry, [collector, String(seed), String(hours)], (line) => {
        progress.write(`seed ${seed}  ${line}\n`);
      });
      results.push(result);
      const { lies, seconds } = result;
      progress.write(`seed ${seed}  ${lies.length === 0 ? 'done' : 'LIES'} in ${seconds} s\n`);
      for (const lie of lies) progress.write(`seed ${seed}  ${lie}\n`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, seeds.length) }, work));
  results.sort((a, b) => a.seed - b.seed);
  process.stdout.write(json ? `${JSON.stringify({ hours, results }, null, 2)}\n` : tableOf(results, hours));
  return results.every(({ lies }) => lies.length === 0) ? 0 : 1;
}

interface Options {
  readonly seeds: readonly number[];
  readonly hours: number;
  readonly jobs: number;
  readonly json: boolean;
  readonly help: boolean;
}

/** What is wrong in words, else the options. */
function readOptions(args: readonly string[]): Options | string {
  const number = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  let values: ReturnType<typeof parse>['values'];
  function parse() {
    return parseArgs({
      args: [...args],
      options: {
        seed: number,
        seeds: number,
        hours: number,
        jobs: number,
        day: flag,
        week: flag,
        json: flag,
        help: { ...flag, short: 'h' },
      },
    });
  }
  try {
    ({ values } = parse());
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  for (const name of ['seed', 'seeds', 'hours', 'jobs'] as const) {
    const text = values[name];
    if (text !== undefined && !/^[1-9]\d{0,8}$/.test(text)) return `--${name} is a whole number above 0, not ${text}`;
  }
  if ([values.hours !== undefined, values.day, values.week].filter(Boolean).length > 1)
    return '--hours, --day and --week say the same thing: one of them';
  const first = Number(values.seed ?? firstSeed);
  const count = Number(values.seeds ?? (values.seed === undefined ? 3 : 1));
  return {
    seeds: Array.from({ length: count }, (_, i) => first + i),
    hours: values.week ? 168 : Number(values.hours ?? 24),
    jobs: Number(values.jobs ?? availableParallelism()),
    json: values.json,
    help: values.help,
  };
}

/** In a process of its own, so that seeds take a core each. */
async function runSeed(entry: string, args: readonly string[], onLine: (line: string) => void): Promise<SeedResult> {
  const child = fork(entry, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let result: SeedResult | null = null;
  child.on('message', (message: FromSeed) => {
    if (message.kind === 'line') onLine(message.line);
    else result = message.result;
  });
  const [code, signal] = await once(child, 'close');
  return result ?? { ...nothing, seed: Number(args[1]), lies: [`the simulation itself ended with ${signal ?? code}`] };
}

const nothing: Omit<SeedResult, 'seed' | 'lies'> = {
  requests: 0,
  refused: 0,
  kills: 0,
  calls: 0,
  throttled: 0,
  busiestSecond: 0,
  calmLagMs: 0,
  allowedLagMs: 0,
  peakBytes: 0,
  seconds: 0,
};

const columns: readonly (readonly [name: string, of: (result: SeedResult) => string | number])[] = [
  ['seed', ({ seed }) => seed],
  ['requests', ({ requests }) => requests],
  ['refused', ({ refused }) => refused],
  ['kills', ({ kills }) => kills],
  ['calls', ({ calls }) => calls],
  ['throttled', ({ throttled }) => throttled],
  ['busiest s', ({ busiestSecond }) => busiestSecond],
  ['calm lag', ({ calmLagMs }) => `${(calmLagMs / 1_000).toFixed(0)} s`],
  ['allowed', ({ allowedLagMs }) => `${(allowedLagMs / 1_000).toFixed(0)} s`],
  ['peak', ({ peakBytes }) => `${(peakBytes / 1e6).toFixed(0)} MB`],
  ['took', ({ seconds }) => `${seconds} s`],
  ['lies', ({ lies }) => lies.length],
];

function tableOf(results: readonly SeedResult[], hours: number): string {
  const rows = [columns.map(([name]) => name), ...results.map((each) => columns.map(([, of]) => String(of(each))))];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('  '));
  const lies = results.flatMap(({ seed, lies }) => lies.map((lie) => `seed ${seed}: ${lie}`));
  const verdict = lies.length === 0 ? 'rows and totals equal the truth, every promise was kept' : lies.join('\n');
  return `\n${lines.join('\n')}\n\n${hours} simulated hours each: ${verdict}\n`;
}
