import type { compileAccessLogFormat, Limits, ReadingSettings } from '@why403/parsers';
import type { CloudWatchGroup, SettingsFrom } from '../../sources/cloudwatch/cloudwatch-group.js';
import { feedOf } from '../../sources/cloudwatch/unit-names.js';
import { readingSettingsOf } from '../../sources/reading-settings.js';
import { type DiscoveredGroup, groupsOf } from './groups-of.js';
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

/** The last sweep is after a day. */
const defaultLingerMs = 26 * 3_600_000;

interface Entry {
  discovered: DiscoveredGroup;
  settings: readonly SettingsFrom[];
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
      this.entries.set(key, this.entryOf(discovered, this.entries.get(key), takenMs));
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
    return [...this.entries.values()].map(({ discovered, settings, goneMs }) => ({
      group: discovered.group,
      settings,
      filterPattern: null,
      mayBeMissing: discovered.mayBeMissing || goneMs !== null,
      discovered,
    }));
  }

  private entryOf(discovered: DiscoveredGroup, known: Entry | undefined, takenMs: number): Entry {
    const fresh = { discovered, seenMs: takenMs, goneMs: null };
    if (known === undefined) return { ...fresh, settings: [{ fromMs: 0, settings: this.compiled(discovered) }] };
    if (isSame(discovered, known.discovered)) return { ...fresh, settings: known.settings };
    // AWS says when a stage was last changed; what was changed before the last look had been seen by it.
    const { changedMs } = discovered;
    const fromMs = changedMs !== null && changedMs > known.seenMs ? changedMs : takenMs;
    return { ...fresh, settings: this.history(known.settings, { fromMs, settings: this.compiled(discovered) }) };
  }

  /** What counted for no window that is still read goes. */
  private history(settings: readonly SettingsFrom[], next: SettingsFrom): readonly SettingsFrom[] {
    const oldestMs = next.fromMs - (this.options.lingerMs ?? defaultLingerMs);
    const first = Math.max(
      0,
      settings.findLastIndex(({ fromMs }) => fromMs <= oldestMs),
    );
    return [...settings.slice(first), next];
  }

  private compiled({ settings }: DiscoveredGroup): ReadingSettings {
    const { limits, compile } = this.options;
    const isUsable = settings.format !== null && compile(settings.format).ok;
    // Each line of a format that nobody can compile is recognised by itself.
    return readingSettingsOf({ ...settings, format: isUsable ? settings.format : null }, limits, compile);
  }
}

const isSame = ({ settings: a }: DiscoveredGroup, { settings: b }: DiscoveredGroup): boolean =>
  a.format === b.format && a.api === b.api && a.stage === b.stage;
