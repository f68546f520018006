import type { AwsService, CallContext, Operation } from '../aws-service.js';
import { type RestInput, restJsonProtocol } from '../protocols/rest-json.js';
import { toWire } from '../wire-shape.js';
import type { FakeHttpApi, FakeHttpDomainName } from '../world.js';
import { gatewayOperation, gatewayPage, notFound } from './gateway-listing.js';

const routes = {
  GetApi: '/v2/apis/{apiId}',
  GetApiMappings: '/v2/domainnames/{domainName}/apimappings',
  GetApis: '/v2/apis',
  GetAuthorizers: '/v2/apis/{apiId}/authorizers',
  GetDeployments: '/v2/apis/{apiId}/deployments',
  GetDomainNames: '/v2/domainnames',
  GetRoutes: '/v2/apis/{apiId}/routes',
  GetStages: '/v2/apis/{apiId}/stages',
} as const;

const words = { token: 'nextToken', limit: 'maxResults', items: 'items', next: 'nextToken', maxLimit: 500 };

/** Times are ISO texts here, and members begin with a small letter. */
const rules = {
  date: (date: Date) => date.toISOString(),
  name: (name: string) => name.charAt(0).toLowerCase() + name.slice(1),
  maps: new Set(['Tags', 'RouteSettings', 'StageVariables', 'RequestModels', 'RequestParameters']),
};

const apiOf = (input: RestInput, call: CallContext): FakeHttpApi => {
  const found = call.here.httpApis?.find(({ api }) => api.ApiId === input['apiId']);
  if (!found) throw notFound(`Invalid API identifier specified ${call.account}:${input['apiId']}`);
  return found;
};

const domainOf = (input: RestInput, call: CallContext): FakeHttpDomainName => {
  const found = call.here.httpDomainNames?.find(({ domain }) => domain.DomainName === input['domainName']);
  if (!found) throw notFound('Invalid domain name identifier specified');
  return found;
};

type List = (input: RestInput, call: CallContext) => readonly unknown[];

const lists: Readonly<Record<Exclude<keyof typeof routes, 'GetApi'>, List>> = {
  GetApiMappings: (input, call) => domainOf(input, call).mappings ?? [],
  GetApis: (_input, { here }) => (here.httpApis ?? []).map(({ api }) => api),
  GetAuthorizers: (input, call) => apiOf(input, call).authorizers ?? [],
  GetDeployments: (input, call) => apiOf(input, call).deployments ?? [],
  GetDomainNames: (_input, { here }) => (here.httpDomainNames ?? []).map(({ domain }) => domain),
  GetRoutes: (input, call) => apiOf(input, call).routes ?? [],
  GetStages: (input, call) => apiOf(input, call).stages ?? [],
};

const listing = (name: keyof typeof lists): Operation<RestInput> =>
  gatewayOperation(routes[name], words.token, (input, call) => {
    const wire = lists[name](input, call).map((item) => toWire(item, rules));
    return gatewayPage(words, wire, input, `${name} ${input['apiId'] ?? input['domainName'] ?? ''}`);
  });

/** API Gateway v2 (HTTP and WebSocket APIs): signed for the same service as v1, told apart by the path. */
export const apiGatewayV2Service: AwsService = {
  name: 'apigatewayv2',
  claims: (request, service) => service === 'apigateway' && request.path.startsWith('/v2/'),
  protocol: restJsonProtocol(routes),
  operations: {
    GetApi: gatewayOperation(
      routes.GetApi,
      words.token,
      (input, call) => toWire(apiOf(input, call).api, rules) as object,
    ),
    ...Object.fromEntries(Object.keys(lists).map((name) => [name, listing(name as keyof typeof lists)])),
  },
};
