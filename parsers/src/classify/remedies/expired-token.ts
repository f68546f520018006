import type { Adviser } from './advice.js';
import { command } from './command.js';
import { signedCall } from './unsigned-request.js';

export const expiredToken: Adviser<'expired_token'> = (_detail, context) => ({
  summary: 'Get fresh AWS credentials: the session that signed the request has expired.',
  steps: [
    'Renew the session (AssumeRole, SSO login, Cognito identity pool, instance or task role) and sign again.',
    'Long-running clients must refresh before expiry: use the SDK’s credential provider instead of keys copied once.',
    'The login itself may be good for longer; only the AWS session derived from it has ended. No policy and no deployment is involved.',
    'Call again to verify.',
  ],
  commands: [command`aws sts get-caller-identity`, signedCall(context)],
});
