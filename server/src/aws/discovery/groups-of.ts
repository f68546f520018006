import type { StageLabels } from '../../query/completeness.js';
import type { LogGroup } from '../../sources/cloudwatch/log-events-client.js';
import { feedOf } from '../../sources/cloudwatch/unit-names.js';
import type { ReadingConfig } from '../../sources/reading-settings.js';
import type { DiscoveredStage, Snapshot } from './snapshot.js';
import { isStageSelected, type StageFilters } from './stage-filters.js';

export type GroupKind = 'access' | 'execution' | 'waf';

/** A log group that stages write to. */
export interface DiscoveredGroup {
  readonly group: LogGroup;
  readonly kind: GroupKind;
  readonly stages: readonly Pick<DiscoveredStage, 'apiId' | 'apiKind' | 'stage'>[];
  /** How its lines are to be read: by a format if all its stages have the same, for one API or stage if there is one only. */
  readonly settings: ReadingConfig;
  /** Of access logs; each once, in order. */
  readonly formats: readonly string[];
  /** Stages whose requests are counted from it, since they have no log that tells more. */
  readonly countedStages: readonly StageLabels[];
  /** When one of its stages was last changed; null when AWS does not say. */
  readonly changedMs: number | null;
  /** One of several names that AWS may have given it: that it is not there says nothing. */
  readonly mayBeMissing: boolean;
}

interface Writer {
  readonly group: LogGroup;
  readonly kind: GroupKind;
  readonly stage: DiscoveredStage;
  readonly format: string | null;
  readonly mayBeMissing: boolean;
}

/** All groups to read, each once; in order of their names. */
export function groupsOf(snapshot: Snapshot, filters: StageFilters): readonly DiscoveredGroup[] {
  const writers = new Map<string, Writer[]>();
  for (const stage of snapshot.stages) {
    if (!isStageSelected(stage, filters)) continue;
    for (const writer of writersOf(snapshot, stage)) {
      const key = feedOf(writer.group);
      const others = writers.get(key);
      if (others === undefined) writers.set(key, [writer]);
      else others.push(writer);
    }
  }
  return [...writers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, all]) => groupOf(all as [Writer, ...Writer[]]));
}

function writersOf({ account, region }: Snapshot, stage: DiscoveredStage): Writer[] {
  const { accessLog, executionLog, webAcl, canary } = stage;
  const all: Writer[] = [];
  const add = (kind: GroupKind, group: LogGroup, format: string | null, mayBeMissing: boolean): void => {
    all.push({ kind, group, stage, format, mayBeMissing });
  };
  if (accessLog?.destination.kind === 'log_group') {
    const { format, destination } = accessLog;
    const group = { account: destination.account, region: destination.region, name: destination.group };
    add('access', group, format, false);
    if (canary !== null) add('access', { ...group, name: `${group.name}/Canary` }, format, true);
  }
  if (executionLog !== null && executionLog.level !== 'OFF') {
    // API Gateway makes them with the first request.
    for (const name of executionLog.groups) add('execution', { account, region, name }, null, true);
  }
  if (webAcl?.logGroup != null) add('waf', { account, region, name: webAcl.logGroup }, null, false);
  return all;
}

function groupOf(writers: readonly [Writer, ...Writer[]]): DiscoveredGroup {
  const [{ group, kind }] = writers;
  const only = <T>(of: (writer: Writer) => T): T | null => {
    const [first, ...others] = new Set(writers.map(of));
    return others.length === 0 ? (first ?? null) : null;
  };
  const changes = writers.flatMap(({ stage }) => stage.lastUpdatedMs ?? []);
  // A web ACL also protects what is no stage.
  const isOfStages = kind !== 'waf';
  const api = isOfStages ? only(({ stage }) => stage.apiId) : null;
  return {
    group,
    kind,
    stages: writers.map(({ stage: { apiId, apiKind, stage } }) => ({ apiId, apiKind, stage })),
    settings: {
      format: only(({ format }) => format),
      account: group.account,
      region: group.region,
      api,
      stage: api === null ? null : only(({ stage }) => stage.stage),
    },
    formats: [...new Set(writers.flatMap(({ format }) => format ?? []))].sort(),
    countedStages: writers
      .filter(isCountedFrom)
      .map(({ stage: { apiId, stage } }) => ({ account: group.account, region: group.region, api_id: apiId, stage })),
    changedMs: changes.length === 0 ? null : Math.max(...changes),
    mayBeMissing: writers.every((writer) => writer.mayBeMissing),
  };
}

const isCountedFrom = ({ kind, stage: { accessLog, executionLog } }: Writer): boolean =>
  kind === 'access' ||
  (accessLog === null && (kind === 'execution' || executionLog === null || executionLog.level === 'OFF'));
