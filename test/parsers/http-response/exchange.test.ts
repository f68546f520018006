import { describe, expect, it } from 'vitest';
import { startsHttpExchange } from '../../../parsers/src/http-response/http-response.js';

const starts: readonly string[] = [
  '$ curl -i https://api.example.com/a',
  'curl -X POST https://api.example.com/a \\',
  '  curl "https://api.example.com/a"',
  'user@host:~/app$ curl -v api.example.com/a',
  'PS C:\\> Invoke-RestMethod -Uri https://api.example.com/a',
  'http POST https://api.example.com/a x-api-key:…',
  'wscat -c wss://abcdefghij.execute-api.eu-west-1.amazonaws.com/prod',
  '> GET /prod/pets HTTP/1.1',
  'POST https://api.example.com/a',
  'HTTP/1.1 403 Forbidden',
  '< HTTP/2 403',
  '# < HTTP/1.1 403 Forbidden',
  '  HTTP/2 403 ',
  'HTTP 403',
  '`403 {"message":"Forbidden"}`',
  'Request URL: https://api.example.com/a',
];

const startsNothing: readonly string[] = [
  '',
  'Content-Type: application/json',
  '< content-length: 23',
  '{"message":"Forbidden"}',
  '{"httpMethod":"GET","status":"403"}',
  'we use curl for this',
  'HTTP APIs have no execution log',
  '203.0.113.9 - - [14/Jan/2025:09:30:00 +0000] "GET /a HTTP/1.1" 403 23',
  '(0d1b3c2e-1111-4222-8333-444455556666) Method completed with status: 403',
  'GET is the method that I use',
];

describe('startsHttpExchange', () => {
  it.each(starts)('begins: %s', (line) => {
    expect(startsHttpExchange(line)).toBe(true);
  });

  it.each(startsNothing)('begins nothing: %s', (line) => {
    expect(startsHttpExchange(line)).toBe(false);
  });
});
