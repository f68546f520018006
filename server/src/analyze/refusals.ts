import type { Cause, Confidence, Decision, RequestRecord } from '@why403/parsers';
import { unknownLabel } from './filter.js';
import { FrequentValues } from './frequent.js';

/** Values of one kind that are counted one by one; what is shown of them is far less. */
const capacity = 2000;
/** More of a value tells nobody more. */
const maxLength = 512;

const rank: Readonly<Record<Confidence, number>> = { certain: 2, likely: 1, possible: 0 };

/** What the refusals of one kind of log tell of one cause. */
export class CauseRefusals {
  readonly confidence = { certain: 0, likely: 0, possible: 0 };
  readonly details = new FrequentValues(capacity);
  readonly culprits = new FrequentValues(capacity);
  readonly routes = new FrequentValues(capacity);
  readonly sourceIps = new FrequentValues(capacity);
  /** The first of the most certain. */
  example: { readonly record: RequestRecord; readonly decision: Decision } | null = null;

  add(record: RequestRecord, decision: Decision): void {
    const { confidence, detail, culprit } = decision.finding;
    this.confidence[confidence]++;
    if (detail !== null) this.details.add(detail);
    if (culprit) this.culprits.add(JSON.stringify([culprit.kind, short(culprit.id), short(culprit.name)]));
    this.routes.add(routeKey(record));
    if (record.sourceIp !== null) this.sourceIps.add(cut(record.sourceIp));
    const shown = this.example?.decision.finding.confidence;
    if (shown === undefined || rank[confidence] > rank[shown]) this.example = { record, decision };
  }

  merge(other: CauseRefusals): void {
    for (const key of ['certain', 'likely', 'possible'] as const) this.confidence[key] += other.confidence[key];
    for (const key of ['details', 'culprits', 'routes', 'sourceIps'] as const) this[key].merge(other[key]);
    this.example ??= other.example;
  }
}

/** What the refusals of one kind of log tell, whatever their cause. */
export class Refusals {
  readonly causes = new Map<Cause, CauseRefusals>();
  readonly routes = new FrequentValues(capacity);
  readonly sourceIps = new FrequentValues(capacity);
  readonly principals = new FrequentValues(capacity);
  readonly apiKeyIds = new FrequentValues(capacity);
  readonly userAgents = new FrequentValues(capacity);

  add(cause: Cause, record: RequestRecord, decision: Decision): void {
    const ofCause = this.causes.get(cause) ?? new CauseRefusals();
    this.causes.set(cause, ofCause);
    ofCause.add(record, decision);
    this.routes.add(routeKey(record));
    const values = record.access?.values;
    const seen: readonly (readonly [FrequentValues, string | null | undefined])[] = [
      [this.sourceIps, record.sourceIp],
      [this.principals, principalOf(record)],
      [this.apiKeyIds, values?.['identity.apiKeyId']],
      [this.userAgents, values?.['identity.userAgent'] ?? record.waf?.userAgent],
    ];
    for (const [list, value] of seen) if (value) list.add(cut(value));
  }

  merge(other: Refusals): void {
    for (const [cause, refusals] of other.causes) {
      const known = this.causes.get(cause) ?? new CauseRefusals();
      this.causes.set(cause, known);
      known.merge(refusals);
    }
    for (const key of ['routes', 'sourceIps', 'principals', 'apiKeyIds', 'userAgents'] as const) {
      this[key].merge(other[key]);
    }
  }
}

/** Who called, as far as the stage's log format says it. */
function principalOf({ access }: RequestRecord): string | null {
  const values = access?.values;
  return (
    values?.['authorizer.principalId'] ??
    values?.['identity.userArn'] ??
    values?.['identity.cognitoIdentityId'] ??
    values?.['identity.user'] ??
    values?.['identity.caller'] ??
    null
  );
}

const cut = (value: string): string => value.slice(0, maxLength);
const short = (value: string | null): string | null => (value === null ? null : cut(value));
const label = (value: string | null): string => cut(value ?? unknownLabel);

const routeKey = ({ apiId, stage, method, route }: RequestRecord): string =>
  JSON.stringify([label(apiId), label(stage), label(method), label(route)]);
