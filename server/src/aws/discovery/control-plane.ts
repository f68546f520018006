import { pauseAfter } from '../../time/pause.js';
import { type AwsError, awsErrorOf } from '../aws-error.js';
import type { RegionClients } from '../clients.js';
import type { RateBudget, Wait } from '../rate-budget.js';
import type { DiscoveryProblem } from './snapshot.js';

export interface ControlPlaneOptions {
  readonly account: string;
  readonly region: string;
  readonly clients: RegionClients;
  /** Of all control-plane calls in the account and region. */
  readonly budget: RateBudget;
  readonly wait: Wait;
  readonly signal: AbortSignal;
}

/** null: AWS says that there is no such thing (any more). undefined: it could not be read, which stands among the problems. */
export type Answer<T> = T | null | undefined;

export interface Page<Item> {
  readonly items: readonly Item[] | undefined;
  readonly next: string | undefined;
}

export type Send<T> = (clients: RegionClients, options: { readonly abortSignal: AbortSignal }) => Promise<T>;

const attempts = 5;
/** So many pages of 500 are more than any quota allows. */
const mostPages = 200;
/** After so many refusals of one operation, or silences of AWS, the others of this reading would be the same. */
const enough = 3;

/** Asks within the budget, repeats what passes, and notes what does not: one thing that cannot be read leaves all others. */
export class ControlPlane {
  readonly problems: DiscoveryProblem[] = [];
  readonly account: string;
  readonly region: string;
  private readonly options: ControlPlaneOptions;
  private readonly denied = new Map<string, number>();
  private silent = 0;
  /** Credentials or network: nothing more is asked. */
  private stopped: AwsError | null = null;

  constructor(options: ControlPlaneOptions) {
    this.options = options;
    this.account = options.account;
    this.region = options.region;
  }

  /** `part`: the path that is asked, or the ARN. Rejects with the signal's reason only. */
  async ask<T>(part: string, send: Send<T>, action = 'apigateway:GET'): Promise<Answer<T>> {
    const operation = `${action} ${templateOf(part)}`;
    try {
      this.stopIfKnown(operation, part, action);
      const answer = await this.repeat(part, action, send);
      this.silent = 0;
      this.denied.set(operation, Number.NEGATIVE_INFINITY);
      return answer;
    } catch (error) {
      this.options.signal.throwIfAborted();
      const { kind, message } = this.noted(awsErrorOf(error, this.callOf(part, action)), operation);
      if (kind === 'group_missing') return null;
      this.problems.push({ part, action, kind, message });
      return undefined;
    }
  }

  /** All pages of a listing, or nothing. */
  async list<Item>(
    part: string,
    readPage: (position: string | undefined, ...of: Parameters<Send<never>>) => Promise<Page<Item>>,
  ): Promise<Answer<readonly Item[]>> {
    const all: Item[] = [];
    let position: string | undefined;
    for (let pages = 0; pages < mostPages; pages++) {
      const page = await this.ask(part, (clients, options) => readPage(position, clients, options));
      if (page === null || page === undefined) return page;
      all.push(...(page.items ?? []));
      if (!page.next) return all;
      position = page.next;
    }
    const message = `AWS gives more than ${mostPages} pages of ${part}: they are not read.`;
    this.problems.push({ part, action: 'apigateway:GET', kind: 'broken', message });
    return undefined;
  }

  private async repeat<T>(part: string, action: string, send: Send<T>): Promise<T> {
    const { budget, clients, wait, signal } = this.options;
    for (let failures = 1; ; failures++) {
      await budget.take(part, signal);
      try {
        return await send(clients, { abortSignal: signal });
      } catch (thrown) {
        signal.throwIfAborted();
        const error = awsErrorOf(thrown, this.callOf(part, action));
        if (error.kind === 'throttled') budget.throttled(error.retryAfterMs);
        const passes = error.kind === 'throttled' || error.kind === 'unreachable';
        if (!passes || failures === attempts) throw error;
        await wait(pauseAfter(failures), signal);
        signal.throwIfAborted();
      }
    }
  }

  private stopIfKnown(operation: string, part: string, action: string): void {
    if (this.stopped !== null) throw this.stopped;
    if ((this.denied.get(operation) ?? 0) < enough) return;
    throw awsErrorOf(null, this.callOf(part, action), 'denied');
  }

  private noted(error: AwsError, operation: string): AwsError {
    if (error.kind === 'denied') this.denied.set(operation, (this.denied.get(operation) ?? 0) + 1);
    if (error.kind === 'credentials') this.stopped = error;
    if (error.kind === 'unreachable' && ++this.silent === enough) this.stopped = error;
    return error;
  }

  private callOf(part: string, action: string): { action: string; on: string } {
    return { action, on: part.startsWith('arn:') ? part : `${part} (${this.account}, ${this.region})` };
  }
}

// `/restapis/a1b2c3/stages` → `/restapis/{}/stages`
const templateOf = (part: string): string =>
  part
    .split('/')
    .map((word, i) => (i > 0 && i % 2 === 0 ? '{}' : word))
    .join('/');
