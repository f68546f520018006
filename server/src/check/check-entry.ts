import { AwsError } from '../aws/aws-error.js';
import { type AwsClients, createAwsClients } from '../aws/clients.js';
import { createLogEventsClient } from '../aws/cloudwatch-logs-client.js';
import { controlPlaneBudget } from '../aws/control-plane-budget.js';
import { createCountEvents } from '../aws/count-events.js';
import { createCountRequests } from '../aws/count-requests.js';
import { type DiscoveredGroup, groupsOf } from '../aws/discovery/groups-of.js';
import type { DiscoveredStage, DiscoveryProblem, Snapshot } from '../aws/discovery/snapshot.js';
import { type OwnCredentials, ownIdentity } from '../aws/own-account.js';
import { partitionOf } from '../aws/partition.js';
import type { Wait } from '../aws/rate-budget.js';
import { createRateBudgets, type RateBudgets } from '../aws/rate-budgets.js';
import type { LogGroup } from '../sources/cloudwatch/log-events-client.js';
import type { CheckedEntry } from './checked-entry.js';
import { explainFailure } from './explain-failure.js';
import { type Finding, ok, problem, warning } from './finding.js';

import { lookAtStages, type SeenStages } from './look-at-stages.js';
import { missingPermissions, type PolicyStatement, type Refusal } from './missing-permissions.js';
import { tryCounting } from './try-counting.js';
import { tryGroups, type UnreadGroup } from './try-groups.js';
import { tryMetrics } from './try-metrics.js';

/** What was found of one account in one region. */
export interface RegionCheck {
  readonly region: string;
  readonly findings: readonly Finding[];
  /** To be added to the policy of the role; empty: nothing lacks. */
  readonly missing: readonly PolicyStatement[];
  readonly stages: readonly DiscoveredStage[];
  /** Those that would be read. */
  readonly groups: readonly LogGroup[];
}

export interface EntryCheck {
  readonly name: string;
  /** null: it could not be found out. */
  readonly account: string | null;
  /** As whom AWS is asked. */
  readonly arn: string | null;
  readonly findings: readonly Finding[];
  readonly regions: readonly RegionCheck[];
}

export interface CheckEntryTools extends OwnCredentials {
  readonly nowMs: () => number;
  readonly wait: Wait;
  readonly signal: AbortSignal;
  onProgress(what: string): Promise<void>;
}

/** More are not tried one by one: what holds for them holds for the rest. */
const mostGroups = 200;

/** Everything that can be said of one entry; rejects with the signal's reason only. */
export async function checkEntry(entry: CheckedEntry, tools: CheckEntryTools): Promise<EntryCheck> {
  const { name, role } = entry;
  const [region = ''] = entry.regions;
  const findings: Finding[] = [];
  const nobody = { name, account: null, arn: null, findings, regions: [] };
  await tools.onProgress(`${name}: who asks`);
  const self = await attempt(() => ownIdentity(region, tools.signal, tools));
  tools.signal.throwIfAborted();
  if (self instanceof AwsError) {
    findings.push(explainFailure(self, { on: name, region, knownAs: null }));
    return nobody;
  }
  const account = role === null ? self.account : (role.arn.split(':')[4] ?? '');
  const clients = createAwsClients({
    ...tools,
    accounts: [{ account, regions: entry.regions, roles: role === null ? [] : [role] }],
  });
  try {
    const identity = role === null ? self : await attempt(() => clients.identify(account));
    tools.signal.throwIfAborted();
    if (identity instanceof AwsError) {
      findings.push(roleFinding(identity, { arn: role?.arn ?? '', by: self.arn, region }));
      return nobody;
    }
    findings.push(ok('identity', `Account ${account} is read as ${identity.arn}.`));
    const regions: RegionCheck[] = [];
    for (const each of entry.regions) {
      regions.push(await checkRegion({ ...entry, account, arn: identity.arn, region: each, clients }, tools));
    }
    return { name, account, arn: identity.arn, findings, regions };
  } finally {
    clients.close();
  }
}

/** AWS does not tell a missing role from a missing trust or a wrong ExternalId; everything else it does tell. */
function roleFinding(error: AwsError, { arn, by, region }: { arn: string; by: string; region: string }): Finding {
  if (error.kind !== 'credentials') return explainFailure(error, { on: `role ${arn}`, region, knownAs: by });
  const asked = `It is asked as ${by}.`;
  return problem('role_refused', `${error.message} ${asked}`);
}

interface Place extends CheckedEntry {
  readonly account: string;
  readonly arn: string;
  readonly region: string;
  readonly clients: AwsClients;
}

async function checkRegion(place: Place, tools: CheckEntryTools): Promise<RegionCheck> {
  const { account, region, clients, filters, apiKeys, apiCallsPerSecond } = place;
  const { nowMs, wait, signal } = tools;
  await tools.onProgress(`${account} ${region}: APIs and stages`);
  const seen = await lookAtStages({
    ...{ account, region, filters, apiKeys, nowMs, wait, signal },
    clients: clients.of(account, region),
    budget: controlPlaneBudget(account, region, { callsPerSecond: apiCallsPerSecond, nowMs, wait }),
  });
  const groups = groupsToRead(seen.snapshot, place);
  const clientOf = (of: string, where: string) => clients.of(of, where).logs;
  const budgets = createRateBudgets({ share: place.quotaShare, nowMs, wait });
  const unread = await tryGroups(groups.slice(0, mostGroups), {
    client: createLogEventsClient({ clientOf }),
    budget: budgets.of(account, region, 'logs:FilterLogEvents'),
    nowMs,
    signal,
    onProgress: (done, of) => tools.onProgress(`${account} ${region}: log group ${done + 1} of ${of}`),
  });
  const count = createCountEvents({ clientOf, budgets, nowMs, wait });
  // Where nobody answers, metrics are not answered either.
  const isSilent = seen.problems.some(({ kind }) => kind === 'credentials' || kind === 'unreachable');
  const unmeasured = place.metricTotals && !isSilent ? await tryMetricsOf(place, budgets, tools) : null;
  const refusals: Refusal[] = [
    ...seen.problems.filter(({ kind }) => kind === 'denied'),
    ...unread.filter(({ error }) => error.kind === 'denied').map(({ group }) => groupRefusal(group)),
    ...(place.insights
      ? await tryCounting(groups, { count, clients: clients.of(account, region), nowMs, signal })
      : []),
    ...(unmeasured?.kind === 'denied' ? [{ action: 'cloudwatch:GetMetricData', part: '*' }] : []),
  ];
  const missing = missingPermissions(refusals, region);
  const findings = [
    ...permissionFindings(missing, seen, Math.min(groups.length, mostGroups)),
    ...failureFindings(seen.problems, place),
    ...stageFindings(seen, place),
    ...groupFindings(unread),
    ...metricFindings(unmeasured, place),
  ];
  if (groups.length > mostGroups) {
    findings.push(ok('groups_not_tried', `${groups.length - mostGroups} more log groups were not tried one by one.`));
  }
  return { region, findings, missing, stages: seen.snapshot.stages, groups: groups.map(({ group }) => group) };
}

function tryMetricsOf({ account, region, clients }: Place, budgets: RateBudgets, tools: CheckEntryTools) {
  const { nowMs, wait, signal } = tools;
  const clientOf = (of: string, where: string) => clients.of(of, where).metrics;
  const countRequests = createCountRequests({ clientOf, budgets, wait });
  return tryMetrics({ countRequests, account, region, nowMs, signal });
}

/** A permission that lacks is told with the others. */
const metricFindings = (error: AwsError | null, { region, account, arn }: Place): readonly Finding[] =>
  error === null || error.kind === 'denied'
    ? []
    : [explainFailure(error, { on: `metrics of account ${account}`, region, knownAs: arn })];

const groupsToRead = (
  snapshot: Snapshot,
  { filters, executionLogs, wafLogs }: CheckedEntry,
): readonly DiscoveredGroup[] =>
  groupsOf(snapshot, filters).filter(({ kind }) => kind === 'access' || (kind === 'waf' ? wafLogs : executionLogs));

const groupRefusal = ({ group: { account, region, name } }: DiscoveredGroup): Refusal => ({
  action: 'logs:FilterLogEvents',
  part: `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${name}`,
});

function permissionFindings(
  missing: readonly PolicyStatement[],
  { problems }: SeenStages,
  tried: number,
): readonly Finding[] {
  const findings = missing.map(({ Action, Resource }) =>
    problem(
      'permission_missing',
      `${Action} is refused on ${Resource.join(', ')}: add the statement below to the role's policy.`,
    ),
  );
  // What was not answered for other reasons shows nothing of permissions.
  if (findings.length > 0 || problems.length > 0) return findings;
  const groups = tried === 0 ? '' : ` ${tried} log ${tried === 1 ? 'group was' : 'groups were'} tried.`;
  return [ok('permissions_complete', `No permission is missing.${groups}`)];
}

/** What is not a permission, each kind once: it concerns the region, and every call of it. */
function failureFindings(problems: readonly DiscoveryProblem[], { region, account, arn }: Place): readonly Finding[] {
  const kinds = new Map(problems.filter(({ kind }) => kind !== 'denied').map((each) => [each.kind, each]));
  return [...kinds.values()].map(({ kind, message }) => {
    // The name of the error stands in the message: `… (ENOTFOUND): …`.
    const code = /\(([A-Za-z_]{3,64})\)/.exec(message)?.[1] ?? '';
    const error = new AwsError(kind, message, { cause: Object.assign(new Error(message), { code }) });
    return explainFailure(error, { on: `account ${account}`, region, knownAs: arn });
  });
}

function stageFindings({ snapshot, problems, cloudWatchRoleArn }: SeenStages, place: Place): readonly Finding[] {
  const { stages } = snapshot;
  const { region, executionLogs } = place;
  if (stages.length === 0) {
    // Who may not look sees nothing; that is told already.
    if (problems.length > 0) return [];
    const filtered = place.filters.include.length + place.filters.exclude.length > 0;
    const fix = filtered ? 'check `regions`, and `include` and `exclude`' : 'check `regions`';
    return [
      warning(
        'no_stages',
        `There is no API stage to read in ${region}: ${fix} (regions of APIs stand in their addresses, …execute-api.REGION.amazonaws.com).`,
      ),
    ];
  }
  const kinds = new Set(stages.map(({ apiId }) => apiId)).size;
  const found = ok(
    'stages_found',
    `${stages.length} ${stages.length === 1 ? 'stage' : 'stages'} of ${kinds} ${kinds === 1 ? 'API' : 'APIs'}.`,
  );
  const wantsRole =
    executionLogs && stages.some(({ executionLog }) => executionLog !== null && executionLog.level !== 'OFF');
  if (!wantsRole || cloudWatchRoleArn !== null) return [found];
  return [
    found,
    warning(
      'execution_role_missing',
      `API Gateway writes no execution logs in ${region}, since the account has no CloudWatch role there: set one (aws apigateway update-account).`,
    ),
  ];
}

function groupFindings(unread: readonly UnreadGroup[]): readonly Finding[] {
  return unread.flatMap(({ group, error }) => {
    const { name, region, account } = group.group;
    switch (error.kind) {
      case 'denied':
        return [];
      case 'group_missing':
        return group.mayBeMissing
          ? []
          : [
              warning(
                'group_missing',
                `The log group ${name}, into which ${stagesText(group)} log, does not exist in ${account} ${region}: create it (aws logs create-log-group).`,
              ),
            ];
      case 'group_unreadable':
        return [problem('group_unreadable', error.message)];
      default:
        return [explainFailure(error, { on: `log group ${name}`, region, knownAs: account })];
    }
  });
}

const stagesText = ({ stages }: DiscoveredGroup): string =>
  stages
    .slice(0, 3)
    .map(({ apiId, stage }) => `${apiId}/${stage}`)
    .join(', ') + (stages.length > 3 ? ' and others' : '');

async function attempt<T>(work: () => Promise<T>): Promise<T | AwsError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}
