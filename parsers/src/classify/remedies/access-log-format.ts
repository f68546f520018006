import { type Command, type CommandValue, command, compose, jsonString, placeholder } from './command.js';
import type { RemedyContext } from './context.js';

// Well below the 3 KB that a REST format may have; no key values, claims or authorizer context. The keys are names that the
// access-log reader knows, so that such lines are read without being given the template (a test keeps this true).
const restFormat = compose`{"requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId","requestTimeEpoch":"$context.requestTimeEpoch","accountId":"$context.accountId","apiId":"$context.apiId","stage":"$context.stage","domainName":"$context.domainName","basePathMatched":"$context.customDomain.basePathMatched","ip":"$context.identity.sourceIp","userArn":"$context.identity.userArn","apiKeyId":"$context.identity.apiKeyId","vpceId":"$context.identity.vpceId","principalId":"$context.authorizer.principalId","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","path":"$context.path","status":"$context.status","responseLength":"$context.responseLength","errorResponseType":"$context.error.responseType","errorMessage":"$context.error.message","wafResponseCode":"$context.wafResponseCode","webaclArn":"$context.webaclArn","authenticateStatus":"$context.authenticate.status","authenticateError":"$context.authenticate.error","authorizerStatus":"$context.authorizer.status","authorizerError":"$context.authorizer.error","authorizeStatus":"$context.authorize.status","authorizeError":"$context.authorize.error","backendStatus":"$context.integration.status","integrationStatus":"$context.integrationStatus","integrationError":"$context.integration.error","deploymentId":"$context.deploymentId"}`;

const httpFormat = compose`{"requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId","requestTimeEpoch":"$context.requestTimeEpoch","accountId":"$context.accountId","apiId":"$context.apiId","stage":"$context.stage","domainName":"$context.domainName","basePathMatched":"$context.customDomain.basePathMatched","ip":"$context.identity.sourceIp","userArn":"$context.identity.userArn","principalId":"$context.authorizer.principalId","httpMethod":"$context.httpMethod","routeKey":"$context.routeKey","path":"$context.path","status":"$context.status","responseLength":"$context.responseLength","errorResponseType":"$context.error.responseType","errorMessage":"$context.error.message","authorizerStatus":"$context.authorizer.status","authorizerError":"$context.authorizer.error","backendStatus":"$context.integration.status","integrationStatus":"$context.integrationStatus","integrationErrorMessage":"$context.integrationErrorMessage"}`;

const webSocketFormat = compose`{"requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId","requestTimeEpoch":"$context.requestTimeEpoch","apiId":"$context.apiId","stage":"$context.stage","domainName":"$context.domainName","ip":"$context.identity.sourceIp","userArn":"$context.identity.userArn","apiKeyId":"$context.identity.apiKeyId","principalId":"$context.authorizer.principalId","eventType":"$context.eventType","routeKey":"$context.routeKey","connectionId":"$context.connectionId","status":"$context.status","errorResponseType":"$context.error.responseType","errorMessage":"$context.error.message","authenticateStatus":"$context.authenticate.status","authenticateError":"$context.authenticate.error","authorizerStatus":"$context.authorizer.status","authorizerError":"$context.authorizer.error","authorizeStatus":"$context.authorize.status","authorizeError":"$context.authorize.error","backendStatus":"$context.integration.status","integrationError":"$context.integration.error"}`;

/** A JSON access-log format with every variable that decides between causes, by kind of API. */
export function accessLogFormat({ apiKind }: RemedyContext): CommandValue {
  if (apiKind === 'http') return httpFormat;
  return apiKind === 'websocket' ? webSocketFormat : restFormat;
}

export const readLogSettings = ({ isV2, apiId, stage, inRegion }: RemedyContext): Command =>
  isV2
    ? inRegion(command`aws apigatewayv2 get-stage --api-id ${apiId} --stage-name ${stage} --query AccessLogSettings`)
    : inRegion(
        command`aws apigateway get-stage --rest-api-id ${apiId} --stage-name ${stage} --query accessLogSettings`,
      );

/** Changes the stage's format; REST keeps the destination, v2 has to be told it again. */
export function setLogFormat({ isV2, apiId, stage, inRegion }: RemedyContext, format: CommandValue): Command {
  if (isV2) {
    const settings = compose`{"DestinationArn":"${placeholder('logGroupArn')}","Format":${jsonString(format)}}`;
    return inRegion(
      command`aws apigatewayv2 update-stage --api-id ${apiId} --stage-name ${stage} --access-log-settings ${settings}`,
    );
  }
  const patch = compose`[{"op":"replace","path":"/accessLogSettings/format","value":${jsonString(format)}}]`;
  return inRegion(
    command`aws apigateway update-stage --rest-api-id ${apiId} --stage-name ${stage} --patch-operations ${patch}`,
  );
}
