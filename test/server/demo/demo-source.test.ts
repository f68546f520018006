import { describe, expect, it } from 'vitest';
import { linesOfWindow } from '../../../server/src/demo/demo-lines.js';
import { createDemoSource, type DemoIncidents } from '../../../server/src/demo/demo-source.js';
import { incidentKinds } from '../../../server/src/demo/incident-kinds.js';
import { type IncidentPlan, incidentsOf } from '../../../server/src/demo/incidents.js';
import { feeds } from '../../../server/src/demo/log-formats.js';
import { readWindowName } from '../../../server/src/demo/windows.js';
import { createWorld } from '../../../server/src/demo/world.js';
import { FakeSink } from './fake-sink.js';

const started = Date.UTC(2026, 5, 17, 9, 41, 34, 567);
const hourMs = 3_600_000;
const minuteMs = 60_000;
/** A small company, so that a day is made quickly; some of its windows are empty. */
const speed = 0.1;
const feedNames = Object.values(feeds).map(({ name }) => name);

/** Time passes only while the source waits; it is stopped once the clock has reached `untilMs`. */
async function run(
  sink: FakeSink,
  fromMs: number,
  untilMs: number,
  historyHours = 1,
  seed = 5,
  incidents: DemoIncidents = 'scheduled',
): Promise<void> {
  let nowMs = fromMs;
  const stop = new AbortController();
  const source = createDemoSource({
    seed,
    historyHours,
    incidents,
    speed,
    nowMs: () => nowMs,
    wait: async (ms) => {
      nowMs += ms;
      if (nowMs >= untilMs) stop.abort();
    },
  });
  await source.run(sink, stop.signal);
}

const windowsOf = (sink: FakeSink, feed: string) =>
  [...sink.units.values()]
    .filter(({ unit }) => unit.feed === feed)
    .map(({ unit }) => readWindowName(unit.id) as { fromMs: number; toMs: number })
    .sort((a, b) => a.fromMs - b.fromMs);

function expectNoGap(sink: FakeSink, fromMs: number, toMs: number): void {
  for (const feed of feedNames) {
    let at = fromMs;
    for (const window of windowsOf(sink, feed)) {
      expect(window.fromMs).toBe(at);
      at = window.toMs;
    }
    expect(at).toBe(toMs);
  }
}

/** What the company logged, by feed. */
function truth(fromMs: number, toMs: number, plan: IncidentPlan = 'scheduled'): Record<string, string> {
  const all: Record<string, string> = {};
  for (const lines of linesOfWindow(createWorld(5, speed, plan), fromMs, toMs)) {
    for (const { name, bytes } of lines) all[name] = (all[name] ?? '') + new TextDecoder().decode(bytes);
  }
  return all;
}
const textsOf = (sink: FakeSink): Record<string, string> =>
  Object.fromEntries(feedNames.map((feed) => [feed, sink.textOf(feed)]));

const historyFrom = Date.UTC(2026, 5, 17, 7, 40);

describe('a first start', () => {
  it('reads the history and what comes live: every line once', async () => {
    const sink = new FakeSink();
    await run(sink, started, started + 3 * minuteMs);
    const end = Date.UTC(2026, 5, 17, 9, 44, 30);
    expectNoGap(sink, historyFrom, end);
    expect(new Set(sink.accepted).size).toBe(sink.accepted.length);
    expect(textsOf(sink)).toEqual(truth(historyFrom, end));
  });

  it('reads the history in few units, oldest first, and two units at once', async () => {
    const sink = new FakeSink();
    await run(sink, started, started + 1, 24);
    expect(sink.accepted.length).toBeLessThan(30 * feedNames.length);
    const begins = sink.accepted.map((id) => readWindowName(id)?.fromMs);
    expect(begins).toEqual([...begins].sort((a, b) => Number(a) - Number(b)));
    expect(sink.mostUnderWay).toBe(2);
    expect(sink.accepted[0]).toMatch(/Z\+1200$/);
  });

  it('names its units by seed, feed and window, and gives each feed the format of its stages', async () => {
    const sink = new FakeSink();
    await run(sink, started, started + 1);
    const { unit } = sink.units.get('demo:5:demo-erp:2026-06-17T09:00:00Z+1200') ?? {};
    expect(unit).toMatchObject({ feed: 'demo-erp', kind: 'demo', settings: { fallbackPlace: feeds.erp.place } });
    expect(unit?.settings.template?.kind).toBe('text');
    for (const { unit } of sink.units.values()) expect(unit.settings.template).not.toBeNull();
  });

  it.each([
    ['none', []],
    ['now', incidentKinds.map(({ name }) => name)],
  ] as const)('with incidents %s: units of their own, a quiet past, and live %j', async (incidents, live) => {
    const sink = new FakeSink();
    await run(sink, started, started + 2 * minuteMs, 1, 5, incidents);
    expect([...sink.units.keys()].filter((id) => !id.startsWith(`demo:5:${incidents}:demo-`))).toEqual([]);
    const allFromMs = Math.floor(started / 10_000) * 10_000;
    const plan = incidents === 'now' ? { allFromMs } : incidents;
    expect(incidentsOf(5, allFromMs, allFromMs + minuteMs, plan).map(({ id }) => id)).toEqual(live);
    expect(textsOf(sink)).toEqual(truth(historyFrom, Date.UTC(2026, 5, 17, 9, 43, 30), plan));
  });

  it('lives in windows of ten seconds', async () => {
    const sink = new FakeSink();
    await run(sink, started, started + 2 * minuteMs);
    const live = windowsOf(sink, 'demo-rest').filter(({ fromMs }) => fromMs >= started);
    expect(live.length).toBeGreaterThan(10);
    for (const { fromMs, toMs } of live) expect(toMs - fromMs).toBe(10_000);
  });
});

describe('progress', () => {
  it('is never ahead of what was accepted, nor of the clock less half a minute, and gets there', async () => {
    const sink = new FakeSink();
    let highest = 0;
    sink.onAccept = () => {
      highest = Math.max(highest, ...[...sink.progress.values()].flat());
      for (const feed of feedNames) {
        const windows = windowsOf(sink, feed);
        const known = windows.length === 0 ? historyFrom : (windows.at(-1)?.toMs ?? 0);
        for (const until of sink.progress.get(feed) ?? []) expect(until).toBeLessThanOrEqual(known);
      }
    };
    const endMs = started + 2 * minuteMs;
    await run(sink, started, endMs);
    expect(highest).toBeLessThanOrEqual(endMs - 30_000);
    for (const feed of feedNames) {
      const told = sink.progress.get(feed) ?? [];
      expect(told).toEqual([...told].sort((a, b) => a - b));
      expect(told.at(-1)).toBeGreaterThan(endMs - 60_000);
    }
  });

  it('is told of a restart at which nothing is left to do', async () => {
    const sink = new FakeSink();
    await run(sink, started, started + 1);
    const count = sink.accepted.length;
    sink.progress.clear();
    await run(sink, started + 1, started + 2);
    expect(sink.accepted).toHaveLength(count);
    expect(sink.progress.get('demo-erp')).toEqual([Date.UTC(2026, 5, 17, 9, 41)]);
  });
});

describe('a second start', () => {
  it.each([
    ['seconds', 7_000],
    ['minutes', 4 * minuteMs + 13_000],
    ['half an hour', 0.55 * hourMs],
  ])('%s later fills the gap, reads nothing twice and nothing over what is stored', async (_, pauseMs) => {
    const sink = new FakeSink();
    const stoppedAt = started + 75_000;
    await run(sink, started, stoppedAt);
    const before = sink.accepted.length;
    const again = stoppedAt + pauseMs;
    await run(sink, again, again + 1);
    expect(new Set(sink.accepted).size).toBe(sink.accepted.length);
    expect(sink.accepted.length).toBeGreaterThanOrEqual(before);
    const end = Math.floor(again / 10_000) * 10_000;
    expectNoGap(sink, historyFrom, end);
    expect(textsOf(sink)).toEqual(truth(historyFrom, end));
  });

  it('after days makes up for no more than the history', async () => {
    const sink = new FakeSink();
    await run(sink, started, started + 1);
    const later = started + 5 * 24 * hourMs;
    await run(sink, later, later + 1);
    const windows = windowsOf(sink, 'demo-http').filter(({ fromMs }) => fromMs > started);
    expect(windows[0]?.fromMs).toBe(historyFrom + 5 * 24 * hourMs);
  });

  it('reads what one feed lacks after a crash, and only that', async () => {
    const sink = new FakeSink();
    await run(sink, started, started + 1);
    const lost = [...sink.units.keys()].filter((id) => id.includes('demo-devices') && id.includes('T09:'));
    for (const id of lost) sink.units.delete(id);
    const before = sink.accepted.length;
    await run(sink, started, started + 1);
    expect(sink.accepted.slice(before).sort()).toEqual(lost.sort());
  });

  it('with another seed is another company', async () => {
    const sink = new FakeSink();
    await run(sink, started, started + 1);
    const before = sink.accepted.length;
    await run(sink, started, started + 1, 1, 6);
    expect(sink.accepted).toHaveLength(2 * before);
  });
});

describe('trouble', () => {
  it('of the sink is waited out: the same units come again, with their bytes', async () => {
    const sink = new FakeSink();
    sink.failures = 9;
    await run(sink, started, started + 5 * minuteMs);
    const end = (windowsOf(sink, 'demo-rest').at(-1)?.toMs ?? 0) as number;
    expectNoGap(sink, historyFrom, end);
    expect(textsOf(sink)).toEqual(truth(historyFrom, end));
  });

  it('of a clock that was put back leaves things as they are', async () => {
    const sink = new FakeSink();
    await run(sink, started, started + 1);
    const before = sink.accepted.length;
    await run(sink, started - 10 * minuteMs, started - 10 * minuteMs + 1);
    expect(sink.accepted).toHaveLength(before);
  });

  it('a stop in the middle of the history ends it after the units under way', async () => {
    const sink = new FakeSink();
    const stop = new AbortController();
    sink.onAccept = () => {
      if (sink.accepted.length === 8) stop.abort();
    };
    await createDemoSource({ seed: 5, speed, nowMs: () => started }).run(sink, stop.signal);
    expect(sink.accepted.length).toBeGreaterThanOrEqual(8);
    expect(sink.accepted.length).toBeLessThanOrEqual(9);
  });
});
