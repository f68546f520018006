import { describe, expect, it } from 'vitest';
import { createUnitReader, defaultLimits, type JudgedRequest, judge } from '../../../parsers/src/index.js';
import { linesOfMinute } from '../../../server/src/demo/demo-lines.js';
import { incidentKinds } from '../../../server/src/demo/incident-kinds.js';
import { type Incident, type IncidentPlan, incidentsOf } from '../../../server/src/demo/incidents.js';
import { feeds } from '../../../server/src/demo/log-formats.js';
import { requestsOfMinute } from '../../../server/src/demo/traffic.js';
import { createWorld, type World } from '../../../server/src/demo/world.js';
import { templateOf } from './template-of.js';

const hourMs = 3_600_000;
const anchor = Date.UTC(2026, 5, 17, 9, 41, 30);

describe('the table of incidents', () => {
  it.each([0, 1, 403, -5, 2_147_483_647])(
    'of seed %i has every kind in the last 24 hours, at whatever hour one looks',
    (seed) => {
      for (let hour = 0; hour < 14 * 24; hour += 0.5) {
        const now = anchor + hour * hourMs;
        const whole = incidentsOf(seed, now - 24 * hourMs, now).filter(
          ({ fromMs, toMs }) => fromMs >= now - 24 * hourMs && toMs <= now,
        );
        expect(new Set(whole.map(({ cause }) => cause)).size).toBe(incidentKinds.length);
      }
    },
  );

  it('is the same from wherever one looks', () => {
    const week = incidentsOf(7, anchor, anchor + 7 * 24 * hourMs);
    const byHour = Array.from({ length: 7 * 24 }, (_, i) =>
      incidentsOf(7, anchor + i * hourMs, anchor + (i + 1) * hourMs),
    ).flat();
    expect(new Map(byHour.map((incident) => [incident.id, incident]))).toEqual(
      new Map(week.map((incident) => [incident.id, incident])),
    );
  });

  it('holds ids that are unlike, times on the grid, and no two at once', () => {
    const week = incidentsOf(7, anchor, anchor + 7 * 24 * hourMs);
    expect(new Set(week.map(({ id }) => id)).size).toBe(week.length);
    for (const [i, { fromMs, toMs }] of week.entries()) {
      expect(fromMs % 10_000).toBe(0);
      expect(toMs - fromMs).toBeGreaterThanOrEqual(15 * 60_000);
      expect(toMs).toBeLessThan(week[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY);
    }
  });

  it('now and then has one at this very moment', () => {
    const moments = Array.from({ length: 500 }, (_, i) => anchor + i * 37 * 60_000);
    const live = moments.filter((now) => incidentsOf(7, now, now + 1).length > 0).length / moments.length;
    expect(live).toBeGreaterThan(0.1);
    expect(live).toBeLessThan(0.4);
  });
});

describe('a plan', () => {
  const [first] = incidentsOf(7, anchor, anchor + 6 * hourMs);
  const { fromMs, toMs } = first as Incident;
  const outcomesOf = (plan: IncidentPlan, atMs: number): string[] =>
    requestsOfMinute(createWorld(7, 1, plan), atMs).map(({ outcome, timeMs }) => `${timeMs} ${outcome}`);

  it('without incidents has none, and the traffic around them stays as it is', () => {
    expect(incidentsOf(7, anchor, anchor + 48 * hourMs, 'none')).toEqual([]);
    const before = Math.floor(fromMs / 60_000) * 60_000 - 60_000;
    expect(outcomesOf('none', before)).toEqual(outcomesOf('scheduled', before));
    const during = Math.floor((fromMs + toMs) / 120_000) * 60_000;
    expect(outcomesOf('none', during)).not.toEqual(outcomesOf('scheduled', during));
  });

  it('with all at once has each kind from that moment on, without end, and a quiet past', () => {
    const plan = { allFromMs: anchor };
    expect(incidentsOf(7, anchor - 48 * hourMs, anchor, plan)).toEqual([]);
    for (const atMs of [anchor, anchor + 100 * hourMs]) {
      const running = incidentsOf(7, atMs, atMs + 1, plan);
      expect(new Set(running.map(({ cause }) => cause)).size).toBe(incidentKinds.length);
    }
    const minute = Math.ceil(anchor / 60_000) * 60_000;
    const requests = requestsOfMinute(createWorld(7, 1, plan), minute);
    for (const { stage, outcome } of incidentKinds.map(({ effect }) => effect)) {
      expect(requests.filter((each) => each.stage === stage && each.outcome === outcome).length).toBeGreaterThan(2);
    }
  });
});

/** What the engine says of the requests of some minutes that were refused. */
function judgeMinutes(world: World, minutes: readonly number[]): JudgedRequest[] {
  const all = minutes.map((minute) => linesOfMinute(world, minute));
  return Object.values(feeds).flatMap((feed) => {
    const reader = createUnitReader({ template: templateOf(feed), fallbackPlace: feed.place, limits: defaultLimits });
    for (const lines of all) reader.push(lines.find(({ name }) => name === feed.name)?.bytes ?? new Uint8Array());
    return judge(reader.end().facts, () => null).filter(({ verdict }) => verdict.outcome === 'refused');
  });
}

const minutesOf = ({ fromMs, toMs }: Incident): number[] => {
  const first = Math.ceil(fromMs / 60_000) * 60_000;
  return Array.from({ length: 6 }, (_, i) => first + i * 120_000).filter((minute) => minute + 60_000 <= toMs);
};

describe('the engine finds the cause of', () => {
  const world = createWorld(21);
  const week = incidentsOf(21, anchor, anchor + 14 * hourMs);
  const latest = incidentKinds.map(({ name }) => week.find(({ id }) => id.startsWith(name)) as Incident);

  it.each(latest.map((incident) => [incident.title, incident] as const))('%s', (_, incident) => {
    const minutes = minutesOf(incident);
    const kind = incidentKinds.find(({ name }) => incident.id.startsWith(name));
    const outcome = kind?.effect.outcome;
    const hit = new Set(
      minutes
        .flatMap((minute) => requestsOfMinute(world, minute))
        .filter((r) => r.outcome === outcome && r.stage === kind?.stage && r.route !== null)
        .map(({ extendedRequestId }) => extendedRequestId),
    );
    const verdicts = judgeMinutes(world, minutes).filter(({ record }) => hit.has(record.extendedRequestId ?? ''));
    expect(hit.size).toBeGreaterThan(5);
    expect(verdicts).toHaveLength(hit.size);
    for (const { verdict, record } of verdicts) {
      expect(verdict).toMatchObject({ outcome: 'refused', cause: incident.cause });
      expect(['certain', 'likely']).toContain(verdict.confidence);
      expect(record).toMatchObject({ apiId: incident.apiId, stage: incident.stage });
    }
  });

  it('noise as well: scanners are routing, and no verdict is left open where the format logs causes', () => {
    const minutes = Array.from({ length: 40 }, (_, i) => anchor + 30_000 + i * 7 * 60_000);
    const refused = judgeMinutes(world, minutes);
    const scanned = refused.filter(({ record }) => /\.(?:env|php|git)/.test(record.path ?? ''));
    expect(scanned.length).toBeGreaterThan(5);
    for (const { verdict } of scanned) expect(['route_not_found', 'waf_blocked']).toContain(verdict.cause);
    const open = refused.filter(
      ({ verdict, record }) => verdict.cause === 'unknown' && record.apiId !== feeds.erp.place.apiId,
    );
    expect(open).toEqual([]);
  });
});
