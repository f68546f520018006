import type { Adviser } from './advice.js';
import { type Command, command, compose, placeholder } from './command.js';
import { call } from './lookups.js';

const proof =
  'An answer of API Gateway carries x-amzn-RequestId and x-amz-apigw-id (HTTP API: apigw-requestid). Without them its logs and settings cannot explain anything.';

export const edgeRefused: Adviser<'edge_refused'> = (detail, context) => {
  switch (detail) {
    case 'cloudfront':
      return {
        summary:
          'Look at the CloudFront distribution: allowed methods, GET with a body, Host header, WAF and geo restriction.',
        steps: [
          proof,
          'The block page names the reason. “x-cache: Error from cloudfront” alone proves nothing: every error of an edge-optimised API has it.',
          'Usual reasons: a method that the behaviour does not allow; a GET or HEAD with a body; the viewer’s Host forwarded to execute-api (use the policy AllViewerExceptHostHeader); a web ACL or geo restriction of the distribution.',
          'An edge-optimised API stands behind a distribution of AWS that you cannot see: correct the request, or make the endpoint regional.',
        ],
        commands: [headersOnly(), distribution(), call(context)],
      };
    case 'proxy':
      return {
        summary: 'Ask the owner of the proxy, firewall or load balancer that answered.',
        steps: [
          proof,
          'Look at Server, Via and the body: they name the product. Corporate proxies often refuse by category, method or size.',
          'Call the API from another network, or past the proxy: if that works, the API is not to blame.',
        ],
        commands: [headersOnly(), call(context)],
      };
    case 'other_service':
      return {
        summary: 'Find out which service stands behind this name, and look there.',
        steps: [
          proof,
          'The answer has the form of another service (S3, a Lambda function URL, a load balancer, …): DNS or a CDN origin leads there.',
          'Correct the name or the origin; or solve the refusal in that service.',
        ],
        commands: [lookup(), headersOnly()],
      };
    case null:
      return {
        summary: 'Find out who answered in front of API Gateway.',
        steps: [
          proof,
          'Look at Server, Via, x-cache and the body of the answer; look up where the name leads.',
          'Call the API directly by its own host: if that works, the part in front refuses.',
        ],
        commands: [lookup(), headersOnly(), call(context)],
      };
  }
};

const headersOnly = (): Command =>
  command`curl -sv -o /dev/null ${compose`https://${placeholder('host')}/${placeholder('path')}`}`;

const lookup = (): Command => command`dig +short ${placeholder('host')}`;

const distribution = (): Command =>
  command`aws cloudfront list-distributions --query ${compose`DistributionList.Items[].{id:Id,domain:DomainName,aliases:Aliases.Items,methods:DefaultCacheBehavior.AllowedMethods.Items,webAcl:WebACLId}`}`;
