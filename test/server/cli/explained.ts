import type { ExplainedRequest, Explanation, RequestRecord, Verdict } from '../../../parsers/src/index.js';
import type { CauseInfo } from '../../../server/src/cli/engine.js';

/** Hand-written results of the engine, so that the renderers are tested without it. */
export const record: RequestRecord = {
  eventId: '0123456789abcdef0123456789abcdef',
  requestId: '5d1f0c3e-7a42-4b1e-9f60-2c8a7e41c001',
  extendedRequestId: 'XqB2rHx5joEFtBQ=',
  traceId: null,
  timeMs: Date.UTC(2024, 4, 1, 10, 0, 4, 355),
  status: 403,
  apiKind: 'rest',
  account: '111122223333',
  region: 'eu-west-1',
  apiId: 'a1b2c3d4e5',
  stage: 'prod',
  method: 'GET',
  path: '/prod/orders/1043',
  route: '/orders/{id}',
  sourceIp: '203.0.113.24',
  access: null,
  execution: [],
  waf: null,
  wafJoin: null,
  response: null,
  joinedByRequestId: false,
  line: 7,
};

export const bareRecord: RequestRecord = {
  ...record,
  requestId: null,
  extendedRequestId: null,
  timeMs: null,
  status: null,
  apiKind: null,
  account: null,
  region: null,
  apiId: null,
  stage: null,
  method: null,
  path: null,
  route: null,
  sourceIp: null,
};

export const planVerdict: Verdict = {
  outcome: 'refused',
  cause: 'usage_plan_mismatch',
  group: 'usage_plan',
  detail: 'stage_not_in_plan',
  culprit: { kind: 'api_key', id: null, name: '**********************************x7Qw2E' },
  confidence: 'certain',
  alternatives: [],
  reason: 'The key is known, but no usage plan has the stage prod, so the key opens nothing there.',
  evidence: [
    {
      from: 'execution',
      field: 'api_key_refused',
      value:
        "API Key **********************************x7Qw2E not authorized because method 'GET /orders/{id}' requires API Key and API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: API Stage is not in a Usage Plan",
    },
    { from: 'access', field: 'error.responseType', value: 'INVALID_API_KEY' },
  ],
  remedy: {
    summary: 'Add the stage to a usage plan that has the key.',
    steps: [
      'Find the plan of the key.',
      'Add the stage to it. A new stage joins no plan by itself, and a key that is in a plan of another stage is refused all the same.',
    ],
    commands: [
      "aws apigateway get-usage-plans --region 'eu-west-1'",
      "aws apigateway update-usage-plan --usage-plan-id '<usage-plan-id>' --patch-operations 'op=add,path=/apiStages,value=a1b2c3d4e5:prod' --region 'eu-west-1'",
    ],
  },
  decidedBy: 'usage-plan-stage-not-in-plan',
};

export const routeVerdict: Verdict = {
  outcome: 'refused',
  cause: 'route_not_found',
  group: 'routing',
  detail: null,
  culprit: null,
  confidence: 'likely',
  alternatives: [
    {
      cause: 'unsigned_request',
      confidence: 'possible',
      settledBy: 'Whether the deployed stage has GET on this path with AWS_IAM: read the deployed methods.',
    },
    {
      cause: 'vpc_endpoint_denied',
      confidence: 'possible',
      settledBy: 'Whether the call went through a VPC endpoint: log identity.vpceId.',
    },
  ],
  reason:
    'A REST API answers “Missing Authentication Token” for a path or method that the deployed stage does not have.',
  evidence: [{ from: 'response', field: 'message', value: 'Missing Authentication Token' }],
  remedy: { summary: 'Compare the URL with the deployed stage.', steps: [], commands: [] },
  decidedBy: 'missing-authentication-token',
};

export const throttledVerdict: Verdict = {
  outcome: 'not_refused',
  cause: null,
  group: null,
  detail: null,
  culprit: null,
  confidence: 'certain',
  alternatives: [],
  reason: 'The request was throttled (429), which is a limit and no refusal.',
  evidence: [],
  remedy: { summary: '', steps: [], commands: [] },
  decidedBy: 'status-429',
};

export const openVerdict: Verdict = {
  ...throttledVerdict,
  outcome: 'undetermined',
  confidence: 'possible',
  reason: 'The log ends before the line with the status.',
  remedy: { summary: 'Give the lines up to “Method completed with status”.', steps: [], commands: [] },
  decidedBy: 'no-status',
};

/** A request of a single input, unless it names one. */
export type RequestOfTest = Omit<ExplainedRequest, 'input'> & Partial<Pick<ExplainedRequest, 'input'>>;

export const explanation = (
  requests: readonly RequestOfTest[],
  rest: Partial<Omit<Explanation, 'requests'>> = {},
): Explanation => ({
  requests: requests.map((request) => ({ input: null, ...request })),
  unlisted: [],
  rejected: [],
  warnings: [],
  ...rest,
});

export const causeInfos: readonly CauseInfo[] = [
  {
    cause: 'usage_plan_mismatch',
    group: 'usage_plan',
    title: 'API key not in a usage plan of this stage',
    meaning: 'The key itself is fine, but no usage plan links it to this stage. People look for a broken key.',
    details: [
      { detail: 'stage_not_in_plan', meaning: 'The plans of the key do not have this stage.' },
      { detail: 'key_not_in_plan', meaning: 'The stage is in a plan, and the key is in none of them.' },
    ],
    shownBy: ['access', 'execution', 'response'],
  },
  {
    cause: 'route_not_found',
    group: 'routing',
    title: 'No such path or method in the deployed stage',
    meaning: 'The deployed stage has no such path with this method.',
    details: [{ detail: 'no_route', meaning: 'The path is not in the deployed stage.' }],
    shownBy: ['access', 'response'],
  },
];
