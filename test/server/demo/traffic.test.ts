import { describe, expect, it } from 'vitest';
import { stages } from '../../../server/src/demo/company.js';
import type { DemoRequest } from '../../../server/src/demo/demo-request.js';
import { incidentsOf } from '../../../server/src/demo/incidents.js';
import { outcomes } from '../../../server/src/demo/outcomes.js';
import { requestsOfMinute } from '../../../server/src/demo/traffic.js';
import { createWorld } from '../../../server/src/demo/world.js';

const day = Date.UTC(2026, 5, 17);
const hourMs = 3_600_000;

function requestsOf(seed: number, fromMs: number, toMs: number): DemoRequest[] {
  const world = createWorld(seed);
  const requests: DemoRequest[] = [];
  for (let at = fromMs; at < toMs; at += 60_000) requests.push(...requestsOfMinute(world, at));
  return requests;
}
const isRefused = ({ outcome }: DemoRequest): boolean => outcomes[outcome].status === 403;

describe('a working day', () => {
  const requests = requestsOf(3, day, day + 24 * hourMs);

  it('has about 400,000 requests', () => {
    expect(requests.length).toBeGreaterThan(360_000);
    expect(requests.length).toBeLessThan(450_000);
  });

  it('is busier by day than by night', () => {
    const between = (from: number, to: number): number =>
      requests.filter(({ timeMs }) => timeMs >= day + from * hourMs && timeMs < day + to * hourMs).length / (to - from);
    expect(between(10, 20)).toBeGreaterThan(2.5 * between(0, 4));
    expect(between(0, 4) / 3600).toBeGreaterThan(0.8);
    expect(between(10, 20) / 3600).toBeLessThan(8);
  });

  it('has 2 to 6 % refused requests, and far fewer outside of incidents', () => {
    const refused = requests.filter(isRefused);
    expect(refused.length / requests.length).toBeGreaterThan(0.02);
    expect(refused.length / requests.length).toBeLessThan(0.06);
    const incidents = incidentsOf(3, day, day + 24 * hourMs);
    const noise = refused.filter(
      ({ timeMs, stage }) =>
        !incidents.some(
          (i) => i.apiId === stage.apiId && i.stage === stage.name && timeMs >= i.fromMs && timeMs < i.toMs,
        ),
    );
    expect(noise.length / requests.length).toBeGreaterThan(0.01);
    expect(noise.length / requests.length).toBeLessThan(0.035);
  });

  it('has every kind of answer, and requests of every stage', () => {
    const classes = new Set(requests.map(({ outcome }) => Math.floor(outcomes[outcome].status / 100)));
    expect([...classes].sort()).toEqual([2, 3, 4, 5]);
    expect(new Set(requests.map(({ outcome }) => outcome)).size).toBe(Object.keys(outcomes).length);
    expect(new Set(requests.map(({ stage }) => stage)).size).toBe(Object.keys(stages).length);
  });

  it('has no id twice', () => {
    expect(new Set(requests.map(({ extendedRequestId }) => extendedRequestId)).size).toBe(requests.length);
    expect(new Set(requests.map(({ requestId }) => requestId)).size).toBe(requests.length);
  });
});

it('speed multiplies the traffic', () => {
  const count = (speed: number): number => requestsOfMinute(createWorld(3, speed), day + 12 * hourMs).length;
  expect(count(5)).toBeGreaterThan(3.5 * count(1));
});
