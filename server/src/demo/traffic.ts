import type { Caller } from './callers.js';
import type { DemoRoute, DemoStage } from './company.js';
import type { DemoRequest } from './demo-request.js';
import { type IncidentRun, incidentRunsOf } from './incidents.js';
import { type Outcome, type OutcomeName, outcomes } from './outcomes.js';
import { Random } from './random.js';
import { shortId, uuid } from './request-ids.js';
import { busyness } from './rhythm.js';
import { type Probe, probesOfMinute } from './scanner-traffic.js';
import { wafRules } from './waf-rules.js';
import { type LiveStream, pickCaller, type World } from './world.js';

export const minuteMs = 60_000;
const minutesPerDay = 1440;
/** Windows end on multiples of this; what a request logs later than itself still lies in its window. */
export const gridMs = 10_000;
const graceMs = 100;

/** All requests of the minute that begins then, in order of time: the same for the same seed and minute. */
export function requestsOfMinute(world: World, fromMs: number): DemoRequest[] {
  const random = new Random(world.seed, fromMs / minuteMs);
  const incidents = incidentRunsOf(world.seed, world.incidents, fromMs, fromMs + minuteMs);
  const requests: DemoRequest[] = [];
  for (const stream of world.streams) {
    const incident = incidents.find(({ effect }) => effect.stage === stream.stage);
    addRequests(stream, fromMs, incident, random, requests);
  }
  for (const probe of probesOfMinute(world.seed, fromMs, random)) requests.push(finish(probe, null, random));
  return requests.sort((a, b) => a.timeMs - b.timeMs);
}

function addRequests(
  stream: LiveStream,
  fromMs: number,
  incident: IncidentRun | undefined,
  random: Random,
  requests: DemoRequest[],
): void {
  const perMinute = (stream.perDay / minutesPerDay) * busyness(stream.rhythm, fromMs);
  for (let left = random.poisson(perMinute); left > 0; left--) {
    const timeMs = fromMs + random.below(minuteMs);
    const route = stream.route.pick(random.unit());
    const caller = pickCaller(stream.people, random);
    const isDuring = incident !== undefined && timeMs >= incident.fromMs && timeMs < incident.toMs;
    if (isDuring && incident.effect.hits(route, caller)) {
      addHit(stream, timeMs, route, caller, incident, random, requests);
    } else {
      requests.push(request(stream.stage, timeMs, route, caller, ordinaryOutcome(stream, route, random), random));
    }
  }
}

/** A request that the incident hits, and the attempts that follow it. */
function addHit(
  { stage }: LiveStream,
  timeMs: number,
  route: DemoRoute,
  caller: Caller,
  { effect, toMs }: IncidentRun,
  random: Random,
  requests: DemoRequest[],
): void {
  const endMs = Math.min(toMs, Math.floor(timeMs / minuteMs) * minuteMs + minuteMs);
  for (let attempts = 1 + random.poisson(effect.retries - 1), at = timeMs; attempts > 0 && at < endMs; attempts--) {
    const outcome = random.unit() < effect.share ? effect.outcome : successOf(route, random);
    requests.push(request(stage, at, route, caller, outcome, random));
    at += 400 + random.below(4000);
  }
}

function ordinaryOutcome(stream: LiveStream, route: DemoRoute, random: Random): OutcomeName {
  if (random.unit() >= stream.troubleShare) return successOf(route, random);
  const trouble = stream.trouble.pick(random.unit());
  // nothing is cached but answers to GET
  return trouble === 'notModified' && route.method !== 'GET' ? 'ok' : trouble;
}

function successOf({ method }: DemoRoute, random: Random): OutcomeName {
  if (method === 'POST') return random.unit() < 0.7 ? 'created' : 'ok';
  return method === 'DELETE' || method === 'OPTIONS' ? 'empty' : 'ok';
}

function request(
  stage: DemoStage,
  timeMs: number,
  route: DemoRoute,
  caller: Caller,
  outcome: OutcomeName,
  random: Random,
): DemoRequest {
  const path = fillPath(route.template, random);
  const wafRule = outcome === 'wafBlocked' ? wafRules.bodySize : null;
  const { method } = route;
  // a mistyped path matches nothing; a preflight to a path that exists lacks only its method
  if (outcome === 'noRoute' && method !== 'OPTIONS') {
    return finish({ timeMs, stage, method, path: `/v1${path}`, outcome, caller, wafRule }, null, random);
  }
  return finish({ timeMs, stage, method, path, outcome, caller, wafRule }, route, random);
}

function finish(probe: Probe, route: DemoRoute | null, random: Random): DemoRequest {
  const { length, latencyMs }: Outcome = outcomes[probe.outcome];
  const isRest = probe.stage.kind === 'rest';
  const extendedRequestId = shortId(random, isRest ? 'oAMF' : 'IAMF');
  const [quickest, slowest] = latencyMs;
  const u = random.unit();
  const within = probe.timeMs % gridMs;
  return {
    timeMs: within < gridMs - graceMs ? probe.timeMs : probe.timeMs - graceMs,
    stage: probe.stage,
    route,
    method: probe.method,
    path: probe.path,
    outcome: probe.outcome,
    caller: probe.caller,
    requestId: isRest ? uuid(random) : extendedRequestId,
    extendedRequestId,
    latencyMs: Math.round(quickest + (slowest - quickest) * u * u * u),
    length: length ?? 120 + random.below(4000),
    wafRule: probe.wafRule,
  };
}

// /orders/{orderId} → /orders/481516
function fillPath(template: string, random: Random): string {
  if (!template.includes('{')) return template;
  return template.replace(/\{\w{1,32}\}/g, () => String(100_000 + random.below(900_000)));
}
