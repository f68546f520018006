import type { Random } from '../e2e/exactly-once/random.js';

export const account = '111122223333';
/** AWS allows 5 calls a second there, the fewest. */
export const region = 'eu-central-1';

const shopFields = {
  requestId: '$context.requestId',
  extendedRequestId: '$context.extendedRequestId',
  requestTimeEpoch: '$context.requestTimeEpoch',
  accountId: '$context.accountId',
  apiId: '$context.apiId',
  stage: '$context.stage',
  httpMethod: '$context.httpMethod',
  resourcePath: '$context.resourcePath',
  path: '$context.path',
  status: '$context.status',
  errorResponseType: '$context.error.responseType',
  errorMessage: '$context.error.message',
  sourceIp: '$context.identity.sourceIp',
} as const;

export const jsonFormat = JSON.stringify(shopFields);

/** API Gateway's own example: it has neither the extended id nor a word on why. */
export const clfFormat =
  '$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime] "$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId';

/** One of the log groups, and what is written there. */
export interface Stream {
  readonly group: string;
  readonly apiId: string;
  readonly stage: string;
  /** null: lines are recognised. */
  readonly format: string | null;
  /** Requests in a window of five minutes, on average, by day. */
  readonly requests: number;
}

const shop = { apiId: 'q1w2e3r4t5', stage: 'prod' } as const;
export const executionGroup = `API-Gateway-Execution-Logs_${shop.apiId}/${shop.stage}`;
export const wafGroup = 'aws-waf-logs-shop';

/** To add a group: a line here. */
export const streams = {
  shop: { group: '/aws/apigateway/shop', ...shop, format: jsonFormat, requests: 9 },
  execution: { group: executionGroup, ...shop, format: null, requests: 0 },
  waf: { group: wafGroup, ...shop, format: null, requests: 0 },
  clf: { group: '/aws/apigateway/clf', apiId: 'c1l2f3c4l5', stage: 'live', format: clfFormat, requests: 6 },
  busy: {
    group: '/aws/apigateway/busy',
    apiId: 'b1u2s3y4b5',
    stage: 'prod',
    format: jsonFormat,
    requests: 80,
  },
  quiet: {
    group: '/aws/apigateway/quiet',
    apiId: 'q9u8i7e6t5',
    stage: 'prod',
    format: jsonFormat,
    requests: 0.1,
  },
} as const satisfies Record<string, Stream>;

/** A line of a log, and since when readers see it. */
export interface WrittenLine {
  readonly group: string;
  readonly logStream: string;
  /** As CloudWatch has it, ms. */
  readonly atMs: number;
  readonly visibleAtMs: number;
  readonly message: string;
}

/** One request and all that any log says of it. */
export interface Request {
  readonly requestId: string;
  /** '' where no log has it. */
  readonly extendedRequestId: string;
  /** As its access line says, ms. */
  readonly timeMs: number;
  readonly apiId: string;
  readonly stage: string;
  readonly method: string;
  readonly route: string;
  /** What all its lines together say; null when it was not refused. */
  readonly refusal: Refusal | null;
  readonly access: WrittenLine;
  /** Lines of other logs. */
  readonly others: readonly WrittenLine[];
}

export interface Refusal {
  readonly cause: string;
  /** The object that refused; '' when no log names it. */
  readonly culprit: string;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  /** Of the access line alone. */
  readonly alone: Refusal | null;
  /** Of the access line and what the shop's other logs say. */
  readonly together?: Refusal;
  readonly execution?: (id: string) => readonly string[];
  readonly wafRule?: string;
}

const maskedKey = '**********************************7Qw2Ef';
const refusal = (cause: string, culprit = ''): Refusal => ({ cause, culprit });
const served: Answer = { status: 200, type: '-', message: '-', alone: null };
const refused: readonly Answer[] = [
  {
    status: 403,
    type: 'WAF_FILTERED',
    message: 'Forbidden',
    alone: refusal('waf_blocked'),
    together: refusal('waf_blocked', 'block-old-clients'),
    wafRule: 'block-old-clients',
  },
  { status: 403, type: 'MISSING_AUTHENTICATION_TOKEN', message: '-', alone: refusal('route_not_found') },
  {
    status: 403,
    type: 'ACCESS_DENIED',
    message: '-',
    alone: refusal('resource_policy_denied', 'the API’s resource policy'),
    together: refusal('authorizer_denied', 'a1b2c3'),
    execution: (id) => [
      `(${id}) Starting authorizer: a1b2c3 for request: ${id}`,
      `(${id}) Using valid authorizer policy for principal: **er-3`,
      `(${id}) Successfully completed authorizer execution`,
      `(${id}) The client is not authorized to perform this operation.`,
    ],
  },
  {
    status: 403,
    type: 'INVALID_API_KEY',
    message: 'Forbidden',
    alone: refusal('api_key_missing'),
    together: refusal('usage_plan_mismatch', maskedKey),
    execution: (id) => [
      `(${id}) Verifying Usage Plan for request: ${id}. API Key: ${maskedKey} API Stage: ${shop.apiId}/${shop.stage}`,
      `(${id}) API Key ${maskedKey} not authorized because method 'GET /orders/{id}' requires API Key and API Key is not associated with a Usage Plan for API Stage ${shop.apiId}/${shop.stage}: No Usage Plan found for key and API Stage`,
    ],
  },
];
const refusedWithoutReason: Answer = { status: 403, type: '-', message: '-', alone: refusal('unknown') };

const routes = ['/orders/{id}', '/orders', '/health'] as const;
const second = 1_000;
const minute = 60 * second;
const windowMs = 5 * minute;
/** What becomes visible later is none of the guarantee. */
export const mostLateMs = 120 * minute;

/** Requests of a stage from `fromMs` until `untilMs`. */
export function* createTraffic(
  random: Random,
  stream: Stream,
  fromMs: number,
  untilMs: number,
): Generator<Request, void, undefined> {
  let lastMs = fromMs;
  for (let startMs = fromMs; startMs < untilMs; startMs += windowMs) {
    const wanted = stream.requests * activity(startMs);
    const count = Math.floor(wanted) + (random.next() < wanted % 1 ? 1 : 0);
    for (let i = 0; i < count; i++) {
      const atMs = timeIn(random, startMs, lastMs);
      lastMs = atMs;
      yield createRequest(random, stream, atMs);
    }
  }
}

const halfHourOf = (atMs: number): number => Math.floor(atMs / (30 * minute)) + 1;

/** An hour of work follows two of rest; one is at midnight. */
export const isBusy = (atMs: number): boolean => halfHourOf(atMs) % 6 <= 1;

/** Every other hour of work is twice as busy. */
function activity(atMs: number): number {
  if (!isBusy(atMs)) return 0.01;
  return halfHourOf(atMs) % 12 > 1 ? 2 : 1;
}

/** Anywhere in the window, often with another event, or on its very edge. */
function timeIn(random: Random, startMs: number, lastMs: number): number {
  const kind = random.next();
  if (kind < 0.02) return startMs;
  if (kind < 0.04) return startMs + windowMs - 1;
  if (kind < 0.14 && lastMs >= startMs) return lastMs;
  return startMs + random.integer(windowMs);
}

function createRequest(random: Random, stream: Stream, atMs: number): Request {
  const isShop = stream === streams.shop;
  const isClf = stream.format === clfFormat;
  const answer = random.next() < 0.8 ? served : isClf ? refusedWithoutReason : random.pick(refused);
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => random.integer(16).toString(16)).join('');
  const id = `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  const extendedId = `${hex(10)}FjoE${hex(1)}A=`;
  const method = random.pick(['GET', 'POST']);
  const route = random.pick(routes);
  // The line is written when the request has been answered.
  const timeMs = atMs - random.integer(3 * second);
  const path = `/${stream.stage}${route.replace('{id}', String(random.integer(1000)))}`;
  const ip = `203.0.113.${random.integer(200)}`;
  const logStream = `stream-${random.integer(5)}`;
  const line = (group: string, message: string, lineMs = atMs): WrittenLine => ({
    group,
    logStream,
    atMs: lineMs,
    visibleAtMs: lineMs + lateness(random),
    message,
  });
  const text = isClf
    ? `${ip} - - [${clfTime(timeMs)}] "${method} ${route} HTTP/1.1" ${answer.status} ${answer === served ? 512 : 777} ${id}`
    : JSON.stringify({
        requestId: id,
        extendedRequestId: extendedId,
        requestTimeEpoch: String(timeMs),
        accountId: account,
        apiId: stream.apiId,
        stage: stream.stage,
        httpMethod: method,
        resourcePath: route,
        path,
        status: String(answer.status),
        errorResponseType: answer.type,
        errorMessage: answer.message,
        sourceIp: ip,
      });
  const others: WrittenLine[] = [];
  if (isShop && answer.execution !== undefined) {
    const lines = [
      `(${id}) Extended Request Id: ${extendedId}`,
      ...answer.execution(id),
      `(${id}) Method completed with status: ${answer.status}`,
    ];
    // In the order of the log, and each becomes visible on its own: some are late and others are not, and some lie in the window before.
    let lineMs = atMs - 500;
    for (const message of lines) {
      others.push(line(executionGroup, message, lineMs));
      lineMs += random.integer(100);
    }
  }
  if (isShop && answer.wafRule !== undefined) {
    const record = wafRecord({ timeMs, rule: answer.wafRule, ip, path, method, extendedId });
    others.push(line(wafGroup, record, timeMs));
  }
  const { apiId, stage } = stream;
  return {
    requestId: id,
    extendedRequestId: isClf ? '' : extendedId,
    timeMs: isClf ? Math.floor(timeMs / second) * second : timeMs,
    apiId,
    stage,
    method,
    route,
    refusal: (isShop ? answer.together : undefined) ?? answer.alone,
    access: line(stream.group, text),
    others,
  };
}

/** Mostly some seconds; now and then minutes, or as late as may be. */
function lateness(random: Random): number {
  const kind = random.next();
  if (kind < 0.9) return second + random.integer(20 * second);
  if (kind < 0.96) return random.integer(10 * minute);
  return random.integer(mostLateMs);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `05/Mar/2030:12:00:07 +0000` */
function clfTime(timeMs: number): string {
  const iso = new Date(timeMs).toISOString();
  return `${iso.slice(8, 10)}/${months[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

interface Blocked {
  readonly timeMs: number;
  readonly rule: string;
  readonly ip: string;
  readonly path: string;
  readonly method: string;
  readonly extendedId: string;
}

const wafRecord = ({ timeMs, rule, ip, path, method, extendedId }: Blocked): string =>
  JSON.stringify({
    timestamp: timeMs,
    formatVersion: 1,
    webaclId: `arn:aws:wafv2:${region}:${account}:regional/webacl/shop-acl/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d`,
    terminatingRuleId: rule,
    terminatingRuleType: 'REGULAR',
    action: 'BLOCK',
    terminatingRuleMatchDetails: [],
    httpSourceName: 'APIGW',
    httpSourceId: `${account}:${shop.apiId}:${shop.stage}`,
    ruleGroupList: [],
    rateBasedRuleList: [],
    nonTerminatingMatchingRules: [],
    responseCodeSent: null,
    httpRequest: {
      clientIp: ip,
      country: 'SE',
      headers: [],
      uri: path,
      args: '',
      httpVersion: 'HTTP/1.1',
      httpMethod: method,
      requestId: extendedId,
    },
  });
