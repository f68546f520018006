import { type Cause, type CauseGroup, causes, groupOfCause } from '../model/index.js';

/**
 * A kind of input. `access`: an access-log line whose format logs the cause variables. `access_console`: a line of one of
 * the console's own formats, which log none of them. `response`: what the client got, pasted.
 */
export type InputKind = 'access' | 'access_console' | 'execution' | 'waf' | 'response';

export interface CauseInfo {
  readonly cause: Cause;
  readonly group: CauseGroup;
  /** Short, for headlines. */
  readonly title: string;
  /** What happened, who refused, and what people wrongly believe. */
  readonly meaning: string;
  /** The closed set of `detail` words; any cause may also have detail null. */
  readonly details: readonly { readonly detail: string; readonly meaning: string }[];
  /** Inputs that, alone, can lead to this cause (not always with certainty). docs/causes.md says what each one shows. */
  readonly shownBy: readonly InputKind[];
}

interface CauseEntry {
  readonly title: string;
  readonly meaning: string;
  readonly details: Readonly<Record<string, string>>;
  readonly shownBy: readonly InputKind[];
}

// To add a detail: a line here, its advice in `remedies/`, a row in docs/causes.md; the frozen list in the test follows.
const catalogue = {
  authorizer_denied: {
    title: 'Denied by the Lambda authorizer',
    meaning:
      'The Lambda authorizer ran (or its cached answer was used), and what it returned does not let this call through. The refusal is made of the function’s own policy: the words “identity-based policy” in the message do not mean an IAM policy, and the IAM console is irrelevant here. A Cognito authorizer on a REST API would have answered 401.',
    details: {
      explicit_deny: 'The returned policy has a Deny that matches the call.',
      not_covered: 'The returned policy has no Allow that covers the method and path called.',
      cached_policy: 'A policy cached for another path or method was used again; the function was not asked.',
      simple_response: 'An HTTP API authorizer answered `isAuthorized: false`.',
    },
    shownBy: ['access', 'access_console', 'execution', 'response'],
  },
  jwt_scope_missing: {
    title: 'Token lacks the scope that the route asks for',
    meaning:
      'The JWT authorizer of an HTTP API accepted the token, but none of the scopes that the route asks for is in it. Signature, expiry, issuer and audience are all fine: a fault in those answers 401.',
    details: { insufficient_scope: 'None of the route’s scopes is among the token’s scopes.' },
    shownBy: ['access', 'response'],
  },
  waf_blocked: {
    title: 'Blocked by AWS WAF',
    meaning:
      'The web ACL in front of the stage refused the request before anything else was looked at, so keys, policies and authorizers had no part in it. The body says only “Forbidden”, as it does for a wrong API key; the rule is named in the WAF log alone.',
    details: {
      rule: 'A rule of the web ACL itself, or of a rule group of your own, blocked it.',
      managed_rule: 'A rule of a managed rule group (AWS or a vendor) blocked it.',
      rate_limit: 'A rate-based rule: too many requests with the same key (often the IP) in its window.',
      default_action: 'No rule allowed it, and the web ACL blocks by default.',
      captcha: 'A CAPTCHA rule ended the request: no valid token came with it.',
      challenge: 'A Challenge rule ended the request: no valid token came with it.',
      size: 'Body, headers or cookies are larger than a size rule or the inspection limit allows.',
      custom_response: 'Blocked with a custom response: status and body are chosen in the web ACL.',
    },
    shownBy: ['access', 'execution', 'waf', 'response'],
  },
  resource_policy_denied: {
    title: 'Denied by the resource policy of the API',
    meaning:
      'The API’s resource policy refuses the caller, or has no statement that allows it. Where nothing else authorizes the caller (no authorization, Cognito, another account), what the policy does not allow is denied; a Lambda authorizer’s or the caller’s own Allow in the same account also suffices, and a Deny always wins. A change to it does nothing until the stage is deployed again.',
    details: {
      explicit_deny: 'A Deny statement matches (source IP, VPC endpoint, organisation, …).',
      not_covered: 'No Allow statement covers this caller, method and path.',
      no_policy: 'A private API without a resource policy: nobody may call it.',
    },
    shownBy: ['access', 'access_console', 'execution', 'response'],
  },
  api_key_missing: {
    title: 'API key required, none sent',
    meaning:
      'The method requires an API key, and the request carried none. API Gateway takes the key only from the header `x-api-key`, or from the authorizer if the API is set so; in the query string, the body or `Authorization` it is not seen.',
    details: {
      no_key: 'No `x-api-key` header arrived.',
      authorizer_supplied_none: 'The key comes from the authorizer, and its answer holds no `usageIdentifierKey`.',
    },
    shownBy: ['access', 'execution', 'response'],
  },
  api_key_invalid: {
    title: 'API key unknown or disabled',
    meaning:
      'A key was sent, but this account and region have no such enabled key. The client sees the same “Forbidden” as for a missing key, a missing usage plan or a WAF block.',
    details: {
      unknown_key: 'No key with this value: mistyped, deleted, rotated away, or of another account or region.',
      disabled: 'The key exists and is disabled.',
    },
    shownBy: ['access', 'execution', 'response'],
  },
  usage_plan_mismatch: {
    title: 'API key not in a usage plan of this stage',
    meaning:
      'The key itself is fine, but no usage plan links it to this stage. People look for a broken key; the plan is what is missing, and a new stage joins no plan by itself.',
    details: {
      stage_not_in_plan: 'The plans of the key do not have this stage.',
      key_not_in_plan: 'The stage is in a plan, and the key is in none of them.',
      propagating: 'The key joined the plan minutes ago and is not known on every host yet.',
    },
    shownBy: ['access', 'execution', 'response'],
  },
  iam_denied: {
    title: 'Denied by IAM',
    meaning:
      'The request was signed correctly, so the caller is known; the policies that apply to the caller do not allow the action on this API. The words after “because” or “explicit deny in” name the kind of policy: it is not always the one attached to the role.',
    details: {
      explicit_deny: 'A Deny in an identity policy matches.',
      not_covered: 'No identity policy allows `execute-api:Invoke` on this method.',
      scp: 'A service control policy of the organisation forbids it.',
      rcp: 'A resource control policy of the organisation forbids it.',
      boundary: 'The permissions boundary of the role or user does not allow it.',
      session_policy: 'The policy passed when the session was made does not allow it.',
      cross_account:
        'The caller is of another account, so its own policy and the API’s resource policy must both allow.',
      manage_connections: 'The caller may not use `@connections` (`execute-api:ManageConnections`) of a WebSocket API.',
    },
    shownBy: ['access', 'access_console', 'execution', 'response'],
  },
  cache_invalidation_denied: {
    title: 'Cache invalidation not permitted',
    meaning:
      'The client sent `Cache-Control: max-age=0`, which asks the stage to invalidate its cache. It may not do that, and the stage is set to refuse such calls. Browsers send this header on every reload, so it looks as if the page failed at random.',
    details: { fail_with_403: 'The stage refuses invalidation without permission (FAIL_WITH_403).' },
    shownBy: ['access', 'response'],
  },
  unsigned_request: {
    title: 'Request is not signed',
    meaning:
      'The method wants an AWS signature (SigV4) and the request has none. The message speaks of an “authentication token”, yet no token of any login helps: the method takes signed requests only.',
    details: {
      no_signature: 'No `Authorization` header with a signature came.',
      bearer_token: 'A bearer token came where a signature is wanted.',
    },
    shownBy: ['access', 'response'],
  },
  invalid_signature: {
    title: 'Signature not accepted',
    meaning:
      'The request was signed, but the signature, the time, the scope or the credentials are not right. No policy was looked at yet. A wrong clock shows here too, not as an expired token.',
    details: {
      mismatch:
        'API Gateway calculates another signature: secret, path, query, headers or body differ from what was signed.',
      clock_skew: 'The signing time is more than five minutes away from API Gateway’s clock.',
      wrong_scope: 'The signature names another region or another service than `execute-api`.',
      unknown_credentials: 'The access key or session token is unknown, inactive or does not belong together.',
      malformed: 'The `Authorization` header cannot be read as a signature.',
    },
    shownBy: ['access', 'access_console', 'execution', 'response'],
  },
  expired_token: {
    title: 'AWS session has expired',
    meaning:
      'The temporary AWS credentials that signed the request have expired. This is the session token of STS or Cognito identity, not a JWT: an expired JWT answers 401.',
    details: { session_expired: 'The session token is past its expiry.' },
    shownBy: ['access', 'access_console', 'execution', 'response'],
  },
  route_not_found: {
    title: 'No such path or method in the deployed stage',
    meaning:
      'The deployed stage has no such path with this method. A REST API says so with 403 and “Missing Authentication Token”, or, if an `Authorization` header came, with a sentence about its key=value pairs; neither has to do with logging in. A path that was added and not deployed looks the same.',
    details: {
      no_route: 'The path, or the method on it, is not in the deployed stage.',
      wrong_stage: 'The first path segment names no stage of the API, or another one than was meant.',
      websocket_handshake: 'A plain HTTP request, or a wrong path, came to a WebSocket API.',
    },
    shownBy: ['access', 'access_console', 'execution', 'response'],
  },
  cors_preflight_refused: {
    title: 'CORS preflight refused',
    meaning:
      'The browser’s OPTIONS request was refused, so the real request was never sent. The browser complains of missing CORS headers, but adding them to the function changes nothing: OPTIONS has no method of its own, or is protected by something that a browser does not send.',
    details: {
      no_options_method: 'The path has no OPTIONS method in the deployed stage.',
      protected_options: 'OPTIONS wants a key, an authorizer or a signature, which a browser never sends with it.',
    },
    shownBy: ['access', 'access_console', 'execution', 'response'],
  },
  domain_not_mapped: {
    title: 'Host or base path leads to no API',
    meaning:
      'The name that was called leads to no API and stage, or to another path of it than was meant; often no API logs the refusal. Permissions are not the subject; host name, base path and mapping are.',
    details: {
      endpoint_disabled: 'The default `execute-api` endpoint of the API is disabled.',
      no_mapping: 'The custom domain has no mapping for this base path.',
      stage_repeated: 'The URL repeats the stage name although the domain already leads to the stage.',
      private_host: 'A private API was called without the host name or header that names it.',
    },
    shownBy: ['access', 'response'],
  },
  mtls_refused: {
    title: 'Client certificate refused',
    meaning:
      'The domain asks for a client certificate, and the one presented is not accepted. The client sees only “Forbidden”; the reason stands in a REST API’s execution log, and an HTTP API never tells it.',
    details: {
      untrusted_issuer: 'No certificate authority in the truststore issued it, or the chain is incomplete.',
      weak_signature: 'It is signed with an algorithm that is no longer accepted.',
      self_signed: 'It is self-signed and not itself in the truststore.',
      expired: 'It is expired or not yet valid.',
      other_certificate: 'It is refused for another reason.',
    },
    shownBy: ['access', 'execution', 'response'],
  },
  vpc_endpoint_denied: {
    title: 'Kept out by the VPC endpoint',
    meaning:
      'The call went through a VPC endpoint for execute-api, and the endpoint kept it out or led it astray. The API and its policies may be perfectly right: the API often has no log line of it.',
    details: {
      endpoint_policy: 'The policy of the VPC endpoint does not allow the call.',
      private_dns: 'Private DNS of the endpoint catches calls from the VPC that are meant for public APIs.',
      authorization_header:
        'The endpoint has a policy of its own, so it reads the `Authorization` header as a signature and refuses a token.',
    },
    shownBy: ['access', 'response'],
  },
  edge_refused: {
    title: 'Refused before API Gateway',
    meaning:
      'Something in front of API Gateway answered: CloudFront, a proxy or another service. API Gateway never saw the request, so none of its logs or settings can explain it.',
    details: {
      cloudfront: 'CloudFront refused it (method not allowed, body on GET, block, wrong host).',
      proxy: 'A proxy, firewall or load balancer on the way answered.',
      other_service: 'Another service than API Gateway answered under this name.',
    },
    shownBy: ['response'],
  },
  backend_refused: {
    title: 'The backend answered 403',
    meaning:
      'API Gateway let the request through every check; the integration answered 403. Its keys, policies and authorizers are not to blame. If API Gateway may not invoke the Lambda function, the answer is 500 and never 403.',
    details: {
      function: 'The Lambda function returned status 403.',
      http_backend: 'The HTTP backend answered 403.',
      aws_service: 'An AWS service refused API Gateway’s call.',
    },
    shownBy: ['access', 'execution', 'response'],
  },
  response_override: {
    title: 'Another error shown as 403',
    meaning:
      'The client got 403, but the error underneath is another one: a gateway response or a mapping of this API gives it the status 403. The remedy is that of the real error.',
    details: {
      rate_limit: 'The request was throttled (429).',
      quota: 'The quota of the usage plan is used up (429).',
      unauthorized: 'The caller was not authenticated (401).',
      not_found: 'Something was not found (404).',
      bad_request: 'The request is not valid (other 4xx, mostly 400).',
      server_error: 'API Gateway or the integration failed (5xx).',
    },
    shownBy: ['access', 'execution', 'response'],
  },
  unknown: {
    title: 'Refused, reason not shown',
    meaning:
      'The request was refused, and what was given does not say why. What was seen is kept, with what would decide. Guessing here costs more time than adding the missing log variables.',
    details: {
      no_cause_variables: 'The access-log format logs none of the variables that tell causes apart.',
      only_forbidden: 'Only “Forbidden” is known, which many causes share.',
    },
    shownBy: ['access', 'access_console', 'execution', 'response'],
  },
} as const satisfies Readonly<Record<Cause, CauseEntry>>;

/** The closed set of details of a cause, as a type: advice that forgets one does not compile. */
export type DetailOf<C extends Cause> = C extends Cause ? keyof (typeof catalogue)[C]['details'] & string : never;

/** Every cause in the order of `model/cause.ts`. */
export const causeCatalogue: readonly CauseInfo[] = causes.map((cause) => {
  const entry: CauseEntry = catalogue[cause];
  return {
    cause,
    group: groupOfCause[cause],
    title: entry.title,
    meaning: entry.meaning,
    details: Object.entries(entry.details).map(([detail, meaning]) => ({ detail, meaning })),
    shownBy: entry.shownBy,
  };
});

const infoOf: ReadonlyMap<Cause, CauseInfo> = new Map(causeCatalogue.map((info) => [info.cause, info]));

export const causeInfo = (cause: Cause): CauseInfo => infoOf.get(cause) as CauseInfo;

/** Whether `detail` is one of the cause's own words; a detail of another cause selects no advice. */
export function isDetailOf<C extends Cause>(cause: C, detail: string | null): detail is DetailOf<C> {
  return detail !== null && Object.hasOwn(catalogue[cause].details, detail);
}
