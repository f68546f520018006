import type { Evidence } from '../../model/verdict.js';
import { answerAlone, refused, statusEvidence } from '../finding.js';
import type { Rule } from '../rule.js';
import { isForeignDenial } from './outcome.js';

/** A block page, or a server that is not API Gateway, wrote the answer. */
export const edgeAnswered: Rule = {
  id: 'edge-answered',
  match(s) {
    const response = answerAlone(s);
    if (!response) return undefined;
    if (response.headers.apigwId || response.headers.httpApiRequestId) return undefined;
    if (response.edge && s.status === 403) {
      const cloudfront = response.edge === 'cloudfront';
      const evidence: Evidence[] = [{ from: 'response', field: 'server', value: response.edge }, ...statusEvidence(s)];
      return refused({
        cause: 'edge_refused',
        detail: cloudfront ? 'cloudfront' : response.edge === 's3' ? 'other_service' : 'proxy',
        confidence: 'likely',
        reason: cloudfront
          ? 'CloudFront wrote this answer itself (its block page, without API Gateway’s ids): API Gateway never saw the request.'
          : response.edge === 's3'
            ? 'Amazon S3 wrote this answer: the request, or an error page for it, went to a bucket and not to API Gateway.'
            : 'A server in front of API Gateway wrote this answer: it has none of API Gateway’s ids.',
        evidence,
        alternatives: ['waf_blocked', 'domain_not_mapped', 'backend_refused'],
      });
    }
    if (response.errorTypeOfService) {
      return refused({
        cause: 'edge_refused',
        detail: 'other_service',
        confidence: 'likely',
        reason:
          'The error type carries the namespace of AWS services’ own endpoints, which API Gateway never writes: another AWS service refused.',
        evidence: [
          { from: 'response', field: 'x-amzn-ErrorType', value: response.errorType ?? '' },
          ...statusEvidence(s),
        ],
        alternatives: ['unsigned_request', 'invalid_signature', 'route_not_found'],
      });
    }
    const kind = response.request.hostKind;
    if ((kind === 'function_url' || kind === 'aws_service') && (s.status === 403 || s.refusal) && !s.preflight) {
      return refused({
        cause: 'edge_refused',
        detail: 'other_service',
        confidence: 'likely',
        reason:
          kind === 'function_url'
            ? 'The request went to a Lambda function URL, which refuses by itself: API Gateway was not involved.'
            : 'The request went to another AWS service’s own endpoint: API Gateway’s settings of yours were not involved.',
        evidence: [
          ...(response.request.host
            ? [{ from: 'response', field: 'host', value: response.request.host } as const]
            : []),
          ...(s.refusal?.evidence ?? []),
          ...statusEvidence(s),
        ],
        alternatives: ['backend_refused', 'invalid_signature', 'iam_denied'],
      });
    }
    return undefined;
  },
};

/** `Unable to determine service/operation name to be authorized`: what the endpoints of AWS services say of a path or method they do not know. */
export const operationUndetermined: Rule = {
  id: 'operation-undetermined',
  match(s) {
    if (s.message?.kind !== 'operation_undetermined' || !s.messageEvidence || s.preflight) return undefined;
    if (!answerAlone(s)) return undefined;
    return refused({
      cause: 'edge_refused',
      detail: 'other_service',
      confidence: 'likely',
      reason:
        'An AWS service’s own endpoint answered that it does not know the operation behind this method and path; no policy was asked.',
      evidence: [s.messageEvidence, ...statusEvidence(s)],
      alternatives: ['route_not_found', 'cors_preflight_refused', 'unsigned_request'],
    });
  },
};

/** XML without API Gateway’s ids: API Gateway writes JSON, other AWS services write XML. */
export const foreignXml: Rule = {
  id: 'xml-without-gateway-ids',
  match(s) {
    const response = answerAlone(s);
    if (response?.bodyShape !== 'xml' || s.preflight) return undefined;
    if (response.headers.apigwId || response.headers.httpApiRequestId) return undefined;
    // The sentences of the signature family are the same in every service’s XML: their own rules weigh that.
    if (s.refusal?.type !== 'ACCESS_DENIED' || s.message) return undefined;
    return refused({
      cause: 'edge_refused',
      detail: 'other_service',
      confidence: 'likely',
      reason:
        'The answer is XML and has none of API Gateway’s ids: another AWS service refused, in front of the API, behind it or instead of it.',
      evidence: [{ from: 'response', field: 'body', value: 'XML' }, ...s.refusal.evidence, ...statusEvidence(s)],
      alternatives: ['backend_refused', 'iam_denied', 'domain_not_mapped'],
    });
  },
};

/** Only a body, in words that API Gateway does not use. */
export const foreignDenial: Rule = {
  id: 'foreign-denial',
  match(s) {
    if (!isForeignDenial(s)) return undefined;
    return refused({
      cause: 'edge_refused',
      confidence: 'possible',
      reason:
        'The body denies access in words that API Gateway does not write by itself: something in front of it or behind it, or another service, refused.',
      evidence: [{ from: 'response', field: 'body', value: 'not API Gateway’s' }],
      alternatives: ['backend_refused', 'authorizer_denied', 'waf_blocked'],
    });
  },
};

/** All headers are there and none is API Gateway’s. */
export const noGatewayHeaders: Rule = {
  id: 'no-gateway-headers',
  match(s) {
    const response = answerAlone(s);
    if (!response || s.status !== 403 || s.refusal) return undefined;
    const { headers } = response;
    if (!response.headersComplete || headers.apigwId || headers.httpApiRequestId || headers.amznRequestId)
      return undefined;
    return refused({
      cause: 'edge_refused',
      detail: headers.viaCloudFront ? 'cloudfront' : 'proxy',
      confidence: 'likely',
      reason:
        'The answer has none of the ids that API Gateway puts into every answer: something in front of it refused the request.',
      evidence: [
        ...(headers.server ? [{ from: 'response', field: 'server', value: headers.server } as const] : []),
        ...statusEvidence(s),
      ],
      alternatives: ['waf_blocked', 'domain_not_mapped', 'backend_refused'],
    });
  },
};
