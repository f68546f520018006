import { refused, statusEvidence } from '../finding.js';
import type { Rule } from '../rule.js';

/** Calls on the default host while it is switched off. */
export const endpointDisabled: Rule = {
  id: 'default-endpoint-disabled',
  match(s) {
    if (s.config?.disableExecuteApiEndpoint !== true || s.record.response?.request.hostKind !== 'execute_api')
      return undefined;
    if (s.refusal?.type !== 'FORBIDDEN' && s.refusal?.type !== 'MISSING_AUTHENTICATION_TOKEN') return undefined;
    return refused({
      cause: 'domain_not_mapped',
      detail: 'endpoint_disabled',
      confidence: 'likely',
      reason: 'The call went to the API’s default execute-api host, which is switched off for this API.',
      evidence: [
        ...s.refusal.evidence,
        { from: 'config', field: 'disableExecuteApiEndpoint', value: 'true' },
        ...statusEvidence(s),
      ],
      alternatives: ['waf_blocked', 'api_key_missing', 'route_not_found'],
    });
  },
};

/** A mapped domain leads into the stage already; the path begins with the stage’s name, and no such route is deployed. */
export const stageRepeatedUnderDomain: Rule = {
  id: 'stage-repeated-under-domain',
  match(s) {
    const type = s.refusal?.type;
    if (!s.refusal || (type !== 'MISSING_AUTHENTICATION_TOKEN' && type !== 'INCOMPLETE_SIGNATURE')) return undefined;
    const { path, stage } = s.record;
    const host = (s.value('domainName') ?? s.record.response?.request.host)?.toLowerCase();
    const domain = s.config?.domains?.find(
      (d) => d.name.toLowerCase() === host && d.stage !== '' && (stage === null || d.stage === stage),
    );
    if (!domain || path === null) return undefined;
    const base = domain.basePath ? `/${domain.basePath}` : '';
    const repeated = `${base}/${domain.stage}`;
    if (path !== repeated && !path.startsWith(`${repeated}/`)) return undefined;
    return refused({
      cause: 'domain_not_mapped',
      detail: 'stage_repeated',
      confidence: 'likely',
      reason: `The domain’s mapping already leads to the stage ${domain.stage}, and the path names the stage once more.`,
      evidence: [
        ...s.refusal.evidence,
        { from: 'config', field: 'API mapping', value: `${domain.name}${base} → ${domain.stage}` },
        ...statusEvidence(s),
      ],
      alternatives: ['route_not_found', 'unsigned_request'],
    });
  },
};

/** `No method found matching route <stage>/@connections/… `: the mapping holds the stage already. */
export const stageRepeated: Rule = {
  id: 'stage-repeated-after-mapping',
  match(s) {
    if (s.refusal?.type !== 'NO_ROUTE') return undefined;
    // e.g. `POST prod/@connections/AbCd=`: the callback path begins with @connections when the domain leads to the stage
    const route = s.message?.subject?.split(' ')[1]?.replace(/^\//, '') ?? '';
    if (!/^[^/]+\/@connections(?:\/|$)/.test(route)) return undefined;
    return refused({
      cause: 'domain_not_mapped',
      detail: 'stage_repeated',
      confidence: 'likely',
      reason: 'The custom domain’s mapping already leads to the stage, and the path names the stage once more.',
      evidence: [...s.refusal.evidence, ...statusEvidence(s)],
      alternatives: ['route_not_found', 'iam_denied'],
    });
  },
};

/** The VPC endpoint’s own DNS name carries no API id: without a Host or x-apigw-api-id header nothing says which API is meant. */
export const privateHost: Rule = {
  id: 'private-api-host',
  match(s) {
    const host = s.record.response?.request.host;
    if (s.refusal?.type !== 'FORBIDDEN' || !host || !/^vpce-[0-9a-z-]+\.execute-api\./i.test(host)) return undefined;
    return refused({
      cause: 'domain_not_mapped',
      detail: 'private_host',
      confidence: 'likely',
      reason: 'The call used the VPC endpoint’s own DNS name, and nothing in it says which private API is meant.',
      evidence: [...s.refusal.evidence, { from: 'response', field: 'host', value: host }, ...statusEvidence(s)],
      alternatives: ['vpc_endpoint_denied', 'waf_blocked'],
    });
  },
};
