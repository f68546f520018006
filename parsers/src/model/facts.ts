import type { ContextVariable } from './context-variable.js';
import type { GatewayMessage } from './gateway-message.js';

/** What a source says about who the request is. `requestId` is chosen by the caller if it likes: never an identity alone. */
export interface RequestIds {
  readonly requestId: string | null;
  readonly extendedRequestId: string | null;
  /** X-Ray root, e.g. `1-645566cf-7cb058b04d9bb3ee01dc4036`. */
  readonly traceId: string | null;
}

/** Where the request went, as far as one source tells. Values are attackers' words except apiId, stage and account. */
export interface RequestPlace {
  readonly account: string | null;
  readonly region: string | null;
  readonly apiId: string | null;
  readonly stage: string | null;
}

interface FactsOf<Kind extends string> {
  readonly kind: Kind;
  readonly ids: RequestIds;
  readonly place: RequestPlace;
  /** Event time, ms since the epoch. */
  readonly timeMs: number | null;
}

/**
 * One access-log line. In `values` a key that is missing was not in the format; `null` was logged as `-` (or empty);
 * a string was logged and passed the variable's keep policy. The difference decides much: `error.responseType: null`
 * says that the integration answered, a missing key says nothing.
 */
export interface AccessFacts extends FactsOf<'access'> {
  /** Name of the format that read it: `template`, `console-clf`, `console-csv`, `console-xml`, `json-keys`. */
  readonly format: string;
  readonly values: Readonly<Partial<Record<ContextVariable, string | null>>>;
  /** From `error.message` / `error.messageString`; null when not logged or `-`. */
  readonly message: GatewayMessage | null;
  /** The message was read from a key that any log may have (`message`, `error`), not from a template or AWS's own name. */
  readonly messageGuessed?: true;
}

/** One execution-log line; the kinds are L1…L39 of the log's known lines. `text` is AWS's line, redacted, safe to show. */
export type ExecutionLine = { readonly text: string } & (
  | { readonly kind: 'extended_request_id'; readonly extendedRequestId: string } // L1
  | { readonly kind: 'authorizer_started'; readonly authorizerId: string } // L2
  | { readonly kind: 'authorizer_identity' } // L3
  | { readonly kind: 'endpoint_request_uri'; readonly functionName: string | null } // L4
  | { readonly kind: 'endpoint_request_headers'; readonly authorizerId: string | null } // L5
  | { readonly kind: 'endpoint_request_body'; readonly methodArn: string | null } // L6
  | { readonly kind: 'authorizer_result'; readonly policy: AuthorizerPolicy | null } // L7
  | { readonly kind: 'authorizer_policy_valid' } // L8
  | { readonly kind: 'authorizer_completed' } // L9: also printed before a Deny
  | { readonly kind: 'unauthorized_request' } // L10: 401
  | { readonly kind: 'client_not_authorized' } // L11: a policy said no
  | { readonly kind: 'configuration_error'; readonly message: GatewayMessage } // L12–L14, L35: 5xx
  | {
      readonly kind: 'usage_plan_check'; // L15
      /** Masked, null when the request had none. */
      readonly apiKey: string | null;
      readonly apiId: string;
      readonly stage: string;
    }
  | { readonly kind: 'api_key_not_required'; readonly method: string | null } // L16
  | {
      readonly kind: 'api_key_refused'; // L17
      readonly apiKey: string | null;
      readonly method: string | null;
      readonly reason: 'missing' | 'no_plan_for_key_and_stage' | 'stage_not_in_plan' | 'other';
    }
  | { readonly kind: 'usage_plan_ok' } // L18
  | { readonly kind: 'limit_exceeded'; readonly limit: 'throttle' | 'quota' } // L19: 429
  | { readonly kind: 'api_key_sent'; readonly apiKey: string | null } // L20
  | { readonly kind: 'execution_started' } // L21: every gate was passed
  | { readonly kind: 'method_and_path'; readonly method: string; readonly path: string } // L22
  | { readonly kind: 'method_request_part' } // L23
  | { readonly kind: 'request_validated' } // L24
  | { readonly kind: 'sending_request' } // L25
  | { readonly kind: 'response_received'; readonly status: number | null } // L26
  | { readonly kind: 'endpoint_response_body'; readonly proxyStatus: number | null } // L27: statusCode of a Lambda proxy answer
  | { readonly kind: 'endpoint_response_headers' } // L27
  | { readonly kind: 'method_response_body'; readonly message: GatewayMessage | null } // L28
  | { readonly kind: 'method_response_headers' } // L28
  | { readonly kind: 'execution_completed' } // L29
  | { readonly kind: 'method_completed'; readonly status: number } // L30
  | { readonly kind: 'integration_request_id' } // L31
  | { readonly kind: 'trace_id'; readonly traceId: string } // L32
  | { readonly kind: 'gateway_response'; readonly responseType: string; readonly status: number } // L33
  | { readonly kind: 'gateway_response_body'; readonly message: GatewayMessage | null } // L34
  | { readonly kind: 'gateway_response_headers' } // L34
  | { readonly kind: 'lambda_failed' } // L36
  | { readonly kind: 'mtls_denied'; readonly reason: string } // Access denied. Reason: …
  | { readonly kind: 'test_invoke' } // Execution log for request …: authorization was bypassed
  | { readonly kind: 'websocket' } // route and connection lines
  | { readonly kind: 'message'; readonly message: GatewayMessage } // L38: a known refusal sentence on a line of its own
  | { readonly kind: 'other' } // no known line: its words are not kept
);

export type ExecutionLineKind = ExecutionLine['kind'];

export interface AuthorizerPolicy {
  readonly statements: readonly {
    readonly effect: 'Allow' | 'Deny';
    /** Only execute-api ARNs, function-free patterns and `*`; anything else is left out. */
    readonly resources: readonly string[];
  }[];
  /** Set when statements are missing here: the log cut the policy, or they hold only under a Condition, NotResource or NotAction. "Not covered" is not proven then. */
  readonly incomplete?: true;
}

export interface ExecutionFacts extends FactsOf<'execution'> {
  readonly line: ExecutionLine;
}

export type WafAction = 'ALLOW' | 'BLOCK' | 'CAPTCHA' | 'CHALLENGE' | 'COUNT';

export interface WafFacts extends FactsOf<'waf'> {
  readonly action: WafAction;
  readonly webaclId: string | null;
  /** `APIGW`, `CF`, `ALB` …; null when the record was cut before it. */
  readonly httpSourceName: string | null;
  readonly terminatingRuleId: string | null;
  readonly terminatingRuleType: string | null;
  /** The rule inside a (nested) rule group that decided, outermost group first: `['AWS#AWSManagedRulesCommonRuleSet', 'SizeRestrictions_BODY']`. */
  readonly rulePath: readonly string[];
  /** The group author's own action when this web ACL overrides it. */
  readonly overriddenAction: string | null;
  readonly rateLimit: { readonly limit: number; readonly windowSeconds: number; readonly key: string } | null;
  /** Only set for custom responses, CAPTCHA and Challenge; null on a default block (403). */
  readonly responseCodeSent: number | null;
  readonly captchaFailure: string | null;
  readonly challengeFailure: string | null;
  readonly oversizeFields: readonly string[];
  readonly labels: readonly string[];
  readonly clientIp: string | null;
  readonly country: string | null;
  readonly method: string | null;
  /** Includes the stage on the execute-api host. */
  readonly uri: string | null;
  readonly host: string | null;
  readonly userAgent: string | null;
}

export type HostKind = 'execute_api' | 'vpc_endpoint' | 'function_url' | 'cloudfront' | 'aws_service' | 'custom';

/** What the person pasted around or inside an HTTP exchange. */
export interface ResponseFacts extends FactsOf<'response'> {
  /** null when the paste shows none. */
  readonly status: number | null;
  /** `x-amzn-ErrorType` (or an SDK's error name) without namespace, e.g. `MissingAuthenticationTokenException`. */
  readonly errorType: string | null;
  /** `text`: printed by an SDK, a tool or a body, which any backend can write as well. */
  readonly errorTypeFrom: 'header' | 'text' | null;
  /** The error type carries the namespace that AWS services' own endpoints put behind it; API Gateway's never does. */
  readonly errorTypeOfService: boolean;
  /** A gateway response type (`WAF_FILTERED`, `DEFAULT_4XX` …) that a customised template wrote into the body. */
  readonly gatewayResponseType: string | null;
  readonly message: GatewayMessage | null;
  /** `gateway`: one of API Gateway's own bodies; `foreign`: JSON or text that API Gateway does not write by itself. */
  readonly bodyShape: 'gateway' | 'html' | 'xml' | 'foreign' | 'none';
  /** Spelling of the key before the message: API Gateway writes `Message` for policy denials, `message` otherwise. */
  readonly messageKey: 'message' | 'Message' | null;
  readonly contentLength: number | null;
  /** True when the paste shows a full header block, so that a header which is not there was not sent. */
  readonly headersComplete: boolean;
  readonly headers: {
    readonly server: string | null;
    /** `x-amzn-RequestId` was there. */
    readonly amznRequestId: boolean;
    /** `x-amz-apigw-id` was there: a REST or WebSocket API answered. */
    readonly apigwId: boolean;
    /** `apigw-requestid` was there: an HTTP API answered. */
    readonly httpApiRequestId: boolean;
    readonly viaCloudFront: boolean;
    /** `www-authenticate` error code, e.g. `insufficient_scope`. */
    readonly wwwAuthenticateError: string | null;
    /** Scopes that `www-authenticate` asks for. */
    readonly wwwAuthenticateScope: string | null;
    readonly corsAllowOrigin: boolean;
    /** `x-amzn-Remapped-*` was there: API Gateway renamed headers of an integration's answer. */
    readonly remapped: boolean;
  };
  readonly request: {
    readonly method: string | null;
    readonly host: string | null;
    readonly hostKind: HostKind | null;
    /** Without query string. */
    readonly path: string | null;
    /** null when the paste does not show the request's headers. */
    readonly apiKeySent: boolean | null;
    readonly authorization: 'none' | 'bearer' | 'basic' | 'sigv4' | 'other' | null;
    readonly cacheControlMaxAgeZero: boolean;
  };
  /** A block page or body of a proxy or CDN in front, e.g. CloudFront's "The request could not be satisfied". */
  readonly edge: 'cloudfront' | 's3' | 'other' | null;
  /** Browser console text: what it says of the preflight. */
  readonly browserCors: 'preflight_failed' | 'blocked' | null;
  /** Subjects that the surrounding words name; evidence of strength `possible`, it only orders alternatives. */
  readonly hints: readonly Hint[];
}

export type Hint =
  | 'api_key'
  | 'usage_plan'
  | 'waf'
  | 'resource_policy'
  | 'authorizer'
  | 'jwt'
  | 'iam'
  | 'vpc_endpoint'
  | 'custom_domain'
  | 'mtls'
  | 'cors'
  | 'cloudfront'
  | 'stage'
  | 'route'
  | 'websocket'
  | 'http_api'
  | 'cache'
  | 'backend';

export type Facts = AccessFacts | ExecutionFacts | WafFacts | ResponseFacts;

export const noIds: RequestIds = { requestId: null, extendedRequestId: null, traceId: null };
export const noPlace: RequestPlace = { account: null, region: null, apiId: null, stage: null };
