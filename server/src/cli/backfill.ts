import { type ControlledService, ServiceRefused, ServiceUnusable } from '../check/running-service.js';
import { tokenVariable } from '../config/environment.js';
import { jsonText } from '../text/json-text.js';
import { visible } from '../text/visible.js';
import type { Arguments } from './arguments.js';
import { backfillProgress, renderBackfill } from './backfill-text.js';
import type { Command, ExitCode } from './command.js';
import { ProgressLine } from './progress.js';
import { refusePositionals } from './serve.js';
import type { ServiceHost } from './service-host.js';
import { serviceUrl, usualServiceUrl } from './service-url.js';
import { backfill, backfills, type ToldBackfill } from './told-backfill.js';
import { UsageError } from './usage-error.js';

const help = `Has a running service read a past range of its log groups (sources of kind aws), and shows how far it is.

Usage: why403 backfill --from TIME [OPTIONS]
       why403 backfill [--stop] [OPTIONS]

The service reads beside its usual reading, with what that leaves of the quotas. What is stored is left out: nothing counts twice,
and a range that was begun before goes on. Without --from it follows the backfill that is under way.
Ctrl-C ends the following, not the backfill: --stop does.

Options:
  --from TIME   start of the range: 2026-03-01T00:00:00Z, ms since the epoch, or now-7d
  --to TIME     its end, exclusive (now)
  --api API     only groups of this API, by id or name; * stands for any characters
  --stage S     only groups of stages with this name, likewise
  --stop        stop the backfill that is under way; what it read stays
  --url URL     the service (${usualServiceUrl}); its token of the role admin in ${tokenVariable}
  --json        at the end, the backfill as GET /api/v1/backfills has it, for programs (docs/api.md)
  -h, --help    this text

Exit codes: 0 all was read (or it was stopped, or goes on without being followed), 1 something was not read, or the service does not
answer, 2 wrong usage.

Examples:
  why403 backfill --from now-7d
  why403 backfill --from 2026-03-01T00:00:00Z --to 2026-03-02T00:00:00Z --api a1b2c3d4e5 --stage prod
  why403 backfill --stop
`;

export interface BackfillParts {
  readonly host: ServiceHost;
  runningService(url: string, token: string | null): ControlledService;
  readonly nowMs: () => number;
  /** Ends early on the signal. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

const path = '/api/v1/backfills';
const everyMs = 1_000;
/** The service may be restarted meanwhile, and the network has gaps. */
const mostFailures = 10;

/** Until the service knows which log groups there are. */
const tryEveryMs = 5_000;
const mostTries = 60;

/** Faults of what was asked for, and so of the command line. */
const usageCodes: ReadonlySet<string> = new Set(['body_invalid', 'range_invalid', 'range_too_long']);

export function createBackfillCommand(parts: BackfillParts): Command {
  const { host } = parts;
  return {
    help,
    options: {
      ...{ from: 'value', to: 'value', api: 'value', stage: 'value', url: 'value' },
      ...{ stop: 'flag', json: 'flag' },
    },
    async run(args) {
      refusePositionals('backfill', args);
      checkOptions(args);
      const service = parts.runningService(
        serviceUrl(args.values.get('url') ?? usualServiceUrl),
        host.env[tokenVariable]?.trim() || null,
      );
      try {
        return await backfillBy(service, args, parts);
      } catch (error) {
        if (!(error instanceof ServiceUnusable)) throw error;
        if (error instanceof ServiceRefused && usageCodes.has(error.code)) {
          throw new UsageError(error.message, '`why403 backfill --help` shows how times are written.');
        }
        const hint = error instanceof ServiceRefused ? (hints[error.code] ?? '') : '';
        await host.writeError(`why403: ${visible(error.message)}\n${hint}`);
        return 1;
      }
    },
  };
}

const hints: Readonly<Record<string, string>> = {
  backfill_running: '`why403 backfill` follows it, `why403 backfill --stop` stops it.\n',
};

function checkOptions({ values, flags }: Arguments): void {
  const ranged = ['from', 'to', 'api', 'stage'].filter((name) => values.has(name));
  const hint = '`why403 backfill --help` shows the options.';
  if (flags.has('stop') && ranged.length > 0) {
    throw new UsageError(`--stop stops whatever is under way, and takes no --${ranged[0]}.`, hint);
  }
  if (ranged.length > 0 && !values.has('from')) {
    throw new UsageError(`--${ranged[0]} needs --from.`, 'For example: why403 backfill --from now-7d');
  }
}

async function backfillBy(service: ControlledService, args: Arguments, parts: BackfillParts): Promise<ExitCode> {
  const { host } = parts;
  const { values, flags } = args;
  if (values.has('from')) {
    const asked = ['from', 'to', 'api', 'stage'].flatMap((name) => {
      const value = values.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return follow(await begin(Object.fromEntries(asked)));
  }
  const { backfills: all } = await service.get(path, backfills);
  const running = all.find(({ state }) => state === 'running');
  if (running === undefined) {
    if (!flags.has('json')) await host.writeOut('No backfill is under way.\n');
    const last = all[0];
    return last === undefined ? 0 : tell(last);
  }
  if (!flags.has('stop')) return follow(running);
  return tell(await service.send('DELETE', `${path}/${encodeURIComponent(running.id)}`, null, backfill));

  async function begin(asked: unknown): Promise<ToldBackfill> {
    const signal = host.stopSignal();
    for (let tries = 1; ; tries++) {
      try {
        return await service.send('POST', path, asked, backfill);
      } catch (error) {
        const isEarly = error instanceof ServiceRefused && error.code === 'sources_starting';
        if (!isEarly || tries === mostTries || signal.aborted) throw error;
        if (tries === 1) await host.writeError(`${visible(error.message)} This waits.\n`);
        await parts.wait(tryEveryMs, signal);
      }
    }
  }

  async function follow(begun: ToldBackfill): Promise<ExitCode> {
    const { nowMs, wait } = parts;
    const signal = host.stopSignal();
    const write = host.errorIsTerminal === true ? (text: string) => host.writeError(text) : null;
    const line = new ProgressLine({ write, nowMs, width: host.style.width });
    let now = begun;
    let failures = 0;
    while (now.state === 'running' && !signal.aborted) {
      await line.showText((elapsedMs) => backfillProgress(now, begun, elapsedMs));
      await wait(everyMs, signal);
      const found = await look();
      if (found !== null) now = found;
    }
    await line.clear();
    if (now.state !== 'running') return tell(now);
    await host.writeError('The service reads on. `why403 backfill` follows it, `why403 backfill --stop` stops it.\n');
    return tell(now);

    /** null: no answer this time. */
    async function look(): Promise<ToldBackfill | null> {
      try {
        const { backfills: all } = await service.get(path, backfills);
        failures = 0;
        const found = all.find(({ id }) => id === begun.id);
        if (found !== undefined) return found;
      } catch (error) {
        if (error instanceof ServiceUnusable && ++failures < mostFailures) return null;
        await line.clear();
        throw error;
      }
      await line.clear();
      throw new ServiceUnusable('The service was started again, which ended the backfill: begin the same range again.');
    }
  }

  async function tell(told: ToldBackfill): Promise<ExitCode> {
    await host.writeOut(flags.has('json') ? `${jsonText(told)}\n` : renderBackfill(told, parts.nowMs()));
    return told.state === 'failed' ? 1 : 0;
  }
}
