import { describe, expect, it } from 'vitest';
import type { FrameJson } from '../e2e/grafana-plugin/plugin-host.js';
import { readFrames } from './read-frames.js';

type Field = readonly [
  name: string,
  type: string,
  values: readonly unknown[],
  labels?: Readonly<Record<string, string>>,
];

const frame = (type: string, ...fields: readonly Field[]): FrameJson => ({
  schema: {
    meta: { type },
    fields: fields.map(([name, kind, , labels]) => ({ name, type: kind, ...(labels === undefined ? {} : { labels }) })),
  },
  data: { values: fields.map(([, , values]) => values) },
});
const series = (cause: string, times: readonly number[] = [1, 2]): FrameJson =>
  frame('timeseries-multi', ['time', 'time', times], ['score', 'number', [0, null], { cause }]);

// https://grafana.com/developers/dataplane/contract-spec
describe('frames as the simulation reads them', () => {
  it('a frame is a series', () => {
    expect(readFrames([series('a'), series('b')])).toMatchObject({
      kind: 'series',
      series: [{ labels: { cause: 'a' }, values: [0, null] }, { labels: { cause: 'b' } }],
    });
  });

  it('a row is a number, and its strings are labels', () => {
    const rows = frame('numeric-long', ['feed', 'string', ['orders', 'audit']], ['lag', 'number', [30, null]]);
    expect(readFrames([rows])).toEqual({
      kind: 'numbers',
      numbers: [
        { labels: { feed: 'orders' }, value: 30 },
        { labels: { feed: 'audit' }, value: null },
      ],
    });
  });

  it.each([
    ['no frame', []],
    ['a frame without fields', [frame('numeric-long')]],
    ['no row', [frame('numeric-long', ['feed', 'string', []], ['lag', 'number', []])]],
  ])('%s is no data', (_, frames) => {
    expect(readFrames(frames)).toEqual({ kind: 'nothing' });
  });

  // What Grafana refuses in alert rules.
  it.each([
    ['two series with equal labels', [series('a'), series('a')], /once/],
    ['times that go back', [series('a', [2, 1])], /ascending/],
    ['two numbers in a row', [frame('numeric-long', ['a', 'number', [1]], ['b', 'number', [2]])], /exactly one number/],
    ['a time beside a number', [frame('numeric-long', ['t', 'time', [1]], ['b', 'number', [2]])], /no time/],
    ['equal labels in two rows', [frame('numeric-long', ['a', 'string', ['x', 'x']], ['b', 'number', [1, 2]])], /once/],
    ['logs', [frame('log-lines', ['body', 'string', ['x']])], /timeseries-multi or numeric-long/],
  ])('refuses %s', (_, frames, sentence) => {
    expect(() => readFrames(frames)).toThrow(sentence);
  });
});
