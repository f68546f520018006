import type { z } from 'zod';
import type { expressionModel } from '../provisioning/grafana-keys.js';
import { EvaluationError, type Labels, labelKey, type NumberValue, type SeriesValue, type Values } from './values.js';

export type Expression = z.infer<typeof expressionModel>;
type Evaluator = Extract<Expression, { type: 'threshold' }>['conditions'][number]['evaluator'];

/** Label sets that are pending or firing: for these a recovery threshold holds. */
export type Loaded = ReadonlySet<string>;

/**
 * One expression on what it refers to.
 * https://grafana.com/docs/grafana/latest/panels-visualizations/query-transform-data/expression-queries/
 */
export function evaluateExpression(
  expression: Expression,
  valuesOf: (refId: string) => Values,
  loaded: Loaded,
): Values {
  switch (expression.type) {
    case 'reduce':
      return reduce(expression, valuesOf(expression.expression));
    case 'threshold':
      return threshold(expression, valuesOf(expression.expression), loaded);
    case 'math':
      return math(expression.expression, valuesOf);
  }
}

function reduce({ refId, reducer, settings }: Extract<Expression, { type: 'reduce' }>, input: Values): Values {
  if (input.kind === 'nothing') return input;
  if (input.kind === 'numbers') throw new EvaluationError(`${refId}: expected series to reduce, came numbers`);
  if (settings.mode === 'replaceNN') throw new EvaluationError(`${refId}: the simulation does not know replaceNN`);
  const isDropping = settings.mode === 'dropNN';
  return { kind: 'numbers', numbers: input.series.map(({ labels, values }) => ({ labels, value: reduced(values) })) };

  function reduced(values: SeriesValue['values']): number | null {
    const kept = isDropping ? values.filter((value) => value !== null && Number.isFinite(value)) : values;
    const value = reducers[reducer](kept);
    // What has no number at all is no data, unless null was asked to spoil the whole.
    return isDropping && Number.isNaN(value) ? null : value;
  }
}

type Reducer = (values: readonly (number | null)[]) => number | null;

/** Of nothing, and of what holds a null, they make NaN. */
const numeric =
  (fold: (numbers: readonly number[]) => number): Reducer =>
  (values) =>
    values.length === 0 || values.includes(null) ? Number.NaN : fold(values as readonly number[]);

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const reducers = {
  last: (values) => (values.length === 0 ? Number.NaN : (values.at(-1) ?? null)),
  max: numeric((numbers) => Math.max(...numbers)),
  min: numeric((numbers) => Math.min(...numbers)),
  mean: numeric((numbers) => sum(numbers) / numbers.length),
  sum: (values) => (values.includes(null) ? Number.NaN : sum(values as readonly number[])),
} as const satisfies Record<Extract<Expression, { type: 'reduce' }>['reducer'], Reducer>;

function threshold(
  { refId, conditions }: Extract<Expression, { type: 'threshold' }>,
  input: Values,
  loaded: Loaded,
): Values {
  if (input.kind === 'nothing') return input;
  if (input.kind === 'series') {
    throw new EvaluationError(`${refId}: only reduced data can be alerted on, came series`);
  }
  const [condition] = conditions;
  if (condition === undefined) throw new EvaluationError(`${refId}: expected one condition`);
  const { evaluator, unloadEvaluator } = condition;
  return { kind: 'numbers', numbers: input.numbers.map(compared) };

  function compared({ labels, value }: NumberValue): NumberValue {
    if (value === null) return { labels, value };
    const isLoaded = unloadEvaluator !== undefined && loaded.has(labelKey(labels));
    const isBreached = isLoaded ? !fits(unloadEvaluator, value) : fits(evaluator, value);
    return { labels, value: isBreached ? 1 : 0 };
  }
}

function fits({ type, params }: Evaluator, value: number): boolean {
  const limit = params[0] as number;
  return type === 'gt' ? value > limit : value < limit;
}

// ${A} * 100
const mathPattern = /^\$\{?(\w+)\}? ([*/+-]) (-?\d+(?:\.\d+)?)$/;

const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
};

/** A query and a number: what the shipped rules need. */
function math(expression: string, valuesOf: (refId: string) => Values): Values {
  const [, refId, operation, operand] = mathPattern.exec(expression) ?? [];
  const compute = operations[operation as string];
  if (refId === undefined || compute === undefined) {
    throw new EvaluationError(`the simulation knows "\${A} * 100", not "${expression}"`);
  }
  const input = valuesOf(refId);
  const of = (value: number | null): number | null => (value === null ? null : compute(value, Number(operand)));
  if (input.kind === 'nothing') return input;
  return input.kind === 'numbers'
    ? { kind: 'numbers', numbers: input.numbers.map(({ labels, value }) => ({ labels, value: of(value) })) }
    : { kind: 'series', series: input.series.map(({ labels, values }) => ({ labels, values: values.map(of) })) };
}

/** What one evaluation says of one label set. */
export interface InstanceResult {
  readonly labels: Labels;
  readonly result: 'normal' | 'alerting' | 'no_data';
}

/**
 * Of the condition: 0 is normal, any other number alerts, a null is no data for this label set alone.
 * https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rules/queries-conditions/
 */
export function resultsOf(condition: Values): readonly InstanceResult[] {
  if (condition.kind === 'nothing') return [];
  if (condition.kind === 'series') throw new EvaluationError('only reduced data can be alerted on, came series');
  return condition.numbers.map(({ labels, value }) => ({
    labels,
    result: value === null ? 'no_data' : value === 0 ? 'normal' : 'alerting',
  }));
}
