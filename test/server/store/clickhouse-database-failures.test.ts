import { ClickHouseError } from '@clickhouse/client';
import { describe, expect, it } from 'vitest';
import { type Operation, toStoreError } from '../../../server/src/store/clickhouse-failure.js';
import { StoreError } from '../../../server/src/store/store-error.js';

const answered = (code: string, type: string, message = 'secret of a row') =>
  new ClickHouseError({ code, type, message });

describe('what the database answered', () => {
  it.each<[string, string, string, Operation, string]>([
    ['a query out of time', '159', 'TIMEOUT_EXCEEDED', 'query', 'timeout'],
    ['a query out of memory', '241', 'MEMORY_LIMIT_EXCEEDED', 'query', 'too_large'],
    ['an insert for which queries left no memory', '241', 'MEMORY_LIMIT_EXCEEDED', 'insert', 'busy'],
    ['a result too large', '396', 'TOO_MANY_ROWS_OR_BYTES', 'query', 'too_large'],
    ['too many rows', '158', 'TOO_MANY_ROWS', 'query', 'too_large'],
    ['too many at once', '202', 'TOO_MANY_SIMULTANEOUS_QUERIES', 'query', 'busy'],
    ['a full disk', '243', 'NOT_ENOUGH_SPACE', 'insert', 'full'],
    ['merges that lag behind', '252', 'TOO_MANY_PARTS', 'insert', 'busy'],
    ['a server that shuts down', '236', 'ABORTED', 'query', 'unavailable'],
    ['a replica that is read-only', '242', 'TABLE_IS_READ_ONLY', 'insert', 'unavailable'],
    ['a keeper that is gone', '999', 'KEEPER_EXCEPTION', 'insert', 'unavailable'],
    ['a cancelled query', '394', 'QUERY_WAS_CANCELLED', 'query', 'unavailable'],
    ['a wrong password', '516', 'AUTHENTICATION_FAILED', 'ping', 'broken'],
    ['damaged data', '40', 'CHECKSUM_DOESNT_MATCH', 'query', 'broken'],
    ['a code that nobody knows', '4711', 'SOMETHING_NEW', 'command', 'broken'],
  ])('%s', (_name, code, type, operation, kind) => {
    const error = toStoreError(answered(code, type), operation);
    expect(error).toMatchObject({ name: 'StoreError', kind });
    expect(error.message).toContain(`refused the ${operation} (${type} ${code})`);
  });

  it('too many partitions in one insert is a defect, though its code is that of slow merges', () => {
    const message = 'Too many partitions for single INSERT block (more than 100)';
    expect(toStoreError(answered('252', 'TOO_MANY_PARTS', message), 'insert').kind).toBe('broken');
  });
});

describe('a message', () => {
  it.each([
    [
      'names row and column of a bad row',
      '27',
      `expected '"' before: 'secret' (while reading the value of key cause): (at row 7)`,
      ', cause, row 7)',
    ],
    [
      'names what the schema lacks',
      '47',
      "Unknown expression identifier `nope` in scope SELECT nope WHERE x = 'secret'",
      ', nope)',
    ],
    ['names nothing that is no name', '60', "Unknown table 'secret of a row; DROP'", '60)'],
    ['names nothing of other failures', '6', "Cannot parse string 'secret' as UInt8", '6)'],
  ])('%s', (_name, code, text, end) => {
    const { message, cause, stack } = toStoreError(answered(code, 'X_Y_Z', text), 'query');
    expect(message).toContain(end);
    expect(`${message}${stack}${String(cause)}`).not.toContain('secret');
  });
});

describe('what did not arrive', () => {
  it.each([
    [
      'a refused connection',
      Object.assign(new Error('connect ECONNREFUSED secret'), { code: 'ECONNREFUSED' }),
      '(ECONNREFUSED)',
    ],
    ['a connection that was cut', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), '(ECONNRESET)'],
    ['a name that is not known', Object.assign(new Error('x'), { code: 'ENOTFOUND' }), '(ENOTFOUND)'],
    ['a code of another form', Object.assign(new Error('x'), { code: 'secret code' }), 'answer the query:'],
    ['a page of a proxy', new Error('<html>secret</html>'), 'answer the query:'],
    ['half an answer', new SyntaxError('Unexpected end of JSON input'), 'answer the query:'],
    ['nothing at all', null, 'answer the query:'],
  ])('%s is unavailable', (_name, error, part) => {
    const failure = toStoreError(error, 'query');
    expect(failure).toMatchObject({ kind: 'unavailable', message: expect.stringContaining(part) });
    expect(failure.message).not.toContain('secret');
  });

  it('a StoreError stays what it is', () => {
    const error = new StoreError('full', 'x');
    expect(toStoreError(error, 'query')).toBe(error);
  });
});
