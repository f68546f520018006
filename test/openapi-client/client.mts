// A program of somebody else: openapi-fetch with the types that openapi-typescript makes of our document. The test type-checks it
// against the document of the running service (`./openapi.d.mts` exists only there), and runs it.
import createClient from 'openapi-fetch';
import type { components, paths } from './openapi.mjs';

type Cause = components['schemas']['Cause'];

export async function useEverything(baseUrl: string, token: string, line: string, requestId: string) {
  const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

  const sent = await client.POST('/api/v1/ingest', {
    params: { header: { 'Batch-Id': 'client-1', Feed: 'client' } },
    headers: { 'Content-Type': 'application/x-ndjson' },
    body: `${line}\n`,
    bodySerializer: (body) => body,
  });
  const refused: number | undefined = sent.data?.refused;

  const series = await client.GET('/api/v1/series', {
    params: {
      query: { from: 'now-1h', step: '5m', by: 'cause', metric: 'count', cause: ['waf_blocked', 'api_key_missing'] },
    },
  });
  const points: (number | null)[] = [];
  for (const column of series.data?.columns ?? []) {
    // the type of a column tells which values it has
    if (column.type === 'number') points.push(...column.values);
    else if (column.type === 'time') column.values satisfies number[];
    else column.values satisfies string[];
  }

  const top = await client.GET('/api/v1/top', { params: { query: { by: 'route', limit: 5, 'not.stage': ['test'] } } });
  const basis: 'logs' | 'metric' | 'none' | undefined = top.data?.basis;

  const page = await client.GET('/api/v1/events', { params: { query: { limit: 10 } } });
  const causes: Cause[] = (page.data?.events ?? []).map(({ cause }) => cause);

  const found = await client.GET('/api/v1/events/{id}', { params: { path: { id: requestId } } });
  const steps: string[] | undefined = found.data?.events[0]?.verdict?.remedy.steps;

  const values = await client.GET('/api/v1/labels/{label}/values', { params: { path: { label: 'stage' } } });
  const explained = await client.POST('/api/v1/explain', { body: { text: 'HTTP/2 403', apiId: 'a1b2c3d4e5' } });
  const one = await client.GET('/api/v1/causes/{cause}', { params: { path: { cause: 'waf_blocked' } } });

  const missing = await client.GET('/api/v1/events/{id}', { params: { path: { id: 'nothing' } } });
  const code: string | undefined = missing.error?.code;

  return {
    refused,
    points,
    basis,
    causes,
    steps,
    stages: values.data?.values,
    requests: explained.data?.requests.length,
    title: one.data?.title,
    code,
  };
}

/** Never called: what the types must refuse. */
export async function misuse(baseUrl: string) {
  const client = createClient<paths>({ baseUrl });
  // @ts-expect-error there is no such address
  await client.GET('/api/v1/nothing');
  // @ts-expect-error `by` is required
  await client.GET('/api/v1/top', { params: { query: {} } });
  // @ts-expect-error no such cause
  await client.GET('/api/v1/events', { params: { query: { cause: ['waf_block'] } } });
  // @ts-expect-error no such parameter
  await client.GET('/api/v1/series', { params: { query: { form: 'now-1h' } } });
  // @ts-expect-error dimensions are no labels
  await client.GET('/api/v1/labels/{label}/values', { params: { path: { label: 'source_ip' } } });
}
