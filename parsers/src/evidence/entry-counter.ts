import { type AccessBatch, type AccessCount, type AccessLogTemplate, LinePlans } from '../access-log/index.js';
import type { LogEntry } from '../model/index.js';

export interface CountsSink {
  onCounts(batch: Pick<AccessBatch, 'counts' | 'firstMs' | 'newestMs'>): void;
}

/** Accounts and regions that entries of one feed name; those of further ones are read as text. */
const maxPlaces = 8;
/** Sets of labels of one place that are held. */
const maxGathered = 50_000;
/** Of a message, in UTF-16 units; longer ones are read as text. */
const maxLength = 16 * 1024;
const mostBytesOfUnit = 3;

/**
 * Log events whose message is an access line of a known layout and no refusal, counted as bytes as the lines of a file are: with the same
 * result as reading them as text. What the line does not tell of its place is told by what is around it.
 */
export class EntryCounter {
  private readonly template: AccessLogTemplate | null;
  private readonly sink: CountsSink;
  private readonly places = new Map<
    string,
    { readonly entry: Pick<LogEntry, 'account' | 'region'>; readonly plans: LinePlans }
  >();
  private readonly encoder = new TextEncoder();
  /** Grows with the messages: many units have none, or short ones. */
  private bytes = new Uint8Array(0);

  constructor(template: AccessLogTemplate | null, sink: CountsSink) {
    this.template = template;
    this.sink = sink;
  }

  /** False: nothing was counted, it is to be read as text. */
  count({ text, account, region, eventId }: LogEntry): boolean {
    // What is no event was a line of the input, and has been looked at as bytes.
    if (eventId === null || text.length > maxLength || text.includes('\n') || text.includes('\r')) return false;
    const plans = this.plansOf(account, region);
    if (plans === null) return false;
    const most = text.length * mostBytesOfUnit;
    if (this.bytes.length < most) this.bytes = new Uint8Array(2 * most);
    const { written } = this.encoder.encodeInto(text, this.bytes);
    const reading = plans.count(this.bytes, 0, written);
    if (reading === 'odd') plans.learn(this.bytes.subarray(0, written));
    if (plans.size >= maxGathered) this.end();
    return reading === 'counted';
  }

  /** Hands out what was counted. */
  end(): void {
    for (const { entry, plans } of this.places.values()) {
      const counts: AccessCount[] = [];
      const { firstMs, newestMs } = plans.drain((labels, count) => {
        counts.push({
          ...labels,
          account: labels.account ?? entry.account,
          region: labels.region ?? entry.region,
          count,
        });
      });
      if (counts.length > 0) this.sink.onCounts({ counts, firstMs, newestMs });
    }
  }

  private plansOf(account: string | null, region: string | null): LinePlans | null {
    const key = `${account} ${region}`;
    const known = this.places.get(key);
    if (known !== undefined) return known.plans;
    if (this.places.size === maxPlaces) return null;
    const plans = new LinePlans(this.template, true);
    this.places.set(key, { entry: { account, region }, plans });
    return plans;
  }
}
