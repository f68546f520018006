import type { ConfigFacts, DeployedRoute } from '@why403/parsers';
import type { DiscoveredStage } from './snapshot.js';

/**
 * What only a deployment brings to callers. AWS shows no more of most of it than the API as it is being edited; it is taken when a
 * deployment is first seen, since that is nearest to what was deployed, and kept until the next one.
 */
export interface DeployedFacts
  extends Pick<ConfigFacts, 'routes' | 'authorizers' | 'gatewayResponses' | 'resourcePolicy' | 'apiKeySource'> {
  readonly areRoutesEdited: DiscoveredStage['areRoutesEdited'];
  readonly policyHash: DiscoveredStage['policyHash'];
}

/** What the last snapshot knows of the deployment that still serves; null = another one serves. */
export function keptFacts(before: DiscoveredStage | undefined, deploymentId: string | null): DeployedFacts | null {
  if (before === undefined || deploymentId === null || before.deploymentId !== deploymentId) return null;
  const { routes, authorizers, gatewayResponses, resourcePolicy, apiKeySource } = before.config;
  return {
    ...(routes === undefined ? {} : { routes }),
    ...(authorizers === undefined ? {} : { authorizers }),
    ...(gatewayResponses === undefined ? {} : { gatewayResponses }),
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    ...(apiKeySource === undefined ? {} : { apiKeySource }),
    areRoutesEdited: before.areRoutesEdited,
    policyHash: before.policyHash,
  };
}

const authorizationTypes: ReadonlySet<string> = new Set<DeployedRoute['authorizationType']>([
  'NONE',
  'AWS_IAM',
  'CUSTOM',
  'COGNITO_USER_POOLS',
  'JWT',
]);

/** undefined: a type that this version does not know. */
export const authorizationTypeOf = (type = 'NONE'): DeployedRoute['authorizationType'] | undefined =>
  authorizationTypes.has(type) ? (type as DeployedRoute['authorizationType']) : undefined;

/** All or nothing: a route that is left out would look like one that does not exist. */
export function wholeList<T>(items: readonly (T | undefined)[]): readonly T[] | undefined {
  return items.includes(undefined) ? undefined : (items as readonly T[]);
}

/** `…:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:verify-token/invocations` → `verify-token` */
export const functionNameOf = (uri: string | undefined): string | null =>
  /:function:([A-Za-z0-9-_]{1,64})/.exec(uri ?? '')?.[1] ?? null;

/** The same order in each reading, so that equal contents are equal texts. */
export const byText =
  <T>(textOf: (item: T) => string) =>
  (a: T, b: T): number =>
    textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0;
