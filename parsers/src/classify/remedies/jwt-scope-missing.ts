import type { Adviser } from './advice.js';
import { command, compose, extendCommand, placeholder } from './command.js';
import { authorizers, curl, deployedRoutes } from './lookups.js';

export const jwtScopeMissing: Adviser<'jwt_scope_missing'> = (_detail, context) => ({
  summary: 'Give the token one of the scopes that the route asks for, or correct the scopes of the route.',
  steps: [
    'The token itself is fine (a bad or expired one answers 401). The response header www-authenticate names the scopes that are wanted.',
    'Compare them with the claim scope (or scp) of the token. An ID token has no API scopes: send the access token.',
    'Ask the identity provider for the scope when the token is requested (client settings, resource server), or change the scopes of the route. One matching scope suffices.',
    'A changed route needs a deployment unless auto-deploy is on; a new token needs none. Call again with a fresh token to verify.',
  ],
  commands: [
    ...deployedRoutes({ ...context, isV2: true }),
    authorizers({ ...context, isV2: true }),
    extendCommand(curl(context), command`-H ${authorizationHeader()} ${context.url}`),
  ],
});

const authorizationHeader = () => compose`Authorization: Bearer ${placeholder('token')}`;
