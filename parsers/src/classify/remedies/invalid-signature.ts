import type { Adviser } from './advice.js';
import { command } from './command.js';
import { deployedRoutes } from './lookups.js';
import { signedCall } from './unsigned-request.js';

export const invalidSignature: Adviser<'invalid_signature'> = (detail, context) => {
  switch (detail) {
    case 'mismatch':
      return {
        summary: 'Sign exactly what is sent: something differs between the signed and the received request.',
        steps: [
          'Check the secret key first, then path and query encoding (sign the encoded path), the signed headers and the hash of the body.',
          'See whether something on the way changes signed parts: a proxy or CDN that rewrites Host, path, query order or headers. Sign for the host that API Gateway sees.',
          'If the curl call below works, the client’s signing code is wrong; if it fails too, credentials or host are.',
          'No policy and no deployment is involved.',
        ],
        commands: [command`aws sts get-caller-identity`, signedCall(context)],
      };
    case 'clock_skew':
      return {
        summary: 'Correct the clock of the client, and sign each request just before sending it.',
        steps: [
          'API Gateway accepts five minutes of difference. Compare the client’s clock (UTC) with the Date header of the answer.',
          'Start time synchronisation (NTP) on the client. Virtual machines, containers and devices after sleep drift.',
          'Do not keep, queue or retry requests signed earlier: sign again for each attempt.',
        ],
        commands: [command`date -u`, command`curl -sI ${context.url}`],
      };
    case 'wrong_scope':
      return {
        summary: 'Sign for the region of the API and the service execute-api.',
        steps: [
          'The credential scope of the signature is <date>/<region>/execute-api/aws4_request. With a custom domain the region cannot be read from the host: configure it.',
          'A global or edge-optimised host still needs the region where the API lives.',
          'No deployment is needed. Call again to verify.',
        ],
        commands: [signedCall(context)],
      };
    case 'unknown_credentials':
      return {
        summary: 'Use credentials that exist and belong together: access key, secret and session token.',
        steps: [
          'Temporary credentials (access keys that begin with ASIA) need their own session token in X-Amz-Security-Token; long-term ones (AKIA) must be sent without any.',
          'Check that the key is active and not deleted, and that it belongs to the partition of the API (China and GovCloud have their own).',
          'The first command tells whether the credentials are good at all. Then call again to verify.',
        ],
        commands: [command`aws sts get-caller-identity`, signedCall(context)],
      };
    case 'malformed':
      return {
        summary: 'Check the URL first, then the form of the Authorization header.',
        steps: [
          'API Gateway reads the Authorization header as a signature when the method wants AWS_IAM, and also when the path does not exist: see whether the deployed stage has path and method.',
          'If it does, send AWS4-HMAC-SHA256 with Credential, SignedHeaders and Signature, and X-Amz-Date; or attach the authorizer that was meant for the token.',
          'The words about key=value pairs are those of the signature parser: the token itself may be fine, and no WAF rule is involved.',
          'Call again to verify.',
        ],
        commands: [...deployedRoutes(context), signedCall(context)],
      };
    case null:
      return {
        summary: 'Check credentials, clock, region and what was signed, in this order.',
        steps: [
          'The first command tells whether the credentials are good; the signed call tells whether your client or the credentials are at fault.',
          'The message names the kind: “does not match” the content, “Signature expired” the clock, “Credential should be scoped” region or service, “security token … invalid” the credentials.',
          'No policy was looked at yet, and no deployment is needed.',
        ],
        commands: [command`aws sts get-caller-identity`, command`date -u`, signedCall(context)],
      };
  }
};
