import type { RequestRecord } from './request-record.js';

/**
 * What the control plane says, valid at the request's time. Every part is optional: rules use what they need of it. null means
 * "read, and there is none"; a missing key means "not read". Its sources are GetDeployment(apisummary), GetRestApi,
 * GetStages, GetAuthorizers, GetUsagePlans, GetApiKeys, GetDomainNames and their v2 siblings.
 */
export interface ConfigFacts {
  /** What the snapshot is about; a request of another API, stage or deployment (canary) is judged without it. */
  readonly apiId?: string;
  readonly stage?: string;
  readonly deploymentId?: string;
  /**
   * How far the request is from the time at which this was known to hold, ms; more than an hour lowers confidence by one step.
   */
  readonly ageMs: number;
  /** Routes, policy, authorizers and gateway responses were read of the API as it is edited: what is deployed may differ. */
  readonly workingCopy?: boolean;
  /** A part of the requests goes to another deployment (a canary's); without it, or undefined: not known that any does. */
  readonly canary?: boolean;
  /**
   * It changed about the time of the request, to or from this: either may have been in force, and what only one of them says
   * is not certain.
   */
  readonly orElse?: ConfigFacts;
  readonly apiKind?: 'rest' | 'http' | 'websocket';
  /** Methods of the deployed stage. */
  readonly routes?: readonly DeployedRoute[];
  /** The API's resource policy: present or not (text is not needed). */
  readonly resourcePolicy?: boolean;
  readonly webAcl?: { readonly arn: string } | null;
  readonly authorizers?: readonly AuthorizerConfig[];
  readonly usagePlans?: readonly UsagePlanConfig[];
  readonly apiKeys?: readonly ApiKeyConfig[];
  readonly apiKeySource?: 'HEADER' | 'AUTHORIZER';
  readonly gatewayResponses?: readonly { readonly responseType: string; readonly statusCode: number | null }[];
  readonly disableExecuteApiEndpoint?: boolean;
  readonly endpointType?: 'EDGE' | 'REGIONAL' | 'PRIVATE';
  /** Cache invalidation without permission: FAIL_WITH_403 on any method of the stage. */
  readonly cacheInvalidationFailsWith403?: boolean;
  /** All mappings that can lead to the stage. */
  readonly domains?: readonly {
    readonly name: string;
    readonly basePath: string | null;
    /** '' = the path names it, behind the base path. */
    readonly stage: string;
    readonly mutualTls: boolean;
  }[];
}

/**
 * What the control plane said of a request's stage about its time; null when nothing is known. The same request must always be
 * told the same.
 */
export type ConfigOf = (
  request: Pick<RequestRecord, 'account' | 'region' | 'apiId' | 'stage' | 'timeMs'>,
) => ConfigFacts | null;

export interface DeployedRoute {
  /** `/pets/{id}`, `/files/{proxy+}`, for v2 the part after the method of the route key; `$default`, `$connect`. */
  readonly path: string;
  /** `GET`, `ANY`, … */
  readonly method: string;
  readonly authorizationType: 'NONE' | 'AWS_IAM' | 'CUSTOM' | 'COGNITO_USER_POOLS' | 'JWT';
  readonly authorizerId?: string | null;
  readonly apiKeyRequired: boolean;
  readonly authorizationScopes?: readonly string[];
}

export interface AuthorizerConfig {
  readonly id: string;
  readonly name: string;
  readonly type: 'TOKEN' | 'REQUEST' | 'COGNITO_USER_POOLS' | 'JWT';
  /** 0 = no caching. */
  readonly resultTtlSeconds: number;
  readonly functionName?: string | null;
}

export interface UsagePlanConfig {
  readonly id: string;
  readonly name: string;
  readonly stages: readonly { readonly apiId: string; readonly stage: string }[];
  readonly keyIds: readonly string[];
}

export interface ApiKeyConfig {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  /** Never the value: its last six characters and its length. */
  readonly lastSix: string;
  readonly length: number;
  /** Last change, ms since the epoch; null when not known. */
  readonly changedMs: number | null;
}
