import type { Adviser } from './advice.js';
import { type Command, command, compose, extendCommand } from './command.js';
import type { RemedyContext } from './context.js';
import { authorizers, curl, deploy, deployedRoutes } from './lookups.js';

const sign =
  'Sign with SigV4 for the service execute-api in the region of the API (SDK, or curl as below with credentials in the environment).';

export const unsignedRequest: Adviser<'unsigned_request'> = (detail, context) => {
  switch (detail) {
    case 'bearer_token':
      return {
        summary:
          'Attach the authorizer that was meant to the method, or sign the request: a bearer token is not read here.',
        steps: [
          'The method wants AWS_IAM, so its Authorization header is read as a signature. A valid token fails like a wrong one.',
          'If tokens are meant: set the method’s authorization to your Lambda, Cognito or JWT authorizer, then deploy (last command).',
          `If IAM is meant: ${sign}`,
          'Call again to verify.',
        ],
        commands: [...deployedRoutes(context), authorizers(context), signedCall(context), deploy(context)],
      };
    case 'no_signature':
    case null:
      return {
        summary: 'Sign the request, or take AWS_IAM off the method if it is meant to be open.',
        steps: [
          'Check in the deployed stage that path and method exist and want AWS_IAM. If they do not exist, the answer means a wrong URL instead.',
          sign,
          'If the method should be open or use tokens, change its authorization and deploy.',
          'Call again to verify.',
        ],
        commands: [...deployedRoutes(context), signedCall(context)],
      };
  }
};

/** curl signs by itself; key, secret and session token come from the reader's environment. */
export const signedCall = (context: RemedyContext): Command =>
  extendCommand(
    curl(context),
    command`--aws-sigv4 ${compose`aws:amz:${context.region}:execute-api`} --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" -H "x-amz-security-token: $AWS_SESSION_TOKEN" ${context.url}`,
  );
