import { describe, expect, it } from 'vitest';
import { readPaste } from './read-paste.js';

const forbidden = '{"message":"Forbidden"}';

/** Paste → the status that the client got. */
const shown: readonly (readonly [name: string, paste: string, status: number])[] = [
  ['HTTP/1.1 status line', `HTTP/1.1 403 Forbidden\nContent-Type: application/json\n\n${forbidden}`, 403],
  ['HTTP/2 status line without reason', 'HTTP/2 403\nx-amzn-errortype: ForbiddenException', 403],
  ['HTTP/2.0 as Go and wget print it', 'HTTP/2.0 429 Too Many Requests', 429],
  ['curl -v mark', '< HTTP/2 401 \n< content-length: 26', 401],
  ['the answer says 200 although its body says Forbidden', `HTTP/1.1 200 OK\n\n${forbidden}`, 200],
  ['100 Continue stands before the answer', 'HTTP/1.1 100 Continue\n\nHTTP/1.1 403 Forbidden\n', 403],
  ['a proxy tunnel stands before the answer', 'HTTP/1.1 200 Connection established\n\nHTTP/2 403\n', 403],
  ['curl -L followed a redirect', 'HTTP/1.1 301 Moved Permanently\nLocation: /v2\n\nHTTP/1.1 403 Forbidden\n', 403],
  ['browser copy', 'Request URL: https://api.example.com/a\nStatus Code: 403 Forbidden', 403],
  ['browser copy, value on its own line', 'Status Code:\n403 Forbidden', 403],
  ['Postman bar', 'Status: 403 Forbidden Time: 120 ms Size: 404 B', 403],
  ['HTTP word and number', `HTTP 403\n${forbidden}`, 403],
  ['number alone on its line', `403\n${forbidden}`, 403],
  ['number before a body', `403 ${forbidden}`, 403],
  ['number, colon and body', `404: {"message":"Not Found"}`, 404],
  ['number and body in backticks', `\`403 ${forbidden}\``, 403],
  [
    'number in backticks, header elsewhere',
    '`504` and the header\n`x-amzn-ErrorType: IntegrationTimeoutException`',
    504,
  ],
  ['arrow', `GET /pets → 403 ${forbidden}`, 403],
  ['ASCII arrow', `POST /pets -> 403 ${forbidden}`, 403],
  ['prose: returned', 'the API returned 403 Forbidden', 403],
  ['prose: got a', `I got a 403 ${forbidden}`, 403],
  ['prose: with a status of', 'the server responded with a status of 403 ()', 403],
  ['prose: got, not expected', `expected 200 but got 403: ${forbidden}`, 403],
  ['prose: instead of', 'I get 403 Forbidden instead of 200', 403],
  ['prose: works in one place, fails in another', `200 in the console test, 403 from outside: ${forbidden}`, 403],
  ['short note', 'Staging 403\nX-Amzn-ErrorType: ForbiddenException', 403],
  ['number before AWS words', '403 Credential should be scoped to correct service', 403],
  ['number before an exception', '403 UnrecognizedClientException', 403],
  ['API Error: number - reason', 'Client Error: 404 - Not Found', 404],
  ['axios', 'AxiosError: Request failed with status code 403', 403],
  ['requests', 'requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://api.example.com/x', 403],
  ['requests repr', '<Response [403]>', 403],
  ['wget', 'ERROR 403: Forbidden.', 403],
  ['.NET', 'The remote server returned an error: (403) Forbidden.', 403],
  ['curl -f', 'curl: (22) The requested URL returned error: 403', 403],
  ['curl -w after the body', `${forbidden}403`, 403],
  ['curl -w with a name', `${forbidden}\nhttp_code=403`, 403],
  ['browser console', 'GET https://api.example.com/x 403 (Forbidden)', 403],
  ['OkHttp log', '--> GET https://api.example.com/x\n<-- 403 https://api.example.com/x (123ms)', 403],
  ['Java SDK', '(Service: AmazonApiGatewayManagementApi; Status Code: 403; Error Code: ForbiddenException)', 403],
  ['Go SDK', 'https response error StatusCode: 403, RequestID: 0d1b, api error AccessDeniedException: denied', 403],
  ['JS SDK metadata', '"$metadata":{"httpStatusCode":403,"attempts":1}', 403],
  ['boto3 dict', "{'ResponseMetadata': {'HTTPStatusCode': 403}}", 403],
  ['Step Functions', `"cause": ${forbidden},\n"error": "ApiGateway.403"`, 403],
  ['Snowflake', `The external function failed.\nError: 403 '${forbidden}'`, 403],
  ['websocket client', 'Error: Unexpected server response: 403', 403],
  ['browser websocket', 'Error during WebSocket handshake: Unexpected response code: 403', 403],
  ['python websocket-client', 'Handshake status 403 Forbidden', 403],
  [
    'the answer wins over prose',
    `I expected the old 404 errors to return 500.\nHTTP/1.1 403 Forbidden\n\n${forbidden}`,
    403,
  ],
  ['status after a body', `${forbidden} 403 UnrecognizedClientException`, 403],
  ['status at the end of a sentence', 'an invalid status code of 403.', 403],
  ['log line', `ERROR call failed: 403 ${forbidden}`, 403],
  ['status as JSON text', '{"status":"403","error":"Forbidden"}', 403],
  ['prose: a redirect, then the refusal', 'it returned `302` (the CDN) then `403 ForbiddenException`', 403],
  ['prose: quoted success, then the refusal', 'we see `200 OK` in one region and `403` in the other', 403],
  ['number before an exception in backticks', 'answered (403 `AccessDeniedException`)', 403],
  ['key and value as two strings', `':status', '403'\n'x-amzn-errortype', 'ForbiddenException'`, 403],
  ['bold in a table', '| c | no token | **401**, `x-amzn-errortype: UnauthorizedException` |', 401],
  ['bold, and a former status after it', '**401** `x-amzn-errortype: UnauthorizedException`, formerly 403', 401],
  ['method and plural', 'PATCH 403s (`AccessDeniedException`), GET works', 403],
  ['subject and plural', 'the endpoint 403s: AccessDeniedException', 403],
  ['browser console without reason', 'POST https://kinesis.eu-west-1.amazonaws.com/ 400', 400],
  [
    'Akamai’s page as a browser shows it',
    'Access Denied\nYou don\'t have permission to access "http://shop.example.com/" on this server.\n\nReference #18.aaaa.1700000000.bbbb',
    403,
  ],
  [
    'CloudFront’s block page as a browser shows it',
    "The request could not be satisfied.\nRequest blocked. We can't connect to the server for this app.\nGenerated by cloudfront (CloudFront)",
    403,
  ],
  ['challenge after the number', '403 no content - Bearer error="insufficient_scope"', 403],
  ['gateway response of a stack', 'ACCESS_DENIED: {\n    statusCode: 404,\n  },', 404],
];

/** Numbers that are no status: nothing else is there, so the paste is no answer or has none. */
const notShown: readonly (readonly [name: string, paste: string])[] = [
  ['content length', `content-length: 403\n\n${forbidden}`],
  ['port', `connected to 203.0.113.9 port 403\n${forbidden}`],
  ['port of a URL', `http://203.0.113.9:403/x\n${forbidden}`],
  ['latency', `it took 403 ms\n${forbidden}`],
  ['seconds as a plural', `it took 403s\n${forbidden}`],
  ['returned rows', `the query returned 403 rows\n${forbidden}`],
  ['time', `at 403 seconds it broke\n${forbidden}`],
  ['part of an IP address', `from 198.51.100.403\n${forbidden}`],
  ['part of an id', `id 7f403e\n${forbidden}`],
  ['a number that is no status', `error 123\n${forbidden}`],
  ['the status of the integration', `integration status: 403\n${forbidden}`],
  ['a status nobody got', `should return 200\n${forbidden}`],
  ['a year', `in 2024 it said\n${forbidden}`],
  ['a body alone', forbidden],
];

describe('status of a paste', () => {
  it.each(shown)('%s', (_name, paste, status) => {
    expect(readPaste(paste).map((facts) => facts.status)).toEqual([status]);
  });

  it.each(notShown)('%s is no status', (_name, paste) => {
    expect(readPaste(paste).map((facts) => facts.status)).toEqual([null]);
  });
});
