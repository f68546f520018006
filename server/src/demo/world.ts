import { AccessLineWriter } from './access-lines.js';
import { type Caller, type CallerKind, callerKinds, createCallers } from './callers.js';
import { type DemoRoute, type Stream, streams, troublesShare } from './company.js';
import type { IncidentPlan } from './incidents.js';
import type { OutcomeName } from './outcomes.js';
import { type Random, Weighted } from './random.js';

/** The company with the people and programs that call it: all that the lines of a minute are made of. */
export interface World {
  readonly seed: number;
  readonly incidents: IncidentPlan;
  readonly streams: readonly LiveStream[];
  readonly writer: AccessLineWriter;
}

export interface LiveStream extends Stream {
  readonly people: readonly Caller[];
  readonly route: Weighted<DemoRoute>;
  readonly trouble: Weighted<OutcomeName>;
  readonly troubleShare: number;
}

/** `speed`: how many times busier than usual the company is. */
export function createWorld(seed: number, speed = 1, incidents: IncidentPlan = 'scheduled'): World {
  const people = new Map<CallerKind, readonly Caller[]>(callerKinds.map((kind) => [kind, createCallers(seed, kind)]));
  return {
    seed,
    incidents,
    writer: new AccessLineWriter(),
    streams: streams.map((stream) => ({
      ...stream,
      perDay: stream.perDay * speed,
      people: people.get(stream.callers) ?? [],
      route: new Weighted(stream.routes),
      trouble: new Weighted(stream.troubles),
      troubleShare: troublesShare(stream),
    })),
  };
}

/** A few call often, many seldom. */
export function pickCaller(people: readonly Caller[], random: Random): Caller {
  return people[Math.floor(people.length * random.unit() ** 1.8)] as Caller;
}
