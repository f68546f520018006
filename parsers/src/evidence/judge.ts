import type { ConfigFacts, RequestRecord, StoredFact, Verdict } from '../model/index.js';

export interface JudgedRequest {
  readonly record: RequestRecord;
  readonly verdict: Verdict;
  /** Event ids that the request had when less was known of it: rows under them are to be cancelled. */
  readonly formerEventIds: readonly string[];
}

/**
 * Puts together the requests of a set of facts that are linked to each other, and judges each. The order of the facts and
 * their repetition change nothing.
 */
export declare function judge(facts: readonly StoredFact[], config: ConfigFacts | null): readonly JudgedRequest[];
