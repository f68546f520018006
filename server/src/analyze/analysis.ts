import type {
  Cause,
  CauseGroup,
  CountedFrom,
  CountedLabels,
  Decision,
  Reject,
  RejectReason,
  RequestRecord,
} from '@why403/parsers';
import { type AnalysisFilter, matchesLabels, matchesRequest, unknownLabel } from './filter.js';
import { Refusals } from './refusals.js';
import { Timeline } from './timeline.js';

/** In the order in which a stage's log counts. */
export const countingKinds: readonly CountedFrom[] = ['access', 'execution', 'waf'];

const maxSteps = 240;
/** Stages that are told apart; what comes beyond counts as one. */
const maxStages = 200;
const otherStages = JSON.stringify(['(other)', '(other)']);
const maxRejectExamples = 5;

export interface StageCount {
  readonly apiId: string;
  readonly stage: string;
  /** Whether the requests' own lines tell the API. */
  readonly isKnown: boolean;
  readonly requests: Record<CountedFrom, number>;
  readonly refused: Record<CountedFrom, Map<Cause, number>>;
}

/** Gathers what a stream of requests adds up to, in memory that does not grow with it. */
export class Analysis {
  readonly timeline = new Timeline(maxSteps);
  readonly stages = new Map<string, StageCount>();
  readonly refusals: Record<CountedFrom, Refusals> = {
    access: new Refusals(),
    execution: new Refusals(),
    waf: new Refusals(),
  };
  readonly rejected = new Map<RejectReason, number>();
  readonly rejectExamples: Reject[] = [];
  undetermined = 0;
  firstMs: number | null = null;
  newestMs: number | null = null;
  /** Something was read, whether the filter lets it through or not. */
  recognised = false;
  private readonly filter: AnalysisFilter;
  private readonly groupOf: (cause: string | null) => CauseGroup | null;

  constructor(filter: AnalysisFilter, groupOf: (cause: string | null) => CauseGroup | null) {
    this.filter = filter;
    this.groupOf = groupOf;
  }

  count(labels: CountedLabels, requests: number): void {
    this.recognised = true;
    if (!matchesLabels(this.filter, labels)) return;
    const { place, countedFrom, timeMs } = labels;
    const key = this.stageKey(place.apiId, place.stage);
    this.stageOf(key).requests[countedFrom] += requests;
    this.saw(timeMs);
    if (timeMs !== null) this.timeline.add(seriesName(countedFrom, key, null), timeMs, requests);
  }

  add(record: RequestRecord, decision: Decision): void {
    this.recognised = true;
    const { outcome, cause } = decision.finding;
    if (outcome === 'not_refused' || !matchesRequest(this.filter, record, decision, this.groupOf)) return;
    if (outcome === 'undetermined' || cause === null) {
      this.undetermined++;
      return;
    }
    const kind = kindOf(record);
    const key = this.stageKey(record.apiId, record.stage);
    const counts = this.stageOf(key).refused[kind];
    counts.set(cause, (counts.get(cause) ?? 0) + 1);
    this.refusals[kind].add(cause, record, decision);
    this.saw(record.timeMs);
    if (record.timeMs !== null) this.timeline.add(seriesName(kind, key, cause), record.timeMs, 1);
  }

  /** A reject that stands for so many lines. */
  reject(reject: Reject, lines: number): void {
    this.rejected.set(reject.reason, (this.rejected.get(reject.reason) ?? 0) + lines);
    if (this.rejectExamples.length < maxRejectExamples) this.rejectExamples.push(reject);
  }

  private saw(timeMs: number | null): void {
    if (timeMs === null) return;
    if (this.firstMs === null || timeMs < this.firstMs) this.firstMs = timeMs;
    if (this.newestMs === null || timeMs > this.newestMs) this.newestMs = timeMs;
  }

  private stageKey(apiId: string | null, stage: string | null): string {
    const key = JSON.stringify([apiId, stage]);
    return this.stages.has(key) || this.stages.size < maxStages ? key : otherStages;
  }

  private stageOf(key: string): StageCount {
    const known = this.stages.get(key);
    if (known !== undefined) return known;
    const [apiId, stage] = JSON.parse(key) as [string | null, string | null];
    const created: StageCount = {
      apiId: apiId ?? unknownLabel,
      stage: stage ?? unknownLabel,
      isKnown: apiId !== null,
      requests: { access: 0, execution: 0, waf: 0 },
      refused: { access: new Map(), execution: new Map(), waf: new Map() },
    };
    this.stages.set(key, created);
    return created;
  }
}

export const seriesName = (kind: CountedFrom, stageKey: string, cause: Cause | null): string =>
  `${kind} ${stageKey} ${cause ?? ''}`;

function kindOf(record: RequestRecord): CountedFrom {
  if (record.access !== null) return 'access';
  return record.execution.length > 0 ? 'execution' : 'waf';
}
