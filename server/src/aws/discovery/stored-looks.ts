import { createHash } from 'node:crypto';
import type { ConfigFacts } from '@why403/parsers';
import { contentOf, partsOfConfig } from '../../store/config-content.js';
import type { ControlPlaneStore, LookStore, StoredLook } from '../../store/control-plane-store.js';
import { canonicalJson } from '../../text/canonical-json.js';
import { knownAfter } from './diff-snapshots.js';
import type { DiscoveredStage, Snapshot } from './snapshot.js';
import type { StageFilters } from './stage-filters.js';

/** What this process, or another one before, has seen of an account and region. */
export interface EarlierLooks {
  /** In the order of time; stages without their configuration. */
  readonly looks: readonly Snapshot[];
  /** What the next look is to be compared with, configuration included; null: nothing is known. */
  readonly known: Snapshot | null;
}

/** Snapshots outlive the process: its next one goes on with comparing, and knows which formats counted when. */
export interface LookMemory {
  recall(account: string, region: string, sinceMs: number): Promise<EarlierLooks>;
  /** After the configurations of its stages have been stored. */
  keep(snapshot: Snapshot): Promise<void>;
}

export interface LookMemoryDeps {
  readonly store: LookStore & Pick<ControlPlaneStore, 'readConfigs'>;
  /** Looks through other filters show other stages, and say nothing of what is missing. */
  readonly filters: StageFilters;
  readonly nowMs: () => number;
}

/** Raised when parts are written in another way: what was stored before is then not remembered. */
const version = 1;

export function createLookMemory({ store, filters, nowMs }: LookMemoryDeps): LookMemory {
  const scope = createHash('sha256')
    .update(canonicalJson([version, filters]) as string)
    .digest('hex')
    .slice(0, 32);
  return {
    keep: (snapshot) => store.insertLook(lookOf(snapshot, scope), nowMs()),

    async recall(account, region, sinceMs) {
      const contents = new Map<DiscoveredStage, string>();
      const stored = await store.readLooks({ account, region, scope }, sinceMs);
      const looks = stored.map((look) => snapshotOf(look, contents));
      const last = looks.reduce<Snapshot | null>(knownAfter, null);
      if (last === null) return { looks, known: null };
      const names = last.stages.map((stage) => contents.get(stage) as string);
      const configs = await store.readConfigs(names);
      const stages = last.stages.flatMap((stage, i) => {
        const config = configs.get(names[i] as string);
        return config === undefined ? [] : [{ ...stage, config }];
      });
      // A stage that is left out would look new.
      return { looks, known: stages.length === names.length ? { ...last, stages } : null };
    },
  };
}

/** The configuration by the name of its content: it is stored beside it. */
interface OutlinedStage extends Omit<DiscoveredStage, 'config'> {
  readonly content: string;
}

type SeldomChanged = Omit<Snapshot, 'account' | 'region' | 'takenMs' | 'stages' | 'usagePlans' | 'apiKeys'>;
type Plans = Pick<Snapshot, 'usagePlans'>;
type Keys = Pick<Snapshot, 'apiKeys'>;

/** What changes seldom apart from what changes often: the account, its plans, its keys, then each stage. */
function lookOf(snapshot: Snapshot, scope: string): StoredLook {
  const { account, region, takenMs, stages, usagePlans, apiKeys, ...rest } = snapshot;
  const outlines = stages.map(
    ({ config, ...stage }): OutlinedStage => ({ ...stage, content: contentOf(partsOfConfig(config)) }),
  );
  const parts = [rest, { usagePlans }, { apiKeys }, ...outlines];
  return { account, region, scope, takenMs, parts: parts.map((part) => JSON.stringify(part)) };
}

/** Written by `lookOf`. */
function snapshotOf(look: StoredLook, contents: Map<DiscoveredStage, string>): Snapshot {
  const { account, region, takenMs, parts } = look;
  const [rest, plans, keys, ...outlines] = parts.map((part) => JSON.parse(part) as unknown);
  const stages = (outlines as OutlinedStage[]).map(({ content, ...outline }) => {
    const { apiId, apiKind, stage } = outline;
    const config: ConfigFacts = { apiId, apiKind, stage, ageMs: 0 };
    const found: DiscoveredStage = { ...outline, config };
    contents.set(found, content);
    return found;
  });
  return { account, region, takenMs, stages, ...(rest as SeldomChanged), ...(plans as Plans), ...(keys as Keys) };
}
