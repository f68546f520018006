import { ApiError } from './errors/api-error.js';

/** Bodies that are taken in at once: each holds memory until it is stored. */
export class OpenIngests {
  private readonly most: number;
  private open = 0;

  constructor(most: number) {
    this.most = most;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.open >= this.most) {
      throw new ApiError('ingest_busy', `${this.open} batches are under way, which is the limit.`, {
        retryAfterSeconds: 1,
      });
    }
    this.open++;
    try {
      return await work();
    } finally {
      this.open--;
    }
  }
}
