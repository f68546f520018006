import { type Environment, optionOverride } from '../config/environment.js';
import type { Config } from '../config/schema.js';
import type { DemoIncidents } from '../demo/demo-source.js';
import type { Service } from '../service/service.js';
import type { EventReader } from '../store/event-store.js';
import type { Arguments } from './arguments.js';
import type { Command } from './command.js';
import { createPalette } from './palette.js';
import { runService } from './run-service.js';
import { overridesOf, refusePositionals } from './serve.js';
import type { ServiceHost } from './service-host.js';
import { UsageError } from './usage-error.js';

const help = `Serves a made-up company: some history, live traffic, and incidents to find the causes of. Nothing leaves this machine.

Usage: why403 demo [OPTIONS]

Options:
  --host HOST       address to listen on (127.0.0.1); another one needs tokens, in WHY403_ACCESS_TOKENS
  --port PORT       port to listen on (4030)
  --data DIR        data directory; default: why403/demo below $XDG_DATA_HOME, else below ~/.local/share
  --seed N          the same seed makes the same company and incidents (403)
  --speed N         how many times busier than usual it is, 0.1 to 100 (1)
  --history HOURS   how much of the past there is at the first start, 1 to 336 (24)
  --incidents WHEN  scheduled: one after another, each kind about every 14 hours; none; now: every kind at once from the start
                    on, after a quiet past (scheduled)
  -h, --help        this text

A second start goes on where the first ended. Delete the data directory to begin anew. A directory holds traffic of one --incidents only:
without --data, none and now have directories of their own (why403/demo-none, why403/demo-now).
Of the configuration (docs/configuration.md) the variables WHY403_LISTEN_PORT, WHY403_LIMITS_…, WHY403_LOG_…, WHY403_TELEMETRY_…
and WHY403_DEMO_SEED are read, with --host WHY403_ACCESS_TOKENS too, and no file.

Examples:
  why403 demo
  why403 demo --port 8080 --seed 7
  why403 demo --incidents now
`;

/** What the configuration does not say of it. */
export interface DemoTraffic {
  readonly speed: number;
  readonly historyHours: number;
  readonly incidents: DemoIncidents;
}

export interface RunningDemo {
  readonly service: Service;
  readonly store: EventReader;
  readonly directory: string;
}

export interface DemoParts {
  readonly host: ServiceHost;
  readonly nowMs: () => number;
  readConfiguration(input: {
    readonly path: undefined;
    readonly env: Environment;
    readonly options: ReturnType<typeof overridesOf>;
  }): Promise<Config>;
  start(config: Config, traffic: DemoTraffic): Promise<RunningDemo>;
}

const optionKeys: Readonly<Record<string, readonly string[]>> = {
  host: ['listen', 'host'],
  port: ['listen', 'port'],
  data: ['data', 'directory'],
  seed: ['demo', 'seed'],
};
/** Not those that say where the real data is or comes from. */
const readVariables = /^WHY403_(?:LISTEN_PORT|STORE_M\w+|LIMITS_\w+|LOG_\w+|TELEMETRY_\w+|DEMO_\w+)$/;

export function createDemoCommand({ host, nowMs, readConfiguration, start }: DemoParts): Command {
  return {
    help,
    options: { host: 'value', port: 'value', data: 'value', seed: 'value', ...trafficOptions },
    run(args) {
      refusePositionals('demo', args);
      const traffic = trafficOf(args);
      // Who lets other machines in says who may ask.
      const isRead = (name: string): boolean =>
        readVariables.test(name) || (name === 'WHY403_ACCESS_TOKENS' && args.values.has('host'));
      const env = Object.fromEntries(Object.entries(host.env).filter(([name]) => isRead(name)));
      const options = [...quietLog(env), ...overridesOf(args, optionKeys)];
      let demo: RunningDemo | undefined;
      return runService(
        host,
        async () => {
          demo = await start(await readConfiguration({ path: undefined, env, options }), traffic);
          return demo.service;
        },
        async (_service, signal) => {
          if (demo === undefined) return;
          const counts = await firstCounts(demo.store, traffic, nowMs, signal);
          await host.writeOut(welcome(demo, traffic, counts, host));
        },
      );
    },
  };
}

/** The welcome is for people, and the log would bury it: only what goes wrong is told, in sentences. */
function quietLog(env: Environment): ReturnType<typeof overridesOf> {
  return [
    ...(env['WHY403_LOG_LEVEL'] ? [] : [optionOverride('demo', ['log', 'level'], 'warn')]),
    ...(env['WHY403_LOG_FORMAT'] ? [] : [optionOverride('demo', ['log', 'format'], 'pretty')]),
  ];
}

const trafficOptions = { speed: 'value', history: 'value', incidents: 'value' } as const;

function trafficOf({ values }: Arguments): DemoTraffic {
  return {
    speed: numberOf('speed', values.get('speed') ?? '1', /^\d{1,3}(?:\.\d{1,3})?$/, 0.1, 100),
    historyHours: numberOf('history', values.get('history') ?? '24', /^\d{1,3}$/, 1, 336),
    incidents: incidentsOf(values.get('incidents') ?? 'scheduled'),
  };
}

function numberOf(option: 'speed' | 'history', text: string, form: RegExp, least: number, most: number): number {
  const value = form.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const kind = option === 'history' ? 'a whole number of hours' : 'a number';
  throw new UsageError(
    `--${option} is ${kind} from ${least} to ${most}, and "${text}" is not.`,
    `For example: \`why403 demo --${option} 2\``,
  );
}

const incidentChoices = ['scheduled', 'none', 'now'] as const satisfies readonly DemoIncidents[];

function incidentsOf(text: string): DemoIncidents {
  const when = incidentChoices.find((each) => each === text);
  if (when !== undefined) return when;
  throw new UsageError(
    `--incidents is ${incidentChoices.join(', ')}, and "${text}" is none of these.`,
    'For example: `why403 demo --incidents none`',
  );
}

interface Counts {
  readonly requests: number;
  readonly refused: number;
  /** A refused request whose cause is certain, to look at. */
  readonly eventId: string | null;
}

const askEveryMs = 100;
const askForMs = 15_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What is stored, as soon as there is something. */
async function firstCounts(
  store: EventReader,
  { historyHours }: DemoTraffic,
  nowMs: () => number,
  signal: AbortSignal,
): Promise<Counts> {
  for (let waitedMs = 0; ; waitedMs += askEveryMs) {
    const counts = await readCounts(store, nowMs(), historyHours * hourMs + dayMs);
    if ((counts.requests > 0 && counts.refused > 0) || waitedMs >= askForMs || signal.aborted) return counts;
    await new Promise((resolve) => setTimeout(resolve, askEveryMs));
  }
}

async function readCounts(store: EventReader, now: number, lengthMs: number): Promise<Counts> {
  try {
    const range = { fromMs: now - lengthMs, toMs: now };
    const [feeds, { frame }, { events }] = await Promise.all([
      store.readFeeds(now),
      store.readTop({ ...range, by: 'cause', filter: {}, limit: 100, nowMs: now }),
      store.readEvents({ ...range, filter: { confidence: { in: ['certain'] } }, limit: 1, cursor: null }),
    ]);
    const refused = frame.columns.find(({ name }) => name === 'refused')?.values ?? [];
    return {
      requests: feeds.reduce((sum, feed) => sum + feed.requests, 0),
      refused: [...refused].reduce<number>((sum, value) => sum + Number(value ?? 0), 0),
      eventId: events[0]?.eventId ?? null,
    };
  } catch {
    // It has just begun; the service tells of what does not mend.
    return { requests: 0, refused: 0, eventId: null };
  }
}

function welcome(
  { service: { url }, directory }: RunningDemo,
  { historyHours, incidents }: DemoTraffic,
  { requests, refused, eventId }: Counts,
  host: ServiceHost,
): string {
  const { bold, dim } = createPalette(host.style.colors);
  const number = (value: number) => value.toLocaleString('en-US');
  const questions: readonly (readonly [string, string])[] = [
    ['why, most frequent first', `curl '${url}/api/v1/top?by=cause'`],
    ['what rose, since when', `curl '${url}/api/v1/spikes'`],
    ['how many over time', `curl '${url}/api/v1/series?by=cause&step=1h'`],
    ['which requests', `curl '${url}/api/v1/events?limit=3'`],
    ...(eventId === null ? [] : [['proof and fix of one', `curl '${url}/api/v1/events/${eventId}'`] as const]),
    ['what comes in now', `curl -N '${url}/api/v1/stream'`],
    ['for Prometheus', `curl '${url}/metrics'`],
  ];
  const ask = questions.map(([question, command]) => `${dim(question.padEnd(24))}  ${command}`).join('\n       ');
  const span =
    historyHours === 24
      ? 'day follows within a minute'
      : historyHours === 1
        ? 'hour follows'
        : `${historyHours} hours follows`;
  const live = incidents === 'now' ? 'live traffic with every kind of incident at once' : 'live traffic';
  const read =
    requests === 0 || refused === 0
      ? 'Its history is being read.'
      : `Read so far: ${number(requests)} requests, ${number(refused)} of them refused. The rest of the last ${span}, oldest first, then ${live}.`;
  return `${bold('why403 demo is ready:')} a made-up company whose requests are refused for every reason there is.
${read}

Open   ${bold(`${url}/docs`)}   ${dim('what can be asked, with examples')}

Ask    ${ask}

Your own logs:   npx why403 explain access.log   ·   npx why403 serve --help
${dim(`Data: ${directory}. A second start goes on with it. Ctrl-C ends the demo.`)}
`;
}
