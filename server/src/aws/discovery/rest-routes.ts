import type { Deployment, Resource } from '@aws-sdk/client-api-gateway';
import type { DeployedRoute } from '@why403/parsers';
import { authorizationTypeOf, byText, wholeList } from './deployed-facts.js';

/** What is deployed: paths, methods, authorization and key requirement; it names no authorizers. */
export function deployedRoutesOf({ apiSummary }: Deployment): readonly DeployedRoute[] | undefined {
  if (apiSummary === undefined) return undefined;
  return inOrder(
    Object.entries(apiSummary).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { authorizationType, apiKeyRequired }]) => {
        const type = authorizationTypeOf(authorizationType);
        return type && { path, method, authorizationType: type, apiKeyRequired: apiKeyRequired === true };
      }),
    ),
  );
}

/** The API as it is being edited. */
export function editedRoutesOf(resources: readonly Resource[]): readonly DeployedRoute[] | undefined {
  return inOrder(
    resources.flatMap(({ path = '/', resourceMethods = {} }) =>
      Object.entries(resourceMethods).map(([method, details]) => {
        const type = authorizationTypeOf(details.authorizationType);
        const { authorizerId, authorizationScopes, apiKeyRequired } = details;
        return (
          type && {
            path,
            method,
            authorizationType: type,
            apiKeyRequired: apiKeyRequired === true,
            ...(authorizerId === undefined ? {} : { authorizerId }),
            ...(authorizationScopes === undefined ? {} : { authorizationScopes }),
          }
        );
      }),
    ),
  );
}

/** Adds authorizers and scopes to deployed routes where the edited API still asks for the same kind of authorization. */
export function withAuthorizers(
  deployed: readonly DeployedRoute[],
  edited: readonly DeployedRoute[],
): readonly DeployedRoute[] {
  const editedByKey = new Map(edited.map((route) => [keyOf(route), route]));
  return deployed.map((route) => {
    const now = editedByKey.get(keyOf(route));
    if (now?.authorizationType !== route.authorizationType) return route;
    const { authorizerId, authorizationScopes } = now;
    return {
      ...route,
      ...(authorizerId === undefined ? {} : { authorizerId }),
      ...(authorizationScopes === undefined ? {} : { authorizationScopes }),
    };
  });
}

/** Only these have what `withAuthorizers` would add. */
export const namesAuthorizers = (routes: readonly DeployedRoute[]): boolean =>
  routes.some(({ authorizationType }) => authorizationType === 'CUSTOM' || authorizationType === 'COGNITO_USER_POOLS');

const keyOf = ({ path, method }: DeployedRoute): string => `${path} ${method}`;

const inOrder = (routes: readonly (DeployedRoute | undefined)[]): readonly DeployedRoute[] | undefined =>
  wholeList(routes)?.toSorted(byText(keyOf));
