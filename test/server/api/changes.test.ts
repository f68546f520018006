import { describe, expect, it } from 'vitest';
import { changeKinds } from '../../../server/src/store/change-event.js';
import type { ChangesQuery } from '../../../server/src/store/control-plane-store.js';
import { change } from './annotated.js';
import { startApi, storeAway, testNowMs } from './start-api.js';

async function ask(query: string) {
  const asked: ChangesQuery[] = [];
  const api = await startApi({
    store: {
      ...storeAway,
      readChangeEvents: async (changes) => {
        asked.push(changes);
        return {
          changes: [change(), change({ id: 'b', apiId: '', stage: '', kind: 'api_key', what: 'k1' })],
          omitted: 4,
        };
      },
    },
  });
  const response = await api.fetch(`/api/v1/changes${query}`);
  return { status: response.status, answer: await response.json(), asked: asked[0] };
}

describe('/api/v1/changes', () => {
  it('tells what was changed, where and when, and says null for all of them', async () => {
    const { answer } = await ask('');
    const { id, atMs, seenMs, account, region } = change();
    expect(answer).toEqual({
      from: testNowMs - 86_400_000,
      to: testNowMs,
      omitted: 4,
      changes: [
        {
          id,
          at: atMs,
          seenAt: seenMs,
          account,
          region,
          apiId: 'orders',
          stage: 'prod',
          kind: 'web_acl',
          what: 'front',
          summary: 'The web ACL of stage prod of orders is now front.',
          mayExplain: ['waf_blocked'],
        },
        expect.objectContaining({ id: 'b', apiId: null, stage: null, kind: 'api_key', what: 'k1' }),
      ],
    });
  });

  it('asks for all unless told otherwise', async () => {
    const { asked } = await ask('');
    expect(asked).toEqual({
      fromMs: testNowMs - 86_400_000,
      toMs: testNowMs,
      filter: {},
      causes: null,
      kinds: null,
      limit: 100,
    });
  });

  it('asks for what may explain a cause or a group of causes', async () => {
    const { asked } = await ask(
      '?api_id=orders&group=api_key&not.cause=api_key_missing&kind=api_key&kind=usage_plan&limit=7',
    );
    expect(asked).toMatchObject({
      filter: { api_id: { in: ['orders'] } },
      causes: ['api_key_invalid'],
      kinds: ['api_key', 'usage_plan'],
      limit: 7,
    });
  });

  it.each(['?kind=nonsense', '?cause=nonsense', '?limit=0', '?route=/a'])('refuses %s', async (query) => {
    expect((await ask(query)).status).toBe(400);
  });

  it('knows every kind that there is', async () => {
    expect((await ask(`?${changeKinds.map((kind) => `kind=${kind}`).join('&')}`)).asked?.kinds).toEqual(changeKinds);
  });
});
