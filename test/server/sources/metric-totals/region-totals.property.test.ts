import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AwsError } from '../../../../server/src/aws/aws-error.js';
import type { CountRequests } from '../../../../server/src/sources/metric-totals/count-requests.js';
import { RegionTotals } from '../../../../server/src/sources/metric-totals/region-totals.js';
import { account, region } from '../../../fake-aws/harness.js';
import { stage } from '../../aws/discovery/examples.js';
import { lookAt, ModelStore, minute, startMs } from './bed.js';

const minutes = 120;
/** After the last event nothing fails any more, and all can be asked for. */
const quietMinutes = 60;
const lookEvery = 15;
/** A minute grows for so long at most. */
const growsFor = 10;

const stages = [
  stage({ apiId: 'rest000001', apiName: 'orders' }),
  stage({ apiId: 'rest000001', apiName: 'orders', stage: 'dev' }),
  stage({ apiId: 'http000001', apiName: 'web', apiKind: 'http' }),
];
const names = stages.map(({ apiId, stage: name }) => `${apiId}/${name}`);

interface Story {
  /** Of each stage and minute: requests that are visible at once, and later, and how much later. */
  readonly requests: readonly (readonly (readonly [atOnce: number, later: number, delay: number])[])[];
  /** From minute to minute, in which reading is thrifty. */
  readonly thrifty: readonly (readonly [stage: number, from: number, length: number, readAfter: number])[];
  readonly failing: ReadonlySet<number>;
  readonly partial: ReadonlySet<number>;
  readonly restarts: ReadonlySet<number>;
}

const minuteSet = fc.uniqueArray(fc.nat(minutes - 1), { maxLength: 40 }).map((all) => new Set(all));
const story: fc.Arbitrary<Story> = fc.record({
  requests: fc.array(
    fc.array(fc.tuple(fc.nat(50), fc.oneof(fc.constant(0), fc.nat(9)), fc.nat(growsFor)), {
      minLength: minutes,
      maxLength: minutes,
    }),
    { minLength: 3, maxLength: 3 },
  ),
  thrifty: fc.array(fc.tuple(fc.nat(2), fc.nat(minutes - 1), fc.integer({ min: 1, max: 40 }), fc.nat(30)), {
    minLength: 1,
    maxLength: 6,
  }),
  failing: minuteSet,
  partial: minuteSet,
  restarts: fc.uniqueArray(fc.nat(minutes - 1), { maxLength: 3 }).map((all) => new Set(all)),
});

interface World {
  nowMs: number;
  readonly asked: { readonly stage: string; readonly atMs: number }[];
  readonly story: Story;
}

/** CloudWatch: what is visible now, without zeros. */
const countIn =
  (world: World): CountRequests =>
  async ({ metrics, fromMs, toMs }) => {
    const now = Math.floor((world.nowMs - startMs) / minute);
    if (world.story.failing.has(now)) throw new AwsError('unreachable', 'AWS did not answer.');
    return metrics.map((dimensions) => {
      const id = dimensions['ApiId'] ?? (dimensions['ApiName'] === 'orders' ? 'rest000001' : '');
      const name = `${id}/${dimensions['Stage']}`;
      world.asked.push({ stage: name, atMs: world.nowMs });
      const requests = new Map<number, number>();
      if (world.story.partial.has(now)) return { requests, isWhole: false };
      for (const [i, [atOnce, later, delay]] of (world.story.requests[names.indexOf(name)] ?? []).entries()) {
        const at = startMs + i * minute;
        const count = atOnce + (now >= i + 1 + delay ? later : 0);
        if (at >= fromMs && at < toMs && now > i && count > 0) requests.set(at, count);
      }
      return { requests, isWhole: true };
    });
  };

async function play(told: Story): Promise<{ readonly store: ModelStore; readonly world: World }> {
  const store = new ModelStore();
  const world: World = { nowMs: startMs, asked: [], story: told };
  const start = () =>
    new RegionTotals({ account, region, store, countRequests: countIn(world), nowMs: () => world.nowMs });
  let totals = start();
  let look = lookAt(startMs, stages);
  for (let now = 0; now < minutes + quietMinutes; now++) {
    world.nowMs = startMs + now * minute;
    for (const [of, from, length, readAfter] of told.thrifty) {
      const at = now - 1 - readAfter;
      // A window shows when it has been read.
      if (at >= from && at < Math.min(from + length, minutes)) {
        store.addThrifty(names[of] ?? '', startMs + at * minute, startMs + (at + 1) * minute);
      }
    }
    if (now % lookEvery === 0) look = lookAt(world.nowMs, stages);
    if (told.restarts.has(now)) totals = start();
    totals.learn(look);
    await totals.round(new AbortController().signal).catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error;
    });
  }
  return { store, world };
}

it('whatever fails, every minute without denominator gets the count that CloudWatch ends with', async () => {
  await fc.assert(
    fc.asyncProperty(story, async (told) => {
      const { store, world } = await play(told);
      for (const [of, name] of names.entries()) {
        for (const at of store.thriftyMinutes(name)) {
          const i = (at - startMs) / minute;
          const [atOnce = 0, later = 0] = told.requests[of]?.[i] ?? [];
          const total = store.totalOf(name, at);
          // What was asked for early by a process that ended may not be asked for again.
          const isCertain = ![...told.restarts].some((restart) => restart >= i && restart <= i + 60);
          if (isCertain && atOnce + later > 0) expect([name, i, total]).toEqual([name, i, atOnce + later]);
          else if (total !== undefined) expect([atOnce, atOnce + later]).toContain(total);
        }
        // Nobody pays for what was read whole: the last asking is about the last such minute, once it is final.
        const lacks = told.thrifty.filter(([stageIndex]) => stageIndex === of).length > 0;
        if (!lacks) expect(world.asked.filter((each) => each.stage === name)).toEqual([]);
      }
    }),
    { seed: 403, numRuns: 150 },
  );
}, 120_000);
