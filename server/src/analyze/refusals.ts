import { type Cause, type Confidence, type Decision, principalOf, type RequestRecord } from '@why403/parsers';
import { unknownLabel } from './filter.js';
import { FrequentValues } from './frequent.js';

/** Values of one kind that are counted one by one; what is shown of them is far less. */
const capacity = 2000;
/** More of a value tells nobody more. */
const maxLength = 512;

/** Kinds of refusals of one cause (detail and culprit) of which an example is held; the rarest goes first. */
const exampleKinds = 32;

const rank: Readonly<Record<Confidence, number>> = { certain: 2, likely: 1, possible: 0 };

export interface RefusalExample {
  readonly record: RequestRecord;
  readonly decision: Decision;
}

/** What the refusals of one kind of log tell of one cause. */
export class CauseRefusals {
  readonly confidence = { certain: 0, likely: 0, possible: 0 };
  readonly details = new FrequentValues(capacity);
  readonly culprits = new FrequentValues(capacity);
  readonly routes = new FrequentValues(capacity);
  readonly sourceIps = new FrequentValues(capacity);
  private readonly examples = new Map<string, { example: RefusalExample; count: number }>();

  /** Of the most frequent detail and culprit the first of the most certain: its remedy helps most. */
  get example(): RefusalExample | null {
    let most: { example: RefusalExample; count: number } | null = null;
    for (const kind of this.examples.values()) if (most === null || kind.count > most.count) most = kind;
    return most?.example ?? null;
  }

  add(record: RequestRecord, decision: Decision): void {
    const { confidence, detail, culprit } = decision.finding;
    this.confidence[confidence]++;
    if (detail !== null) this.details.add(detail);
    const culpritKey = culprit && JSON.stringify([culprit.kind, short(culprit.id), short(culprit.name)]);
    if (culpritKey) this.culprits.add(culpritKey);
    this.routes.add(routeKey(record));
    if (record.sourceIp !== null) this.sourceIps.add(cut(record.sourceIp));
    this.addExample(`${detail}${culpritKey}`, { record, decision }, 1);
  }

  merge(other: CauseRefusals): void {
    for (const key of ['certain', 'likely', 'possible'] as const) this.confidence[key] += other.confidence[key];
    for (const key of ['details', 'culprits', 'routes', 'sourceIps'] as const) this[key].merge(other[key]);
    for (const [kind, { example, count }] of other.examples) this.addExample(kind, example, count);
  }

  private addExample(kind: string, example: RefusalExample, count: number): void {
    const known = this.examples.get(kind);
    if (known !== undefined) {
      known.count += count;
      if (rankOf(example) > rankOf(known.example)) known.example = example;
      return;
    }
    if (this.examples.size >= exampleKinds) this.forgetRarestExample();
    this.examples.set(kind, { example, count });
  }

  private forgetRarestExample(): void {
    let rarest: readonly [kind: string, count: number] | null = null;
    for (const [kind, { count }] of this.examples) if (rarest === null || count <= rarest[1]) rarest = [kind, count];
    if (rarest !== null) this.examples.delete(rarest[0]);
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
      [this.principals, principalOf(record.access)],
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

const rankOf = ({ decision }: RefusalExample): number => rank[decision.finding.confidence];

const cut = (value: string): string => value.slice(0, maxLength);
const short = (value: string | null): string | null => (value === null ? null : cut(value));
const label = (value: string | null): string => cut(value ?? unknownLabel);

const routeKey = ({ apiId, stage, method, route }: RequestRecord): string =>
  JSON.stringify([label(apiId), label(stage), label(method), label(route)]);
