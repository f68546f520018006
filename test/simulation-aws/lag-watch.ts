import { feedOf } from '../../server/src/sources/cloudwatch/unit-names.js';
import { recoveryMs } from './schedule.js';
import { statementsMs } from './simulated-time.js';
import { account, region, streams } from './traffic.js';

/** How far reading was behind in calm hours, seen at each step of the watermark: just before it, the lag is longest. */
export class LagWatch {
  private readonly isPlannedCalm: (atMs: number) => boolean;
  private readonly begins: number[] = [];
  private readonly readTo = new Map<string, number>();
  private readonly longest = new Map<string, number>();

  constructor(isPlannedCalm: (atMs: number) => boolean) {
    this.isPlannedCalm = isPlannedCalm;
  }

  /** A collector begins to live. */
  begun(nowMs: number): void {
    this.begins.push(nowMs);
  }

  /** Also by what happened: a collector dies some steps after the time that was planned, a quarter of an hour later where little is to be done. */
  isCalm(atMs: number): boolean {
    return this.isPlannedCalm(atMs) && !this.begins.some((beganMs) => atMs >= beganMs && atMs < beganMs + recoveryMs);
  }

  progress(feed: string, untilMs: number, nowMs: number): void {
    const before = this.readTo.get(feed);
    this.readTo.set(feed, untilMs);
    if (before === undefined || !this.isCalm(nowMs)) return;
    this.longest.set(feed, Math.max(nowMs - before, this.longest.get(feed) ?? 0));
  }

  get longestMs(): number {
    return Math.max(0, ...this.longest.values());
  }

  /** Nothing when no calm hour has passed. */
  lies(allowedMs: number): string[] {
    const lagOf = ({ group }: { readonly group: string }): number =>
      this.longest.get(feedOf({ account, region, name: group })) ?? 0;
    const lies: string[] = [];
    for (const stream of Object.values(streams)) {
      if (lagOf(stream) > allowedMs)
        lies.push(`${stream.group} lagged ${lagOf(stream)} ms behind, of ${allowedMs} at most`);
    }
    const [quiet, busy] = [lagOf(streams.quiet), lagOf(streams.busy)];
    // They settle at the same moment: what the busy one does not take longer is the order of two statements.
    if (quiet > busy + statementsMs) lies.push(`the quiet group lagged ${quiet} ms behind, the busy one ${busy}`);
    return lies;
  }
}
