import type { UnitSink } from '../pipeline/counting-unit.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { isWhole, type PastGroup, type PastReading, type PastRequest } from './past-reading.js';
import type { Source } from './source.js';

/** Reads past ranges beside what the sources read anyway; one at a time, since all share the same budgets. */
export interface Backfiller {
  /** What is older is not kept, and so not read. */
  readonly keptDays: number;
  /** What is stored is left out: a range that was begun before goes on. */
  start(request: PastRequest): BackfillStart;
  /** Newest first: the one under way, and the last ones of this process. */
  list(): readonly BackfillReport[];
  /** Resolves when it has ended; what it read by then stays. null: there is none of this id. */
  stop(id: string): Promise<BackfillReport | null>;
}

export type BackfillStart =
  | { readonly kind: 'started'; readonly report: BackfillReport }
  /** Another one is under way. */
  | { readonly kind: 'busy'; readonly report: BackfillReport }
  /** It is still being found out what there is; `reason` is a sentence. */
  | { readonly kind: 'early'; readonly reason: string }
  /** There is nothing that it could read; `reason` is a sentence. */
  | { readonly kind: 'nothing'; readonly reason: string };

export interface BackfillReport extends PastRequest {
  readonly id: string;
  /** `failed`: it has ended, and something is missing. */
  readonly state: 'running' | 'done' | 'stopped' | 'failed';
  readonly startedMs: number;
  readonly endedMs: number | null;
  /** What is not read because it could not be found, and what to do. */
  readonly problems: readonly string[];
  readonly groups: readonly PastGroup[];
}

export interface BackfillerOptions {
  readonly sources: () => readonly Source[];
  readonly sink: UnitSink;
  readonly keptDays: number;
  readonly telemetry: Telemetry;
  readonly nowMs: () => number;
  /** The service ends. */
  readonly signal: AbortSignal;
}

/** Reports of ended ones have all their groups: a few will do. */
const mostReports = 5;

interface Backfill {
  readonly head: Pick<BackfillReport, 'id' | 'startedMs' | keyof PastRequest>;
  readonly readings: readonly PastReading[];
  readonly stopping: AbortController;
  state: BackfillReport['state'];
  endedMs: number | null;
  ended: Promise<void>;
}

export function createBackfiller(options: BackfillerOptions): Backfiller {
  const { sources, keptDays, nowMs, signal } = options;
  /** Newest first. */
  const backfills: Backfill[] = [];
  let started = 0;

  return {
    keptDays,
    start(request) {
      const running = backfills.find(({ state }) => state === 'running');
      if (running !== undefined) return { kind: 'busy', report: reportOf(running) };
      const readings = sources().flatMap((source) => source.openPast?.(request) ?? []);
      const waiting = readings.find(({ waitsFor }) => waitsFor !== null);
      if (waiting !== undefined) return { kind: 'early', reason: waiting.waitsFor as string };
      if (readings.every((reading) => reading.groups().length === 0)) {
        return { kind: 'nothing', reason: reasonOf(readings) };
      }
      const startedMs = nowMs();
      const backfill: Backfill = {
        head: { id: `${startedMs.toString(36)}-${++started}`, startedMs, ...request },
        readings,
        stopping: new AbortController(),
        state: 'running',
        endedMs: null,
        ended: Promise.resolve(),
      };
      backfill.ended = run(backfill, options, AbortSignal.any([signal, backfill.stopping.signal]));
      backfills.unshift(backfill);
      backfills.length = Math.min(backfills.length, mostReports);
      return { kind: 'started', report: reportOf(backfill) };
    },
    list: () => backfills.map(reportOf),
    async stop(id) {
      const backfill = backfills.find(({ head }) => head.id === id);
      if (backfill === undefined) return null;
      backfill.stopping.abort();
      await backfill.ended;
      return reportOf(backfill);
    },
  };
}

async function run(
  backfill: Backfill,
  { sink, telemetry, nowMs }: BackfillerOptions,
  signal: AbortSignal,
): Promise<void> {
  const { readings, head } = backfill;
  let isBroken = false;
  await Promise.all(
    readings.map((reading) =>
      reading.run(sink, signal).catch((error: unknown) => {
        if (signal.aborted) return;
        isBroken = true;
        telemetry.defect({ where: 'backfill', error });
      }),
    ),
  );
  const groups = groupsOf(backfill);
  const isAll = !isBroken && groups.every(isWhole) && readings.every(({ problems }) => problems.length === 0);
  backfill.state = isAll ? 'done' : signal.aborted ? 'stopped' : 'failed';
  backfill.endedMs = nowMs();
  const done = groups.reduce((sum, { doneWindows }) => sum + doneWindows, 0);
  const windows = groups.reduce((sum, each) => sum + each.windows, 0);
  telemetry.houseKept({
    task: 'backfill',
    durationMs: backfill.endedMs - head.startedMs,
    detail: `${head.id} ${backfill.state}: ${done} of ${windows} windows`,
  });
}

const groupsOf = ({ readings }: Backfill): PastGroup[] => readings.flatMap((reading) => reading.groups());

const reportOf = (backfill: Backfill): BackfillReport => ({
  ...backfill.head,
  state: backfill.state,
  endedMs: backfill.endedMs,
  problems: backfill.readings.flatMap(({ problems }) => problems),
  groups: groupsOf(backfill),
});

function reasonOf(readings: readonly PastReading[]): string {
  if (readings.length === 0) return 'No source of kind aws is configured; files are read from their beginning anyway.';
  const problems = readings.flatMap((each) => each.problems);
  return problems[0] ?? 'No log group that is read belongs to such an API and stage.';
}
