import { type AccessLabels, labelsOf, statusClassOf } from '../access-log/access-labels.js';
import type { AccessFacts, RequestRecord, WafFacts } from '../model/index.js';
import type { RequestLabels } from './request-counts.js';

type Labels = Omit<RequestLabels, 'timeMs'>;

/** Labels of a request that was counted as bytes. */
export function labelsOfCount({ account, region, apiId, stage, route, method, statusClass }: AccessLabels): Labels {
  return { place: { account, region, apiId, stage }, route, method, statusClass, countedFrom: 'access' };
}

export function labelsOfAccess({ values, place }: AccessFacts): Labels {
  const { route, method, statusClass, stage } = labelsOf(values);
  return { place: { ...place, stage: stage ?? place.stage }, route, method, statusClass, countedFrom: 'access' };
}

/** What became of a request that a CAPTCHA or a later gate decides on is not the web ACL's to tell. */
export function labelsOfWaf({ place, action, method, responseCodeSent }: WafFacts): Labels {
  return {
    place,
    route: null,
    method: method === 'REDACTED' ? null : method,
    statusClass: action === 'BLOCK' ? statusClassOf(responseCodeSent ?? 403) : 'other',
    countedFrom: 'waf',
  };
}

/** Labels of a request that its execution log tells of. */
export function labelsOfExecution({ account, region, apiId, stage, route, method, status }: RequestRecord): Labels {
  const place = { account, region, apiId, stage };
  return { place, route, method, statusClass: statusClassOf(status ?? 0), countedFrom: 'execution' };
}

/** Does the record say what became of the request? Counting rules let it go on. */
export const terminates = ({ action }: WafFacts): boolean =>
  action === 'BLOCK' || action === 'CAPTCHA' || action === 'CHALLENGE';
