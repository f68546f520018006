import type { ApiKind, Culprit, ExecutionLine, RequestRecord } from '../../model/index.js';
import {
  type Command,
  type CommandValue,
  type CommandValueKind,
  command,
  commandValue,
  compose,
  extendCommand,
  placeholder,
  valueOrPlaceholder,
} from './command.js';

/** A web ACL as its ARN tells it; `global` ones are asked in us-east-1 only. */
export interface WebAclRef {
  readonly arn: CommandValue;
  readonly name: CommandValue;
  readonly id: CommandValue;
  readonly scope: CommandValue;
  readonly regionOption: Command | null;
}

/** What a request's own values put into commands: each one checked, or its placeholder. */
export interface RemedyContext {
  readonly apiKind: ApiKind | null;
  /** HTTP and WebSocket APIs are read through `aws apigatewayv2`; an unknown kind counts as REST. */
  readonly isV2: boolean;
  readonly record: RequestRecord;
  readonly apiId: CommandValue;
  readonly stage: CommandValue;
  readonly region: CommandValue;
  readonly account: CommandValue;
  readonly partition: CommandValue;
  /** `<api>.execute-api.<region>.amazonaws.com` */
  readonly host: CommandValue;
  /** The call: default host with stage, or `<host>` on a custom domain; the path is always `<path>`. */
  readonly url: CommandValue;
  readonly method: CommandValue;
  /** null when no log names it. */
  readonly deploymentId: CommandValue | null;
  readonly authorizerId: CommandValue | null;
  readonly authorizerFunction: CommandValue | null;
  readonly backendFunction: CommandValue | null;
  readonly apiKeyId: CommandValue | null;
  readonly apiKeyEnding: CommandValue | null;
  readonly usagePlanId: CommandValue | null;
  readonly vpceId: CommandValue | null;
  readonly webAcl: WebAclRef;
  /** The web ACL’s own rule, which may refer to a rule group. */
  readonly wafRule: CommandValue | null;
  /** The rule inside the group that decided. */
  readonly wafGroupRule: CommandValue | null;
  /** IAM role or user behind the caller, as policy simulation wants it. */
  readonly principalArn: CommandValue | null;
  /** Adds `--region` when the region is known. */
  inRegion(words: Command): Command;
  /** `from` and `to` in ms around the request, null when its time is not known. */
  window(marginMs: number): { readonly fromMs: number; readonly toMs: number } | null;
}

export function createRemedyContext(culprit: Culprit | null, record: RequestRecord): RemedyContext {
  const access = record.access?.values;
  const apiId = valueOrPlaceholder('apiId', record.apiId);
  const stage = valueOrPlaceholder('stage', record.stage);
  const knownRegion = commandValue('region', record.region);
  const region = knownRegion ?? placeholder('region');
  const regionOption = knownRegion === null ? null : command`--region ${knownRegion}`;
  const host = defaultHost(apiId, region);
  const functions = invokedFunctions(record.execution);
  return {
    apiKind: record.apiKind,
    isV2: record.apiKind === 'http' || record.apiKind === 'websocket',
    record,
    apiId,
    stage,
    region,
    account: valueOrPlaceholder('account', record.account),
    partition: partitionOf(region),
    host,
    url: callUrl(record, host, stage),
    method: valueOrPlaceholder('method', record.method),
    deploymentId: commandValue('deploymentId', access?.deploymentId),
    authorizerId: firstFit('authorizerId', idOf(culprit, 'authorizer'), authorizerStarted(record.execution)),
    authorizerFunction: commandValue('functionName', functions.authorizer),
    backendFunction: commandValue('functionName', functions.backend),
    apiKeyId: firstFit('apiKeyId', idOf(culprit, 'api_key'), access?.['identity.apiKeyId']),
    apiKeyEnding: commandValue('apiKeyEnding', endingOf(maskedKey(record))),
    usagePlanId: commandValue('usagePlanId', idOf(culprit, 'usage_plan')),
    vpceId: firstFit('vpceId', idOf(culprit, 'vpc_endpoint'), access?.['identity.vpceId']),
    webAcl: webAclRef(
      firstFit('webAclArn', record.waf?.webaclId, access?.webaclArn, idOf(culprit, 'web_acl')),
      regionOption,
    ),
    wafRule: commandValue('wafRule', wafRuleName(culprit, record)),
    wafGroupRule: commandValue('wafRule', (record.waf?.rulePath.length ?? 0) > 1 ? record.waf?.rulePath.at(-1) : null),
    principalArn: simulatedPrincipal(record, culprit),
    inRegion: (words) => (regionOption === null ? words : extendCommand(words, regionOption)),
    window: (marginMs) => {
      const time = record.timeMs;
      if (time === null || !Number.isFinite(time) || time < marginMs || time > 8.64e15) return null;
      return { fromMs: Math.floor(time) - marginMs, toMs: Math.floor(time) + marginMs };
    },
  };
}

/** The first of several candidates that fits; an unfit one does not hide the next. */
function firstFit(kind: CommandValueKind, ...candidates: readonly (string | null | undefined)[]): CommandValue | null {
  for (const candidate of candidates) {
    const value = commandValue(kind, candidate);
    if (value !== null) return value;
  }
  return null;
}

const idOf = (culprit: Culprit | null, kind: Culprit['kind']): string | null =>
  culprit?.kind === kind ? culprit.id : null;

/** ARNs of China and GovCloud begin differently. */
function partitionOf(region: CommandValue): CommandValue {
  if (region.startsWith('cn-')) return compose`aws-cn`;
  return region.startsWith('us-gov-') ? compose`aws-us-gov` : compose`aws`;
}

const defaultHost = (apiId: CommandValue, region: CommandValue): CommandValue =>
  region.startsWith('cn-')
    ? compose`${apiId}.execute-api.${region}.amazonaws.com.cn`
    : compose`${apiId}.execute-api.${region}.amazonaws.com`;

function callUrl(record: RequestRecord, host: CommandValue, stage: CommandValue): CommandValue {
  const path = placeholder('path');
  const called = record.access?.values.domainName ?? record.response?.request.host;
  // On a custom domain the default endpoint may be disabled, and the stage does not stand in the path.
  const isCustom = typeof called === 'string' && !/\.amazonaws\.com(?:\.cn)?$/.test(called.slice(-32));
  if (isCustom) return compose`https://${placeholder('host')}/${path}`;
  return stage === '$default' ? compose`https://${host}/${path}` : compose`https://${host}/${stage}/${path}`;
}

function authorizerStarted(execution: readonly ExecutionLine[]): string | null {
  for (const line of execution) if (line.kind === 'authorizer_started') return line.authorizerId;
  return null;
}

/** The same line kind names the authorizer's function before `Starting execution` and the backend's after it. */
function invokedFunctions(execution: readonly ExecutionLine[]): { authorizer: string | null; backend: string | null } {
  let authorizer: string | null = null;
  let backend: string | null = null;
  let started = false;
  for (const line of execution) {
    if (line.kind === 'execution_started') started = true;
    if (line.kind !== 'endpoint_request_uri') continue;
    if (started) backend = line.functionName;
    else authorizer = line.functionName;
  }
  return { authorizer, backend };
}

function maskedKey(record: RequestRecord): string | null {
  const logged = record.access?.values['identity.apiKey'];
  if (logged) return logged;
  for (const line of record.execution) {
    if (line.kind !== 'usage_plan_check' && line.kind !== 'api_key_refused' && line.kind !== 'api_key_sent') continue;
    if (line.apiKey !== null) return line.apiKey;
  }
  return null;
}

/** `**************x7Qw2E` → `x7Qw2E`; null unless it is masked, so that a whole key can never pass. */
const endingOf = (masked: string | null): string | null =>
  masked !== null && masked.length > 6 && masked.charAt(masked.length - 7) === '*' ? masked.slice(-6) : null;

function wafRuleName(culprit: Culprit | null, record: RequestRecord): string | null {
  // Sampled requests are asked by the web ACL's own rule; a rule inside a group has no samples of its own there.
  const rule = record.waf?.terminatingRuleId;
  if (rule !== undefined && rule !== null) return rule === 'Default_Action' ? null : rule;
  return culprit?.kind === 'waf_rule' ? (culprit.name ?? culprit.id) : null;
}

function webAclRef(arn: CommandValue | null, regionOption: Command | null): WebAclRef {
  // arn:aws:wafv2:<region>:<account>:<regional|global>/webacl/<name>/<id>
  const [, , , aclRegion, , resource] = arn?.split(':') ?? [];
  const [reach, , name, id] = resource?.split('/') ?? [];
  const isGlobal = reach === 'global';
  const ownRegion = isGlobal ? compose`us-east-1` : commandValue('region', aclRegion);
  return {
    arn: arn ?? placeholder('webAclArn'),
    name: valueOrPlaceholder('webAclName', name),
    id: valueOrPlaceholder('webAclId', id),
    scope: isGlobal ? compose`CLOUDFRONT` : compose`REGIONAL`,
    regionOption: ownRegion === null ? regionOption : command`--region ${ownRegion}`,
  };
}

/**
 * `arn:aws:sts::111122223333:assumed-role/reader/session` → `arn:aws:iam::111122223333:role/reader`: simulation takes the
 * role, not its session. (A role with a path has to be completed by hand: the session's ARN leaves the path out.)
 */
function simulatedPrincipal(record: RequestRecord, culprit: Culprit | null): CommandValue | null {
  const candidates = [
    record.access?.values['identity.userArn'],
    record.access?.message?.denial?.principal,
    record.response?.message?.denial?.principal,
    culprit?.kind === 'principal' ? (culprit.id ?? culprit.name) : null,
  ];
  for (const candidate of candidates) {
    const arn = commandValue('principalArn', candidate);
    if (arn === null) continue;
    const [, partition, service, , account, resource] = arn.split(':');
    if (service === 'iam') return arn;
    const [type, role] = resource?.split('/') ?? [];
    if (type !== 'assumed-role' || !role) continue;
    return commandValue('principalArn', `arn:${partition}:iam::${account}:role/${role}`);
  }
  return null;
}
