import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planQuestions, type WantedMinute } from '../../../../server/src/sources/metric-totals/plan-questions.js';

const minute = 60_000;
const nowMs = Date.UTC(2026, 2, 10, 12);
const againMs = nowMs - 16 * minute;

const wantedMinute = (api: number, minutesAgo: number): WantedMinute => ({
  stage: { account: '111122223333', region: 'eu-west-1', apiId: `api${api}`, stage: 'prod' },
  dimensions: { ApiId: `api${api}`, Stage: 'prod' },
  minuteMs: nowMs - minutesAgo * minute,
  isCertain: true,
});
const keyOf = ({ stage, minuteMs }: WantedMinute): string => `${stage.apiId} ${minuteMs}`;

const wanted = fc
  .uniqueArray(fc.tuple(fc.nat(700), fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20_000 }))), {
    selector: ([api, ago]) => `${api} ${ago}`,
    maxLength: 300,
  })
  .map((all) => all.map(([api, ago]) => wantedMinute(api, ago)));

it('each minute is in one question, and no question is larger than AWS answers', () => {
  fc.assert(
    fc.property(wanted, (all) => {
      const questions = planQuestions(all, againMs);
      const asked = questions.flatMap(({ stages }) => stages.flatMap((each) => each.wanted.map(keyOf)));
      expect(asked.sort()).toEqual(all.map(keyOf).sort());
      for (const { fromMs, toMs, stages } of questions) {
        expect(stages.length).toBeGreaterThan(0);
        expect(stages.length).toBeLessThanOrEqual(500);
        expect((stages.length * (toMs - fromMs)) / minute).toBeLessThanOrEqual(36_000);
        for (const each of stages.flatMap((stage) => stage.wanted)) {
          expect(each.minuteMs).toBeGreaterThanOrEqual(fromMs);
          expect(each.minuteMs + minute).toBeLessThanOrEqual(toMs);
        }
      }
    }),
    { seed: 403, numRuns: 200 },
  );
});

it('a round of one minute for 500 stages is one call, which also brings the quarter of an hour before', () => {
  const all = Array.from({ length: 500 }, (_, i) => wantedMinute(i, 4));
  expect(planQuestions(all, againMs)).toMatchObject([{ fromMs: againMs, toMs: nowMs - 3 * minute }]);
  expect(planQuestions([...all, wantedMinute(500, 4)], againMs).map(({ stages }) => stages.length)).toEqual([500, 1]);
});

it('a day of one stage is one metric, and the newest part comes first', () => {
  const day = Array.from({ length: 2_880 }, (_, i) => wantedMinute(1, 100 + i));
  expect(planQuestions(day, againMs).map(({ fromMs, toMs }) => [nowMs - fromMs, nowMs - toMs])).toEqual([
    [1_539 * minute, 99 * minute],
    [2_979 * minute, 1_539 * minute],
  ]);
});

it('nothing lacks: nothing is asked', () => {
  expect(planQuestions([], againMs)).toEqual([]);
});
