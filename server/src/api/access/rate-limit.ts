import type { RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit, type Store } from 'express-rate-limit';
import { ApiError } from '../errors/api-error.js';
import type { Caller } from '../operation.js';

const windowMs = 60_000;
/** Callers that are remembered; beyond them the oldest start anew. */
const maxKeys = 10_000;

/** Counts in fixed minutes of the given clock. */
class ClockedHits implements Store {
  readonly localKeys = true;
  private readonly nowMs: () => number;
  private minute = -1;
  private readonly hits = new Map<string, number>();

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  increment(key: string): { totalHits: number; resetTime: Date } {
    const minute = Math.floor(this.nowMs() / windowMs);
    if (minute !== this.minute) this.hits.clear();
    this.minute = minute;
    const totalHits = (this.hits.get(key) ?? 0) + 1;
    if (totalHits === 1 && this.hits.size >= maxKeys) this.hits.delete(this.hits.keys().next().value as string);
    this.hits.set(key, totalHits);
    return { totalHits, resetTime: new Date((minute + 1) * windowMs) };
  }

  decrement(key: string): void {
    this.hits.set(key, Math.max(0, (this.hits.get(key) ?? 0) - 1));
  }

  resetKey(key: string): void {
    this.hits.delete(key);
  }
}

/** So many requests a minute of each token, or of each address (IPv6: network) without a known one. */
export function createRateLimit(
  perMinute: number,
  nowMs: () => number,
  callerOf: (res: Response) => Caller,
): RequestHandler {
  return rateLimit({
    windowMs,
    limit: perMinute,
    store: new ClockedHits(nowMs),
    standardHeaders: false,
    legacyHeaders: false,
    // Its checks write to the console when headers of a request look odd.
    validate: false,
    keyGenerator: (req, res) => {
      const { tokenId } = callerOf(res as Response);
      return tokenId === null ? `ip ${ipKeyGenerator(req.socket.remoteAddress ?? '')}` : `token ${tokenId}`;
    },
    handler: (_req, _res, next) => {
      const waitMs = windowMs - (nowMs() % windowMs);
      next(
        new ApiError('rate_limited', `Expected at most ${perMinute} requests a minute of one caller, came more.`, {
          retryAfterSeconds: Math.ceil(waitMs / 1000),
        }),
      );
    },
  });
}
