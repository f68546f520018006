import { ClickHouseError } from '@clickhouse/client';
import { StoreError, type StoreErrorKind } from './store-error.js';

export type Operation = 'query' | 'command' | 'insert' | 'ping';

const memoryLimitExceeded = 241;
const tooManyParts = 252;

/** ClickHouse's codes by what a caller can do about them. What is not here is `broken`. To add one: here and in the table test. */
const kinds: ReadonlyMap<number, StoreErrorKind> = new Map([
  [159, 'timeout'], // TIMEOUT_EXCEEDED
  [160, 'timeout'], // TOO_SLOW
  [209, 'unavailable'], // SOCKET_TIMEOUT
  [210, 'unavailable'], // NETWORK_ERROR
  [158, 'too_large'], // TOO_MANY_ROWS
  [191, 'too_large'], // SET_SIZE_LIMIT_EXCEEDED
  [memoryLimitExceeded, 'too_large'],
  [307, 'too_large'], // TOO_MANY_BYTES
  [396, 'too_large'], // TOO_MANY_ROWS_OR_BYTES
  [202, 'busy'], // TOO_MANY_SIMULTANEOUS_QUERIES
  [tooManyParts, 'busy'],
  [243, 'full'], // NOT_ENOUGH_SPACE
  [745, 'unavailable'], // SERVER_OVERLOADED
  [242, 'unavailable'], // TABLE_IS_READ_ONLY: a replica lost its Keeper
  [279, 'unavailable'], // ALL_CONNECTION_TRIES_FAILED
  [319, 'unavailable'], // UNKNOWN_STATUS_OF_INSERT
  [285, 'unavailable'], // TOO_FEW_LIVE_REPLICAS
  [999, 'unavailable'], // KEEPER_EXCEPTION
  [236, 'unavailable'], // ABORTED: the server shuts down
  [394, 'unavailable'], // QUERY_WAS_CANCELLED
]);

const advice: Readonly<Record<StoreErrorKind, string>> = {
  unavailable: 'try again later',
  timeout: 'ask for a shorter range or less detail',
  too_large: 'ask for a shorter range or less detail',
  busy: 'try again later',
  full: 'free space on the disk of the database',
  broken: 'this is a defect of why403, or of the data',
};

// (while reading the value of key cause): (at row 2)
const rowPattern = /\(at row (\d{1,9})\)/;
const keyPattern = /while reading the value of key ([A-Za-z_]\w{0,60})/;
/** Codes whose message names, first, something of the schema: UNKNOWN_FUNCTION, UNKNOWN_IDENTIFIER, UNKNOWN_TABLE, UNKNOWN_DATABASE. */
const schemaCodes = new Set([46, 47, 60, 81]);
const namePattern = /[`'"]([A-Za-z_][\w.]{0,80})[`'"]/;

/** What a message may say of ClickHouse's own: it can quote rows and values, so only our names and numbers are taken out of it. */
function describeServerError(code: number, message: string): string {
  const row = rowPattern.exec(message)?.[1];
  const key = keyPattern.exec(message)?.[1] ?? (schemaCodes.has(code) ? namePattern.exec(message)?.[1] : undefined);
  const named = key === undefined ? '' : `, ${key}`;
  return row === undefined ? named : `${named}, row ${row}`;
}

function readKind(code: number, message: string, operation: Operation): StoreErrorKind {
  // One code for two things: merges that lag behind, and (our defect) rows of too many partitions in one insert.
  if (code === tooManyParts && message.includes('partitions for single INSERT')) return 'broken';
  // Batches are small: what is too large is the readings beside them, and they end.
  if (code === memoryLimitExceeded && operation !== 'query') return 'busy';
  return kinds.get(code) ?? 'broken';
}

/**
 * Any failure of a statement as a StoreError.
 * The original is not kept as the cause: its text can hold stored data, and causes reach the logs.
 */
export function toStoreError(error: unknown, operation: Operation): StoreError {
  if (error instanceof StoreError) return error;
  if (error instanceof ClickHouseError) {
    const code = Number(error.code);
    const kind = readKind(code, error.message, operation);
    const detail = describeServerError(code, error.message);
    return new StoreError(
      kind,
      `The database refused the ${operation} (${error.type ?? 'code'} ${code}${detail}): ${advice[kind]}.`,
    );
  }
  const code = (error as { code?: unknown } | null)?.code;
  const name = typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? ` (${code})` : '';
  return new StoreError('unavailable', `The database did not answer the ${operation}${name}: ${advice.unavailable}.`);
}
