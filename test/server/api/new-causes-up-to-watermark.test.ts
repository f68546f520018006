import { describe, expect, it } from 'vitest';
import { readNewCauses } from '../../../server/src/api/new-causes.js';
import type { FirstSeenQuery } from '../../../server/src/query/query.js';
import type { FirstSeen, FirstSeenAnswer } from '../../../server/src/store/event-store.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const nowMs = Date.parse('2026-03-10T12:00:00Z');
const ago = (minutes: number): number => nowMs - minutes * minuteMs;

const cause = (stage: string, more: Partial<FirstSeen>): FirstSeen => ({
  labels: {
    account: '111122223333',
    region: 'eu-west-1',
    api_id: 'orders',
    stage,
    route: '/orders',
    cause: 'waf_blocked',
    group: 'waf',
  },
  firstSeenMs: ago(10),
  refused: 5,
  lastBeforeMs: null,
  stageKnownSinceMs: nowMs - 5 * dayMs,
  completeUntilMs: ago(0),
  ...more,
});

/** Knows these causes and tells those that were first seen in the range. */
function storeOf(causes: readonly FirstSeen[], completeUntilMs: number | null) {
  const asked: FirstSeenQuery[] = [];
  return {
    asked,
    readFirstSeen(query: FirstSeenQuery): Promise<FirstSeenAnswer> {
      asked.push(query);
      const { fromMs, toMs } = query;
      const found = causes.filter(({ firstSeenMs }) => firstSeenMs >= fromMs && firstSeenMs < toMs);
      const omittedCauses = Math.max(0, found.length - query.limit);
      return Promise.resolve({ causes: found.slice(0, query.limit), omittedCauses, completeUntilMs });
    },
  };
}

const query = { fromMs: ago(30), toMs: nowMs, filter: {}, least: 3, limit: 10, nowMs };
const stagesOf = ({ causes }: FirstSeenAnswer) => causes.map(({ labels }) => labels.stage);

describe('new causes while logs lag', () => {
  it.each<[string, number | null]>([
    ['a usual lag', ago(4)],
    ['no lag', ago(0)],
    ['nothing known', null],
  ])('are those of the range itself with %s', async (_, completeUntilMs) => {
    const store = storeOf([cause('prod', {}), cause('test', { firstSeenMs: ago(40) })], completeUntilMs);
    expect(stagesOf(await readNewCauses(store, query))).toEqual(['prod']);
    expect(store.asked).toEqual([query]);
  });

  it('stay new on a stage that fell silent, and grow old on the others', async () => {
    const silent = { completeUntilMs: ago(90) };
    const store = storeOf(
      [
        cause('silent', { ...silent, firstSeenMs: ago(100) }),
        cause('silent before', { ...silent, firstSeenMs: ago(121) }),
        cause('live', { firstSeenMs: ago(29) }),
        cause('live before', { firstSeenMs: ago(31) }),
      ],
      ago(90),
    );
    expect(stagesOf(await readNewCauses(store, query))).toEqual(['silent', 'live']);
  });

  it.each<[string, Partial<FirstSeen>, readonly string[]]>([
    ['seen 7 days before that range', { lastBeforeMs: ago(120) - 7 * dayMs - 1 }, ['silent']],
    ['seen less than 7 days before it', { lastBeforeMs: ago(120) - 7 * dayMs }, []],
    ['on a stage known for a day before it', { stageKnownSinceMs: ago(120) - dayMs }, ['silent']],
    ['on a stage known for less', { stageKnownSinceMs: ago(120) - dayMs + 1 }, []],
  ])('%s', async (_, more, stages) => {
    const store = storeOf([cause('silent', { completeUntilMs: ago(90), firstSeenMs: ago(100), ...more })], ago(90));
    expect(stagesOf(await readNewCauses(store, query))).toEqual(stages);
  });

  it('are limited after those that grew old were left out', async () => {
    const silent = { completeUntilMs: ago(90) };
    const store = storeOf(
      [
        cause('live before', { firstSeenMs: ago(50) }),
        cause('silent', { ...silent, firstSeenMs: ago(100) }),
        cause('silent too', { ...silent, firstSeenMs: ago(110) }),
      ],
      ago(90),
    );
    const found = await readNewCauses(store, { ...query, limit: 1 });
    expect(stagesOf(found)).toEqual(['silent']);
    expect(found.omittedCauses).toBe(1);
  });

  it('grow old after six hours of silence', async () => {
    const silent = { completeUntilMs: nowMs - 7 * hourMs, firstSeenMs: nowMs - 7 * hourMs - minuteMs };
    const store = storeOf([cause('silent', silent)], nowMs - 7 * hourMs);
    expect(stagesOf(await readNewCauses(store, query))).toEqual([]);
    expect(store.asked.at(-1)).toMatchObject({ fromMs: ago(30) - 6 * hourMs, windowsUntilMs: ago(30) });
  });
});
