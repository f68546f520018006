import { beforeAll, describe, expect, it } from 'vitest';
import { createOperations } from '../../../server/src/api/operations.js';
import { useTestDatabase } from '../../support/test-database.js';
import { openService } from './real-service.js';
import { readRoutes } from './route-table.js';
import { shellWords } from './shell-words.js';
import { type Api, type ApiOptions, allTokens, apiDeps, bearer, startApi, tokens } from './start-api.js';

const database = useTestDatabase();
const access = { tokens: allTokens, loopback: true };
let options: ApiOptions;

beforeAll(async () => {
  options = { ...(await openService(database)), access };
});

interface Command {
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/** A curl command of the document as it would be sent. */
function readCurl(source: string): Command {
  const words = shellWords(
    source.replace('"Authorization: Bearer $WHY403_TOKEN"', `'Authorization: Bearer ${tokens.admin.token}'`),
  );
  expect(words[0]).toBe('curl');
  const headers: Record<string, string> = {};
  let path = '';
  let method: string | undefined;
  let body: string | undefined;
  for (let i = 1; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '-sS' || word === '-sSN') continue;
    if (word === '-X') method = words[++i];
    else if (word === '-H') {
      const header = words[++i] as string;
      headers[header.slice(0, header.indexOf(':'))] = header.slice(header.indexOf(':') + 2);
    } else if (word === '--data-binary') body = words[++i];
    else {
      expect(word).toMatch(/^http:\/\/127\.0\.0\.1:4030\//);
      path = word.slice('http://127.0.0.1:4030'.length);
    }
  }
  return { path, method: method ?? (body === undefined ? 'GET' : 'POST'), headers, body };
}

async function run(api: Api, { path, method, headers, body }: Command) {
  const abort = new AbortController();
  const response = await api.fetch(path, {
    method,
    headers,
    signal: abort.signal,
    ...(body === undefined ? {} : { body }),
  });
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('text/event-stream')) return { status: response.status, type, text: await response.text() };
  const { value } = (await response.body?.getReader().read()) ?? {};
  abort.abort();
  return { status: response.status, type, text: new TextDecoder().decode(value) };
}

describe('examples of the documentation', () => {
  it('work as they stand, and their answers are as the schemas say', async () => {
    const api = await startApi(options);
    const schemas = new Map(createOperations(apiDeps()).map((operation) => [operation.id, operation.answer]));
    const routes = await readRoutes(api);
    // What is sent first is found by the others.
    const ordered = [...routes].sort(
      (a, b) => Number(b.template.includes('/ingest')) - Number(a.template.includes('/ingest')),
    );
    let ran = 0;
    for (const { operation, method } of ordered) {
      const answer = schemas.get(operation.operationId);
      for (const { label, source } of operation['x-codeSamples']) {
        const command = readCurl(source);
        expect(command.method, label).toBe(method);
        const { status, type, text } = await run(api, command);
        expect(`${status} ${status < 400 ? '' : text}`, label).toBe(`${answer?.status ?? 200} `);
        expect(type.split(';')[0], label).toBe((answer?.contentType ?? 'application/json').split(';')[0]);
        const parsed = answer?.schema.safeParse(answer.contentType === undefined ? JSON.parse(text) : text);
        expect(parsed?.error?.issues ?? [], label).toEqual([]);
        ran++;
      }
    }
    expect(ran).toBeGreaterThanOrEqual(22);
  });

  it('of bodies are those of the commands', async () => {
    const routes = await readRoutes(await startApi(options));
    for (const { operation } of routes) {
      const values = Object.values(operation.requestBody?.content ?? {}).flatMap(({ examples = {} }) =>
        Object.values(examples).map(({ value }) => value),
      );
      const sent = operation['x-codeSamples'].map(({ source }) => readCurl(source).body);
      for (const value of values) expect(sent).toContain(typeof value === 'string' ? value : JSON.stringify(value));
    }
  });

  it('of parameters work one by one', async () => {
    const api = await startApi(options);
    for (const { path, method, operation } of await readRoutes(api)) {
      for (const { name, in: place, example } of operation.parameters ?? []) {
        if (place !== 'query' || example === undefined || method !== 'GET') continue;
        const url = new URL(path, api.url);
        url.searchParams.set(name, String(example));
        const response = await api.fetch(`${url.pathname}${url.search}`, { headers: bearer('read') });
        expect(response.status, `${url}`).toBe(200);
        await response.text();
      }
    }
  });

  it('tell the story: the line that was sent is found, counted and explained', async () => {
    const api = await startApi(options);
    const get = async (path: string) => (await api.fetch(path, { headers: bearer('read') })).json();
    const id = encodeURIComponent('Qh7ZkEXAMPLEiAMFq1w=');
    expect(await get(`/api/v1/events/${id}`)).toMatchObject({
      events: [
        {
          requestId: '8b9b8a5e-6a1c-4d0e-9c63-6e3d1f0a7b21',
          account: '111122223333',
          apiId: 'a1b2c3d4e5',
          stage: 'prod',
          route: '/orders/{id}',
          cause: 'api_key_missing',
          group: 'api_key',
          evidenceKept: true,
          note: null,
          verdict: { outcome: 'refused', remedy: { steps: expect.any(Array) } },
          sources: { access: { values: { status: '403' } } },
        },
      ],
    });
    expect(
      await get('/api/v1/series?from=2026-03-01T12:00:00Z&to=2026-03-01T12:03:00Z&step=1m&by=api_id,group'),
    ).toMatchObject({
      step: 60_000,
      metric: 'count',
      basis: expect.any(String),
      countedFrom: ['access'],
      columns: [
        {
          name: expect.any(String),
          type: 'time',
          unit: 'ms',
          values: [0, 1, 2].map((i) => Date.UTC(2026, 2, 1, 12, i)),
        },
        { type: 'number', unit: 'requests', labels: { api_id: 'a1b2c3d4e5', group: 'api_key' } },
      ],
    });
    expect(await get('/api/v1/sources')).toMatchObject({
      feeds: [
        { feed: 'firehose:111122223333:eu-west-1:amazon-apigateway-orders', kind: 'firehose' },
        { feed: 'http:default' },
        { feed: 'http:orders', kind: 'http' },
      ],
    });
  });
});
