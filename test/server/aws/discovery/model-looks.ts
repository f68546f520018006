import type { ConfigFacts } from '../../../../parsers/src/index.js';
import type { LookMemoryDeps } from '../../../../server/src/aws/discovery/stored-looks.js';
import { contentOf, partsOfConfig } from '../../../../server/src/store/config-content.js';
import {
  type ConfigSnapshot,
  confirmedEveryMs,
  type StoredLook,
} from '../../../../server/src/store/control-plane-store.js';

type Store = LookMemoryDeps['store'];

/** What the store promises of looks, and no more: one that only confirms is left out. It outlives who uses it. */
export function createModelLooks() {
  const looks: StoredLook[] = [];
  const configs = new Map<string, ConfigFacts>();
  return {
    looks,
    keepConfigs(snapshots: readonly Pick<ConfigSnapshot, 'config'>[]): void {
      for (const { config } of snapshots) {
        configs.set(contentOf(partsOfConfig(config)), JSON.parse(JSON.stringify({ ...config, ageMs: 0 })));
      }
    },
    /** Of a new process. */
    store(): Store {
      const newest = new Map<string, StoredLook>();
      return {
        async insertLook(look) {
          const key = JSON.stringify([look.account, look.region, look.scope]);
          const before = newest.get(key);
          const isSame = before !== undefined && JSON.stringify(before.parts) === JSON.stringify(look.parts);
          if (isSame && look.takenMs - before.takenMs < confirmedEveryMs) return;
          newest.set(key, look);
          looks.push(JSON.parse(JSON.stringify(look)));
        },
        async readLooks({ account, region, scope }, sinceMs) {
          const own = looks
            .filter((each) => each.account === account && each.region === region && each.scope === scope)
            .sort((a, b) => a.takenMs - b.takenMs);
          const last = own.findLast(({ takenMs }) => takenMs <= sinceMs)?.takenMs ?? 0;
          return own.filter(({ takenMs }) => takenMs >= last);
        },
        readConfigs: async (contents) =>
          new Map(
            contents.flatMap((content) => {
              const config = configs.get(content);
              return config === undefined ? [] : [[content, config] as const];
            }),
          ),
      };
    },
  };
}
