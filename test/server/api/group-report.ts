import type { GroupReport } from '../../../server/src/sources/source-state.js';
import { testNowMs } from './start-api.js';

/** A log group that is read without a fault. */
export const groupReport = (name: string, changes: Partial<GroupReport> = {}): GroupReport => ({
  group: { account: '111122223333', region: 'eu-west-1', name },
  kind: 'access',
  stages: [{ apiId: 'a1b2c3d4e5', stage: 'prod' }],
  state: 'reading',
  sinceMs: testNowMs - 3_600_000,
  message: '',
  reading: 'whole',
  readingSinceMs: testNowMs - 3_600_000,
  misses: [],
  wholeBecause: null,
  lagMs: 95_000,
  watermarkMs: testNowMs - 95_000,
  windowsBehind: 1,
  sweptUntilMs: null,
  events: 7,
  lateEvents: 0,
  throttles: 0,
  gaps: [],
  ...changes,
});
