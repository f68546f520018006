import { parseArgs } from 'node:util';
import { type CountedTraffic, dayMs } from './counted-traffic.js';
import { demoTraffic } from './demo-traffic.js';
import { type Figures, figuresOf, isInFive, tableOf } from './figures.js';
import { type JudgedTraffic, judgeTraffic, within } from './judge-traffic.js';
import { drawPicture } from './picture.js';
import { shapes, shapeTraffic } from './shapes.js';

const help = `Judges the detection of spikes on made-up traffic whose incidents are known.

Usage: node test/spikes-judge/judge.mjs [OPTIONS]

Options:
  --seeds LIST   seeds of the traffic, e.g. 11,12 (101,102,103)
  --days N       days of traffic for each seed, of which the first has no history and is told apart (10)
  --only NAME    only traffic with this in its name, e.g. demo
  --json         the figures for programs
  --misses       what was not found in time, and what was raised for nothing
  --picture      draws docs/spikes.svg instead: node test/spikes-judge/judge.mjs --picture > docs/spikes.svg
  -h, --help     this text
`;

const fromMs = Date.UTC(2026, 5, 10);
const hourMs = 3_600_000;

/** Returns the exit code. */
export async function main(
  args: readonly string[],
  write: (text: string) => void,
  note: (text: string) => void,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '101,102,103' },
      days: { type: 'string', default: '10' },
      only: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      misses: { type: 'boolean', default: false },
      picture: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    write(help);
    return 0;
  }
  if (values.picture) {
    write(await drawPicture(fromMs));
    return 0;
  }
  const days = Number(values.days);
  const kinds: readonly (readonly [string, (seed: number) => CountedTraffic])[] = [
    ['demo, incidents', (seed) => demoTraffic(seed, 'scheduled', fromMs, days)],
    ['demo, quiet', (seed) => demoTraffic(seed, 'none', fromMs, days)],
    // At three in the morning, when there is little traffic to see it by.
    ['demo, all at once', (seed) => demoTraffic(seed, { allFromMs: fromMs + 27 * hourMs }, fromMs, 2)],
    ...shapes.map((shape) => [shape.name, (seed: number) => shapeTraffic(shape, seed, fromMs, days)] as const),
  ];
  const chosen = kinds.filter(([name]) => name.includes(values.only));
  const seeds = values.seeds.split(',').map(Number);
  const rows: Figures[] = [];
  const all: JudgedTraffic[] = [];
  for (const [name, make] of chosen) {
    const judged: JudgedTraffic[] = [];
    for (const seed of seeds) {
      note(`${name}, seed ${seed} …`);
      judged.push(await judgeTraffic(make(seed)));
    }
    rows.push(figuresOf(name, judged.map(afterFirstDay)));
    all.push(...judged);
    if (values.misses) for (const each of judged) writeMisses(each, write);
  }
  rows.push(figuresOf('all', all.map(afterFirstDay)));
  rows.push(figuresOf('all, on the first day', all.map(ofFirstDay)));
  write(values.json ? `${JSON.stringify(rows, null, 2)}\n` : `${tableOf(rows)}\n`);
  return 0;
}

/** Of it nobody can say what is usual. */
const ofFirstDay = (judged: JudgedTraffic): JudgedTraffic => within(judged, judged.fromMs, judged.fromMs + dayMs);
const afterFirstDay = (judged: JudgedTraffic): JudgedTraffic => within(judged, judged.fromMs + dayMs, judged.toMs);

function writeMisses({ name, incidents, alarms }: JudgedTraffic, write: (text: string) => void): void {
  const at = (ms: number): string => new Date(ms).toISOString().slice(5, 16);
  for (const incident of incidents.filter((each) => each.canBeFound && !isInFive(each))) {
    const late = incident.delayMs === null ? 'missed' : `late by ${(incident.delayMs / 60_000).toFixed(1)} min`;
    write(`  ${name}: ${late}: ${incident.what} ${at(incident.fromMs)} ${incident.baseline}\n`);
  }
  for (const alarm of alarms.filter(({ isTrue }) => !isTrue)) {
    const { name: of, beganMs, peakRequests, expected, expectedUpper, baseline } = alarm;
    write(
      `  ${name}: for nothing: ${of} ${at(beganMs)} ${peakRequests} > ${expectedUpper.toFixed(0)} (${expected?.toFixed(1)}) ${baseline}\n`,
    );
  }
}
