import type { DemoRequest } from '../../server/src/demo/demo-request.js';
import { type Incident, type IncidentPlan, incidentsOf } from '../../server/src/demo/incidents.js';
import type { OutcomeName } from '../../server/src/demo/outcomes.js';
import { requestsOfMinute } from '../../server/src/demo/traffic.js';
import { createWorld } from '../../server/src/demo/world.js';

const minuteMs = 60_000;

/** An alert instance, in the words of the demo: what is behind the labels of a rule. */
export interface ExpectedInstance {
  readonly rule: string;
  readonly apiId: string;
  readonly stage: string;
  readonly cause: string;
  /** Of rules about routes. */
  readonly route: string | null;
  readonly incident: string;
  /** Never before. */
  readonly fromMs: number;
  /** Firing by then at the latest… */
  readonly byMs: number;
  /** …and up to here at least. */
  readonly untilMs: number;
  /** Over by then at the latest. */
  readonly goneMs: number;
}

/**
 * Why the demo refuses with this outcome, told by whoever wrote the demo and not by the engine. null: it does not refuse, or its stage
 * logs too little to tell.
 */
const causeOf: Readonly<Partial<Record<OutcomeName, string>>> = {
  authorizerDenied: 'authorizer_denied',
  authorizerNotCovered: 'authorizer_denied',
  httpDenied: 'authorizer_denied',
  scopeMissing: 'jwt_scope_missing',
  wafBlocked: 'waf_blocked',
  keyMissing: 'api_key_missing',
  keyRefused: 'api_key_invalid',
  stageInNoPlan: 'usage_plan_mismatch',
  keyInNoPlan: 'usage_plan_mismatch',
  policySilent: 'resource_policy_denied',
  policyDenied: 'resource_policy_denied',
  iamDenied: 'iam_denied',
  unsigned: 'unsigned_request',
  sessionExpired: 'expired_token',
  clockSkew: 'invalid_signature',
  signatureMismatch: 'invalid_signature',
  backendRefused: 'backend_refused',
  quotaAs403: 'response_override',
  noRouteWithToken: 'route_not_found',
};

function causeOfRequest({ outcome, route }: DemoRequest): string | null {
  if (outcome === 'noRoute') return route === null ? 'route_not_found' : 'cors_preflight_refused';
  return causeOf[outcome] ?? null;
}

/** What the shipped rules promise, said again: which causes they look at, and how many of a stage's requests must be refused. */
const promises: readonly {
  readonly rule: string;
  readonly causes: readonly string[] | 'all';
  readonly share: number;
}[] = [
  { rule: 'why403-spike', causes: 'all', share: 0 },
  { rule: 'why403-authorizer', causes: ['authorizer_denied', 'jwt_scope_missing'], share: 0.1 },
  { rule: 'why403-waf', causes: ['waf_blocked'], share: 0.1 },
  { rule: 'why403-keys', causes: ['api_key_missing', 'api_key_invalid', 'usage_plan_mismatch'], share: 0.05 },
];
const scannerRule = 'why403-route-not-found';
const floorCount = 20;
const floorShare = 0.2;
const newCauseRule = 'why403-new-cause';
const newCauseLeast = 5;
const newCauseWindowMs = 30 * minuteMs;
/** Of a stage that is known for less everything would be new. */
const stageKnownMs = 24 * 60 * minuteMs;

/** What the issue asks: an alert within five minutes. */
const inTimeMs = 5 * minuteMs;
/** Five minutes are looked at, alerts are kept for five more, and an evaluation is at most two minutes behind. */
const afterMs = 12 * minuteMs;

/** Requests of a minute by stage, and refused ones by stage and cause and by route. */
interface Minute {
  readonly requests: ReadonlyMap<string, number>;
  readonly refused: ReadonlyMap<string, number>;
  readonly routes: ReadonlyMap<string, number>;
}

const keyOf = (...parts: readonly string[]): string => parts.join(' ');

/** A stretch of the demo's time that was made up with one plan. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly plan: IncidentPlan;
}

/** What the demo really did, minute by minute, from its generator: no log line, no engine and no service is asked. */
export class DemoTruth {
  private readonly minutes: readonly Minute[];
  private readonly fromMs: number;
  readonly incidents: readonly Incident[];

  /** `stretches`: all that the service has read, one after another. */
  constructor(seed: number, stretches: readonly Stretch[]) {
    this.fromMs = (stretches[0] as Stretch).fromMs;
    this.incidents = stretches.flatMap(({ fromMs, toMs, plan }) =>
      incidentsOf(seed, fromMs, toMs, plan).map((incident) => ({
        ...incident,
        fromMs: Math.max(fromMs, incident.fromMs),
        toMs: Math.min(toMs, incident.toMs),
      })),
    );
    this.minutes = stretches.flatMap((stretch) => {
      const world = createWorld(seed, 1, stretch.plan);
      return Array.from({ length: (stretch.toMs - stretch.fromMs) / minuteMs }, (_, i) =>
        minuteOf(requestsOfMinute(world, stretch.fromMs + i * minuteMs)),
      );
    });
  }

  /** Every instance that must fire, and when; no other may. */
  expected(): readonly ExpectedInstance[] {
    return this.incidents.flatMap((incident) => [...this.bySpike(incident), ...this.byNewCause(incident)]);
  }

  private bySpike({ id, apiId, stage, cause, fromMs, toMs }: Incident): readonly ExpectedInstance[] {
    const share = this.share(apiId, stage, cause, fromMs, toMs);
    return promises
      .filter((promise) => (promise.causes === 'all' || promise.causes.includes(cause)) && share > promise.share)
      .map(({ rule }) => {
        const times = { fromMs, byMs: fromMs + inTimeMs, untilMs: toMs, goneMs: toMs + afterMs };
        return { rule, apiId, stage, cause, route: null, incident: id, ...times };
      });
  }

  /** Routes that were never refused for this cause before, and are now, five times in half an hour. */
  private byNewCause({ id, apiId, stage, cause, fromMs, toMs }: Incident): readonly ExpectedInstance[] {
    const routes = new Set<string>();
    const first = (fromMs - this.fromMs) / minuteMs;
    const end = Math.ceil((toMs - this.fromMs) / minuteMs);
    const prefix = `${keyOf(apiId, stage, cause)} `;
    for (let i = Math.floor(first); i < end; i++) {
      for (const key of this.minutes[i]?.routes.keys() ?? [])
        if (key.startsWith(prefix)) routes.add(key.slice(prefix.length));
    }
    if (this.fromMs > fromMs - newCauseWindowMs - stageKnownMs) return [];
    return [...routes].flatMap((route) => {
      const isNewAt = (minute: number): boolean => this.isNew(prefix + route, minute);
      // Ends of minutes.
      let raised = Math.floor(first) + 1;
      while (raised < end + 1 && !isNewAt(raised)) raised++;
      if (raised > end) return [];
      let over = raised;
      while (isNewAt(over)) over++;
      const at = (minute: number): number => this.fromMs + minute * minuteMs;
      return [
        {
          rule: newCauseRule,
          apiId,
          stage,
          cause,
          route,
          incident: id,
          fromMs: at(raised),
          // Seldom called routes have their fifth refused request later.
          byMs: Math.max(fromMs + inTimeMs, at(raised) + 2 * minuteMs),
          untilMs: at(over),
          goneMs: at(over) + 4 * minuteMs,
        },
      ];
    });
  }

  /**
   * Without a baseline fixed floors decide, and sweeps of scanners pass them where a stage has little else: then calls to routes that do
   * not exist are more than a fifth of its requests, and the rule about them is meant to fire. From the end of each five minutes.
   */
  expectedOfScanners({ fromMs, toMs }: Omit<Stretch, 'plan'>): readonly ExpectedInstance[] {
    const cause = 'route_not_found';
    const found = new Map<string, ExpectedInstance>();
    const expected: ExpectedInstance[] = [];
    for (let atMs = fromMs; atMs < toMs; atMs += minuteMs) {
      const end = (atMs - this.fromMs) / minuteMs;
      const window = this.minutes.slice(Math.max(0, end - 5), end);
      const stages = new Set(
        window.flatMap(({ refused }) => [...refused.keys()].filter((key) => key.endsWith(` ${cause}`))),
      );
      for (const key of stages) {
        const [apiId, stage] = key.split(' ') as [string, string];
        const refused = window.reduce((sum, minute) => sum + (minute.refused.get(key) ?? 0), 0);
        const requests = window.reduce((sum, minute) => sum + (minute.requests.get(keyOf(apiId, stage)) ?? 0), 0);
        if (refused <= floorCount || refused <= floorShare * requests) continue;
        const before = found.get(key);
        const instance: ExpectedInstance =
          before?.untilMs === atMs
            ? { ...before, untilMs: atMs + minuteMs, goneMs: atMs + afterMs }
            : {
                rule: scannerRule,
                apiId,
                stage,
                cause,
                route: null,
                incident: 'scanners',
                fromMs: atMs,
                byMs: atMs + 3 * minuteMs,
                untilMs: atMs + minuteMs,
                goneMs: atMs + afterMs,
              };
        if (before?.untilMs === atMs) expected.splice(expected.indexOf(before), 1);
        found.set(key, instance);
        expected.push(instance);
      }
    }
    return expected;
  }

  /** At the end of so many minutes. */
  private isNew(key: string, minute: number): boolean {
    const windowStart = minute - newCauseWindowMs / minuteMs;
    let count = 0;
    for (let i = Math.max(0, windowStart); i < minute; i++) count += this.minutes[i]?.routes.get(key) ?? 0;
    if (count < newCauseLeast) return false;
    for (let i = 0; i < windowStart; i++) if (this.minutes[i]?.routes.has(key)) return false;
    return true;
  }

  private share(apiId: string, stage: string, cause: string, fromMs: number, toMs: number): number {
    let refused = 0;
    let requests = 0;
    const end = Math.floor((toMs - this.fromMs) / minuteMs);
    for (let i = Math.ceil((fromMs - this.fromMs) / minuteMs); i < end; i++) {
      refused += this.minutes[i]?.refused.get(keyOf(apiId, stage, cause)) ?? 0;
      requests += this.minutes[i]?.requests.get(keyOf(apiId, stage)) ?? 0;
    }
    return requests === 0 ? 0 : refused / requests;
  }
}

function minuteOf(all: readonly DemoRequest[]): Minute {
  const requests = new Map<string, number>();
  const refused = new Map<string, number>();
  const routes = new Map<string, number>();
  const add = (to: Map<string, number>, key: string): void => void to.set(key, (to.get(key) ?? 0) + 1);
  for (const request of all) {
    const { stage, route } = request;
    add(requests, keyOf(stage.apiId, stage.name));
    const cause = causeOfRequest(request);
    if (cause === null) continue;
    add(refused, keyOf(stage.apiId, stage.name, cause));
    if (route !== null) {
      // An HTTP API logs its route key, a REST API the template of the path.
      const label = stage.kind === 'http' ? `${route.method} ${route.template}` : route.template;
      add(routes, keyOf(stage.apiId, stage.name, cause, label));
    }
  }
  return { requests, refused, routes };
}
