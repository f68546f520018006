import type { AuthorizerConfig, ConfigFacts, DeployedRoute } from '@why403/parsers';
import { canonicalJson } from '../../text/canonical-json.js';
import type { AccessLog, DiscoveredStage } from './snapshot.js';
import type { Told } from './told-change.js';

interface Between {
  readonly before: DiscoveredStage;
  readonly after: DiscoveredStage;
}

/** What one kind of change looks like; null = there is none. To add one: a line in `comparers`. */
type Comparer = (of: Between) => Pick<Told, 'kind' | 'what' | 'summary' | 'before' | 'after'> | null;

/** What changed between two readings of a stage. */
export function stageChanges(before: DiscoveredStage, after: DiscoveredStage): readonly Told[] {
  const { apiId, stage, lastUpdatedMs } = after;
  const tookEffectMs = lastUpdatedMs === before.lastUpdatedMs ? null : lastUpdatedMs;
  const found = [...comparers, otherUpdate].reduce<Told[]>((changes, compare) => {
    if (compare === otherUpdate && changes.length > 0) return changes;
    const change = compare({ before, after });
    if (change !== null) changes.push({ apiId, stage, tookEffectMs, ...change });
    return changes;
  }, []);
  return found;
}

const textOf = (value: unknown): string => canonicalJson(value) ?? '';

/** Two texts that differ, or null; undefined on either side means that nobody knows. */
function changed(before: unknown, after: unknown): { readonly before: string; readonly after: string } | null {
  if (before === undefined || after === undefined) return null;
  const texts = { before: textOf(before), after: textOf(after) };
  return texts.before === texts.after ? null : texts;
}

const deployment: Comparer = ({ before, after }) => {
  const texts = changed(before.deploymentId, after.deploymentId);
  if (texts === null || after.deploymentId === null) return null;
  const routes = routesSummary(before.config, after.config);
  const summary = `Deployment ${after.deploymentId} went to the stage ${after.stage} of ${after.apiName || after.apiId}${routes}.`;
  return { kind: 'deployment', what: after.deploymentId, summary, ...texts };
};

function routesSummary(before: ConfigFacts, after: ConfigFacts): string {
  if (before.routes === undefined || after.routes === undefined) return '';
  const keyed = (routes: readonly DeployedRoute[]) =>
    new Map(
      routes.map((route) => [`${route.method} ${route.path}`, `${route.authorizationType} ${route.apiKeyRequired}`]),
    );
  const old = keyed(before.routes);
  const now = keyed(after.routes);
  const added = [...now.keys()].filter((key) => !old.has(key)).length;
  const removed = [...old.keys()].filter((key) => !now.has(key)).length;
  const otherwise = [...now].filter(([key, asks]) => old.has(key) && old.get(key) !== asks).length;
  const parts = [
    ...(added > 0 ? [`${added} added`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
    ...(otherwise > 0 ? [`${otherwise} asking for another authorization`] : []),
  ];
  return parts.length === 0 ? '' : `; routes: ${parts.join(', ')}`;
}

const canary: Comparer = ({ before, after }) => {
  const texts = changed(before.canary, after.canary);
  if (texts === null) return null;
  const summary =
    after.canary === null
      ? `The canary of the stage ${after.stage} ended.`
      : `Deployment ${after.canary.deploymentId} answers ${after.canary.percent} % of the requests of the stage ${after.stage} as a canary.`;
  return { kind: 'canary', what: (after.canary ?? before.canary)?.deploymentId ?? '', summary, ...texts };
};

const webAcl: Comparer = ({ before, after }) => {
  const texts = changed(before.webAcl?.arn ?? null, after.webAcl?.arn ?? null);
  if (texts === null) return null;
  const name = (arn: string): string => arn.split('/')[2] ?? arn;
  const [old, now] = [before.webAcl?.arn, after.webAcl?.arn];
  const summary =
    now === undefined
      ? `The web ACL ${name(old ?? '')} was taken off the stage ${after.stage}.`
      : `The web ACL ${name(now)} stands before the stage ${after.stage}${old === undefined ? '' : ` in place of ${name(old)}`}.`;
  return { kind: 'web_acl', what: now ?? old ?? '', summary, ...texts };
};

const resourcePolicy: Comparer = ({ before, after }) => {
  // Both must have been read: the hash of an API without a policy is null too.
  if (before.config.resourcePolicy === undefined || after.config.resourcePolicy === undefined) return null;
  const texts = changed(before.policyHash, after.policyHash);
  if (texts === null) return null;
  const verb = before.policyHash === null ? 'added' : after.policyHash === null ? 'removed' : 'changed';
  return {
    kind: 'resource_policy',
    what: after.apiId,
    summary: `The resource policy of ${after.apiName || after.apiId} was ${verb}.`,
    ...texts,
  };
};

const authorizer: Comparer = ({ before, after }) => {
  const texts = changed(before.config.authorizers, after.config.authorizers);
  if (texts === null) return null;
  const old = authorizersById(before.config);
  const now = authorizersById(after.config);
  const changes = [...new Set([...old.keys(), ...now.keys()])]
    .filter((id) => textOf(old.get(id)) !== textOf(now.get(id)))
    .map((id) => ({
      id,
      name: (now.get(id) ?? old.get(id))?.name ?? id,
      verb: !now.has(id) ? 'removed' : old.has(id) ? 'changed' : 'added',
    }));
  const summary = `Authorizers of ${after.apiName || after.apiId}: ${changes.map(({ name, verb }) => `${name} ${verb}`).join(', ')}.`;
  return { kind: 'authorizer', what: changes.map(({ id }) => id).join(' '), summary, ...texts };
};

const authorizersById = ({ authorizers = [] }: ConfigFacts): ReadonlyMap<string, AuthorizerConfig> =>
  new Map(authorizers.map((each) => [each.id, each]));

const gatewayResponse: Comparer = ({ before, after }) => {
  const texts = changed(before.config.gatewayResponses, after.config.gatewayResponses);
  if (texts === null) return null;
  const statuses = ({ gatewayResponses = [] }: ConfigFacts) =>
    new Map(gatewayResponses.map(({ responseType, statusCode }) => [responseType, statusCode]));
  const old = statuses(before.config);
  const now = statuses(after.config);
  const types = [...new Set([...old.keys(), ...now.keys()])].filter(
    (type) => old.has(type) !== now.has(type) || old.get(type) !== now.get(type),
  );
  return {
    kind: 'gateway_response',
    what: types.join(' '),
    summary: `Gateway responses of ${after.apiName || after.apiId} were changed: ${types.join(', ')}.`,
    ...texts,
  };
};

const accessLogFormat: Comparer = ({ before, after }) => {
  const texts = changed(before.accessLog, after.accessLog);
  if (texts === null) return null;
  const where = (log: AccessLog): string =>
    log.destination.kind === 'firehose' ? log.destination.arn : log.destination.group;
  let summary = `The access log of the stage ${after.stage} has another format.`;
  if (after.accessLog === null) summary = `The access log of the stage ${after.stage} was switched off.`;
  else if (before.accessLog === null || where(before.accessLog) !== where(after.accessLog)) {
    summary = `The access log of the stage ${after.stage} goes to ${where(after.accessLog)}.`;
  }
  return { kind: 'access_log_format', what: after.stage, summary, ...texts };
};

/** AWS says that the stage was changed, and nothing that is read shows how. */
const otherUpdate: Comparer = ({ before, after }) => {
  const texts = changed(before.lastUpdatedMs, after.lastUpdatedMs);
  const settings = changed(
    [before.executionLog, before.config.cacheInvalidationFailsWith403, before.config.disableExecuteApiEndpoint],
    [after.executionLog, after.config.cacheInvalidationFailsWith403, after.config.disableExecuteApiEndpoint],
  );
  const differ = texts ?? settings;
  if (differ === null) return null;
  return {
    kind: 'stage_updated',
    what: after.stage,
    summary: `The stage ${after.stage} of ${after.apiName || after.apiId} was updated.`,
    ...differ,
  };
};

const comparers: readonly Comparer[] = [
  deployment,
  canary,
  webAcl,
  resourcePolicy,
  authorizer,
  gatewayResponse,
  accessLogFormat,
];
