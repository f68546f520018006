import { type CountedFrom, principalOf, type RequestRecord, type Verdict } from '@why403/parsers';
import type { RefusedKey, RefusedRow } from '../store/event-store.js';
import { wellFormed } from '../text/well-formed.js';

/** How much of a text a row keeps; the sample has the whole. */
const maxTextCharacters = 1024;

/** null when there is no row of it: the request was not refused, or nothing tells when. */
export function refusedRowOf(
  record: RequestRecord,
  verdict: Verdict,
  version: { readonly facts: number; readonly ruleSet: number },
): RefusedRow | null {
  const { cause, group, culprit } = verdict;
  if (verdict.outcome !== 'refused' || cause === null || group === null || record.timeMs === null) return null;
  return {
    tsMs: record.timeMs,
    account: label(record.account),
    region: label(record.region),
    apiId: label(record.apiId),
    stage: label(record.stage),
    eventId: record.eventId,
    ...version,
    cancelled: false,
    countedFrom: countedFromOf(record),
    route: label(record.route),
    method: label(record.method),
    cause,
    group,
    detail: text(verdict.detail),
    confidence: verdict.confidence,
    culpritKind: text(culprit?.kind),
    culprit: text(culprit?.name ?? culprit?.id),
    status: record.status ?? 0,
    sourceIp: text(record.sourceIp),
    principal: text(principalOf(record.access)),
    apiKeyId: text(record.access?.values['identity.apiKeyId']),
    userAgent: text(record.access?.values['identity.userAgent'] ?? record.waf?.userAgent),
    path: text(record.path),
    requestId: text(record.requestId),
    extendedRequestId: text(record.extendedRequestId),
    reason: text(verdict.reason),
    decidedBy: verdict.decidedBy,
  };
}

export function countedFromOf(record: RequestRecord): CountedFrom {
  if (record.access !== null) return 'access';
  return record.execution.length > 0 ? 'execution' : 'waf';
}

export const cancelledRow = (
  row: RefusedRow,
  version: { readonly facts: number; readonly ruleSet: number },
): RefusedRow => ({
  ...row,
  ...version,
  cancelled: true,
});

/** Names the row that a later version replaces. */
export const rowKey = ({ tsMs, account, region, apiId, stage, eventId }: RefusedKey): string =>
  JSON.stringify([tsMs, account, region, apiId, stage, eventId]);

export function sameRow(a: RefusedRow, b: RefusedRow): boolean {
  for (const key of Object.keys(a) as (keyof RefusedRow)[]) if (a[key] !== b[key]) return false;
  return true;
}

const label = (value: string | null): string => (value === null || value === '' ? 'unknown' : text(value));

/** What is stored is Unicode text: half a character, cut off here or by whoever wrote it, is none. */
function text(value: string | null | undefined): string {
  if (value === null || value === undefined) return '';
  const kept = value.length > maxTextCharacters ? value.slice(0, maxTextCharacters) : value;
  return wellFormed(kept);
}
