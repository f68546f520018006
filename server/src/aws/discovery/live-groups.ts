import type { compileAccessLogFormat, Limits, ReadingSettings } from '@why403/parsers';
import type { CloudWatchGroup, ThriftyReading } from '../../sources/cloudwatch/cloudwatch-group.js';
import type { SettingsFrom } from '../../sources/cloudwatch/settings-history.js';
import { feedOf } from '../../sources/cloudwatch/unit-names.js';
import { readingSettingsOf } from '../../sources/reading-settings.js';
import { type DiscoveredGroup, groupsOf } from './groups-of.js';
import { noPatternFromFormat, type PatternsFrom, patternsFrom, thriftyAccess, wafRefusals } from './refusal-formats.js';
import { type Snapshot, wasRead } from './snapshot.js';
import type { StageFilters } from './stage-filters.js';

export interface LiveGroupsOptions {
  readonly filters: StageFilters;
  readonly limits: Limits;
  readonly compile: typeof compileAccessLogFormat;
  /** A group that no stage writes to any more is read for so long: what is in it already, and what sweeps look for. */
  readonly lingerMs?: number;
}

/** A group that is read, and why. */
export interface LiveGroup extends CloudWatchGroup {
  readonly discovered: DiscoveredGroup;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** The last sweep is after a day. */
const defaultLingerMs = 26 * hourMs;
/** Reading goes on up to three days back, and sweeps go on behind it. */
export const rememberedMs = 100 * hourMs;
/** So long AWS may take to carry a change everywhere, and so much may its clock and ours differ. */
const rollOverMs = 5 * minuteMs;
/** Another process may learn of a change so much later. */
const spreadsMs = hourMs;
const always = { fromMs: 0, mixed: { fromMs: 0, toMs: 0 }, knownByMs: 0 };

interface Entry {
  discovered: DiscoveredGroup;
  settings: readonly SettingsFrom[];
  patterns: readonly PatternsFrom[];
  /** The last snapshot that had it. */
  seenMs: number;
  /** Of the first snapshot that shows that it is gone. */
  goneMs: number | null;
}

/** The groups to read now, made of all snapshots so far: formats have a history, and what is gone lingers. */
export class LiveGroups {
  private readonly options: LiveGroupsOptions;
  private readonly entries = new Map<string, Entry>();

  constructor(options: LiveGroupsOptions) {
    this.options = options;
  }

  update(snapshot: Snapshot): void {
    const lingerMs = this.options.lingerMs ?? defaultLingerMs;
    const { account, region, takenMs } = snapshot;
    const seen = new Set<string>();
    for (const discovered of groupsOf(snapshot, this.options.filters)) {
      const key = feedOf(discovered.group);
      seen.add(key);
      this.entries.set(key, this.entryOf(discovered, this.entries.get(key), snapshot));
    }
    for (const [key, entry] of this.entries) {
      const { group, stages } = entry.discovered;
      if (seen.has(key) || group.account !== account || group.region !== region) continue;
      // A stage that could not be asked for is not gone.
      if (!stages.every(({ apiKind, apiId }) => wasRead(snapshot, apiKind, apiId))) continue;
      entry.goneMs ??= takenMs;
      if (takenMs - entry.goneMs >= lingerMs) this.entries.delete(key);
    }
  }

  list(): LiveGroup[] {
    return [...this.entries.values()].map(({ discovered, settings, patterns, goneMs }) => {
      const thrifty = thriftyOf(discovered, patterns);
      return {
        group: discovered.group,
        settings,
        thrifty,
        ...(thrifty === null && discovered.kind === 'access' ? { wholeBecause: noPatternFromFormat } : {}),
        mayBeMissing: discovered.mayBeMissing || goneMs !== null,
        discovered,
      };
    });
  }

  private entryOf(found: DiscoveredGroup, known: Entry | undefined, snapshot: Snapshot): Entry {
    const { compile } = this.options;
    const { takenMs } = snapshot;
    const discovered = known === undefined ? found : withUnread(found, known.discovered, snapshot);
    const { changedMs, formats } = discovered;
    const seen = { discovered, seenMs: takenMs, goneMs: null };
    if (known === undefined) {
      const settings = [{ fromMs: 0, settings: this.compiled(discovered) }];
      return { ...seen, settings, patterns: [patternsFrom(always, formats, compile)] };
    }
    // AWS says when a stage was last changed; what was changed before the last look had been seen by it.
    const fromMs = changedMs !== null && changedMs > known.seenMs ? changedMs : takenMs;
    const change = {
      mixed: { fromMs: known.seenMs - rollOverMs, toMs: fromMs + rollOverMs },
      knownByMs: takenMs + spreadsMs,
    };
    const patterns =
      keyOf(formats) === keyOf(known.discovered.formats)
        ? known.patterns
        : historyOf(known.patterns, patternsFrom({ fromMs, ...change }, formats, compile));
    const fresh = { ...seen, patterns };
    if (isSame(discovered, known.discovered)) return { ...fresh, settings: known.settings };
    const settings = this.compiled(discovered);
    if (settings.template?.source === known.settings.at(-1)?.settings.template?.source) {
      return { ...fresh, settings: historyOf(known.settings, { fromMs, settings }) };
    }
    return { ...fresh, settings: historyOf(known.settings, { fromMs, settings, change }) };
  }

  private compiled({ settings }: DiscoveredGroup): ReadingSettings {
    const { limits, compile } = this.options;
    const isUsable = settings.format !== null && compile(settings.format).ok;
    // Each line of a format that nobody can compile is recognised by itself.
    return readingSettingsOf({ ...settings, format: isUsable ? settings.format : null }, limits, compile);
  }
}

/** What counted for no window that is still read goes. */
function historyOf<From extends { readonly fromMs: number }>(history: readonly From[], next: From): readonly From[] {
  const oldestMs = next.fromMs - rememberedMs;
  const first = history.findLastIndex(({ fromMs }) => fromMs <= oldestMs);
  return [...history.slice(Math.max(0, first)), next];
}

function thriftyOf({ kind, countedStages }: DiscoveredGroup, patterns: readonly PatternsFrom[]): ThriftyReading | null {
  const shared = { delayMs: 0, countedStages };
  if (kind === 'waf') return { ...shared, patternsOf: async () => [wafRefusals], misses: [] };
  const access = kind === 'access' ? thriftyAccess(patterns) : null;
  return access === null ? null : { ...shared, ...access };
}

/** A stage that could not be asked for writes as it did: its refusals are wanted, and its requests are counted. */
function withUnread(found: DiscoveredGroup, known: DiscoveredGroup, snapshot: Snapshot): DiscoveredGroup {
  if (known.stages.every(({ apiKind, apiId }) => wasRead(snapshot, apiKind, apiId))) return found;
  return {
    ...found,
    stages: eachOnce([...found.stages, ...known.stages]),
    formats: eachOnce([...found.formats, ...known.formats]).sort(),
    countedStages: eachOnce([...found.countedStages, ...known.countedStages]),
  };
}

const eachOnce = <Value>(values: readonly Value[]): Value[] => [
  ...new Map(values.map((value) => [keyOf(value), value])).values(),
];

const keyOf = (value: unknown): string => JSON.stringify(value);

const isSame = ({ settings: a }: DiscoveredGroup, { settings: b }: DiscoveredGroup): boolean =>
  a.format === b.format && a.api === b.api && a.stage === b.stage;
