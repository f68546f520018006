import {
  type Command,
  type CommandValue,
  command,
  commandValue,
  compose,
  extendCommand,
  placeholder,
} from './command.js';
import type { RemedyContext } from './context.js';

// Commands that several causes suggest. All of them only read, unless the name says otherwise.

/** What the deployed stage really has: paths, methods, what each wants. */
export function deployedRoutes(context: RemedyContext): Command[] {
  const { apiId, stage, inRegion } = context;
  if (context.isV2) {
    return [
      inRegion(
        command`aws apigatewayv2 get-routes --api-id ${apiId} --query ${compose`Items[].{route:RouteKey,auth:AuthorizationType,key:ApiKeyRequired,scopes:AuthorizationScopes,authorizer:AuthorizerId}`}`,
      ),
    ];
  }
  const summary = inRegion(
    command`aws apigateway get-deployment --rest-api-id ${apiId} --deployment-id ${context.deploymentId ?? placeholder('deploymentId')} --embed apisummary`,
  );
  if (context.deploymentId !== null) return [summary];
  return [
    inRegion(
      command`aws apigateway get-stage --rest-api-id ${apiId} --stage-name ${stage} --query deploymentId --output text`,
    ),
    summary,
  ];
}

/** Puts the working copy of a REST API live; changes the stage. */
export const deployRestApi = ({ apiId, stage, inRegion }: RemedyContext): Command =>
  inRegion(command`aws apigateway create-deployment --rest-api-id ${apiId} --stage-name ${stage}`);

/** Puts routes of an HTTP or WebSocket API live (needless with auto-deploy), or of a REST API; changes the stage. */
export const deploy = (context: RemedyContext): Command =>
  context.isV2
    ? context.inRegion(
        command`aws apigatewayv2 create-deployment --api-id ${context.apiId} --stage-name ${context.stage}`,
      )
    : deployRestApi(context);

/** The execution-log lines of this request. HTTP APIs have no execution log. */
export function executionLog(context: RemedyContext): Command[] {
  if (context.apiKind === 'http') return [];
  const { record } = context;
  // REST prefixes lines with the UUID, WebSocket with the extended form.
  const id =
    commandValue('requestId', record.requestId) ??
    commandValue('extendedRequestId', record.extendedRequestId) ??
    commandValue('extendedRequestId', record.requestId) ??
    placeholder('requestId');
  return [filterLog(context, compose`API-Gateway-Execution-Logs_${context.apiId}/${context.stage}`, compose`"${id}"`)];
}

/** Lines of a Lambda function around the request. */
export const functionLog = (context: RemedyContext, functionName: CommandValue | null): Command =>
  filterLog(context, compose`/aws/lambda/${functionName ?? placeholder('functionName')}`, null);

/** Records of a log group that match a filter pattern, one minute around the request when its time is known. */
export function filterLog(context: RemedyContext, logGroup: CommandValue, pattern: CommandValue | null): Command {
  let words = command`aws logs filter-log-events --log-group-name ${logGroup}`;
  if (pattern !== null) words = extendCommand(words, command`--filter-pattern ${pattern}`);
  const window = context.window(60_000);
  const from = commandValue('timeMs', window === null ? null : String(window.fromMs));
  const to = commandValue('timeMs', window === null ? null : String(window.toMs));
  if (from !== null && to !== null) {
    words = extendCommand(words, command`--start-time ${from} --end-time ${to}`);
  }
  return context.inRegion(words);
}

export function authorizers(context: RemedyContext): Command {
  const { apiId, authorizerId, inRegion } = context;
  if (context.isV2) return inRegion(command`aws apigatewayv2 get-authorizers --api-id ${apiId}`);
  if (authorizerId === null) return inRegion(command`aws apigateway get-authorizers --rest-api-id ${apiId}`);
  return inRegion(command`aws apigateway get-authorizer --rest-api-id ${apiId} --authorizer-id ${authorizerId}`);
}

/** Forgets the cached answers of the stage's authorizers. WebSocket APIs cache none. */
export function flushAuthorizerCache({ apiKind, apiId, stage, inRegion }: RemedyContext): Command[] {
  if (apiKind === 'websocket') return [];
  if (apiKind === 'http') {
    return [inRegion(command`aws apigatewayv2 reset-authorizers-cache --api-id ${apiId} --stage-name ${stage}`)];
  }
  return [inRegion(command`aws apigateway flush-stage-authorizers-cache --rest-api-id ${apiId} --stage-name ${stage}`)];
}

/** The policy of the working copy, then the one that is deployed. */
export const resourcePolicies = ({ apiId, stage, inRegion }: RemedyContext): Command[] => [
  inRegion(command`aws apigateway get-rest-api --rest-api-id ${apiId} --query policy --output text`),
  inRegion(
    command`aws apigateway get-export --rest-api-id ${apiId} --stage-name ${stage} --export-type oas30 --parameters extensions=apigateway --accepts application/json /dev/stdout`,
  ),
];

export const vpcEndpoints = ({ vpceId, inRegion }: RemedyContext): Command => {
  const query = compose`VpcEndpoints[].{id:VpcEndpointId,vpc:VpcId,privateDns:PrivateDnsEnabled,dnsNames:DnsEntries[].DnsName,policy:PolicyDocument}`;
  if (vpceId !== null) {
    return inRegion(command`aws ec2 describe-vpc-endpoints --vpc-endpoint-ids ${vpceId} --query ${query}`);
  }
  return inRegion(
    command`aws ec2 describe-vpc-endpoints --filters ${compose`Name=service-name,Values=*.execute-api`} --query ${query}`,
  );
};

export const gatewayResponses = ({ apiId, inRegion }: RemedyContext): Command =>
  inRegion(
    command`aws apigateway get-gateway-responses --rest-api-id ${apiId} --query ${compose`items[?defaultResponse==\`false\`].{type:responseType,status:statusCode}`}`,
  );

/** `arn:…:execute-api:<region>:<account>:<api>/<stage>/<METHOD>/<path>`: what a policy has to name. */
export const methodArn = ({ partition, region, account, apiId, stage, method }: RemedyContext): CommandValue =>
  compose`arn:${partition}:execute-api:${region}:${account}:${apiId}/${stage}/${method}/${placeholder('path')}`;

/** `curl` with the request's method; `-X HEAD` would wait for a body that never comes. */
export const curl = ({ method }: RemedyContext): Command =>
  method === 'HEAD' ? command`curl -I` : command`curl -i -X ${method}`;

/** The call once more, with headers shown. */
export const call = (context: RemedyContext): Command => extendCommand(curl(context), command`${context.url}`);

/** First step for an HTTP API when the cause rests on something that HTTP APIs do not have. */
export const notInHttpApis = (context: RemedyContext, feature: string): string[] =>
  context.apiKind === 'http'
    ? [`HTTP APIs have no ${feature}: check first that the API id above is really the API that answered.`]
    : [];
