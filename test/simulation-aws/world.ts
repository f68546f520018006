import { createRandom } from '../e2e/exactly-once/random.js';
import type { FakeLogEvent, FakeWorld } from '../fake-aws/world.js';
import { account, createTraffic, type Request, region, streams, type WrittenLine } from './traffic.js';

export interface SimulatedWorld {
  readonly requests: readonly Request[];
  readonly fake: FakeWorld;
}

/** All that is going to be written, a function of the seed. */
export function createWorld(seed: number, fromMs: number, untilMs: number): SimulatedWorld {
  const random = createRandom(seed);
  const requests = Object.values(streams).flatMap((stream) => [...createTraffic(random, stream, fromMs, untilMs)]);
  const events = new Map<string, FakeLogEvent[]>(Object.values(streams).map(({ group }) => [group, []]));
  for (const { access, others } of requests) {
    for (const line of [access, ...others]) events.get(line.group)?.push(eventOf(line));
  }
  return {
    requests,
    fake: {
      accounts: {
        [account]: {
          regions: { [region]: { logGroups: [...events].map(([name, list]) => ({ name, events: list })) } },
        },
      },
    },
  };
}

const eventOf = ({ atMs, visibleAtMs, message, logStream }: WrittenLine): FakeLogEvent => ({
  timestamp: atMs,
  // CloudWatch has taken it in before readers see it.
  ingestionTime: Math.max(atMs, visibleAtMs - 500),
  visibleAt: visibleAtMs,
  logStreamName: logStream,
  message,
});
