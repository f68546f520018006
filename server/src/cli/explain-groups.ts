import type { ExplainedRequest } from '@why403/parsers';

/** Requests that one card can speak for: the first of them, and how many there are. */
export interface AlikeRequests {
  readonly first: ExplainedRequest;
  readonly count: number;
}

/** Groups requests of the same key, most frequent first, ties in input order. */
export function groupAlike(
  requests: readonly ExplainedRequest[],
  keyOf: (request: ExplainedRequest) => string,
): AlikeRequests[] {
  const groups = new Map<string, { first: ExplainedRequest; count: number }>();
  for (const request of requests) {
    const key = keyOf(request);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: request, count: 1 });
    else group.count++;
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}

/** Same cause, detail and culprit: the same thing to do. */
export const refusalKey = ({ verdict }: ExplainedRequest): string =>
  JSON.stringify([verdict.cause, verdict.detail, verdict.culprit?.kind, verdict.culprit?.id, verdict.culprit?.name]);

export const reasonKey = ({ verdict }: ExplainedRequest): string => JSON.stringify([verdict.outcome, verdict.reason]);
