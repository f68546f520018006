import type { Adviser } from './advice.js';
import { type Command, command, compose, placeholder } from './command.js';
import type { RemedyContext } from './context.js';
import { vpcEndpoints } from './lookups.js';
import { mappings } from './route-not-found.js';

const silence = 'No API may have logged this call: silence in the logs is part of the finding, not a logging fault.';

export const domainNotMapped: Adviser<'domain_not_mapped'> = (detail, context) => {
  switch (detail) {
    case 'endpoint_disabled':
      return {
        summary: 'Call the API by its custom domain, or enable the default endpoint again.',
        steps: [
          'The default host of the API is switched off on purpose in most cases (mutual TLS, WAF on CloudFront, own domain only): use the custom domain.',
          'To enable it, set disableExecuteApiEndpoint to false and deploy.',
          silence,
        ],
        commands: [endpointSetting(context), ...mappings(context)],
      };
    case 'no_mapping':
      return {
        summary: 'Map the base path of the custom domain to an API and stage.',
        steps: [
          'List the mappings of the domain and compare them with the first segment of the path; an empty base path catches all the rest.',
          'Check that the name in DNS leads to the target of this domain (regional or edge), in this region and account.',
          'A mapping is live soon and needs no deployment. Call again to verify.',
          silence,
        ],
        commands: [...mappings(context), domain(context), lookup(), domainCall()],
      };
    case 'stage_repeated':
      return {
        summary: 'Leave the stage name out of the URL: the domain already leads to the stage.',
        steps: [
          'On a custom domain the path is https://<domain>/<base path>/<resource>; the stage belongs only into the default execute-api URL.',
          'If clients need the stage in the path, give the mapping a base path of that name.',
          'No deployment is needed. Call again without the segment to verify.',
        ],
        commands: [...mappings(context), domainCall()],
      };
    case 'private_host':
      return {
        summary: 'Name the private API in the Host header, in x-apigw-api-id, or in the host name itself.',
        steps: [
          'A VPC endpoint serves every private API of the region, so the request must say which: https://<api>-<vpce>.execute-api.<region>.amazonaws.com/<stage>/…, or the header.',
          'With private DNS on, the usual https://<api>.execute-api.<region>.amazonaws.com works inside the VPC; from outside (Direct Connect, peering) it needs a resolver endpoint.',
          'Browsers: use the host name; x-apigw-api-id makes cross-origin preflights fail.',
          'The API must be associated with the endpoint for the first form. Call again to verify.',
        ],
        commands: [vpcEndpoints(context), privateCall(context)],
      };
    case null:
      return {
        summary: 'Check where the host and base path lead: to which API and stage, if to any.',
        steps: [
          'Custom domain: list its mappings, and see that DNS leads to it. Default host: see that the endpoint is not disabled and that the stage in the path exists.',
          'Private API: the host or a header must name the API.',
          silence,
          'Mappings need no deployment. Call again to verify.',
        ],
        commands: [...mappings(context), endpointSetting(context), lookup(), domainCall()],
      };
  }
};

const endpointSetting = ({ isV2, apiId, inRegion }: RemedyContext): Command =>
  isV2
    ? inRegion(command`aws apigatewayv2 get-api --api-id ${apiId} --query DisableExecuteApiEndpoint`)
    : inRegion(
        command`aws apigateway get-rest-api --rest-api-id ${apiId} --query ${compose`{disabled:disableExecuteApiEndpoint,endpoint:endpointConfiguration}`}`,
      );

const domain = ({ inRegion }: RemedyContext): Command =>
  inRegion(command`aws apigateway get-domain-name --domain-name ${placeholder('domainName')}`);

const lookup = (): Command => command`dig +short ${placeholder('domainName')}`;

const domainCall = (): Command =>
  command`curl -i ${compose`https://${placeholder('domainName')}/${placeholder('path')}`}`;

/** The first command lists the DNS names of the endpoint. */
const privateCall = ({ apiId, stage }: RemedyContext): Command =>
  command`curl -i -H ${compose`x-apigw-api-id: ${apiId}`} ${compose`https://${placeholder('endpointDnsName')}/${stage}/${placeholder('path')}`}`;
