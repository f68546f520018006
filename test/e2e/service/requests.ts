/** Access log lines of invented requests, and what the API says of them. */
export const format =
  '$context.requestId $context.extendedRequestId $context.requestTimeEpoch $context.httpMethod $context.resourcePath $context.status $context.error.responseType';

/** Every third is refused for a missing or unknown key. */
export function accessLine(n: number, timeMs: number): string {
  const id = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const refused = n % 3 === 0;
  return `${id} Xid${String(n).padStart(10, '0')}= ${timeMs} GET /orders ${refused ? '403 INVALID_API_KEY' : '200 -'}\n`;
}

export const lines = (from: number, to: number, timeMs: number): string =>
  Array.from({ length: to - from }, (_, i) => accessLine(from + i, timeMs + i)).join('');

export const refusedAmong = (from: number, to: number): number => Math.ceil(to / 3) - Math.ceil(from / 3);

type Headers = Readonly<Record<string, string>>;

export function ingest(address: string, batchId: string, body: string, headers: Headers = {}): Promise<Response> {
  const query = new URLSearchParams({ format, api: 'a1b2c3d4e5', stage: 'prod' });
  return fetch(`${address}/api/v1/ingest?${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream', 'Batch-Id': batchId, ...headers },
    body,
  });
}

interface Column {
  readonly name: string;
  readonly values: readonly (string | number | null)[];
}

/** Refused requests of the last two days, all causes: none leaves the range while a test looks. */
export async function refusedCount(address: string, headers: Headers = {}): Promise<number> {
  const response = await fetch(`${address}/api/v1/top?by=cause&from=now-48h`, { headers });
  if (!response.ok) throw new Error(`top answered ${response.status}`);
  const { columns } = (await response.json()) as { columns: readonly Column[] };
  const values = columns.find(({ name }) => name === 'refused')?.values ?? [];
  return values.reduce<number>((sum, value) => sum + Number(value), 0);
}

/** All requests counted, of all feeds. */
export async function requestCount(address: string): Promise<number> {
  const response = await fetch(`${address}/api/v1/sources`);
  if (!response.ok) throw new Error(`sources answered ${response.status}`);
  const { feeds } = (await response.json()) as { feeds: readonly { requests: number }[] };
  return feeds.reduce((sum, { requests }) => sum + requests, 0);
}
