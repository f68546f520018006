import type { Adviser } from './advice.js';
import { type Command, command, compose, placeholder } from './command.js';
import type { RemedyContext } from './context.js';
import { call, deploy, deployedRoutes } from './lookups.js';

export const routeNotFound: Adviser<'route_not_found'> = (detail, context) => {
  switch (detail) {
    case 'no_route':
    case null:
      return {
        summary: 'Correct the URL or the method, or add the method to the API and deploy.',
        steps: [
          'This is not about logging in: compare path and verb with the deployed stage, letter by letter. Many such calls are scanners that try known paths.',
          'Default host: the first segment is the stage. Custom domain: base path instead, and no stage. The root needs a method of its own, and {proxy+} does not cover its parent.',
          'If the method is missing, add it (or {proxy+} with ANY) and deploy to the stage (last command).',
          'Call again to verify.',
        ],
        commands: [...deployedRoutes(context), ...resources(context), call(context), deploy(context)],
      };
    case 'wrong_stage':
      return {
        summary: 'Call the stage that exists, or point the mapping of the domain at it.',
        steps: [
          'On the default host the first path segment must be a stage of the API; on a custom domain the mapping chooses API and stage.',
          'Compare API and stage of the log line with those expected: a mapping that still leads to an old stage or API shows here.',
          'Correcting a URL or a mapping needs no deployment; a stage without the newest deployment does.',
          'Call again to verify.',
        ],
        commands: [...stages(context), ...mappings(context), call(context)],
      };
    case 'websocket_handshake':
      return {
        summary: 'Connect with a WebSocket client to wss://<api>.execute-api.<region>.amazonaws.com/<stage>.',
        steps: [
          'The request never became a WebSocket connection: a plain HTTP call, a proxy that drops Upgrade and Connection, or a path behind the stage.',
          'A WebSocket API has no paths: the URL ends with the stage (on a custom domain with its base path).',
          'To send to a client from the backend use the @connections endpoint with a signature instead.',
          'Check that the stage is deployed and has a $connect route if you rely on one.',
        ],
        commands: [...stages({ ...context, isV2: true }), ...deployedRoutes({ ...context, isV2: true })],
      };
  }
};

/** The working copy, to compare with the deployed stage. */
const resources = ({ isV2, apiId, inRegion }: RemedyContext): Command[] =>
  isV2
    ? []
    : [
        inRegion(
          command`aws apigateway get-resources --rest-api-id ${apiId} --embed methods --query ${compose`items[].[path,keys(resourceMethods||\`{}\`)]`}`,
        ),
      ];

const stages = ({ isV2, apiId, inRegion }: RemedyContext): Command[] => [
  isV2
    ? inRegion(
        command`aws apigatewayv2 get-stages --api-id ${apiId} --query ${compose`Items[].[StageName,DeploymentId]`}`,
      )
    : inRegion(
        command`aws apigateway get-stages --rest-api-id ${apiId} --query ${compose`item[].[stageName,deploymentId]`}`,
      ),
];

/** Which API and stage a custom domain leads to: the v1 call shows edge-optimised domains, the v2 call nested base paths. */
export const mappings = ({ isV2, inRegion }: RemedyContext): Command[] => {
  const domain = placeholder('domainName');
  const v2 = inRegion(command`aws apigatewayv2 get-api-mappings --domain-name ${domain}`);
  return isV2 ? [v2] : [inRegion(command`aws apigateway get-base-path-mappings --domain-name ${domain}`), v2];
};
