import { GetAccountCommand } from '@aws-sdk/client-api-gateway';
import type { ConfigFacts, UsagePlanConfig } from '@why403/parsers';
import { ControlPlane, type ControlPlaneOptions } from './control-plane.js';
import { type DeployedFacts, keptFacts, wholeList } from './deployed-facts.js';
import { type DomainMapping, readDomains } from './domains.js';
import { listHttpStages } from './http-apis.js';
import { listRestStages } from './rest-apis.js';
import type { DiscoveredPlan, DiscoveredStage, Snapshot } from './snapshot.js';
import type { StageFilters } from './stage-filters.js';
import type { StageOutline } from './stage-outline.js';
import { readApiKeys, readUsagePlans } from './usage-plans.js';
import { readWebAclGroups } from './web-acls.js';

export interface DiscoverOptions extends ControlPlaneOptions {
  /** What a deployment brings is taken from here as long as the same one serves. */
  readonly previous: Snapshot | null;
  readonly filters: StageFilters;
  /**
   * Also read API keys, and which plan has which. Off, no key's value ever reaches this process, and the role need not be allowed to
   * read them: whoever may list keys may read the values of all of them.
   */
  readonly apiKeys: boolean;
  readonly nowMs: () => number;
  /** As soon as the stages and their logs are known; configuration facts, plans and keys follow. */
  readonly onStages?: (snapshot: Snapshot) => void;
}

/**
 * Asks the control plane of one account and region. What could not be read is missing and stands among the problems; rejects with the
 * signal's reason only.
 */
export async function discover(options: DiscoverOptions): Promise<Snapshot> {
  const { account, region, previous, filters, nowMs } = options;
  const takenMs = nowMs();
  const plane = new ControlPlane(options);

  const rest = await listRestStages(plane, filters);
  const listed = [...rest.stages, ...(await listHttpStages(plane, filters))];
  const arns = new Set(listed.flatMap(({ stage }) => stage.webAcl?.arn ?? []));
  const groups = await readWebAclGroups(plane, arns, previous);
  const outlines = listed.map((outline) => withWebAclGroup(outline, groups));

  const base = { account, region, takenMs };
  options.onStages?.({
    ...base,
    stages: outlines.map(withoutConfig),
    usagePlans: null,
    apiKeys: null,
    problems: [...plane.problems],
  });

  const settings = await plane.ask('/account', ({ apiGateway }, send) =>
    apiGateway.send(new GetAccountCommand(), send),
  );
  const usagePlans = await readUsagePlans(plane, options.apiKeys);
  const apiKeys = options.apiKeys ? await readApiKeys(plane) : null;
  const domains = await readDomains(plane);
  const before = new Map(previous?.stages.map((stage) => [keyOf(stage), stage]));
  const stages: DiscoveredStage[] = [];
  for (const outline of outlines) {
    const kept = keptFacts(before.get(keyOf(outline.stage)), outline.stage.deploymentId);
    const deployed = await outline.readDeployed(kept);
    const config = configOf(outline, deployed, { usagePlans, apiKeys, domains });
    const { policyHash, areRoutesEdited } = deployed;
    stages.push({ ...outline.stage, policyHash, areRoutesEdited, config });
  }
  return {
    ...base,
    stages,
    ...(rest.apis === null ? {} : { restApis: rest.apis }),
    usagePlans,
    apiKeys,
    ...(settings ? { cloudWatchRoleArn: settings.cloudwatchRoleArn ?? null } : {}),
    problems: plane.problems,
  };
}

const keyOf = ({ apiId, stage }: Pick<DiscoveredStage, 'apiId' | 'stage'>): string => `${apiId} ${stage}`;

function withWebAclGroup(outline: StageOutline, groups: ReadonlyMap<string, string | null>): StageOutline {
  const { webAcl } = outline.stage;
  if (webAcl === null) return outline;
  return { ...outline, stage: { ...outline.stage, webAcl: { ...webAcl, logGroup: groups.get(webAcl.arn) ?? null } } };
}

function withoutConfig({ stage }: StageOutline): DiscoveredStage {
  const { apiId, apiKind } = stage;
  return {
    ...stage,
    policyHash: null,
    areRoutesEdited: false,
    config: { apiId, apiKind, stage: stage.stage, ageMs: 0 },
  };
}

interface SharedFacts extends Pick<Snapshot, 'usagePlans' | 'apiKeys'> {
  readonly domains: readonly DomainMapping[] | null;
}

function configOf({ stage: of, live }: StageOutline, deployed: DeployedFacts, shared: SharedFacts): ConfigFacts {
  const { apiId, stage, apiKind, deploymentId, canary } = of;
  const { areRoutesEdited, policyHash: _, ...facts } = deployed;
  return {
    apiId,
    stage,
    ...(deploymentId === null ? {} : { deploymentId }),
    ageMs: 0,
    ...(areRoutesEdited ? { workingCopy: true } : {}),
    ...(canary !== null ? { canary: true } : {}),
    apiKind,
    ...live,
    ...facts,
    ...keyFactsOf(of, deployed, shared),
    ...(shared.domains === null ? {} : { domains: domainsOf(shared.domains, apiId, stage) }),
  };
}

/** Plans and keys only where one is asked for: an account may have thousands, and they stand in every stage's facts. */
function keyFactsOf(
  { apiId, apiKind }: StageOutline['stage'],
  { routes }: DeployedFacts,
  { usagePlans, apiKeys }: SharedFacts,
): Pick<ConfigFacts, 'usagePlans' | 'apiKeys'> {
  const isAsked = apiKind !== 'http' && (routes === undefined || routes.some(({ apiKeyRequired }) => apiKeyRequired));
  if (!isAsked || apiKeys === null) return {};
  const plans = usagePlans && wholeList(usagePlans.map((plan) => planFor(plan, apiId)));
  return { apiKeys, ...(plans ? { usagePlans: plans } : {}) };
}

/** Without the stages of other APIs: a change there leaves these facts as they are. */
const planFor = ({ id, name, stages, keyIds }: DiscoveredPlan, apiId: string): UsagePlanConfig | undefined =>
  keyIds === null ? undefined : { id, name, stages: stages.filter((each) => each.apiId === apiId), keyIds };

const domainsOf = (all: readonly DomainMapping[], apiId: string, stage: string): NonNullable<ConfigFacts['domains']> =>
  all
    .filter((to) => to.apiId === apiId && (to.stage === stage || to.stage === ''))
    .map(({ name, basePath, mutualTls, stage: mapped }) => ({ name, basePath, stage: mapped, mutualTls }));
