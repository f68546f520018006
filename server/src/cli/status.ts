import { type RunningService, ServiceUnusable } from '../check/running-service.js';
import { tokenVariable } from '../config/environment.js';
import { jsonText } from '../text/json-text.js';
import { visible } from '../text/visible.js';
import type { Command, ExitCode } from './command.js';
import { refusePositionals } from './serve.js';
import type { ServiceHost } from './service-host.js';
import { serviceUrl, usualServiceUrl } from './service-url.js';
import { sources } from './sources-answer.js';
import { isWell, renderStatus } from './status-text.js';

const help = `Shows how far a running service has read, what keeps it from reading, and the lines that it rejected.

Usage: why403 status [OPTIONS]

Options:
  --url URL    the service (${usualServiceUrl}); its token of the role read in ${tokenVariable}
  --all        groups that are read without a fault one by one, too
  --watch      again every 5 seconds, until Ctrl-C
  --json       what GET /api/v1/sources answers, for programs (docs/api.md)
  -h, --help   this text

Exit codes: 0 all is read (rejected lines apart), 1 something is not, or the service does not answer, 2 wrong usage.

Examples:
  why403 status
  why403 status --watch
  WHY403_TOKEN=w403_read_… why403 status --url https://why403.example.com --json
`;

export interface StatusParts {
  readonly host: ServiceHost;
  runningService(url: string, token: string | null): RunningService;
  readonly nowMs: () => number;
  /** Ends early on the signal. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

const everyMs = 5_000;

export function createStatusCommand({ host, runningService, nowMs, wait }: StatusParts): Command {
  return {
    help,
    options: { url: 'value', all: 'flag', watch: 'flag', json: 'flag' },
    async run(args) {
      refusePositionals('status', args);
      const url = serviceUrl(args.values.get('url') ?? usualServiceUrl);
      const service = runningService(url, host.env[tokenVariable]?.trim() || null);
      if (!args.flags.has('watch')) return show('');
      const signal = host.stopSignal();
      for (;;) {
        // The last answer says how it ends.
        const code = await show(host.outputIsTerminal && !args.flags.has('json') ? '\x1b[2J\x1b[H' : '');
        await wait(everyMs, signal);
        if (signal.aborted) return code;
      }

      async function show(before: string): Promise<ExitCode> {
        try {
          const answer = await service.get('/api/v1/sources', sources);
          const text = args.flags.has('json')
            ? `${jsonText(answer)}\n`
            : renderStatus(answer, { style: host.style, url, nowMs: nowMs(), showsAll: args.flags.has('all') });
          await host.writeOut(before + text);
          return isWell(answer) ? 0 : 1;
        } catch (error) {
          if (!(error instanceof ServiceUnusable)) throw error;
          await host.writeError(`${before}why403: ${visible(error.message)}\n`);
          return 1;
        }
      }
    },
  };
}
