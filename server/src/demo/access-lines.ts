import type { DemoRoute, DemoStage, Gate } from './company.js';
import { type DemoRequest, loggedPath } from './demo-request.js';
import { account, type FeedKey, feeds } from './log-formats.js';
import { type Outcome, outcomeNames, outcomes } from './outcomes.js';

/** Variables whose value is another in each line. */
type Slot = (request: DemoRequest, outcome: Outcome, times: RequestTimes) => string;

const slots: Readonly<Record<string, Slot>> = {
  requestId: (r) => r.requestId,
  extendedRequestId: (r) => r.extendedRequestId,
  requestTime: (r, _, times) => times.of(r.timeMs),
  requestTimeEpoch: (r) => String(r.timeMs),
  'identity.sourceIp': (r) => r.caller.ip,
  'identity.userAgent': (r) => r.caller.userAgent,
  'identity.userArn': (r) => r.caller.userArn,
  'identity.apiKey': (r) => r.caller.apiKey,
  'identity.apiKeyId': (r) => r.caller.apiKeyId,
  'authorizer.principalId': (r) => r.caller.principal,
  'authorizer.claims.sub': (r) => r.caller.principal,
  httpMethod: (r) => r.method,
  path: (r) => loggedPath(r),
  responseLength: (r) => String(r.length),
  responseLatency: (r) => String(r.latencyMs),
  integrationLatency: (r) => String(Math.max(1, r.latencyMs - 3)),
  'error.message': (r, outcome) =>
    outcome.says?.({ ...r, apiId: r.stage.apiId, stage: r.stage.name, userArn: r.caller.userArn }) ?? '-',
};

const passed: Readonly<Record<Gate, Readonly<Record<string, string>>>> = {
  open: {},
  key: {},
  policy: { 'authorize.status': '200' },
  lambda: { 'authorizer.status': '200', 'authorize.status': '200' },
  iam: { 'authenticate.status': '200', 'authorize.status': '200' },
  jwt: { 'authorizer.status': '200' },
  http_lambda: { 'authorizer.status': '200' },
};

/** Which variables name the caller, by what the route asks. */
const naming: Readonly<Record<Gate, readonly string[]>> = {
  open: [],
  policy: [],
  key: ['identity.apiKey', 'identity.apiKeyId'],
  lambda: ['authorizer.principalId'],
  iam: ['identity.userArn'],
  jwt: ['authorizer.claims.sub'],
  http_lambda: [],
};
const namingAny = new Set(Object.values(naming).flat());

/** The parts of a line that are alike in all requests with the same stage, route and outcome, and what comes between. */
interface Skeleton {
  readonly first: string;
  readonly rest: readonly (readonly [Slot, string])[];
}

const outcomeIndex = new Map<string, number>(outcomeNames.map((name, i) => [name, i]));

/** Writes access-log lines as the stage's format asks for. */
export class AccessLineWriter {
  private readonly times = new RequestTimes();
  private readonly skeletons = new Map<DemoStage, Map<DemoRoute | null, (Skeleton | undefined)[]>>();

  /** Without a newline. */
  write(request: DemoRequest): string {
    const outcome: Outcome = outcomes[request.outcome];
    const { first, rest } = this.skeletonOf(request, outcome);
    let line = first;
    for (const [slot, literal] of rest) line += slot(request, outcome, this.times) + literal;
    return line;
  }

  private skeletonOf({ stage, route, outcome: name }: DemoRequest, outcome: Outcome): Skeleton {
    const ofStage = orNew(this.skeletons, stage, () => new Map<DemoRoute | null, (Skeleton | undefined)[]>());
    const ofRoute = orNew(ofStage, route, () => []);
    const index = outcomeIndex.get(name) as number;
    const known = ofRoute[index];
    if (known !== undefined) return known;
    const compiled = compileSkeleton(stage, route, outcome);
    ofRoute[index] = compiled;
    return compiled;
  }
}

function orNew<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const value = create();
  map.set(key, value);
  return value;
}

// $context.error.responseType
const variable = /\$context\.([A-Za-z.]*[A-Za-z])/;

function compileSkeleton(stage: DemoStage, route: DemoRoute | null, outcome: Outcome): Skeleton {
  const known = knownValues(stage, route, outcome);
  const pieces = formatOf(stage.feed).split(variable);
  let literal = pieces[0] as string;
  let first: string | null = null;
  const rest: [Slot, string][] = [];
  for (let i = 1; i < pieces.length; i += 2) {
    const name = pieces[i] as string;
    const slot = known[name] === undefined ? slots[name] : undefined;
    if (slot === undefined) {
      literal += (known[name] ?? '-') + pieces[i + 1];
      continue;
    }
    if (first === null) first = literal;
    else (rest[rest.length - 1] as [Slot, string])[1] = literal;
    rest.push([slot, '']);
    literal = pieces[i + 1] as string;
  }
  const last = rest[rest.length - 1];
  if (last !== undefined) last[1] = literal;
  return { first: first ?? literal, rest };
}

const formatOf = (feed: FeedKey): string => feeds[feed].template;

function knownValues(stage: DemoStage, route: DemoRoute | null, outcome: Outcome): Record<string, string> {
  const gate = route?.gate ?? 'open';
  const known: Record<string, string> = {
    accountId: account,
    apiId: stage.apiId,
    stage: stage.name,
    domainName: stage.host,
    protocol: 'HTTP/1.1',
    status: String(outcome.status),
  };
  if (stage.basePath !== null) known['customDomain.basePathMatched'] = stage.basePath;
  if (stage.webAcl !== null) {
    known['webaclArn'] = stage.webAcl;
    known['wafResponseCode'] = 'WAF_ALLOW';
  }
  if (route !== null) {
    if (stage.kind === 'http') known['routeKey'] = `${route.method} ${route.template}`;
    else known['resourcePath'] = route.template;
  }
  // only the integration's own answers come without an error message of the gateway
  const answered = outcome.values['integration.status'] !== undefined;
  if (!answered) known['integrationLatency'] = '-';
  if (outcome.gatePassed) Object.assign(known, passed[gate]);
  const names = outcome.knowsCaller ? naming[gate] : outcome === outcomes.keyRefused ? ['identity.apiKey'] : [];
  for (const name of namingAny) if (!names.includes(name)) known[name] = '-';
  if (gate === 'http_lambda' && outcome.knowsCaller) known['authorizer.tenant'] = 'shop-eu';
  if (outcome === outcomes.scopeMissing) {
    known['authorizer.error'] = `insufficient_scope: expected scopes: [${route?.scope ?? 'home/read'}]`;
  }
  return Object.assign(known, outcome.values);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => String(n).padStart(2, '0');

/** `27/Oct/2023:13:40:57 +0000`; requests come in order of time, so the last second is remembered. */
class RequestTimes {
  private second = -1;
  private text = '';

  of(timeMs: number): string {
    const second = Math.floor(timeMs / 1000);
    if (second !== this.second) {
      const date = new Date(timeMs);
      const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
      this.text = `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
      this.second = second;
    }
    return this.text;
  }
}
