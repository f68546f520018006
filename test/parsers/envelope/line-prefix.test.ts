import { describe, expect, it } from 'vitest';
import { splitPrefix, splitTime, stripColours } from '../../../parsers/src/envelope/line-prefix.js';

const timeMs = Date.UTC(2023, 10, 14, 22, 13, 20, 123);
const stream = '0123456789abcdef0123456789abcdef';

describe('the time before a line', () => {
  it.each([
    ['2023-11-14T22:13:20.123Z message', 'message'],
    ['2023-11-14T22:13:20.123000+00:00 message', 'message'],
    ['2023-11-15T00:13:20.123+02:00\tmessage', 'message'],
    ['2023-11-14 22:13:20.123 message', 'message'],
    ['2023-11-14 22:13:20,123 | message', 'message'],
    ['2023-11-14T22:13:20.123Z (UTC+00:00) message', 'message'],
    [`${timeMs} message`, 'message'],
    [`${timeMs}`, ''],
    ['2023-11-14T22:13:20.123Z', ''],
  ])('%s', (line, rest) => {
    expect(splitTime(line)).toEqual({ timeMs, rest });
  });

  it.each([
    '2023-11-14',
    '2023-11-14T22:13:20.123Zmessage',
    '22:13:20 message',
    '17000000001234 message',
    '403 Forbidden',
    'at 2023-11-14T22:13:20Z',
    '',
  ])('not in %s', (line) => {
    expect(splitTime(line)).toBeNull();
  });
});

describe('what tools put before a message', () => {
  const begins = (rest: string) => rest.startsWith('MESSAGE');
  it.each([
    [`2023-11-14T22:13:20.123Z ${stream} MESSAGE`, { timeMs, logStream: stream }],
    [`[${stream}] 2023-11-14T22:13:20.123Z MESSAGE`, { timeMs, logStream: stream }],
    [
      `API-Gateway-Execution-Logs_a1/prod ${stream} MESSAGE`,
      { logGroup: 'API-Gateway-Execution-Logs_a1/prod', logStream: stream },
    ],
    ['/aws/apigateway/shop 2023-11-14T22:13:20.123Z MESSAGE', { timeMs, logGroup: '/aws/apigateway/shop' }],
    ['2023-11-14T22:13:20.123Z 2023/11/14/[$LATEST]0a MESSAGE', { timeMs, logStream: '2023/11/14/[$LATEST]0a' }],
  ])('%s', (line, told) => {
    expect(splitPrefix(line, begins)).toEqual({ rest: 'MESSAGE', told });
  });

  it('does not take a word of the message for a stream', () => {
    expect(splitPrefix('2023-11-14T22:13:20.123Z MESSAGE MESSAGE', begins)).toEqual({
      rest: 'MESSAGE MESSAGE',
      told: { timeMs },
    });
    expect(splitPrefix('2023-11-14T22:13:20.123Z some words', begins)).toEqual({
      rest: 'some words',
      told: { timeMs },
    });
    expect(splitPrefix(`${stream} some words`, begins)).toBeNull();
    expect(splitPrefix('some words', begins)).toBeNull();
  });

  it('takes colours off, and nothing else', () => {
    expect(stripColours('\x1b[1;32mgreen\x1b[0m and \x1b]0;title\x07')).toBe('green and \x1b]0;title\x07');
    expect(stripColours('plain [32m')).toBe('plain [32m');
  });
});
