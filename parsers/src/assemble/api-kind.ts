import type { ApiKind, GatewayMessage } from '../model/index.js';
import { isShortId, isUuid } from '../text/request-id.js';
import type { RequestSources } from './request-sources.js';
import { accessValue } from './waf-fit.js';

// `GET /pets`, `ANY /{proxy+}`, `$default`: what HTTP APIs log as routeKey
const httpRouteKey = /^(?:[A-Z]+ \/|\$default$)/;
const webSocketRouteKey = /^\$(?:connect|disconnect)$/;

/** Which kind of API answered, as far as the evidence shows; null when nothing tells. */
export function inferApiKind(sources: RequestSources): ApiKind | null {
  return fromAccess(sources) ?? fromExecution(sources) ?? fromResponse(sources) ?? fromWaf(sources);
}

function fromAccess({ access }: RequestSources): ApiKind | null {
  if (access === null) return null;
  const { values } = access.facts;
  const value = (name: Parameters<typeof accessValue>[1]): string | null => accessValue(access.facts, name);
  const routeKey = value('routeKey');
  if (value('eventType') !== null || value('connectionId') !== null) return 'websocket';
  if (routeKey !== null && webSocketRouteKey.test(routeKey)) return 'websocket';
  if (value('resourcePath') !== null) return 'rest';
  if (routeKey !== null) return httpRouteKey.test(routeKey) ? 'http' : 'websocket';
  // Web ACLs, API keys and their phases exist for REST APIs only.
  if (value('wafResponseCode') !== null || value('webaclArn') !== null || value('identity.apiKeyId') !== null)
    return 'rest';
  if (access.facts.message !== null && isResourcePolicyDenial(access.facts.message)) return 'rest';
  const { requestId, extendedRequestId } = access.facts.ids;
  if (requestId !== null && isUuid(requestId)) {
    // A handshake that never became a WebSocket request is logged with a UUID and `-` for its own variables.
    const isWebSocketFormat = 'eventType' in values || 'connectionId' in values;
    if (isWebSocketFormat && !('resourcePath' in values)) return 'websocket';
    return 'routeKey' in values && !('resourcePath' in values) ? null : 'rest';
  }
  if (requestId !== null && extendedRequestId !== null && requestId !== extendedRequestId) return 'rest';
  if (requestId !== null && isShortId(requestId) && value('httpMethod') !== null) return 'http';
  return null;
}

/** Execution logs exist for REST and WebSocket APIs only. */
function fromExecution({ strands, execution }: RequestSources): ApiKind | null {
  if (execution.length === 0) return null;
  if (execution.some((line) => line.kind === 'websocket')) return 'websocket';
  return strands.some((strand) => strand.requestId !== null && isShortId(strand.requestId)) ? 'websocket' : 'rest';
}

function fromResponse({ response }: RequestSources): ApiKind | null {
  if (response === null) return null;
  const { headers, errorType, message } = response.facts;
  if (headers.httpApiRequestId) return 'http';
  if (headers.apigwId && errorType !== null) return 'rest';
  return message !== null && isResourcePolicyDenial(message) ? 'rest' : null;
}

/** HTTP APIs have no web ACL of their own; a record of CloudFront's or a load balancer's web ACL says nothing. */
const fromWaf = ({ waf }: RequestSources): ApiKind | null => (waf?.facts.httpSourceName === 'APIGW' ? 'rest' : null);

const isResourcePolicyDenial = (message: GatewayMessage): boolean =>
  message.denial?.policy === 'resource' && message.denial.action !== 'execute-api:ManageConnections';
