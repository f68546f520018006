import { AwsError } from '../../aws/aws-error.js';
import type { Priority, RateBudget, Wait } from '../../aws/rate-budget.js';
import { pauseAfter } from '../../time/pause.js';
import type { EventsPage, EventsRequest, LogEvent, LogEventsClient } from './log-events-client.js';
import { feedOf } from './unit-names.js';

export interface PageDeps {
  readonly client: LogEventsClient;
  /** Of the group's account and region. */
  readonly budget: RateBudget;
  readonly wait: Wait;
  readonly onThrottled: () => void;
}

/** A token that leads nowhere: so many pages without an event, and the same token after each. */
const maxRepeatedTokens = 1_000;
const maxRestarts = 3;
/** Attempts at one page. */
const attempts = { throttled: 8, unreachable: 3 };

/**
 * All events of [fromMs, toMs) that AWS shows, each once, a page at a time. Ends only where there is no token: an empty page is none, and
 * the same token may come again. A token that AWS no longer takes, or that leads nowhere, means: once more from the beginning, without
 * what has been handed on. Fails with the first error that trying again does not mend.
 */
export async function* readPages(
  request: Omit<EventsRequest, 'token'>,
  priority: Priority,
  deps: PageDeps,
  signal: AbortSignal,
): AsyncGenerator<readonly LogEvent[], void, undefined> {
  const { fromMs, toMs } = request;
  const seen = new Set<string>();
  let token: string | null = null;
  let repeated = 0;
  let restarts = 0;
  for (;;) {
    let page: EventsPage;
    try {
      page = await readPage({ ...request, token }, priority, deps, signal);
    } catch (error) {
      if (!isRejectedToken(error) || token === null || ++restarts > maxRestarts) throw error;
      token = null;
      continue;
    }
    const events = page.events.filter(({ eventId, timestamp }) => {
      // What is outside belongs to another window and is read there.
      if (timestamp < fromMs || timestamp >= toMs || seen.has(eventId)) return false;
      seen.add(eventId);
      return true;
    });
    yield events;
    const next: string | null = page.nextToken === '' ? null : page.nextToken;
    if (next === null) return;
    repeated = next === token && events.length === 0 ? repeated + 1 : 0;
    token = next;
    if (repeated < maxRepeatedTokens) continue;
    if (++restarts > maxRestarts) throw new AwsError('broken', endless);
    token = null;
    repeated = 0;
  }
}

/** All events that one of the patterns matches (null: all events), each once. In order of time where there is one pattern only. */
export async function* readMatching(
  request: Omit<EventsRequest, 'token' | 'filterPattern'>,
  patterns: readonly (string | null)[],
  priority: Priority,
  deps: PageDeps,
  signal: AbortSignal,
): AsyncGenerator<readonly LogEvent[], void, undefined> {
  const seen = new Set<string>();
  for (const filterPattern of patterns) {
    for await (const events of readPages({ ...request, filterPattern }, priority, deps, signal)) {
      yield patterns.length === 1 ? events : events.filter(({ eventId }) => !seen.has(eventId) && seen.add(eventId));
    }
  }
}

const endless = `AWS gave the same page token ${maxRepeatedTokens} times without an event, again and again.`;

const isRejectedToken = (error: unknown): boolean => error instanceof AwsError && error.kind === 'token_rejected';

async function readPage(
  request: EventsRequest,
  priority: Priority,
  { client, budget, wait, onThrottled }: PageDeps,
  signal: AbortSignal,
): Promise<EventsPage> {
  const key = feedOf(request.group);
  const failures = { throttled: 0, unreachable: 0 };
  for (;;) {
    await budget.take(key, signal, priority);
    try {
      return await client.readPage(request, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AwsError)) throw error;
      const { kind, retryAfterMs } = error;
      if (kind === 'throttled') {
        budget.throttled(retryAfterMs);
        onThrottled();
      } else if (kind !== 'unreachable') throw error;
      if (++failures[kind] >= attempts[kind]) throw error;
      // The budget makes the pause after a throttled call.
      if (kind === 'unreachable') await wait(pauseAfter(failures.unreachable), signal);
    }
  }
}
