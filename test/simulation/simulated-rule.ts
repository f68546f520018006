import { expressionModel, type Rule, rulesFile } from '../provisioning/grafana-keys.js';
import { filesOf, readYaml } from '../provisioning/repository-files.js';
import { type Expression, evaluateExpression, resultsOf } from './expressions.js';
import {
  type Evaluation,
  type Instance,
  InstanceStates,
  type StateSettings,
  type Transition,
} from './instance-states.js';
import { EvaluationError, nothing, type Values } from './values.js';

/** A query of a rule as its data source gets it. */
export interface RuleQuery {
  readonly refId: string;
  /** The stored model, untouched. */
  readonly model: Readonly<Record<string, unknown>>;
  /** Its range: so long before the evaluation, up to it. */
  readonly backMs: number;
}

/** Answers a query for an evaluation; throws when the data source would answer with an error. */
export type Ask = (query: RuleQuery, atMs: number) => Values | Promise<Values>;

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const durationMs = (text: string): number => Number(text.slice(0, -1)) * (unitMs[text.slice(-1)] as number);

/** The provisioned rules, with the interval of their group. */
export function readProvisionedRules(): readonly SimulatedRule[] {
  return filesOf('provisioning/grafana/alerting').flatMap((path) =>
    rulesFile
      .parse(readYaml(path))
      .groups.flatMap(({ interval, rules }) =>
        rules.filter(({ isPaused }) => !isPaused).map((rule) => new SimulatedRule(rule, durationMs(interval))),
      ),
  );
}

/** One provisioned rule in the simulation of Grafana's alerting: what is read from its file, and the states of its instances. */
export class SimulatedRule {
  readonly uid: string;
  readonly queries: readonly RuleQuery[];
  readonly settings: StateSettings;
  private readonly rule: Rule;
  private readonly states: InstanceStates;
  private readonly expressions: ReadonlyMap<string, Expression>;

  constructor(rule: Rule, intervalMs: number) {
    this.rule = rule;
    this.uid = rule.uid;
    this.settings = {
      intervalMs,
      forMs: durationMs(rule.for),
      keepFiringMs: durationMs(rule.keepFiringFor ?? '0s'),
      missingEvaluations: rule.missing_series_evals_to_resolve,
      noDataState: rule.noDataState,
      execErrState: rule.execErrState,
    };
    this.states = new InstanceStates(this.settings);
    const isExpression = ({ datasourceUid }: Rule['data'][number]): boolean => datasourceUid === '__expr__';
    this.queries = rule.data
      .filter((each) => !isExpression(each))
      .map(({ refId, model, relativeTimeRange }) => ({ refId, model, backMs: (relativeTimeRange?.from ?? 0) * 1_000 }));
    this.expressions = new Map(
      rule.data.filter(isExpression).map(({ model }) => {
        const expression = expressionModel.parse(model);
        return [expression.refId, expression];
      }),
    );
  }

  /** The same rule, that has seen nothing yet. */
  fresh(): SimulatedRule {
    return new SimulatedRule(this.rule, this.settings.intervalMs);
  }

  instances(): readonly Instance[] {
    return this.states.all();
  }

  /** One evaluation; what it changed. */
  async evaluate(ask: Ask, atMs: number): Promise<readonly Transition[]> {
    return this.states.evaluate(await this.outcome(ask, atMs), atMs);
  }

  private async outcome(ask: Ask, atMs: number): Promise<Evaluation> {
    try {
      const known = new Map<string, Values>();
      for (const query of this.queries) known.set(query.refId, await ask(query, atMs));
      const loaded = this.states.loaded();
      const valuesOf = (refId: string): Values => {
        const value = known.get(refId);
        if (value !== undefined) return value;
        const expression = this.expressions.get(refId);
        if (expression === undefined) throw new EvaluationError(`expected a query or expression ${refId}`);
        const computed = evaluateExpression(expression, valuesOf, loaded);
        known.set(refId, computed);
        return computed;
      };
      // Grafana computes every expression, also those that only texts use: one that fails fails the rule.
      for (const refId of this.expressions.keys()) valuesOf(refId);
      const results = resultsOf(valuesOf(this.rule.condition));
      return results.length > 0 ? { kind: 'results', results } : { kind: 'no_data', refId: this.emptyQuery(known) };
    } catch (error) {
      if (error instanceof EvaluationError) return { kind: 'error', message: error.message };
      throw error;
    }
  }

  private emptyQuery(known: ReadonlyMap<string, Values>): string {
    const empty = this.queries.find(({ refId }) => known.get(refId) === nothing);
    return (empty ?? this.queries[0])?.refId ?? '';
  }
}
