import type { FrameJson } from '../e2e/grafana-plugin/plugin-host.js';
import { EvaluationError, type Labels, labelKey, type NumberValue, nothing, type Values } from './values.js';

/** One series with the times of its values. */
export interface TimedSeries {
  readonly labels: Labels;
  /** ms, ascending. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

/**
 * Frames as Grafana's expressions read them when they say their type: `timeseries-multi` is one series for each frame, `numeric-long`
 * one number for each row, with the string columns as its labels.
 * https://grafana.com/developers/dataplane/contract-spec
 */
export function readFrames(frames: readonly FrameJson[]): Values {
  const filled = frames.filter(({ schema }) => schema.fields.length > 0);
  const [first] = filled;
  if (first === undefined) return nothing;
  const type = first.schema.meta?.type;
  if (type === 'timeseries-multi') return { kind: 'series', series: readSeries(filled) };
  if (type === 'numeric-long') return readNumbers(filled);
  throw new EvaluationError(`expected timeseries-multi or numeric-long, came ${type}`);
}

export function readSeries(frames: readonly FrameJson[]): readonly TimedSeries[] {
  const series = frames
    .filter(({ schema }) => schema.fields.length > 0)
    .map(({ schema, data }): TimedSeries => {
      const [time, number] = schema.fields;
      if (schema.fields.length !== 2 || time?.type !== 'time' || number?.type !== 'number') {
        throw new EvaluationError('expected a time field and a number field in each frame of time series');
      }
      const times = data.values[0] as readonly number[];
      if (times.some((ms, i) => i > 0 && ms <= (times[i - 1] as number))) {
        throw new EvaluationError('expected ascending times without repetition');
      }
      return { labels: number.labels ?? {}, times, values: data.values[1] as readonly (number | null)[] };
    });
  refuseEqualLabels(series);
  return series;
}

function readNumbers(frames: readonly FrameJson[]): Values {
  if (frames.length > 1) throw new EvaluationError(`expected one frame of numbers, came ${frames.length}`);
  const { schema, data } = frames[0] as FrameJson;
  const column = (wanted: string) =>
    schema.fields.flatMap(({ name, type }, i) => (type === wanted ? [{ name, values: data.values[i] ?? [] }] : []));
  const [numbers, ...more] = column('number');
  if (numbers === undefined || more.length > 0 || column('time').length > 0) {
    throw new EvaluationError('expected exactly one number column and no time');
  }
  const texts = column('string');
  const rows = numbers.values.map(
    (value, row): NumberValue => ({
      labels: Object.fromEntries(texts.map(({ name, values }) => [name, String(values[row] ?? '')])),
      value: value as number | null,
    }),
  );
  refuseEqualLabels(rows);
  return rows.length === 0 ? nothing : { kind: 'numbers', numbers: rows };
}

function refuseEqualLabels(all: readonly { readonly labels: Labels }[]): void {
  const seen = new Set<string>();
  for (const { labels } of all) {
    const key = labelKey(labels);
    if (seen.has(key)) throw new EvaluationError(`expected each set of labels once, came ${key} twice`);
    seen.add(key);
  }
}
