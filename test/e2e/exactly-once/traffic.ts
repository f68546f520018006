import type { Random } from './random.js';

/** The stage's access-log format, as AWS has it. */
export const format = JSON.stringify({
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
  userAgent: '$context.identity.userAgent',
});

/** One request and all that any log says of it. */
export interface Request {
  readonly requestId: string;
  readonly timeMs: number;
  readonly apiId: string;
  readonly stage: string;
  readonly method: string;
  readonly route: string;
  readonly isRefused: boolean;
  readonly accessLine: string;
  /** CloudWatch subscription message with the request's execution log, which comes late; null when there is none. */
  readonly executionLine: string | null;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly execution?: (id: string) => readonly string[];
}

const ok: Answer = { status: 200, type: '-', message: '-' };
const answers: readonly Answer[] = [
  { status: 403, type: 'WAF_FILTERED', message: 'Forbidden' },
  { status: 403, type: 'INVALID_API_KEY', message: 'Forbidden' },
  { status: 403, type: 'MISSING_AUTHENTICATION_TOKEN', message: 'Missing Authentication Token' },
  // The line does not tell an authorizer's denial from others; the execution log, which comes late, does.
  {
    status: 403,
    type: 'ACCESS_DENIED',
    message: '-',
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
    execution: (id) => [
      `(${id}) Verifying Usage Plan for request: ${id}. API Key: **********************************7Qw2Ef API Stage: q1w2e3r4t5/prod`,
      `(${id}) API Key **********************************7Qw2Ef not authorized because method 'GET /orders/{id}' requires API Key and API Key is not associated with a Usage Plan for API Stage q1w2e3r4t5/prod: No Usage Plan found for key and API Stage`,
    ],
  },
];

const apis = ['q1w2e3r4t5', 'z9y8x7w6v5'] as const;
const routes = ['/orders/{id}', '/orders', '/health'] as const;

export function createRequest(random: Random, index: number, timeMs: number): Request {
  const answer = random.next() < 0.7 ? ok : random.pick(answers);
  const hex = (digits: number) => Array.from({ length: digits }, () => random.integer(16).toString(16)).join('');
  const requestId = `${index.toString(16).padStart(8, '0')}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  const extendedRequestId = `${index.toString(36).padStart(6, 'A')}${hex(5)}FjoE${random.pick('abcdefgh'.split(''))}A=`;
  const apiId = answer.execution !== undefined ? apis[0] : random.pick(apis);
  const stage = answer.execution !== undefined ? 'prod' : random.pick(['prod', 'test']);
  const method = random.pick(['GET', 'POST']);
  const route = random.pick(routes);
  const accessLine = JSON.stringify({
    requestId,
    extendedRequestId,
    requestTimeEpoch: String(timeMs),
    accountId: '111122223333',
    apiId,
    stage,
    httpMethod: method,
    resourcePath: route,
    path: `/${stage}${route.replace('{id}', String(random.integer(1000)))}`,
    status: String(answer.status),
    errorResponseType: answer.type,
    errorMessage: answer.message,
    sourceIp: `203.0.113.${random.integer(200)}`,
    userAgent: 'curl/8.5.0',
  });
  const lines = answer.execution?.(requestId);
  const executionLine =
    lines === undefined
      ? null
      : JSON.stringify({
          messageType: 'DATA_MESSAGE',
          owner: '111122223333',
          logGroup: `API-Gateway-Execution-Logs_${apiId}/${stage}`,
          logStream: hex(32),
          subscriptionFilters: ['why403'],
          logEvents: [
            `(${requestId}) Extended Request Id: ${extendedRequestId}`,
            ...lines,
            `(${requestId}) Method completed with status: ${answer.status}`,
          ].map((message, line) => ({
            id: `3${String(index).padStart(20, '0')}${String(line).padStart(35, '0')}`,
            timestamp: timeMs,
            message,
          })),
        });
  return {
    requestId,
    timeMs,
    apiId,
    stage,
    method,
    route,
    isRefused: answer.status === 403,
    accessLine,
    executionLine,
  };
}
