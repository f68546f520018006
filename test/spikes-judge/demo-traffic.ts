import { createUnitReader, defaultLimits, judge } from '@why403/parsers';
import type { DemoRequest } from '../../server/src/demo/demo-request.js';
import { writeExecutionLines } from '../../server/src/demo/execution-lines.js';
import { type IncidentPlan, incidentsOf } from '../../server/src/demo/incidents.js';
import { account, feeds, region } from '../../server/src/demo/log-formats.js';
import { outcomes } from '../../server/src/demo/outcomes.js';
import { requestsOfMinute } from '../../server/src/demo/traffic.js';
import { writeWafRecords } from '../../server/src/demo/waf-records.js';
import { createWorld, type World } from '../../server/src/demo/world.js';
import { templateOf } from '../server/demo/template-of.js';
import { type CountedKey, type CountedTraffic, dayMs, minuteMs, nameOf } from './counted-traffic.js';

/** The same for each request with this outcome on this stage and route: what the engine says of its lines. */
class CauseTeller {
  private readonly known = new Map<string, { readonly cause: string; readonly group: string } | null>();
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** null: it was not refused. */
  of(request: DemoRequest): { readonly cause: string; readonly group: string } | null {
    // Only these the engine takes for refused, and a status says it sooner.
    if (outcomes[request.outcome].status === 200) return null;
    const { stage, route, outcome, method } = request;
    const name = `${stage.apiId} ${stage.name} ${outcome} ${route?.template} ${method}`;
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const feed = feeds[stage.feed];
    const reader = createUnitReader({ template: templateOf(feed), fallbackPlace: feed.place, limits: defaultLimits });
    const lines = [this.world.writer.write(request), ...writeExecutionLines(request), ...writeWafRecords(request)];
    reader.push(new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')));
    const refused = judge(reader.end().facts, () => null).find(({ verdict }) => verdict.outcome === 'refused')?.verdict;
    const told =
      refused === undefined ? null : { cause: refused.cause ?? 'unknown', group: refused.group ?? 'unknown' };
    this.known.set(name, told);
    return told;
  }
}

/** Some days of the demo's company, counted from its requests; a store is not needed. */
export function demoTraffic(seed: number, plan: IncidentPlan, fromMs: number, days: number): CountedTraffic {
  const world = createWorld(seed, 1, plan);
  const teller = new CauseTeller(world);
  const minutes = (days * dayMs) / minuteMs;
  const requests = new Map<string, CountedKey>();
  const refused = new Map<string, CountedKey>();
  const add = (
    to: Map<string, CountedKey>,
    request: DemoRequest,
    minute: number,
    cause: string,
    group: string,
  ): void => {
    const { apiId, name: stage } = request.stage;
    const labels = { account, region, api_id: apiId, stage, cause, group };
    const name = nameOf(labels);
    const key = to.get(name) ?? { labels, counts: new Uint32Array(minutes) };
    to.set(name, key);
    key.counts[minute] = (key.counts[minute] as number) + 1;
  };
  for (let minute = 0; minute < minutes; minute++) {
    for (const request of requestsOfMinute(world, fromMs + minute * minuteMs)) {
      add(requests, request, minute, '', '');
      const told = teller.of(request);
      if (told !== null) add(refused, request, minute, told.cause, told.group);
    }
  }
  const toMs = fromMs + days * dayMs;
  const incidents = incidentsOf(seed, fromMs, toMs, plan).map(({ id, apiId, stage, cause, ...incident }) => {
    const labels = { api_id: apiId, stage, cause };
    const first = Math.floor((incident.fromMs - fromMs) / minuteMs);
    const counts = refused.get(nameOf(labels))?.counts.subarray(first, first + 5) ?? [];
    const came = [...counts].reduce((a, b) => a + b, 0);
    return {
      what: id.replace(/-\d+$/, ''),
      labels,
      fromMs: incident.fromMs,
      toMs: incident.toMs,
      canBeFound: came >= 10,
    };
  });
  return {
    name: `demo, ${typeof plan === 'string' ? plan : 'all at once'}`,
    fromMs,
    toMs,
    refused,
    requests,
    incidents,
  };
}
