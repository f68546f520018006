import type { compileAccessLogFormat, Limits, ReadingSettings } from '@why403/parsers';
import type { CloudWatchGroup, ThriftyReading } from '../../sources/cloudwatch/cloudwatch-group.js';
import type { SettingsFrom } from '../../sources/cloudwatch/settings-history.js';
import { feedOf } from '../../sources/cloudwatch/unit-names.js';
import { readingSettingsOf } from '../../sources/reading-settings.js';
import { knownAfter } from './diff-snapshots.js';
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
  /** By account and region: the newest snapshot, and of what it could not read what was known before. */
  private readonly known = new Map<string, Snapshot>();

  constructor(options: LiveGroupsOptions) {
    this.options = options;
  }

  update(snapshot: Snapshot): void {
    const lingerMs = this.options.lingerMs ?? defaultLingerMs;
    const { account, region, takenMs } = snapshot;
    const place = `${account} ${region}`;
    // A stage that could not be asked for writes as it did: its refusals are wanted, its requests are counted, and they stay its own.
    const known = knownAfter(this.known.get(place) ?? null, snapshot);
    this.known.set(place, known);
    const groups = groupsByFeed(known, this.options.filters);
    const isAllShown = known.stages.length === snapshot.stages.length;
    const shown = isAllShown ? groups : groupsByFeed(snapshot, this.options.filters);
    for (const [key, discovered] of groups) {
      this.entries.set(key, this.entryOf(discovered, this.entries.get(key), takenMs, shown.has(key)));
    }
    for (const [key, entry] of this.entries) {
      const { group, stages } = entry.discovered;
      if (groups.has(key) || group.account !== account || group.region !== region) continue;
      // Of a stage that cannot be asked for now nobody knows that it is still gone.
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

  private entryOf(discovered: DiscoveredGroup, known: Entry | undefined, takenMs: number, isShown: boolean): Entry {
    const { compile } = this.options;
    const { changedMs, formats } = discovered;
    if (known === undefined) {
      const settings = [{ fromMs: 0, settings: this.compiled(discovered) }];
      const patterns = [patternsFrom(always, formats, compile)];
      return { discovered, seenMs: takenMs, goneMs: null, settings, patterns };
    }
    const seen = { discovered, seenMs: isShown ? takenMs : known.seenMs, goneMs: null };
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

const groupsByFeed = (snapshot: Snapshot, filters: StageFilters): ReadonlyMap<string, DiscoveredGroup> =>
  new Map(groupsOf(snapshot, filters).map((each) => [feedOf(each.group), each]));

const keyOf = (value: unknown): string => JSON.stringify(value);

const isSame = ({ settings: a }: DiscoveredGroup, { settings: b }: DiscoveredGroup): boolean =>
  a.format === b.format && a.api === b.api && a.stage === b.stage;
