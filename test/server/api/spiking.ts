import type {
  Spike,
  SpikeEvaluation,
  SpikeLabels,
  SpikeQuery,
  SpikeReader,
  SpikeSeries,
} from '../../../server/src/spikes/spike-reader.js';
import { testNowMs } from './start-api.js';

export const minute = 60_000;
export const hour = 60 * minute;
/** Minutes before the clock of the tests, which stands at half past twelve. */
export const ago = (minutes: number): number => testNowMs - minutes * minute;

export const spikeLabels = (more: Partial<SpikeLabels> = {}): SpikeLabels => ({
  account: '111122223333',
  region: 'eu-west-1',
  api_id: 'orders',
  stage: 'prod',
  cause: 'waf_blocked',
  group: 'waf',
  ...more,
});

export const spike = (more: Partial<Spike> = {}): Spike => ({
  beganMs: ago(20),
  endedMs: null,
  peakAtMs: ago(15),
  peakScore: 4.5,
  peakRequests: 130,
  expected: 8,
  expectedUpper: 20.5,
  share: 0.25,
  refused: 410,
  baseline: 'time_of_day',
  ...more,
});

export const spikeSeries = (more: Partial<SpikeSeries> = {}): SpikeSeries => ({
  labels: spikeLabels(),
  baseline: 'time_of_day',
  completeUntilMs: ago(1),
  values: {
    score: [0, 4.5, null],
    count: [3, 130, null],
    expected: [8, 8, null],
    expected_upper: [20.5, 20.5, null],
    share: [0.01, 0.25, null],
  },
  spikes: [],
  ...more,
});

export interface FakeSpikeReader extends SpikeReader {
  readonly asked: SpikeQuery[];
}

/** Answers always the same, and keeps what it was asked. */
export function fakeSpikes(evaluation: Partial<SpikeEvaluation>): FakeSpikeReader {
  const asked: SpikeQuery[] = [];
  return {
    asked,
    async evaluate(query) {
      asked.push(query);
      return { completeUntilMs: ago(1), omittedSeries: 0, times: [], series: [], ...evaluation };
    },
  };
}
