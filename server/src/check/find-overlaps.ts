import { GroupRegistry } from '../sources/group-registry.js';
import type { EntryCheck } from './check-entry.js';
import { warning } from './finding.js';

/** The entries, with a word to the one whose log groups another one before it finds too. */
export function withOverlaps(entries: readonly EntryCheck[]): readonly EntryCheck[] {
  const registry = new GroupRegistry({ nowMs: () => 0, onOverlap: () => {} });
  for (const { name, account, regions } of entries) {
    const all = regions.flatMap(({ groups }) => groups.map((group) => ({ group })));
    const names = regions.map(({ region }) => region);
    registry.open(name, account, names).own(all);
  }
  const overlaps = registry.overlaps();
  return entries.map((entry) => ({
    ...entry,
    regions: entry.regions.map((each) => ({
      ...each,
      findings: [
        ...each.findings,
        ...overlaps
          .filter(({ alsoBy, region }) => alsoBy === entry.name && region === each.region)
          .map(({ message }) => warning('groups_found_twice', message)),
      ],
    })),
  }));
}
