import type { AccessLogTemplate } from '@why403/parsers';
import type { ApiDeps, IngestFeed } from './deps.js';
import { ApiError } from './errors/api-error.js';

/** How the lines of a feed are read. */
export interface KnownFeed extends Omit<IngestFeed, 'accessLogFormat'> {
  readonly template: AccessLogTemplate | null;
}

/** Feeds that are configured, by name. */
export function configuredFeeds({ ingestFeeds, engine }: Pick<ApiDeps, 'ingestFeeds' | 'engine'>) {
  const feeds = new Map<string, KnownFeed>();
  for (const [name, { accessLogFormat, place, delayMs }] of ingestFeeds) {
    const template = accessLogFormat === null ? null : compileFormat(accessLogFormat, { engine });
    feeds.set(name, { template, place, delayMs });
  }
  return feeds;
}

export const unconfiguredFeed = ({ ingestDelayMs }: Pick<ApiDeps, 'ingestDelayMs'>): KnownFeed => ({
  template: null,
  place: { account: null, region: null, apiId: null, stage: null },
  delayMs: ingestDelayMs,
});

export function compileFormat(format: string, { engine }: Pick<ApiDeps, 'engine'>): AccessLogTemplate {
  const template = engine.compileAccessLogFormat(format);
  if (template.ok) return template.value;
  throw new ApiError('access_log_format_invalid', `query format: ${template.detail}.`);
}

/** Names of feeds that senders choose: a bounded number besides those known from the start. */
export class FeedNames {
  private readonly names: Set<string>;
  private readonly most: number;

  constructor(known: Iterable<string>, others: number) {
    this.names = new Set(known);
    this.most = this.names.size + others;
  }

  /** `where`: what of the request gave the name. */
  check(name: string, where: string): void {
    if (this.names.has(name) || this.names.size < this.most) return;
    throw new ApiError('feed_limit_reached', `${where}: expected a name used before, came another new one.`);
  }

  /** Its first batch is stored. Batches that are refused use up no name; those under way at once may go over by their number. */
  enter(name: string): void {
    this.names.add(name);
  }
}
