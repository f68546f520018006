import type { ApiKeyConfig, ConfigFacts, UsagePlanConfig } from '@why403/parsers';
import type { AwsErrorKind } from '../aws-error.js';

/** What the control plane of one account and region said at one time. Plain data, JSON-safe, no secrets (never a key's value). */
export interface Snapshot {
  readonly account: string;
  readonly region: string;
  /** When it was begun: all in it was so at that time or later. */
  readonly takenMs: number;
  readonly stages: readonly DiscoveredStage[];
  /** All of the region, also those that are not read; undefined = not read. */
  readonly restApis?: readonly RestApiName[];
  /** Of the region; null = not wholly read. */
  readonly usagePlans: readonly DiscoveredPlan[] | null;
  /** null = not wholly read, or not to be read. */
  readonly apiKeys: readonly ApiKeyConfig[] | null;
  /** The role by which API Gateway writes execution logs: null = none is set, and there are none; undefined = not read. */
  readonly cloudWatchRoleArn?: string | null;
  /** What could not be read and which IAM action lacked: parts are then missing, never guessed. */
  readonly problems: readonly DiscoveryProblem[];
}

export type ApiKind = 'rest' | 'http' | 'websocket';

export interface RestApiName {
  readonly apiId: string;
  readonly name: string;
}

export interface DiscoveredStage {
  readonly apiId: string;
  readonly apiName: string;
  readonly apiKind: ApiKind;
  readonly stage: string;
  /** The stage's own and, below them, the API's. */
  readonly tags: Readonly<Record<string, string>>;
  readonly deploymentId: string | null;
  readonly lastUpdatedMs: number | null;
  /** null: access logging is off. */
  readonly accessLog: AccessLog | null;
  /** null: HTTP APIs have none. */
  readonly executionLog: ExecutionLog | null;
  readonly canary: { readonly deploymentId: string; readonly percent: number } | null;
  /** Its log group is null when it logs elsewhere or nowhere. */
  readonly webAcl: { readonly arn: string; readonly logGroup: string | null } | null;
  /** SHA-256 of the resource policy's text, hex; null: there is none. */
  readonly policyHash: string | null;
  /** The routes in `config` are those of the API as it is being edited: what this deployment has could not be read. */
  readonly areRoutesEdited: boolean;
  readonly config: ConfigFacts;
}

/** `keyIds` null: not read, or not to be read. */
export interface DiscoveredPlan extends Omit<UsagePlanConfig, 'keyIds'> {
  readonly keyIds: readonly string[] | null;
}

export interface AccessLog {
  readonly format: string;
  readonly destination:
    | { readonly kind: 'log_group'; readonly group: string; readonly region: string; readonly account: string }
    | { readonly kind: 'firehose'; readonly arn: string };
}

export interface ExecutionLog {
  /** The highest of its methods. */
  readonly level: 'OFF' | 'ERROR' | 'INFO';
  /** Names that it may have; a canary's are written in two ways, and not all need exist. */
  readonly groups: readonly string[];
}

export interface DiscoveryProblem {
  /** The path that was asked, `/restapis/a1b2c3/stages`, or what else it was about. */
  readonly part: string;
  /** As IAM calls it. */
  readonly action: string;
  readonly kind: AwsErrorKind;
  readonly message: string;
}

/** Where a listing would have shown these stages: a problem there means that nothing is known of them. */
export const restApisPart = '/restapis';
export const httpApisPart = '/apis';
export const listings: readonly string[] = [restApisPart, httpApisPart];

/** Whether AWS said which APIs there are, of one kind at least. */
export const wasAnswered = ({ problems }: Pick<Snapshot, 'problems'>): boolean =>
  !listings.every((listing) => problems.some(({ part }) => part === listing));

export const stagesPart = (kind: ApiKind, apiId: string): string =>
  `${kind === 'rest' ? restApisPart : httpApisPart}/${apiId}/stages`;

/** Whether the snapshot would show the API's stages if there were any. */
export function wasRead({ problems }: Snapshot, kind: ApiKind, apiId: string): boolean {
  const listing = kind === 'rest' ? restApisPart : httpApisPart;
  return !problems.some(({ part }) => part === listing || part === stagesPart(kind, apiId));
}
