import type { ApiKind, RestApiName, Snapshot } from '../../aws/discovery/snapshot.js';
import type { StageKey } from '../../store/control-plane-store.js';
import type { Dimensions } from './count-requests.js';

/** Which metric counts the requests of a stage; or why none does. */
export type StageMetric =
  | {
      readonly kind: 'metric';
      readonly dimensions: Dimensions;
      /** No later look will show that it was another. */
      readonly isCertain: boolean;
    }
  /** Not known (any more, or yet), or of a kind that has no such metric. */
  | { readonly kind: 'none' }
  /** Two REST APIs have one name, and CloudWatch adds them up. */
  | { readonly kind: 'shared'; readonly apiName: string };

const none: StageMetric = { kind: 'none' };

/** Names that held from one look to another. */
interface Listing {
  readonly fromMs: number;
  untilMs: number;
  /** By API id, as CloudWatch calls it; null: nobody knows how. */
  readonly names: ReadonlyMap<string, string | null>;
  /** By name in CloudWatch. */
  readonly ids: ReadonlyMap<string, readonly string[]>;
}

/** What is asked for later than that is asked for by the oldest names that are known. */
const keptMs = 26 * 3_600_000;

/**
 * How CloudWatch calls the stages of one account and region: HTTP APIs by their id, REST APIs by their name, which may change and need not
 * be theirs alone. WebSocket APIs have metrics of messages, none of requests. What a look finds is not known to hold before it: a minute
 * between two looks has a metric when both say the same.
 */
export class MetricNames {
  private listings: Listing[] = [];
  private readonly kinds = new Map<string, { readonly kind: ApiKind; readonly seenMs: number }>();

  learn({ takenMs, stages, restApis }: Snapshot): void {
    for (const { apiId, apiKind } of stages) this.kinds.set(apiId, { kind: apiKind, seenMs: takenMs });
    for (const [apiId, { seenMs }] of this.kinds) if (takenMs - seenMs > keptMs) this.kinds.delete(apiId);
    // It could not be read.
    if (restApis === undefined) return;
    const last = this.listings.at(-1);
    if (last !== undefined && takenMs <= last.untilMs) return;
    const names = new Map(restApis.map((api) => [api.apiId, metricNameOf(api)]));
    if (last !== undefined && isSame(last.names, names)) last.untilMs = takenMs;
    else this.listings.push({ fromMs: takenMs, untilMs: takenMs, names, ids: idsByName(names) });
    this.listings = this.listings.filter(({ untilMs }) => takenMs - untilMs <= keptMs);
  }

  metricOf({ apiId, stage }: Pick<StageKey, 'apiId' | 'stage'>, minuteMs: number): StageMetric {
    const kind = this.kinds.get(apiId)?.kind;
    if (kind === 'http') return { kind: 'metric', dimensions: { ApiId: apiId, Stage: stage }, isCertain: true };
    if (kind !== 'rest') return none;
    const listings = this.around(minuteMs);
    const [name, ...others] = new Set(listings.flatMap(({ names }) => (names.has(apiId) ? names.get(apiId) : [])));
    if (name == null || others.length > 0) return none;
    const isShared = listings.some(({ ids }) => ids.get(name)?.some((id) => id !== apiId) === true);
    if (isShared) return { kind: 'shared', apiName: name };
    const isCertain = listings.some(({ untilMs }) => untilMs >= minuteMs + 60_000);
    return { kind: 'metric', dimensions: { ApiName: name, Stage: stage }, isCertain };
  }

  /** The last look before the minute and the first one after it, as far as there are any. */
  private around(minuteMs: number): readonly Listing[] {
    const before = this.listings.findLastIndex(({ fromMs }) => fromMs <= minuteMs);
    const listing = this.listings[before];
    if (listing !== undefined && listing.untilMs >= minuteMs + 60_000) return [listing];
    return this.listings.slice(Math.max(0, before), before + 2);
  }
}

/**
 * CloudWatch leaves out of a REST API's name what is not ASCII, and takes the id where nothing is left. Source: "Amazon API Gateway
 * dimensions and metrics" in the API Gateway developer guide. What becomes of spaces at an end, it does not say.
 */
function metricNameOf({ apiId, name }: RestApiName): string | null {
  const left = name.replace(/[^\p{ASCII}]/gu, '');
  if (left === '') return apiId;
  return dimensionValue.test(left) && left === left.trim() ? left : null;
}

/** `orders-api`: what CloudWatch takes; one value that it refuses would fail a call for all. */
const dimensionValue = /^(?!:)[ -~]{1,1024}$/;

function idsByName(names: ReadonlyMap<string, string | null>): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, string[]>();
  for (const [apiId, name] of names) {
    if (name !== null) ids.set(name, [...(ids.get(name) ?? []), apiId]);
  }
  return ids;
}

const isSame = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean =>
  a.size === b.size && [...a].every(([id, name]) => b.get(id) === name);
