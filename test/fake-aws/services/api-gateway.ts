import type { ApiKey, Deployment, Resource } from '@aws-sdk/client-api-gateway';
import type { AwsService, CallContext, Operation } from '../aws-service.js';
import { type RestInput, restJsonProtocol } from '../protocols/rest-json.js';
import { epochSeconds, toWire } from '../wire-shape.js';
import type { FakeDomainName, FakeRestApi, FakeUsagePlan } from '../world.js';
import { gatewayOperation, gatewayPage, notFound } from './gateway-listing.js';
import { withDefaultResponses } from './gateway-responses.js';

const routes = {
  GetAccount: '/account',
  GetApiKeys: '/apikeys',
  GetAuthorizers: '/restapis/{restApiId}/authorizers',
  GetBasePathMappings: '/domainnames/{domainName}/basepathmappings',
  GetDeployment: '/restapis/{restApiId}/deployments/{deploymentId}',
  GetDeployments: '/restapis/{restApiId}/deployments',
  GetDomainNames: '/domainnames',
  GetGatewayResponses: '/restapis/{restApiId}/gatewayresponses',
  GetResources: '/restapis/{restApiId}/resources',
  GetRestApi: '/restapis/{restApiId}',
  GetRestApis: '/restapis',
  GetStage: '/restapis/{restApiId}/stages/{stageName}',
  GetStages: '/restapis/{restApiId}/stages',
  GetUsagePlanKeys: '/usageplans/{usagePlanId}/keys',
  GetUsagePlans: '/usageplans',
} as const;

/** On the wire a list is `item`. */
const words = { token: 'position', limit: 'limit', items: 'item', next: 'position', maxLimit: 500 };
const rules = { date: epochSeconds, name: (name: string) => name, maps: new Set<string>() };

const apiOf = (input: RestInput, call: CallContext): FakeRestApi => {
  const found = call.here.restApis?.find(({ api }) => api.id === input['restApiId']);
  if (!found) throw notFound('Invalid API identifier specified');
  return found;
};

const planOf = (input: RestInput, call: CallContext): FakeUsagePlan => {
  const found = call.here.usagePlans?.find(({ plan }) => plan.id === input['usagePlanId']);
  if (!found) throw notFound('Invalid Usage Plan ID specified');
  return found;
};

const domainOf = (input: RestInput, call: CallContext): FakeDomainName => {
  const found = call.here.domainNames?.find(({ domain }) => domain.domainName === input['domainName']);
  if (!found) throw notFound('Invalid domain name identifier specified');
  return found;
};

/** `embed=methods,apisummary` in whichever way it was repeated. */
const embeds = (input: RestInput, what: string): boolean => (input['embed'] ?? '').split(',').includes(what);

/** Methods are always named; what they ask for only when embedded. */
const resourceFor = (resource: Resource, withMethods: boolean): Resource =>
  withMethods || !resource.resourceMethods
    ? resource
    : {
        ...resource,
        resourceMethods: Object.fromEntries(Object.keys(resource.resourceMethods).map((verb) => [verb, {}])),
      };

const deploymentFor = ({ apiSummary, ...rest }: Deployment, withSummary: boolean): Deployment =>
  withSummary && apiSummary ? { ...rest, apiSummary } : rest;

const keyFor = ({ value, ...rest }: ApiKey, withValues: boolean): ApiKey =>
  withValues && value !== undefined ? { ...rest, value } : rest;

type Lists = Readonly<Record<string, (input: RestInput, call: CallContext) => readonly unknown[]>>;

const pagedLists = {
  GetApiKeys: (input, { here }) => (here.apiKeys ?? []).map((key) => keyFor(key, input['includeValues'] === 'true')),
  GetAuthorizers: (input, call) => apiOf(input, call).authorizers ?? [],
  GetBasePathMappings: (input, call) => domainOf(input, call).mappings ?? [],
  GetDeployments: (input, call) => (apiOf(input, call).deployments ?? []).map((one) => deploymentFor(one, false)),
  GetDomainNames: (_input, { here }) => (here.domainNames ?? []).map(({ domain }) => domain),
  GetGatewayResponses: (input, call) => withDefaultResponses(apiOf(input, call).gatewayResponses ?? []),
  GetResources: (input, call) =>
    (apiOf(input, call).resources ?? []).map((resource) => resourceFor(resource, embeds(input, 'methods'))),
  GetRestApis: (_input, { here }) => (here.restApis ?? []).map(({ api }) => api),
  GetUsagePlanKeys: (input, call) => planOf(input, call).keys ?? [],
  GetUsagePlans: (_input, { here }) => (here.usagePlans ?? []).map(({ plan }) => plan),
} satisfies Lists;

const single = {
  GetAccount: (_input, { here }) =>
    here.gatewayAccount ?? { throttleSettings: { burstLimit: 5_000, rateLimit: 10_000 } },
  GetDeployment: (input, call) => {
    const found = apiOf(input, call).deployments?.find(({ id }) => id === input['deploymentId']);
    if (!found) throw notFound('Invalid Deployment identifier specified');
    return deploymentFor(found, embeds(input, 'apisummary'));
  },
  GetRestApi: (input, call) => apiOf(input, call).api,
  GetStage: (input, call) => {
    const found = apiOf(input, call).stages?.find(({ stageName }) => stageName === input['stageName']);
    if (!found) throw notFound('Invalid stage identifier specified');
    return found;
  },
  /** Not paged, and a list all the same. */
  GetStages: (input, call) => ({
    item: (apiOf(input, call).stages ?? []).filter(
      ({ deploymentId }) => input['deploymentId'] === undefined || deploymentId === input['deploymentId'],
    ),
  }),
} satisfies Readonly<Record<string, (input: RestInput, call: CallContext) => object>>;

const answers: Readonly<Record<keyof typeof routes, (input: RestInput, call: CallContext) => object>> = {
  ...single,
  ...(Object.fromEntries(
    Object.entries(pagedLists as Lists).map(([name, listOf]) => [
      name,
      (input: RestInput, call: CallContext) => {
        const parent = input['restApiId'] ?? input['usagePlanId'] ?? input['domainName'] ?? '';
        return gatewayPage(words, listOf(input, call), input, `${name} ${parent}`);
      },
    ]),
  ) as Record<keyof typeof pagedLists, (input: RestInput, call: CallContext) => object>),
};

const operations: Readonly<Record<string, Operation<RestInput>>> = Object.fromEntries(
  Object.entries(routes).map(([name, template]) => [
    name,
    gatewayOperation(template, words.token, (input, call) => {
      return toWire(answers[name as keyof typeof routes](input, call), rules) as object;
    }),
  ]),
);

/** API Gateway v1 (REST APIs). */
export const apiGatewayService: AwsService = {
  name: 'apigateway',
  claims: (_request, service) => service === 'apigateway',
  protocol: restJsonProtocol(routes),
  operations,
};
