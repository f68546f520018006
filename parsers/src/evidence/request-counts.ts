import type { CountedFrom, CountedRequests, RequestPlace, StatusClass } from '../model/index.js';

/** Labels of requests as their lines tell them; null where they do not. */
export interface RequestLabels {
  readonly place: RequestPlace;
  readonly route: string | null;
  readonly method: string | null;
  readonly statusClass: StatusClass;
  readonly countedFrom: CountedFrom;
  readonly timeMs: number;
}

/** Distinct routes of one API and stage in a unit; the rarest beyond it are one label. */
const maxRoutes = 1000;
const otherRoutes = '(other)';
const unknown = 'unknown';

const minuteMs = 60_000;

/** Counts the requests of one unit by their labels. */
export class RequestCounts {
  private readonly fallbackPlace: RequestPlace;
  private readonly cells = new Map<string, CountedRequests>();

  /** `fallbackPlace` stands in for what lines do not tell. */
  constructor(fallbackPlace: RequestPlace) {
    this.fallbackPlace = fallbackPlace;
  }

  add({ place, route, method, statusClass, countedFrom, timeMs }: RequestLabels, requests: number): void {
    const { fallbackPlace } = this;
    this.put({
      minuteMs: Math.floor(timeMs / minuteMs) * minuteMs,
      account: place.account ?? fallbackPlace.account ?? unknown,
      region: place.region ?? fallbackPlace.region ?? unknown,
      apiId: place.apiId ?? fallbackPlace.apiId ?? unknown,
      stage: place.stage ?? fallbackPlace.stage ?? unknown,
      route: route ?? unknown,
      method: method ?? unknown,
      statusClass,
      countedFrom,
      requests,
    });
  }

  /** In an order that depends on nothing but the labels. */
  list(): readonly CountedRequests[] {
    this.foldIllFormed();
    this.foldRareRoutes();
    return [...this.cells].sort(([a], [b]) => compare(a, b)).map(([, cell]) => cell);
  }

  private put(cell: CountedRequests): void {
    const key = keyOf(cell);
    const known = this.cells.get(key);
    this.cells.set(key, known === undefined ? cell : { ...known, requests: known.requests + cell.requests });
  }

  /** What is stored is Unicode text: labels that differ in halves of characters only would become one row there, and count once. */
  private foldIllFormed(): void {
    for (const [key, cell] of [...this.cells]) {
      // As JSON writes them.
      if (!key.includes('\\ud')) continue;
      this.cells.delete(key);
      this.put({
        ...cell,
        account: wellFormed(cell.account),
        region: wellFormed(cell.region),
        apiId: wellFormed(cell.apiId),
        stage: wellFormed(cell.stage),
        route: wellFormed(cell.route),
        method: wellFormed(cell.method),
      });
    }
  }

  private foldRareRoutes(): void {
    const stages = new Map<string, Map<string, number>>();
    for (const cell of this.cells.values()) {
      const routes = stages.get(stageKeyOf(cell)) ?? new Map<string, number>();
      stages.set(stageKeyOf(cell), routes);
      if (cell.route !== unknown) routes.set(cell.route, (routes.get(cell.route) ?? 0) + cell.requests);
    }
    const rare = new Map<string, ReadonlySet<string>>();
    for (const [stage, routes] of stages) {
      if (routes.size <= maxRoutes) continue;
      const byCount = [...routes].sort(([a, n], [b, m]) => m - n || compare(a, b));
      rare.set(stage, new Set(byCount.slice(maxRoutes).map(([route]) => route)));
    }
    if (rare.size === 0) return;
    for (const [key, cell] of [...this.cells]) {
      if (rare.get(stageKeyOf(cell))?.has(cell.route) !== true) continue;
      this.cells.delete(key);
      this.put({ ...cell, route: otherRoutes });
    }
  }
}

const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const stageKeyOf = ({ account, region, apiId, stage }: CountedRequests): string =>
  JSON.stringify([account, region, apiId, stage]);

const keyOf = (cell: CountedRequests): string =>
  JSON.stringify([
    cell.account,
    cell.region,
    cell.apiId,
    cell.stage,
    cell.minuteMs,
    cell.route,
    cell.method,
    cell.statusClass,
    cell.countedFrom,
  ]);
