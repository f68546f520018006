import { createHash } from 'node:crypto';
import {
  type Authorizer,
  type GatewayResponse,
  GetAuthorizersCommand,
  GetDeploymentCommand,
  GetGatewayResponsesCommand,
  GetResourcesCommand,
  GetRestApisCommand,
  GetStagesCommand,
  type RestApi,
  type Stage,
} from '@aws-sdk/client-api-gateway';
import type { AuthorizerConfig, ConfigFacts } from '@why403/parsers';
import type { ControlPlane } from './control-plane.js';
import { byText, type DeployedFacts, functionNameOf, wholeList } from './deployed-facts.js';
import { accessLogOf, highestLevel } from './log-destination.js';
import { deployedRoutesOf, editedRoutesOf, namesAuthorizers, withAuthorizers } from './rest-routes.js';
import { type RestApiName, restApisPart, stagesPart } from './snapshot.js';
import { isStageSelected, mayHaveSelected, type StageFilters } from './stage-filters.js';
import { once, type StageOutline } from './stage-outline.js';

const limit = 500;

export interface RestListing {
  /** null = could not be read. */
  readonly apis: readonly RestApiName[] | null;
  /** Those that the filters let through; what could not be read is missing. */
  readonly stages: readonly StageOutline[];
}

export async function listRestStages(plane: ControlPlane, filters: StageFilters): Promise<RestListing> {
  const apis = await plane.list<RestApi>(restApisPart, async (position, { apiGateway }, options) => {
    const page = await apiGateway.send(new GetRestApisCommand({ limit, position }), options);
    return { items: page.items, next: page.position };
  });
  const outlines: StageOutline[] = [];
  for (const api of apis ?? []) {
    const apiId = api.id ?? '';
    if (!mayHaveSelected({ apiId, apiName: api.name ?? '', tags: api.tags ?? {} }, filters)) continue;
    const stages = await plane.ask(stagesPart('rest', apiId), async ({ apiGateway }, options) =>
      apiGateway.send(new GetStagesCommand({ restApiId: apiId }), options),
    );
    const readDeployed = deployedReader(plane, api);
    for (const stage of stages?.item ?? []) {
      const outline = outlineOf(api, stage, readDeployed);
      if (isStageSelected(outline.stage, filters)) outlines.push(outline);
    }
  }
  return { apis: apis?.map(({ id = '', name = '' }) => ({ apiId: id, name })) ?? null, stages: outlines };
}

type ReadDeployed = (deploymentId: string | null, kept: DeployedFacts | null) => Promise<DeployedFacts>;

function outlineOf(api: RestApi, stage: Stage, read: ReadDeployed): StageOutline {
  const { webAclArn, canarySettings } = stage;
  const apiId = api.id ?? '';
  const name = stage.stageName ?? '';
  const deploymentId = stage.deploymentId ?? null;
  const methods = Object.values(stage.methodSettings ?? {});
  const endpointType = api.endpointConfiguration?.types?.[0];
  const isCanary = canarySettings?.deploymentId !== undefined && (canarySettings.percentTraffic ?? 0) > 0;
  const group = `API-Gateway-Execution-Logs_${apiId}/${name}`;
  return {
    stage: {
      apiId,
      apiName: api.name ?? '',
      apiKind: 'rest',
      stage: name,
      tags: { ...api.tags, ...stage.tags },
      deploymentId,
      lastUpdatedMs: stage.lastUpdatedDate?.getTime() ?? null,
      accessLog: accessLogOf(stage.accessLogSettings?.format, stage.accessLogSettings?.destinationArn),
      executionLog: {
        level: highestLevel(methods.map(({ loggingLevel }) => loggingLevel)),
        // AWS documents the canary's in two spellings.
        groups: isCanary ? [group, `${group}/Canary`, `API-Gateway-Execution-Logs/${apiId}/${name}/Canary`] : [group],
      },
      canary: isCanary
        ? { deploymentId: canarySettings.deploymentId ?? '', percent: canarySettings.percentTraffic ?? 0 }
        : null,
      webAcl: webAclArn ? { arn: webAclArn, logGroup: null } : null,
    },
    live: {
      ...(endpointType === undefined ? {} : { endpointType }),
      disableExecuteApiEndpoint: api.disableExecuteApiEndpoint === true,
      cacheInvalidationFailsWith403: methods.some(
        (method) =>
          method.requireAuthorizationForCacheControl === true &&
          method.unauthorizedCacheControlHeaderStrategy === 'FAIL_WITH_403',
      ),
      webAcl: webAclArn ? { arn: webAclArn } : null,
    },
    readDeployed: (kept) => read(deploymentId, kept),
  };
}

/** Reads what deployments of the API bring; what all of them share is asked for at most once. */
function deployedReader(plane: ControlPlane, api: RestApi): ReadDeployed {
  const restApiId = api.id ?? '';
  const path = `${restApisPart}/${restApiId}`;

  const editedRoutes = once(async () => {
    const resources = await plane.list(`${path}/resources`, async (position, { apiGateway }, options) => {
      const command = new GetResourcesCommand({ restApiId, embed: ['methods'], limit, position });
      const page = await apiGateway.send(command, options);
      return { items: page.items, next: page.position };
    });
    return resources ? editedRoutesOf(resources) : undefined;
  });
  const authorizers = once(async () => {
    const all = await plane.list<Authorizer>(`${path}/authorizers`, async (position, { apiGateway }, options) => {
      const page = await apiGateway.send(new GetAuthorizersCommand({ restApiId, limit, position }), options);
      return { items: page.items, next: page.position };
    });
    return all ? authorizersOf(all) : undefined;
  });
  const gatewayResponses = once(async () => {
    const all = await plane.list<GatewayResponse>(
      `${path}/gatewayresponses`,
      async (position, { apiGateway }, options) => {
        const page = await apiGateway.send(new GetGatewayResponsesCommand({ restApiId, limit, position }), options);
        return { items: page.items, next: page.position };
      },
    );
    return all ? customisedOf(all) : undefined;
  });

  async function readRoutes(deploymentId: string | null): Promise<Pick<DeployedFacts, 'routes' | 'areRoutesEdited'>> {
    const deployment =
      deploymentId === null
        ? undefined
        : await plane.ask(`${path}/deployments/${deploymentId}`, ({ apiGateway }, options) =>
            apiGateway.send(new GetDeploymentCommand({ restApiId, deploymentId, embed: ['apisummary'] }), options),
          );
    const deployed = deployment ? deployedRoutesOf(deployment) : undefined;
    if (deployed !== undefined && !namesAuthorizers(deployed)) return { routes: deployed, areRoutesEdited: false };
    const edited = await editedRoutes();
    if (deployed !== undefined) return { routes: withAuthorizers(deployed, edited ?? []), areRoutesEdited: false };
    return edited === undefined ? { areRoutesEdited: false } : { routes: edited, areRoutesEdited: true };
  }

  return async (deploymentId, kept) => {
    const routes = kept?.routes && !kept.areRoutesEdited ? kept : await readRoutes(deploymentId);
    const knownAuthorizers = kept?.authorizers ?? (await authorizers());
    const knownResponses = kept?.gatewayResponses ?? (await gatewayResponses());
    return {
      areRoutesEdited: routes.areRoutesEdited,
      ...(routes.routes === undefined ? {} : { routes: routes.routes }),
      ...(knownAuthorizers === undefined ? {} : { authorizers: knownAuthorizers }),
      ...(knownResponses === undefined ? {} : { gatewayResponses: knownResponses }),
      resourcePolicy: kept?.resourcePolicy ?? Boolean(api.policy),
      apiKeySource: kept?.apiKeySource ?? api.apiKeySource ?? 'HEADER',
      policyHash: kept ? kept.policyHash : hashOf(api.policy),
    };
  };
}

const authorizerTypes: ReadonlySet<string> = new Set(['TOKEN', 'REQUEST', 'COGNITO_USER_POOLS']);
/** API Gateway's own, where none is set. */
const defaultTtlSeconds = 300;

const authorizersOf = (all: readonly Authorizer[]): readonly AuthorizerConfig[] | undefined =>
  wholeList(
    all.map(({ id = '', name = '', type = '', authorizerUri, authorizerResultTtlInSeconds }) =>
      authorizerTypes.has(type)
        ? {
            id,
            name,
            type: type as AuthorizerConfig['type'],
            resultTtlSeconds: authorizerResultTtlInSeconds ?? defaultTtlSeconds,
            functionName: functionNameOf(authorizerUri),
          }
        : undefined,
    ),
  )?.toSorted(byText(({ id }) => id));

/** API Gateway lists every type; only what differs from its own is worth keeping. */
const customisedOf = (all: readonly GatewayResponse[]): NonNullable<ConfigFacts['gatewayResponses']> =>
  all
    .filter(({ defaultResponse }) => defaultResponse !== true)
    .map(({ responseType = '', statusCode }) => ({
      responseType: responseType as string,
      statusCode: statusCode === undefined ? null : Number(statusCode),
    }))
    .toSorted(byText(({ responseType }) => responseType));

const hashOf = (policy: string | undefined): string | null =>
  policy ? createHash('sha256').update(policy).digest('hex') : null;
