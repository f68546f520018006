import type {
  ApiKey,
  Authorizer,
  BasePathMapping,
  Deployment,
  DomainName,
  Account as GatewayAccount,
  GatewayResponse,
  Resource,
  RestApi,
  Stage,
  UsagePlan,
  UsagePlanKey,
} from '@aws-sdk/client-api-gateway';
import type {
  Api as V2Api,
  ApiMapping as V2ApiMapping,
  Authorizer as V2Authorizer,
  Deployment as V2Deployment,
  DomainName as V2DomainName,
  Route as V2Route,
  Stage as V2Stage,
} from '@aws-sdk/client-apigatewayv2';
import type { SubscriptionFilter } from '@aws-sdk/client-cloudwatch-logs';
import type { LoggingConfiguration, WebACL } from '@aws-sdk/client-wafv2';
import type { PolicyDocument } from './iam-policy.js';

/**
 * What there is in the pretended AWS, as plain data. Nothing is copied: whoever holds a world may change it while the fake runs
 * (add a stage, push an event), and the next call sees it. Objects of AWS have the shape that the SDK gives them.
 */
export interface FakeWorld {
  /** By the account's 12 digits. */
  accounts: Record<string, FakeAccount>;
}

export interface FakeAccount {
  /** Without, the account has one key, `AKIA` and its 12 digits, that may do everything. */
  accessKeys?: FakeAccessKey[];
  /** By name: `Why403Reader` is `arn:aws:iam::<account>:role/Why403Reader`. */
  roles?: Record<string, FakeRole>;
  /** A region that is not named here exists and is empty. */
  regions: Record<string, FakeRegion>;
}

export interface FakeAccessKey {
  id: string;
  userName?: string;
  /** Absent = allows everything. */
  policy?: PolicyDocument;
  /** Of temporary keys; must then come with each call. */
  sessionToken?: string;
  expiresAtMs?: number;
}

export interface FakeRole {
  /** Absent = the role asks for none. */
  externalId?: string;
  /** Accounts whose principals may assume the role; absent = all. */
  trusts?: string[];
  /** Absent = allows everything. */
  policy?: PolicyDocument;
  /** Default 3,600. */
  maxSessionSeconds?: number;
}

export interface FakeRegion {
  logGroups?: FakeLogGroup[];
  restApis?: FakeRestApi[];
  httpApis?: FakeHttpApi[];
  usagePlans?: FakeUsagePlan[];
  apiKeys?: ApiKey[];
  domainNames?: FakeDomainName[];
  httpDomainNames?: FakeHttpDomainName[];
  gatewayAccount?: GatewayAccount;
  webAcls?: FakeWebAcl[];
  metrics?: FakeMetric[];
  /** Accounts whose log groups can be read from here by ARN (cross-account observability). */
  linkedAccounts?: string[];
}

export interface FakeLogGroup {
  name: string;
  /** Default STANDARD. */
  class?: 'STANDARD' | 'INFREQUENT_ACCESS' | 'ESSENTIALS' | 'DELIVERY';
  createdAtMs?: number;
  /** From this moment on the group is gone. */
  deletedAtMs?: number;
  retentionDays?: number;
  events?: FakeEvents;
  subscriptionFilters?: SubscriptionFilter[];
}

export interface FakeLogEvent {
  /** Event time, ms. */
  timestamp: number;
  message: string;
  /** Default: the timestamp. */
  ingestionTime?: number;
  /** From this moment of the fake's clock on readers see the event. Default: the ingestion time. */
  visibleAt?: number;
  /** Default: 56 digits made of the event's time and place (list) or its content (function). */
  eventId?: string;
  /** Default `stream`. */
  logStreamName?: string;
}

/**
 * A list in any order (push to it; a change in place is not noticed), or a function of time for what does not fit into
 * memory: it gives the events with `fromMs <= timestamp <= toMs` in order of timestamp, the same ones each time.
 */
export type FakeEvents = FakeLogEvent[] | ((fromMs: number, toMs: number) => Iterable<FakeLogEvent>);

export interface FakeRestApi {
  /** Must have an `id`. */
  api: RestApi;
  stages?: Stage[];
  /** With `apiSummary`; it is answered only when asked for. */
  deployments?: Deployment[];
  /** With `resourceMethods`; their content is answered only when asked for. */
  resources?: Resource[];
  authorizers?: Authorizer[];
  /** Those that were customised; AWS's defaults are added. */
  gatewayResponses?: GatewayResponse[];
}

/** An HTTP or WebSocket API. */
export interface FakeHttpApi {
  /** Must have an `ApiId`. */
  api: V2Api;
  stages?: V2Stage[];
  routes?: V2Route[];
  authorizers?: V2Authorizer[];
  deployments?: V2Deployment[];
}

export interface FakeUsagePlan {
  plan: UsagePlan;
  keys?: UsagePlanKey[];
}

export interface FakeDomainName {
  domain: DomainName;
  mappings?: BasePathMapping[];
}

export interface FakeHttpDomainName {
  domain: V2DomainName;
  mappings?: V2ApiMapping[];
}

export interface FakeWebAcl {
  acl: WebACL;
  /** Default REGIONAL. */
  scope?: 'REGIONAL' | 'CLOUDFRONT';
  /** ARNs of what it protects. */
  resourceArns?: string[];
  logging?: LoggingConfiguration;
}

export interface FakePoint {
  timestamp: number;
  value: number;
  /** So many samples of this value. Default 1. */
  samples?: number;
  /** From this moment of the fake's clock on it is counted: what AWS gives of a minute grows. Default: its own time. */
  visibleAt?: number;
}

export interface FakeMetric {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  /** A list, or a function of time (`fromMs` inclusive, `toMs` exclusive). */
  points: FakePoint[] | ((fromMs: number, toMs: number) => Iterable<FakePoint>);
}

const emptyRegion: FakeRegion = {};

export const regionOf = (world: FakeWorld, account: string, region: string): FakeRegion =>
  world.accounts[account]?.regions[region] ?? emptyRegion;
