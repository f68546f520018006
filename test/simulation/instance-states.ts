import type { InstanceResult } from './expressions.js';
import { type Labels, labelKey } from './values.js';

export type InstanceState = 'normal' | 'pending' | 'alerting' | 'recovering' | 'nodata' | 'error';

/** Why a state is not what the condition alone would say. */
export type StateReason = '' | 'no_data' | 'error' | 'missing_series';

export interface Instance {
  readonly labels: Labels;
  readonly state: InstanceState;
  readonly reason: StateReason;
  /** When it came into this state. */
  readonly sinceMs: number;
  /** When an evaluation last told of it. */
  readonly seenMs: number;
}

export interface Transition {
  readonly atMs: number;
  readonly labels: Labels;
  readonly from: InstanceState;
  readonly to: InstanceState;
  readonly reason: StateReason;
}

export type Evaluation =
  | { readonly kind: 'results'; readonly results: readonly InstanceResult[] }
  /** The query `refId` came back with nothing. */
  | { readonly kind: 'no_data'; readonly refId: string }
  | { readonly kind: 'error'; readonly message: string };

export interface StateSettings {
  readonly intervalMs: number;
  readonly forMs: number;
  readonly keepFiringMs: number;
  readonly missingEvaluations: number;
  readonly noDataState: 'NoData' | 'Alerting' | 'OK' | 'KeepLast';
  readonly execErrState: 'Error' | 'Alerting' | 'OK' | 'KeepLast';
}

/** What one evaluation means for one instance. */
type Signal = 'normal' | 'alerting' | 'keep' | 'nodata' | 'error';

interface Told {
  readonly labels: Labels;
  readonly signal: Signal;
  readonly reason: StateReason;
}

/** An alert that has been sent and has not been resolved. */
export const isFiring = ({ state }: Pick<Instance, 'state'>): boolean => state === 'alerting' || state === 'recovering';

/**
 * The instances of one rule over its evaluations: a simulation of Grafana's, written after its documentation.
 * States, no data, errors: https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rule-evaluation/nodata-and-error-states/
 * `for` and `keepFiringFor`: https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rule-evaluation/
 * Label sets that vanish: https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rule-evaluation/stale-alert-instances/
 *
 * Left out: notifications, silences and their timing; changes of a rule while it runs; retries and time-outs of queries.
 */
export class InstanceStates {
  private readonly settings: StateSettings;
  private readonly instances = new Map<string, Instance>();

  constructor(settings: StateSettings) {
    this.settings = settings;
  }

  all(): readonly Instance[] {
    return [...this.instances.values()];
  }

  /** Keys of those that a recovery threshold holds for. */
  loaded(): ReadonlySet<string> {
    const isLoaded = (each: Instance): boolean => isFiring(each) || each.state === 'pending';
    return new Set([...this.instances].flatMap(([key, each]) => (isLoaded(each) ? [key] : [])));
  }

  evaluate(evaluation: Evaluation, atMs: number): readonly Transition[] {
    const { noDataState, execErrState } = this.settings;
    if (evaluation.kind === 'error') {
      const alone = {
        labels: { alertname: 'DatasourceError' },
        signal: signalOf[execErrState],
        reason: 'error',
      } as const;
      return this.takeWhole(alone, atMs);
    }
    const signal = signalOf[noDataState];
    if (evaluation.kind === 'no_data') {
      return this.takeWhole(
        { labels: { alertname: 'DatasourceNoData', ref_id: evaluation.refId }, signal, reason: 'no_data' },
        atMs,
      );
    }
    const { results } = evaluation;
    const isAllEmpty = results.every(({ result }) => result === 'no_data');
    const told = results.map(
      ({ labels, result }): Told =>
        result === 'no_data' ? { labels, signal, reason: 'no_data' } : { labels, signal: result, reason: '' },
    );
    return isAllEmpty && told[0] !== undefined && this.isForAll(signal)
      ? this.takeWhole(told[0], atMs)
      : this.take(told, atMs);
  }

  /** Every setting but the defaults, which make an alert of their own beside the others, is meant for all instances there are. */
  private isForAll(signal: Signal): boolean {
    return signal !== 'nodata' && signal !== 'error' && this.instances.size > 0;
  }

  /** The evaluation as a whole says it: `alone` is its own instance where it is not meant for all. */
  private takeWhole(alone: Told, atMs: number): readonly Transition[] {
    if (!this.isForAll(alone.signal)) return this.take([alone], atMs);
    return this.all().flatMap(({ labels }) => this.apply({ ...alone, labels }, atMs));
  }

  private take(told: readonly Told[], atMs: number): readonly Transition[] {
    const transitions = told.flatMap((each) => this.apply(each, atMs));
    return [...transitions, ...this.resolveMissing(new Set(told.map(({ labels }) => labelKey(labels))), atMs)];
  }

  private apply({ labels, signal, reason }: Told, atMs: number): readonly Transition[] {
    const key = labelKey(labels);
    const before = this.instances.get(key) ?? { labels, state: 'normal', reason: '', sinceMs: atMs, seenMs: atMs };
    const state = this.next(before, signal, atMs);
    const isSame = state === before.state;
    this.instances.set(key, { labels, state, reason, sinceMs: isSame ? before.sinceMs : atMs, seenMs: atMs });
    return isSame ? [] : [{ atMs, labels, from: before.state, to: state, reason }];
  }

  private next({ state, sinceMs }: Instance, signal: Signal, atMs: number): InstanceState {
    const { forMs, keepFiringMs } = this.settings;
    const lastedMs = atMs - sinceMs;
    switch (signal) {
      case 'alerting':
        if (isFiring({ state })) return 'alerting';
        if (state === 'pending') return lastedMs >= forMs ? 'alerting' : 'pending';
        return forMs > 0 ? 'pending' : 'alerting';
      case 'normal':
        if (state === 'alerting' && keepFiringMs > 0) return 'recovering';
        return state === 'recovering' && lastedMs < keepFiringMs ? 'recovering' : 'normal';
      case 'keep':
        // Time goes on for what has only begun to alert or to recover.
        if (state === 'pending') return lastedMs >= forMs ? 'alerting' : 'pending';
        return state === 'recovering' && lastedMs >= keepFiringMs ? 'normal' : state;
      case 'nodata':
      case 'error':
        // Both wait for the pending period as well.
        if (state === signal || forMs === 0) return signal;
        return state === 'pending' && lastedMs >= forMs ? signal : 'pending';
    }
  }

  /** What no evaluation told of for so many intervals is resolved and forgotten. */
  private resolveMissing(seen: ReadonlySet<string>, atMs: number): readonly Transition[] {
    const { intervalMs, missingEvaluations } = this.settings;
    const transitions: Transition[] = [];
    for (const [key, { labels, state, seenMs }] of this.instances) {
      if (seen.has(key) || atMs - seenMs < missingEvaluations * intervalMs) continue;
      this.instances.delete(key);
      if (state !== 'normal') transitions.push({ atMs, labels, from: state, to: 'normal', reason: 'missing_series' });
    }
    return transitions;
  }
}

const signalOf = {
  NoData: 'nodata',
  Error: 'error',
  Alerting: 'alerting',
  OK: 'normal',
  KeepLast: 'keep',
} as const satisfies Record<string, Signal>;
