export type DataDirectoryErrorKind = 'owned_by_other' | 'not_ours' | 'locked' | 'unwritable';

/** A data directory that cannot be used; `message` is one sentence for people. */
export class DataDirectoryError extends Error {
  readonly kind: DataDirectoryErrorKind;

  constructor(kind: DataDirectoryErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DataDirectoryError';
    this.kind = kind;
  }
}

export function notOurs(directory: string): DataDirectoryError {
  return new DataDirectoryError(
    'not_ours',
    `The directory ${directory} is not empty and not a data directory of why403; give an empty one or one that does not exist.`,
  );
}

export function ownedByOther(directory: string, found: string, owner: string): DataDirectoryError {
  // The name comes from a file that anybody may have written.
  const name = found.slice(0, 40).replace(/[^\w. -]/g, '?');
  return new DataDirectoryError(
    'owned_by_other',
    `The data directory ${directory} belongs to "why403 ${name}", not to "why403 ${owner}"; give another directory.`,
  );
}

export function writtenByNewer(directory: string): DataDirectoryError {
  return new DataDirectoryError(
    'owned_by_other',
    `The data directory ${directory} was written by a newer version of why403; start that version, or give another directory.`,
  );
}

export function locked(directory: string, pid: number | null): DataDirectoryError {
  const who = pid === null ? 'another process' : `process ${pid}`;
  return new DataDirectoryError(
    'locked',
    `The data directory ${directory} is in use by ${who}; stop that one, or give another directory.`,
  );
}

export function unwritable(directory: string, cause: unknown): DataDirectoryError {
  const code = (cause as { code?: unknown } | null)?.code;
  const why = typeof code === 'string' ? ` (${code})` : '';
  const remedy = code === 'ENOSPC' ? 'free some space' : 'check its rights';
  return new DataDirectoryError(
    'unwritable',
    `The data directory ${directory} cannot be created or written${why}; ${remedy}, or give another directory.`,
    { cause },
  );
}
