import {
  type BasePathMapping,
  GetBasePathMappingsCommand,
  GetDomainNamesCommand,
  type DomainName as RestDomainName,
} from '@aws-sdk/client-api-gateway';
import {
  type ApiMapping,
  GetApiMappingsCommand,
  GetDomainNamesCommand as GetHttpDomainNamesCommand,
  type DomainName as HttpDomainName,
} from '@aws-sdk/client-apigatewayv2';
import type { ControlPlane } from './control-plane.js';
import { byText } from './deployed-facts.js';

export interface DomainMapping {
  readonly name: string;
  readonly basePath: string | null;
  readonly apiId: string;
  /** '' = the path names it. */
  readonly stage: string;
  readonly mutualTls: boolean;
}

const limit = 500;
const MaxResults = '500';

/**
 * Where custom domains lead. Both APIs of the control plane are asked: the older one alone has edge-optimized and private domains, the
 * newer one alone base paths of several levels. null when not all is known.
 */
export async function readDomains(plane: ControlPlane): Promise<readonly DomainMapping[] | null> {
  const older = await readRestDomains(plane);
  const newer = await readHttpDomains(plane);
  if (older === null || newer === null) return null;
  const each = new Map([...older, ...newer].map((mapping) => [keyOf(mapping), mapping]));
  return [...each.values()].sort(byText(keyOf));
}

const keyOf = ({ name, basePath, apiId, stage }: DomainMapping): string =>
  JSON.stringify([name, basePath, apiId, stage]);

/** A domain with routing rules may lead to an API that no mapping names. */
const hasRules = (routingMode: string | undefined): boolean => routingMode?.startsWith('ROUTING_RULE') === true;

async function readRestDomains(plane: ControlPlane): Promise<readonly DomainMapping[] | null> {
  const domains = await plane.list<RestDomainName>('/domainnames', async (position, { apiGateway }, options) => {
    const page = await apiGateway.send(new GetDomainNamesCommand({ limit, position }), options);
    return { items: page.items, next: page.position };
  });
  if (!domains || domains.some(({ routingMode }) => hasRules(routingMode))) return null;
  const all: DomainMapping[] = [];
  for (const { domainName, domainNameId, mutualTlsAuthentication } of domains) {
    if (domainName === undefined) continue;
    const part = `/domainnames/${domainName}/basepathmappings`;
    const mappings = await plane.list<BasePathMapping>(part, async (position, { apiGateway }, options) => {
      const command = new GetBasePathMappingsCommand({ domainName, domainNameId, limit, position });
      const page = await apiGateway.send(command, options);
      return { items: page.items, next: page.position };
    });
    if (mappings === undefined) return null;
    for (const { basePath, restApiId = '', stage } of mappings ?? []) {
      all.push({
        name: domainName,
        basePath: named(basePath),
        apiId: restApiId,
        stage: named(stage) ?? '',
        mutualTls: Boolean(mutualTlsAuthentication?.truststoreUri),
      });
    }
  }
  return all;
}

/** `(none)` is how the older API writes that there is none. */
const named = (text: string | undefined): string | null => (!text || text === '(none)' ? null : text);

async function readHttpDomains(plane: ControlPlane): Promise<readonly DomainMapping[] | null> {
  const part = '/domainnames';
  const domains = await plane.list<HttpDomainName>(part, async (NextToken, { apiGatewayV2 }, options) => {
    const page = await apiGatewayV2.send(new GetHttpDomainNamesCommand({ MaxResults, NextToken }), options);
    return { items: page.Items, next: page.NextToken };
  });
  if (!domains || domains.some(({ RoutingMode }) => hasRules(RoutingMode))) return null;
  const all: DomainMapping[] = [];
  for (const { DomainName, MutualTlsAuthentication } of domains) {
    if (DomainName === undefined) continue;
    const path = `/domainnames/${DomainName}/apimappings`;
    const mappings = await plane.list<ApiMapping>(path, async (NextToken, { apiGatewayV2 }, options) => {
      const page = await apiGatewayV2.send(new GetApiMappingsCommand({ DomainName, MaxResults, NextToken }), options);
      return { items: page.Items, next: page.NextToken };
    });
    if (mappings === undefined) return null;
    for (const { ApiMappingKey, ApiId = '', Stage = '' } of mappings ?? []) {
      all.push({
        name: DomainName,
        basePath: named(ApiMappingKey),
        apiId: ApiId,
        stage: Stage,
        mutualTls: Boolean(MutualTlsAuthentication?.TruststoreUri),
      });
    }
  }
  return all;
}
