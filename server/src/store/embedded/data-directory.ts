import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DataDirectoryError, notOurs, ownedByOther, unwritable, writtenByNewer } from './data-directory-error.js';
import { createHolderLock, type HolderLock } from './holder-lock.js';
import { writeWhole } from './write-whole.js';

export { DataDirectoryError } from './data-directory-error.js';

export interface DataDirectory extends HolderLock {
  /** Where the engine keeps its files. */
  readonly databasePath: string;
}

const markerName = 'why403-data.json';
const lockName = 'why403.lock';
/** Of a start that was cut short before the marker stood. */
const leftovers = new Set([lockName, `${lockName}.new`, `${markerName}.new`]);
/** Raised when what stands in the directory can no longer be read by older versions. */
const layout = 1;

interface Marker {
  readonly owner: string;
  readonly layout: number;
}

/** Makes the directory ours, or says why it cannot be. A holder that crashed does not keep it: it is asked for by process id and start time. */
export async function claimDataDirectory(directory: string, owner: string): Promise<DataDirectory> {
  try {
    await makeDirectory(directory);
    const names = await readdir(directory);
    if (names.includes(markerName)) checkMarker(directory, owner, await readMarker(directory));
    else if (names.some((name) => !leftovers.has(name))) throw notOurs(directory);
    const lock = await createHolderLock(join(directory, lockName), directory);
    try {
      if (!names.includes(markerName)) await writeWhole(join(directory, markerName), { owner, layout });
      return { databasePath: join(directory, 'database'), ...lock };
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    if (error instanceof DataDirectoryError) throw error;
    throw unwritable(directory, error);
  }
}

/** Not `recursive`: where a parent can never be made (/proc), Node tries for ever. */
async function makeDirectory(directory: string): Promise<void> {
  const make = () => mkdir(directory, { mode: 0o700 });
  try {
    await make();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(directory) === directory) throw error;
    await makeDirectory(dirname(directory));
    await make();
  }
}

async function readMarker(directory: string): Promise<Marker | null> {
  try {
    const marker: unknown = JSON.parse(await readFile(join(directory, markerName), 'utf8'));
    const { owner, layout: found } = marker as Partial<Marker>;
    return typeof owner === 'string' && typeof found === 'number' ? { owner, layout: found } : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

function checkMarker(directory: string, owner: string, marker: Marker | null): void {
  if (marker === null) throw notOurs(directory);
  if (marker.owner !== owner) throw ownedByOther(directory, marker.owner, owner);
  if (marker.layout > layout) throw writtenByNewer(directory);
}
