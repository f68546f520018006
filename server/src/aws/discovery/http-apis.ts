import {
  type Api,
  type Authorizer,
  GetApisCommand,
  GetAuthorizersCommand,
  GetRoutesCommand,
  GetStagesCommand,
  type Route,
  type Stage,
} from '@aws-sdk/client-apigatewayv2';
import type { AuthorizerConfig, DeployedRoute } from '@why403/parsers';
import type { ControlPlane } from './control-plane.js';
import { authorizationTypeOf, byText, type DeployedFacts, functionNameOf, wholeList } from './deployed-facts.js';
import { accessLogOf, highestLevel } from './log-destination.js';
import { type ApiKind, httpApisPart, stagesPart } from './snapshot.js';
import { isStageSelected, mayHaveSelected, type StageFilters } from './stage-filters.js';
import { once, type StageOutline } from './stage-outline.js';

const MaxResults = '500';

const kindOf = ({ ProtocolType }: Api): ApiKind => (ProtocolType === 'WEBSOCKET' ? 'websocket' : 'http');

/** Stages of all HTTP and WebSocket APIs that the filters let through; those that could not be read are missing. */
export async function listHttpStages(plane: ControlPlane, filters: StageFilters): Promise<readonly StageOutline[]> {
  const apis = await plane.list<Api>(httpApisPart, async (NextToken, { apiGatewayV2 }, options) => {
    const page = await apiGatewayV2.send(new GetApisCommand({ MaxResults, NextToken }), options);
    return { items: page.Items, next: page.NextToken };
  });
  const outlines: StageOutline[] = [];
  for (const api of apis ?? []) {
    const apiId = api.ApiId ?? '';
    if (!mayHaveSelected({ apiId, apiName: api.Name ?? '', tags: api.Tags ?? {} }, filters)) continue;
    const part = stagesPart(kindOf(api), apiId);
    const stages = await plane.list<Stage>(part, async (NextToken, { apiGatewayV2 }, options) => {
      const page = await apiGatewayV2.send(new GetStagesCommand({ ApiId: apiId, MaxResults, NextToken }), options);
      return { items: page.Items, next: page.NextToken };
    });
    const readEdited = editedReader(plane, api);
    for (const stage of stages ?? []) {
      const outline = outlineOf(api, stage, readEdited);
      if (isStageSelected(outline.stage, filters)) outlines.push(outline);
    }
  }
  return outlines;
}

function outlineOf(api: Api, stage: Stage, readEdited: ReadEdited): StageOutline {
  const apiId = api.ApiId ?? '';
  const name = stage.StageName ?? '';
  const apiKind = kindOf(api);
  const settings = [stage.DefaultRouteSettings, ...Object.values(stage.RouteSettings ?? {})];
  return {
    stage: {
      apiId,
      apiName: api.Name ?? '',
      apiKind,
      stage: name,
      tags: { ...api.Tags, ...stage.Tags },
      deploymentId: stage.DeploymentId ?? null,
      lastUpdatedMs: stage.LastUpdatedDate?.getTime() ?? null,
      accessLog: accessLogOf(stage.AccessLogSettings?.Format, stage.AccessLogSettings?.DestinationArn),
      executionLog:
        apiKind === 'http'
          ? null
          : {
              level: highestLevel(settings.map((each) => each?.LoggingLevel)),
              groups: [`/aws/apigateway/${apiId}/${name}`],
            },
      canary: null,
      webAcl: null,
    },
    live: {
      endpointType: 'REGIONAL',
      disableExecuteApiEndpoint: api.DisableExecuteApiEndpoint === true,
      // No web ACL can stand before an HTTP API; of WebSocket APIs AWS says nothing.
      ...(apiKind === 'http' ? { webAcl: null } : {}),
    },
    readDeployed: (kept) => readEdited(kept, isDeployed(stage)),
  };
}

/** With automatic deployment the API as it is edited is the one that serves, unless the last deployment failed. */
const isDeployed = ({ AutoDeploy, LastDeploymentStatusMessage: message }: Stage): boolean =>
  AutoDeploy === true && (!message || /^Successfully deployed/i.test(message));

type ReadEdited = (kept: DeployedFacts | null, isDeployed: boolean) => Promise<DeployedFacts>;

/** v2 shows no deployment's content: it is read of the API as it is being edited. */
function editedReader(plane: ControlPlane, api: Api): ReadEdited {
  const ApiId = api.ApiId ?? '';
  const path = `${httpApisPart}/${ApiId}`;
  const routes = once(async () => {
    const all = await plane.list<Route>(`${path}/routes`, async (NextToken, { apiGatewayV2 }, options) => {
      const page = await apiGatewayV2.send(new GetRoutesCommand({ ApiId, MaxResults, NextToken }), options);
      return { items: page.Items, next: page.NextToken };
    });
    return all ? routesOf(all) : undefined;
  });
  const authorizers = once(async () => {
    const all = await plane.list<Authorizer>(`${path}/authorizers`, async (NextToken, { apiGatewayV2 }, options) => {
      const page = await apiGatewayV2.send(new GetAuthorizersCommand({ ApiId, MaxResults, NextToken }), options);
      return { items: page.Items, next: page.NextToken };
    });
    return all ? authorizersOf(all) : undefined;
  });

  return async (kept, deployed) => {
    const areKept = kept?.routes !== undefined && !(kept.areRoutesEdited && deployed);
    const knownRoutes = areKept ? kept.routes : await routes();
    const knownAuthorizers = kept?.authorizers ?? (await authorizers());
    return {
      areRoutesEdited: knownRoutes !== undefined && (areKept ? kept.areRoutesEdited : !deployed),
      ...(knownRoutes === undefined ? {} : { routes: knownRoutes }),
      ...(knownAuthorizers === undefined ? {} : { authorizers: knownAuthorizers }),
      ...(kindOf(api) === 'http' ? { resourcePolicy: false } : {}),
      policyHash: null,
    };
  };
}

/** `GET /pets/{id}` → path and method; `$default`, `$connect` and WebSocket's own keys are paths without a method. */
const routesOf = (all: readonly Route[]): readonly DeployedRoute[] | undefined =>
  wholeList(
    all.map(({ RouteKey = '', AuthorizationType, AuthorizerId, AuthorizationScopes, ApiKeyRequired }) => {
      const type = authorizationTypeOf(AuthorizationType);
      const [, method = 'ANY', path = RouteKey] = /^([A-Z]+) (\/.*)$/.exec(RouteKey) ?? [];
      return (
        type && {
          path,
          method,
          authorizationType: type,
          apiKeyRequired: ApiKeyRequired === true,
          ...(AuthorizerId === undefined ? {} : { authorizerId: AuthorizerId }),
          ...(AuthorizationScopes === undefined ? {} : { authorizationScopes: AuthorizationScopes }),
        }
      );
    }),
  )?.toSorted(byText(({ path, method }) => `${path} ${method}`));

const authorizersOf = (all: readonly Authorizer[]): readonly AuthorizerConfig[] | undefined =>
  wholeList(
    all.map(({ AuthorizerId = '', Name = '', AuthorizerType = '', AuthorizerUri, AuthorizerResultTtlInSeconds }) =>
      AuthorizerType === 'REQUEST' || AuthorizerType === 'JWT'
        ? {
            id: AuthorizerId,
            name: Name,
            type: AuthorizerType as AuthorizerConfig['type'],
            // v2 caches nothing unless told to.
            resultTtlSeconds: AuthorizerResultTtlInSeconds ?? 0,
            functionName: functionNameOf(AuthorizerUri),
          }
        : undefined,
    ),
  )?.toSorted(byText(({ id }) => id));
