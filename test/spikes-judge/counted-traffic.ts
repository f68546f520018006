import type { SpikeLabels } from '../../server/src/spikes/spike-reader.js';

export const minuteMs = 60_000;
export const dayMs = 86_400_000;

/** Requests per minute, from a known moment on. */
export interface CountedKey {
  readonly labels: SpikeLabels;
  readonly counts: Uint32Array;
}

/** What really happened: one stage and cause that was refused more than usual. Said before anything is judged. */
export interface Incident {
  readonly what: string;
  readonly labels: Pick<SpikeLabels, 'api_id' | 'stage' | 'cause'>;
  readonly fromMs: number;
  readonly toMs: number;
  /** Enough came in its first five minutes to be told from chance. */
  readonly canBeFound: boolean;
}

export interface CountedTraffic {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Refused requests by stage and cause. */
  readonly refused: ReadonlyMap<string, CountedKey>;
  /** All requests by stage; its labels have no cause and no group. */
  readonly requests: ReadonlyMap<string, CountedKey>;
  readonly incidents: readonly Incident[];
}

export const nameOf = ({ api_id, stage, cause }: Pick<SpikeLabels, 'api_id' | 'stage' | 'cause'>): string =>
  `${api_id}/${stage} ${cause}`;
