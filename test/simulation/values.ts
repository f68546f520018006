/** What flows between the queries and expressions of a simulated rule. */
export type Labels = Readonly<Record<string, string>>;

export interface SeriesValue {
  readonly labels: Labels;
  readonly values: readonly (number | null)[];
}

export interface NumberValue {
  readonly labels: Labels;
  readonly value: number | null;
}

/** No series and no numbers: the query worked and has nothing to tell. */
export type Values =
  | { readonly kind: 'series'; readonly series: readonly SeriesValue[] }
  | { readonly kind: 'numbers'; readonly numbers: readonly NumberValue[] }
  | { readonly kind: 'nothing' };

/** A rule whose answer Grafana would refuse: the whole evaluation fails. */
export class EvaluationError extends Error {}

export const nothing: Values = { kind: 'nothing' };

/** The same for equal label sets, in whatever order they were written. */
export const labelKey = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
