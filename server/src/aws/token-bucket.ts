/** Half the rate at most once in so long: calls that were under way together are refused together. */
const slowerEveryMs = 1_000;
/** From nothing back to the cap. */
const recoveryMs = 60_000;
/** Never slower than this part of the cap. */
const slowest = 1 / 32;

export interface TokenBucketOptions {
  readonly perSecond: number;
  /** So many at once after a rest; in no second are there more than `perSecond + burst`. */
  readonly burst: number;
}

/** How many calls may be made when. Pure: every method is given the time, ms. */
export class TokenBucket {
  private readonly cap: number;
  private readonly burst: number;
  private rate: number;
  private tokens: number;
  private atMs: number;
  private slowedMs = Number.NEGATIVE_INFINITY;
  private closedUntilMs = Number.NEGATIVE_INFINITY;

  constructor({ perSecond, burst }: TokenBucketOptions, nowMs: number) {
    this.cap = perSecond;
    this.burst = Math.max(1, burst);
    this.rate = perSecond;
    this.tokens = this.burst;
    this.atMs = nowMs;
  }

  get perSecond(): number {
    return this.rate;
  }

  /** 0 = a call may be made now. */
  readyInMs(nowMs: number): number {
    this.refill(nowMs);
    const closedMs = Math.max(0, this.closedUntilMs - nowMs);
    return Math.max(closedMs, this.tokens >= 1 ? 0 : Math.ceil(((1 - this.tokens) / this.rate) * 1000));
  }

  take(nowMs: number): void {
    this.refill(nowMs);
    this.tokens -= 1;
  }

  slowDown(nowMs: number, closedForMs: number): void {
    this.refill(nowMs);
    this.closedUntilMs = Math.max(this.closedUntilMs, nowMs + closedForMs);
    if (nowMs - this.slowedMs < slowerEveryMs && nowMs >= this.slowedMs) return;
    this.slowedMs = nowMs;
    this.rate = Math.max(this.rate / 2, this.cap * slowest);
    this.tokens = Math.min(this.tokens, 0);
  }

  private refill(nowMs: number): void {
    // The clock may be put back: then nothing has passed.
    const passedMs = Math.max(0, nowMs - this.atMs);
    this.atMs = nowMs;
    this.tokens = Math.min(this.burst, this.tokens + (passedMs / 1000) * this.rate);
    this.rate = Math.min(this.cap, this.rate + (this.cap * passedMs) / recoveryMs);
  }
}
