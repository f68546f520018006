import { randomBytes } from 'node:crypto';
import { checkedEntry } from './check/checked-entry.js';
import { createRunningService } from './check/running-service.js';
import { createBackfillCommand } from './cli/backfill.js';
import { createCheckCommand } from './cli/check.js';
import type { Command } from './cli/command.js';
import type { ServiceHost } from './cli/service-host.js';
import { createStatusCommand } from './cli/status.js';
import { ownRegion } from './config/agreement.js';
import type { Environment, Override } from './config/environment.js';
import type { Config } from './config/schema.js';
import { pause } from './time/pause.js';

type ReadConfiguration = (input: {
  readonly path: string | undefined;
  readonly env: Environment;
  readonly options: readonly Override[];
}) => Promise<Config>;

const runningService = (url: string, token: string | null) => createRunningService({ url, token, fetch });
const nowMs = (): number => Date.now();

/** What is heavy (the SDK, the engine) is loaded when it is used. */
export const composeCheckCommand = (host: ServiceHost, readConfiguration: ReadConfiguration): Command =>
  createCheckCommand({
    host,
    readConfiguration,
    runningService,
    entriesOf: ({ sources }) =>
      sources.flatMap((source, i) =>
        source.kind === 'aws' ? [checkedEntry(source, `sources[${i}]`, ownRegion(host.env))] : [],
      ),
    async checkEntry(entry, onProgress) {
      const { checkEntry } = await import('./check/check-entry.js');
      return checkEntry(entry, { nowMs, wait: pause, signal: new AbortController().signal, onProgress });
    },
    async reviewStages(entries) {
      const { createStageReviewer } = await import('./check/review-stages.js');
      const review = createStageReviewer();
      return entries.flatMap(({ account, regions }) =>
        regions.flatMap(({ region, stages }) => stages.map((stage) => review(account ?? '', region, stage))),
      );
    },
    async probeFirehose(target) {
      const [{ probeFirehose }, { postProbe }] = await Promise.all([
        import('./check/probe-firehose.js'),
        import('./check/post-probe.js'),
      ]);
      return probeFirehose(target, { post: postProbe, nowMs, randomBytes });
    },
  });

export const composeStatusCommand = (host: ServiceHost): Command =>
  createStatusCommand({ host, runningService, nowMs, wait: pause });

export const composeBackfillCommand = (host: ServiceHost): Command =>
  createBackfillCommand({ host, runningService, nowMs, wait: pause });
