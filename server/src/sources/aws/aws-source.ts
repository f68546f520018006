import type { compileAccessLogFormat, Limits } from '@why403/parsers';
import type { AccountAccess } from '../../aws/account-access.js';
import { AwsError } from '../../aws/aws-error.js';
import { createAwsClients } from '../../aws/clients.js';
import { createLogEventsClient } from '../../aws/cloudwatch-logs-client.js';
import { createCountEvents } from '../../aws/count-events.js';
import { createCountRequests } from '../../aws/count-requests.js';
import { createDiscovery, type Discovery } from '../../aws/discovery/discovery.js';
import type { GroupKind } from '../../aws/discovery/groups-of.js';
import type { LiveGroup } from '../../aws/discovery/live-groups.js';
import type { Snapshot } from '../../aws/discovery/snapshot.js';
import { createLookMemory } from '../../aws/discovery/stored-looks.js';
import { ownAccount } from '../../aws/own-account.js';
import { createRateBudgets, type KnownBudgets } from '../../aws/rate-budgets.js';
import type { UnitSink } from '../../pipeline/counting-unit.js';
import type { ChangeEvent } from '../../store/change-event.js';
import type { ControlPlaneStore, LookStore } from '../../store/control-plane-store.js';
import type { DenominatorStore } from '../../store/denominator-store.js';
import type { FeedEnds, UncertainReader } from '../../store/event-store.js';
import type { Telemetry } from '../../telemetry/telemetry.js';
import { pause, pauseAfter } from '../../time/pause.js';
import { openBackfill } from '../cloudwatch/backfill.js';
import { type CloudWatchSource, createCloudWatchSource } from '../cloudwatch/cloudwatch-source.js';
import type { LogEventsClient } from '../cloudwatch/log-events-client.js';
import type { ThriftyPolicy } from '../cloudwatch/reading-modes.js';
import type { ReadingRules } from '../cloudwatch/reading-rules.js';
import type { GroupRegistry } from '../group-registry.js';
import { createMetricTotals, type MetricTotals } from '../metric-totals/metric-totals.js';
import type { Source } from '../source.js';
import { accountStateOf, groupReports, listingProblem } from './aws-state.js';
import { GroupsHad, isWhole, noteEndedFeeds } from './ended-feeds.js';
import { ExecutionReading } from './execution-reading.js';
import { groupsAskedFor, stillUnknown } from './past-groups.js';
import { filtersOf, type StageSelection } from './stage-selection.js';

/** One account, in some regions. */
export interface AwsEntry {
  readonly kind: 'aws';
  readonly regions: readonly string[] | null;
  readonly role: string | null;
  readonly externalId: string | null;
  readonly include: StageSelection | null;
  readonly exclude: StageSelection | null;
  readonly windowSeconds: number;
  readonly settleSeconds: number;
  readonly sweepMinutes: readonly number[];
  readonly firstReadHours: number;
  readonly quotaShare: number;
  readonly discoveryMinutes: number;
  readonly apiCallsPerSecond: number;
  readonly executionLogs: boolean;
  readonly wafLogs: boolean;
  readonly apiKeys: boolean;
  readonly insights: boolean;
  readonly thriftyReading: ThriftyPolicy;
  readonly metricTotals: boolean;
}

export interface AwsSourceDeps {
  readonly engine: { readonly compileAccessLogFormat: typeof compileAccessLogFormat };
  readonly limits: Limits;
  /** Takes what discovery brings and metrics count, and knows which requests execution lines are wanted of. */
  readonly store: Pick<ControlPlaneStore, 'insertConfigSnapshots' | 'insertChangeEvents' | 'readConfigs'> &
    LookStore &
    DenominatorStore &
    FeedEnds &
    UncertainReader;
  /** Which groups this entry is to read: others may find them too. */
  readonly groups: GroupRegistry;
  /** Budgets of accounts and regions that entries share. */
  readonly budgets: KnownBudgets;
  /** Where `regions` are not given. */
  readonly ownRegion: string | null;
  /** What is older is not kept. */
  readonly keptDays: number;
  readonly nowMs: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly telemetry: Telemetry;
}

interface Running {
  readonly discovery: Discovery;
  readonly collector: CloudWatchSource;
  readonly client: LogEventsClient;
  readonly totals: MetricTotals | null;
}

/** Discovery says which groups there are, the collector reads them; what discovery learns is stored. */
export function createAwsSource(entry: AwsEntry, deps: AwsSourceDeps): Source {
  const { nowMs, telemetry, engine, limits, store } = deps;
  const roleAccount = entry.role?.split(':')[4] ?? null;
  const regions = entry.regions ?? (deps.ownRegion === null ? [] : [deps.ownRegion]);
  const [firstRegion] = regions;
  if (firstRegion === undefined) throw new TypeError('a source of kind aws needs a region');
  const filters = filtersOf(entry.include, entry.exclude);
  const readKinds = new Set<GroupKind>([
    'access',
    ...(entry.executionLogs ? (['execution'] as const) : []),
    ...(entry.wafLogs ? (['waf'] as const) : []),
  ]);
  const isRead = ({ discovered }: LiveGroup): boolean => readKinds.has(discovered.kind);
  const name = `aws ${roleAccount ?? regions.join(' ')}`;
  const claims = deps.groups.open(name, roleAccount, regions);

  // Shared by all that reads, other entries too, and by whatever a defect has begun again.
  const budgets = createRateBudgets({ share: entry.quotaShare, known: deps.budgets, nowMs, wait: pause });

  let account = roleAccount;
  let running: Running | null = null;
  let accountProblem: string | null = null;

  /** Asks until AWS answers; null when the signal came first. */
  async function findAccount(region: string, signal: AbortSignal): Promise<string | null> {
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        return await ownAccount(region, signal);
      } catch (error) {
        if (signal.aborted) return null;
        if (!(error instanceof AwsError)) throw error;
        if (error.message !== accountProblem) telemetry.sourceProblem({ source: name, problem: error.message });
        accountProblem = error.message;
        await pause(pauseAfter(failures), signal);
      }
    }
    return null;
  }

  const ownGroups = (): readonly LiveGroup[] => claims.own(running?.discovery.groups().filter(isRead) ?? []);

  async function keep(snapshot: Snapshot, changes: readonly ChangeEvent[], had: GroupsHad): Promise<void> {
    const { account, region, takenMs } = snapshot;
    const stages = snapshot.stages.map(({ apiId, stage, config }) => ({
      account,
      region,
      apiId,
      stage,
      takenMs,
      config,
    }));
    await store.insertConfigSnapshots(stages, nowMs());
    await store.insertChangeEvents(changes);
    // The registry learns what is found before it hears that all of it was.
    ownGroups();
    if (isWhole(snapshot)) claims.looked(account, region);
    const letGo = had.letGo(running?.discovery.groups() ?? []);
    await noteEndedFeeds(snapshot, { store, groups: deps.groups, letGo, telemetry, nowMs });
  }

  async function runParts(access: AccountAccess, sink: UnitSink, signal: AbortSignal): Promise<void> {
    const clients = createAwsClients({ accounts: [access], nowMs, onCall: (call) => telemetry.awsCalled(call) });
    const had = new GroupsHad();
    const discovery = createDiscovery({
      accounts: [access],
      clients,
      filters,
      apiKeys: entry.apiKeys,
      limits,
      compile: engine.compileAccessLogFormat,
      refreshMs: entry.discoveryMinutes * 60_000,
      callsPerSecond: entry.apiCallsPerSecond,
      budgets: deps.budgets,
      nowMs,
      wait: pause,
      random: deps.random,
      telemetry,
      onSnapshot: (snapshot, changes) => keep(snapshot, changes, had),
      memory: had.withRecalled(createLookMemory({ store, filters, nowMs }), filters),
    });
    const clientOf = (of: string, region: string) => clients.of(of, region).logs;
    const client = createLogEventsClient({ clientOf });
    const rules = rulesOf(entry, deps.keptDays);
    const execution = new ExecutionReading({
      store,
      pagesOf: ({ account: of, region }) => ({
        client,
        wait: pause,
        budget: budgets.of(of, region, 'logs:FilterLogEvents'),
      }),
      settleMs: rules.settleMs,
    });
    const collector: CloudWatchSource = createCloudWatchSource({
      groups: () => execution.addTo(ownGroups(), collector.states()),
      client,
      budgets,
      ...(entry.insights && { countEvents: createCountEvents({ clientOf, budgets, nowMs, wait: pause }) }),
      rules,
      thriftyReading: entry.thriftyReading,
      nowMs,
      wait: pause,
      telemetry,
    });
    const totals = entry.metricTotals
      ? createMetricTotals({
          ...{ account: access.account, regions, store, nowMs, telemetry },
          snapshots: () => discovery.snapshots(),
          countRequests: createCountRequests({
            clientOf: (of, region) => clients.of(of, region).metrics,
            budgets,
            wait: pause,
          }),
          wait: pause,
        })
      : null;
    claims.begun();
    running = { discovery, collector, client, totals };
    // A defect in one part ends all, and all begins again.
    const stopping = new AbortController();
    const each = AbortSignal.any([signal, stopping.signal]);
    const parts = [discovery.run(each), collector.run(sink, each), ...(totals === null ? [] : [totals.run(each)])].map(
      (part) => part.finally(() => stopping.abort()),
    );
    try {
      await Promise.all(parts);
    } finally {
      await Promise.allSettled(parts);
      clients.close();
    }
  }

  return {
    name,
    state() {
      const snapshots = running?.discovery.snapshots() ?? [];
      const groups = ownGroups();
      return {
        name,
        hasRead: running?.discovery.isAnswered ?? false,
        problem: running === null ? accountProblem : listingProblem(snapshots),
        accounts: regions.map((region) =>
          accountStateOf(
            { source: name, account, region },
            snapshots.find((each) => each.region === region),
            filters,
            running?.totals?.problems(region),
          ),
        ),
        groups: groupReports(groups, running?.collector.states() ?? []),
      };
    },
    openPast(request) {
      const snapshots = running?.discovery.snapshots() ?? [];
      const groups = ownGroups();
      const problem = running === null ? accountProblem : listingProblem(snapshots);
      const past = openBackfill({
        groups: groupsAskedFor(groups, snapshots, request),
        range: request.range,
        client: { readPage: (page, signal) => (running as Running).client.readPage(page, signal) },
        budgets,
        rules: rulesOf(entry, deps.keptDays),
        nowMs,
        wait: pause,
        onDefect: (error) => telemetry.defect({ where: `backfill ${name}`, error }),
      });
      return {
        problems: problem === null ? [] : [`${name}: ${problem}`],
        waitsFor: problem === null ? stillUnknown(regions, snapshots) : null,
        groups: past.groups,
        run: (sink, signal) => past.run(sink, signal).finally(() => running?.collector.lookForGaps()),
      };
    },
    async run(sink, signal) {
      account ??= await findAccount(firstRegion, signal);
      if (account === null) return;
      const roles = entry.role === null ? [] : [{ arn: entry.role, externalId: entry.externalId }];
      await runParts({ account, regions, roles }, sink, signal);
    },
  };
}

const rulesOf = (entry: AwsEntry, keptDays: number) =>
  ({
    windowMs: entry.windowSeconds * 1000,
    settleMs: entry.settleSeconds * 1000,
    firstReadMs: entry.firstReadHours * 3_600_000,
    sweepAgesMs: entry.sweepMinutes.map((minutes) => minutes * 60_000).sort((a, b) => a - b),
    keptMs: keptDays * 86_400_000,
  }) satisfies Partial<ReadingRules>;
