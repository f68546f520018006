import type { Adviser } from './advice.js';
import { type Command, command, compose, placeholder } from './command.js';
import type { RemedyContext } from './context.js';
import { deploy, deployedRoutes } from './lookups.js';

export const corsPreflightRefused: Adviser<'cors_preflight_refused'> = (detail, context) => {
  const commands = [...deployedRoutes(context), preflight(context), ...corsSettings(context), deploy(context)];
  const verify = 'Verify with the OPTIONS call below: it must answer 200 or 204 with Access-Control-Allow-Origin.';
  const inFunction = 'CORS headers in the function do not help: the preflight never reaches it.';
  switch (detail) {
    case 'no_options_method':
      return {
        summary: 'Add an OPTIONS method without authorization and key to this path, and deploy.',
        steps: [
          inFunction,
          context.apiKind === 'http'
            ? 'Configure CORS on the HTTP API: it then answers preflights itself.'
            : 'Add OPTIONS as a mock integration with the three Access-Control-Allow-* headers (console: Enable CORS), also on the path of {proxy+}.',
          'Check the path itself: on a wrong path every method is refused.',
          'Deploy to the stage (last command).',
          verify,
        ],
        commands,
      };
    case 'protected_options':
      return {
        summary: 'Take authorizer, API key and IAM off the OPTIONS method, and deploy.',
        steps: [
          'Browsers send a preflight without Authorization, cookies and x-api-key, so a protected OPTIONS can never pass.',
          context.apiKind === 'http'
            ? 'Configure CORS on the HTTP API, or add an OPTIONS route without authorizer: $default with an authorizer catches preflights.'
            : 'Set authorization NONE and no key on OPTIONS; with ANY, add a separate OPTIONS method. Templates that set a default authorizer need an exception for it.',
          'Deploy to the stage (last command).',
          verify,
        ],
        commands,
      };
    case null:
      return {
        summary: 'Let OPTIONS on this path answer without authorization and key.',
        steps: [
          inFunction,
          'See in the deployed stage whether the path has OPTIONS, and whether it wants an authorizer, a key or a signature: it must want nothing.',
          'Add or open the method, then deploy to the stage (last command).',
          verify,
        ],
        commands,
      };
  }
};

const preflight = ({ url }: RemedyContext): Command =>
  command`curl -i -X OPTIONS -H ${compose`Origin: https://${placeholder('origin')}`} -H ${compose`Access-Control-Request-Method: POST`} ${url}`;

const corsSettings = ({ apiKind, apiId, inRegion }: RemedyContext): Command[] =>
  apiKind === 'http' ? [inRegion(command`aws apigatewayv2 get-api --api-id ${apiId} --query CorsConfiguration`)] : [];
