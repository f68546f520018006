import { AwsError } from '../../../../server/src/aws/aws-error.js';
import type {
  EventsPage,
  EventsRequest,
  LogEvent,
  LogEventsClient,
  LogGroup,
} from '../../../../server/src/sources/cloudwatch/log-events-client.js';
import { feedOf } from '../../../../server/src/sources/cloudwatch/unit-names.js';
import type { Clock } from '../../../fake-aws/clock.js';
import { compileFilterPattern } from '../../../fake-aws/filter-pattern/compile-filter-pattern.js';

/** An event, and when AWS begins to show it. */
export interface WrittenEvent extends LogEvent {
  readonly visibleAtMs: number;
}

/** What goes wrong with a call: an error, a page without events whose token goes on, or one whose token is the same again. */
export type Fault = AwsError | 'empty page' | 'same token' | null;

export interface Call {
  readonly atMs: number;
  readonly request: EventsRequest;
  /** Calls before this one. */
  readonly index: number;
}

export interface ModelOptions {
  readonly clock: Clock;
  /** Calls a second for each account and region. */
  readonly quota?: number;
  readonly pageEvents?: number;
  /** A page with a filter pattern looks at so many times that. */
  readonly scannedFactor?: number;
  readonly latencyMs?: number;
  readonly fault?: (call: Call) => Fault;
}

interface Token {
  readonly after: LogEvent | null;
  readonly issuedMs: number;
}

const tokenLifeMs = 24 * 3_600_000;

/** CloudWatch Logs as far as FilterLogEvents shows it: events come late, pages are short, quotas are kept. */
export class ModelCloudWatch implements LogEventsClient {
  readonly calls: Call[] = [];
  /** Calls that AWS would have refused for their rate. */
  overQuota = 0;
  /** Of FilterLogEvents on a group; may change at any time. */
  readonly refused = new Map<string, AwsError>();
  private readonly options: ModelOptions;
  private readonly written = new Map<string, WrittenEvent[]>();
  private readonly tokens = new Map<string, Token>();
  private readonly recent = new Map<string, number[]>();

  constructor(options: ModelOptions) {
    this.options = options;
  }

  write(group: LogGroup, events: readonly WrittenEvent[]): void {
    const feed = feedOf(group);
    this.written.set(feed, [...(this.written.get(feed) ?? []), ...events].sort(byAwsOrder));
  }

  eventsOf(group: LogGroup): readonly WrittenEvent[] {
    return this.written.get(feedOf(group)) ?? [];
  }

  /** As after a day: AWS takes none of its tokens any more. */
  forgetTokens(): void {
    this.tokens.clear();
  }

  async readPage(request: EventsRequest, signal: AbortSignal): Promise<EventsPage> {
    const { clock, quota = 10, latencyMs = 100 } = this.options;
    const call = { atMs: clock.nowMs(), request, index: this.calls.length };
    this.calls.push(call);
    const isOver = this.isOverQuota(request.group, quota, call.atMs);
    await clock.wait(latencyMs, signal);
    if (isOver) {
      this.overQuota++;
      throw new AwsError('throttled', 'over the quota');
    }
    const refused = this.refused.get(feedOf(request.group));
    if (refused !== undefined) throw refused;
    const fault = this.options.fault?.(call) ?? null;
    if (fault instanceof AwsError) throw fault;
    return this.page(request, fault);
  }

  private page({ group, fromMs, toMs, filterPattern, token }: EventsRequest, fault: Fault): EventsPage {
    const { clock, pageEvents = 10, scannedFactor = 20 } = this.options;
    const now = clock.nowMs();
    const known = token === null ? null : this.tokens.get(token);
    if (known === undefined || (known !== null && now - known.issuedMs > tokenLifeMs)) {
      throw new AwsError('token_rejected', 'the token is not known');
    }
    const after = known?.after ?? null;
    if (fault === 'same token' && token !== null) return { events: [], nextToken: token };
    if (fault === 'empty page') return { events: [], nextToken: this.issue(after, now) };
    const left = this.eventsOf(group).filter(
      (event) =>
        event.timestamp >= fromMs &&
        event.timestamp < toMs &&
        event.visibleAtMs <= now &&
        (after === null || byAwsOrder(event, after) > 0),
    );
    const fits = compileFilterPattern(filterPattern ?? '');
    const events: LogEvent[] = [];
    let scanned = 0;
    for (const { visibleAtMs: _visibleAtMs, ...event } of left) {
      if (events.length === pageEvents || scanned === pageEvents * (filterPattern === null ? 1 : scannedFactor)) break;
      scanned++;
      if (fits(event.message)) events.push(event);
    }
    const last = left[scanned - 1];
    return { events, nextToken: left.length > scanned && last !== undefined ? this.issue(last, now) : null };
  }

  private issue(after: LogEvent | null, issuedMs: number): string {
    const token = `token-${this.tokens.size}-${this.calls.length}`;
    this.tokens.set(token, { after, issuedMs });
    return token;
  }

  private isOverQuota({ account, region }: LogGroup, quota: number, now: number): boolean {
    const key = `${account} ${region}`;
    const recent = (this.recent.get(key) ?? []).filter((atMs) => atMs > now - 1000);
    const isOver = recent.length >= quota;
    if (!isOver) recent.push(now);
    this.recent.set(key, recent);
    return isOver;
  }
}

/** Event time, then when it came in, then the id. */
const byAwsOrder = (a: LogEvent, b: LogEvent): number =>
  a.timestamp - b.timestamp ||
  a.ingestionTime - b.ingestionTime ||
  Number(a.eventId > b.eventId) - Number(a.eventId < b.eventId);
