import type { AccessFacts, ContextVariable, ExecutionLine, RequestRecord } from '../../../parsers/src/model/index.js';
import { noIds, noPlace } from '../../../parsers/src/model/index.js';

/** A request of which nothing is known but what the test says. */
export function recordOf(known: Partial<RequestRecord> = {}): RequestRecord {
  return {
    eventId: '00000000000000000000000000000000',
    requestId: null,
    extendedRequestId: null,
    traceId: null,
    timeMs: null,
    status: null,
    apiKind: null,
    account: null,
    region: null,
    apiId: null,
    stage: null,
    method: null,
    path: null,
    route: null,
    sourceIp: null,
    access: null,
    execution: [],
    waf: null,
    wafJoin: null,
    response: null,
    joinedByRequestId: false,
    line: 1,
    ...known,
  };
}

export function accessOf(
  values: Partial<Record<ContextVariable, string | null>>,
  message: AccessFacts['message'] = null,
): AccessFacts {
  return { kind: 'access', format: 'template', ids: noIds, place: noPlace, timeMs: null, values, message };
}

export const executionOf = (...lines: ExecutionLine[]): Pick<RequestRecord, 'execution'> => ({ execution: lines });
