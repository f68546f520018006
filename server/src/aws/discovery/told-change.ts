import type { Change } from '../../store/change-event.js';

/** What a kind of change says; account, region and time of seeing are those of the snapshots. */
export type Told = Omit<Change, 'account' | 'region' | 'seenMs'>;
