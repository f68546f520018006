import { describe, expect, it } from 'vitest';
import { type Expression, evaluateExpression, resultsOf } from './expressions.js';
import { labelKey, nothing, type Values } from './values.js';

const datasource = { type: '__expr__', uid: '__expr__' } as const;
const series = (...values: (number | null)[]): Values => ({ kind: 'series', series: [{ labels: {}, values }] });
const number = (value: number | null, labels = {}): Values => ({ kind: 'numbers', numbers: [{ labels, value }] });
const evaluate = (expression: Expression, input: Values, loaded: ReadonlySet<string> = new Set()): Values =>
  evaluateExpression(expression, () => input, loaded);

type Reduce = Extract<Expression, { type: 'reduce' }>;
const reduce = (reducer: Reduce['reducer'], mode: Reduce['settings']['mode'] = 'dropNN'): Reduce => ({
  refId: 'B',
  datasource,
  type: 'reduce',
  expression: 'A',
  reducer,
  settings: { mode },
});
const above = (limit: number, below?: number): Expression => ({
  refId: 'C',
  datasource,
  type: 'threshold',
  expression: 'B',
  conditions: [
    {
      evaluator: { type: 'gt', params: [limit] },
      ...(below === undefined ? {} : { unloadEvaluator: { type: 'lt', params: [below] } }),
    },
  ],
});

// https://grafana.com/docs/grafana/latest/panels-visualizations/query-transform-data/expression-queries/#reduce
describe('the simulation of expressions', () => {
  it.each<[string, Expression, Values, number | null]>([
    [
      'last of what is a number: nulls at the end are not the newest value',
      reduce('last'),
      series(1, 4, null, null),
      4,
    ],
    ['without any number there is no data, and not zero', reduce('last'), series(null, null), null],
    ['nor is there without any point', reduce('max'), series(), null],
    ['strict: a null at the end is no data', reduce('last', 'strict'), series(1, null), null],
    ['strict: a null spoils the sum', reduce('sum', 'strict'), series(1, null), Number.NaN],
    ['highest', reduce('max'), series(1, 7, null, 3), 7],
    ['lowest', reduce('min'), series(4, null, 3), 3],
    ['mean of what is there', reduce('mean'), series(2, null, 4), 3],
    ['sum of what is there', reduce('sum'), series(2, null, 4), 6],
    ['above is above, not at', above(1), number(1), 0],
    ['above', above(1), number(1.01), 1],
    ['no data stays no data', above(1), number(null), null],
    ['not a number is not above', above(1), number(Number.NaN), 0],
    ['math with a number', { refId: 'P', datasource, type: 'math', expression: '$A * 100' }, number(0.25), 25],
  ])('%s', (_, expression, input, expected) => {
    expect(evaluate(expression, input)).toMatchObject({ numbers: [{ value: expected }] });
  });

  it('holds a recovery threshold for what fires already, and for that alone', () => {
    const firing = { cause: 'waf_blocked' };
    const loaded = new Set([labelKey(firing)]);
    expect(evaluate(above(1, 0.5), number(0.7, firing), loaded)).toMatchObject({ numbers: [{ value: 1 }] });
    expect(evaluate(above(1, 0.5), number(0.4, firing), loaded)).toMatchObject({ numbers: [{ value: 0 }] });
    expect(evaluate(above(1, 0.5), number(0.7, { cause: 'iam_denied' }), loaded)).toMatchObject({
      numbers: [{ value: 0 }],
    });
  });

  it('hands on that there is nothing', () => {
    expect(resultsOf(evaluate(above(1), evaluate(reduce('last'), nothing)))).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ['a threshold on series', () => evaluate(above(1), series(1))],
    ['a condition on series', () => resultsOf(series(1))],
    ['numbers to reduce', () => evaluate(reduce('last'), number(1))],
    [
      'math that it does not know',
      () => evaluate({ refId: 'P', datasource, type: 'math', expression: '$A > $B' }, number(1)),
    ],
  ])('refuses %s', (_, broken) => {
    expect(broken).toThrow(/expected|only|knows/);
  });

  it('takes a label set for an instance: 0 is normal, 1 alerts, null is no data for it alone', () => {
    const numbers = [1, 0, null].map((value, i) => ({ labels: { cause: String(i) }, value }));
    expect(resultsOf({ kind: 'numbers', numbers }).map(({ result }) => result)).toEqual([
      'alerting',
      'normal',
      'no_data',
    ]);
  });
});
