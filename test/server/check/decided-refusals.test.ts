import { describe, expect, it } from 'vitest';
import { readDecidedRefusals } from '../../../server/src/check/decided-refusals.js';
import { createRunningService, ServiceUnusable } from '../../../server/src/check/running-service.js';

type Rows = readonly Readonly<Record<string, string | number | null>>[];

const tableOf = (rows: Rows) => ({
  from: 0,
  to: 1,
  omittedRows: 0,
  columns: Object.keys(rows[0] ?? {}).map((name) => ({
    name,
    type: typeof rows[0]?.[name],
    values: rows.map((row) => row[name]),
  })),
});

/** A service that answers with these tables. */
const serving = (tables: Readonly<Record<string, Rows>>) =>
  createRunningService({
    url: 'http://127.0.0.1:4030/',
    token: 'w403_read_x',
    fetch: async (input) => {
      const url = new URL(String(input));
      expect(url.pathname).toBe('/api/v1/coverage');
      return Response.json(tableOf(tables[url.searchParams.get('table') ?? ''] ?? []));
    },
  });

const stages = [
  { account: '1', region: 'eu-west-1', api_id: 'rest000001', stage: 'prod', refused: 500, lag: null },
  { account: '1', region: 'eu-west-1', api_id: 'quiet00001', stage: 'prod', refused: 0, lag: 3 },
];
const advice = [
  ['rest000001', 'unknown', 'Log $context.error.message.', 200],
  [
    'rest000001',
    'unknown',
    'The line does not say why. The format lacks $context.error.responseType, $context.path.',
    300,
  ],
  ['rest000001', 'unknown', 'Compare $context.path with the deployed ones.', 250],
  ['rest000001', 'authorizer_denied', 'Log $context.error.message: an authorizer denial begins …', 40],
  ['rest000001', 'api_key_missing', 'The execution log says which.', 90],
  ['rest000001', 'waf_blocked', 'Log $context.wafResponseCode (WAF_BLOCK).', 70],
  ['other00001', 'unknown', 'Log $context.error.message.', 1000],
].map(([api_id = '', cause = '', text = '', requests = 0]) => ({
  api_id,
  stage: 'prod',
  cause,
  advice: text,
  requests,
}));

describe('refusals that a format would decide', () => {
  it('are those whose verdicts name a variable that it adds, each once', async () => {
    const decided = await readDecidedRefusals(serving({ stages, advice }));
    const added = ['error.responseType', 'error.message', 'path'];
    expect(decided('rest000001', 'prod', added)).toEqual({ hours: 24, refused: 500, decided: 340 });
  });

  it('are never more than there were', async () => {
    const few = [{ ...stages[0], refused: 100 } as (typeof stages)[number]];
    const decided = await readDecidedRefusals(serving({ stages: few, advice }));
    expect(decided('rest000001', 'prod', ['error.message'])).toMatchObject({ refused: 100, decided: 100 });
  });

  it('are none where nothing is added, and not known where the service knows nothing of the stage', async () => {
    const decided = await readDecidedRefusals(serving({ stages, advice }));
    expect(decided('rest000001', 'prod', [])).toMatchObject({ decided: 0 });
    expect(decided('quiet00001', 'prod', ['path'])).toMatchObject({ refused: 0, decided: 0 });
    expect(decided('rest000001', 'dev', ['path'])).toBeNull();
  });
});

describe('a service that cannot be asked', () => {
  const answering = (respond: () => Promise<Response>, token: string | null = null) =>
    readDecidedRefusals(createRunningService({ url: 'http://127.0.0.1:4030', token, fetch: respond }));
  const status = (code: number) => async () => new Response('{}', { status: code });
  const failing = async () => {
    throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
  };

  it.each([
    ['does not run', failing, null, 'ECONNREFUSED'],
    ['asks for a token', status(401), null, 'WHY403_TOKEN'],
    ['refuses the token', status(401), 'w403_read_x', 'does not accept'],
    ['knows the token as one of ingest', status(403), 'w403_ingest_x', 'role read'],
    ['is not ready', status(503), null, '/readyz'],
    ['is another program', status(404), null, 'check that the URL'],
    ['leads elsewhere', status(302), null, 'check that the URL'],
    ['answers with a page', async () => new Response('<html>'), null, 'JSON'],
    ['answers otherwise', async () => Response.json({ rows: [] }), null, 'version'],
  ] as const)('%s: one sentence says so', async (_name, respond, token, words) => {
    const error = await answering(respond, token).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ServiceUnusable);
    expect((error as Error).message).toContain(words);
    expect((error as Error).message).not.toContain('w403_');
  });
});
