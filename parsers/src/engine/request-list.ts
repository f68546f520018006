import type { Decision } from '../classify/classify.js';
import type { Cause, Outcome, RequestRecord } from '../model/index.js';

/** Requests of one outcome and cause that were counted and are not listed. */
export interface UnlistedRequests {
  readonly outcome: Outcome;
  /** null unless `outcome` is `refused`. */
  readonly cause: Cause | null;
  readonly count: number;
}

export interface DecidedRequest {
  readonly record: RequestRecord;
  readonly decision: Decision;
}

interface HeldRequest extends DecidedRequest {
  readonly order: number;
}

/** All requests of one outcome and cause. */
interface Kind {
  readonly outcome: Outcome;
  readonly cause: Cause | null;
  readonly held: HeldRequest[];
  unlisted: number;
}

/** Lower makes room first: a listing is read for what was refused. */
const rankOf: Readonly<Record<Outcome, number>> = { not_refused: 0, undetermined: 1, refused: 2 };

/**
 * The requests of an explanation, at most `limit` of them. When it is full, requests that were not refused make room
 * first, then undetermined ones, then the most frequent cause: a flood of one kind hides no other. The last of a kind
 * stays. All are counted.
 */
export class RequestList {
  private readonly limit: number;
  private readonly kinds = new Map<string, Kind>();
  private size = 0;
  private added = 0;
  private firstUnlistedLine = Number.POSITIVE_INFINITY;

  constructor(limit: number) {
    this.limit = limit;
  }

  add(record: RequestRecord, decision: Decision): void {
    const kind = this.kindOf(decision);
    const request: HeldRequest = { record, decision, order: this.added++ };
    if (this.size < this.limit) this.size++;
    else {
      const crowded = this.mostDispensable();
      if (crowded === null || !makesRoomFor(crowded, kind)) {
        this.drop(kind, request);
        return;
      }
      this.drop(crowded, crowded.held.pop() as HeldRequest);
    }
    kind.held.push(request);
  }

  /** In the order in which they were added. */
  listed(): readonly DecidedRequest[] {
    return [...this.kinds.values()].flatMap(({ held }) => held).sort((a, b) => a.order - b.order);
  }

  unlisted(): readonly UnlistedRequests[] {
    return [...this.kinds.values()]
      .filter(({ unlisted }) => unlisted > 0)
      .map(({ outcome, cause, unlisted }) => ({ outcome, cause, count: unlisted }));
  }

  /** What to say of the requests that are not listed; null when all are. */
  overflow(): { readonly line: number; readonly detail: string } | null {
    const counts = new Map<Outcome, number>();
    for (const { outcome, count } of this.unlisted()) counts.set(outcome, (counts.get(outcome) ?? 0) + count);
    if (counts.size === 0) return null;
    const kinds = [...counts].map(([outcome, count]) => `${count} ${outcome.replace('_', ' ')}`).join(', ');
    const detail = `Expected at most ${this.limit} requests to list, ${this.added} came; counted but not listed: ${kinds}. Narrow the input to see them, for example to one stage or a shorter time.`;
    return { line: this.firstUnlistedLine, detail };
  }

  private kindOf({ finding: { outcome, cause } }: Decision): Kind {
    const key = `${outcome} ${cause}`;
    const known = this.kinds.get(key);
    if (known !== undefined) return known;
    const kind: Kind = { outcome, cause, held: [], unlisted: 0 };
    this.kinds.set(key, kind);
    return kind;
  }

  /** There are no more kinds than causes and outcomes. */
  private mostDispensable(): Kind | null {
    let most: Kind | null = null;
    for (const kind of this.kinds.values()) {
      if (kind.held.length < 2) continue;
      const rank = most === null ? -1 : rankOf[kind.outcome] - rankOf[most.outcome];
      if (most === null || rank < 0 || (rank === 0 && kind.held.length > most.held.length)) most = kind;
    }
    return most;
  }

  private drop(kind: Kind, { record }: HeldRequest): void {
    kind.unlisted++;
    this.firstUnlistedLine = Math.min(this.firstUnlistedLine, record.line);
  }
}

function makesRoomFor(crowded: Kind, kind: Kind): boolean {
  if (kind.held.length === 0) return true;
  const rank = rankOf[crowded.outcome] - rankOf[kind.outcome];
  return rank < 0 || (rank === 0 && crowded.held.length > kind.held.length);
}
