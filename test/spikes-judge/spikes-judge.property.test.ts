import { describe, expect, it } from 'vitest';
import { causes } from '../../parsers/src/index.js';
import { type CountedTraffic, dayMs } from './counted-traffic.js';
import { demoTraffic } from './demo-traffic.js';
import { type Figures, figuresOf } from './figures.js';
import { type JudgedTraffic, judgeTraffic, within } from './judge-traffic.js';
import { shapes, shapeTraffic } from './shapes.js';

// The small version of the judge (docs/spikes.md has the large one): a seed that nothing was tuned on, and limits that it can miss.
const seed = 403;
const fromMs = Date.UTC(2026, 5, 10);

/** Of all but the first day, which has no history. */
async function judge(name: string, traffics: readonly CountedTraffic[]): Promise<Figures> {
  const judged: JudgedTraffic[] = [];
  for (const traffic of traffics) {
    const all = await judgeTraffic(traffic);
    judged.push(within(all, all.fromMs + dayMs, all.toMs));
  }
  return figuresOf(name, judged);
}

describe('on the traffic of the demo', () => {
  const days = 4;
  const scheduled = demoTraffic(seed, 'scheduled', fromMs, days);

  it('every incident is found within five minutes, where it began, and nothing else is raised', async () => {
    const figures = await judge('demo', [scheduled]);
    expect(figures.findable).toBeGreaterThan(30);
    expect(figures).toMatchObject({ inFive: figures.findable, found: figures.incidents, falsePerDay: 0 });
    expect(figures.delay.median).toBeLessThan(2);
    expect(figures.onsetError.median).toBeLessThan(1);
  });

  it('a quiet day raises nothing', async () => {
    const figures = await judge('quiet', [demoTraffic(seed, 'none', fromMs, days)]);
    expect(figures).toMatchObject({ incidents: 0, alarms: 0 });
  });

  it('the judge counts what the engine reads: each cause is one, and the truth is refused', () => {
    for (const { labels } of scheduled.refused.values()) expect(causes).toContain(labels.cause);
    for (const { labels } of scheduled.incidents) {
      expect([...scheduled.refused.values()].map((key) => key.labels)).toContainEqual(expect.objectContaining(labels));
    }
  });
});

describe('on traffic of other shapes', () => {
  it('nearly every incident is found in time, and nearly nothing else is raised', async () => {
    const figures = await judge(
      'shapes',
      shapes.map((shape) => shapeTraffic(shape, seed, fromMs, 10)),
    );
    expect(figures.findable).toBeGreaterThan(60);
    expect(figures.inFive / figures.findable).toBeGreaterThan(0.9);
    expect(figures.trueAlarms / figures.alarms).toBeGreaterThan(0.95);
    expect(figures.onsetError.median).toBeLessThanOrEqual(1);
  });
});
